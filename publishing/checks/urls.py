from django.urls import path

from publishing.checks.views import check_page

# Without the last stroke too: a redirect would put the address into caches.
urlpatterns = [
    path("<str:token>/", check_page, name="check"),
    path("<str:token>", check_page),
]
