from django.urls import path

from publishing import short_addresses

app_name = "publishing"

urlpatterns = [
    path("<letter:letter>/<slug:slug>", short_addresses.lead_on, name="short"),
]
