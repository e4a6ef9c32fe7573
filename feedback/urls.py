from django.urls import path

from feedback import views

app_name = "feedback"

# The state without the last stroke too: a redirect would put the address into caches.
urlpatterns = [
    path("", views.write, name="write"),
    path("useful/", views.useful, name="useful"),
    path("thanks/", views.thanks, name="thanks"),
    path("state/", views.find_state, name="find-state"),
    path("state/<str:reference>/", views.state, name="state"),
    path("state/<str:reference>", views.state),
]
