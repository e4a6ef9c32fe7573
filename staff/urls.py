"""Addresses of the second factor, within the staff area."""

from django.urls import path

from staff import views

app_name = "staff"
urlpatterns = [
    path("second-factor/", views.VerifyView.as_view(), name="verify"),
    path("second-factor/recovery/", views.RecoverView.as_view(), name="recover"),
    path("second-factor/enrol/", views.EnrolView.as_view(), name="enrol"),
    path("second-factor/codes/", views.RecoveryCodesView.as_view(), name="recovery-codes"),
]
