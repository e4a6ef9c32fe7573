from django.urls import path

from cooperation import views

app_name = "cooperation"

urlpatterns = [
    path("", views.zone_list, name="zone-list"),
    path("<slug:slug>/", views.zone_detail, name="zone-detail"),
]
