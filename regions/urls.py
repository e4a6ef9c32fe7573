from django.urls import path

from regions import views

urlpatterns = [path("<slug:slug>/", views.city_detail, name="city-detail")]
