from django.urls import path

from projects import calendar, views

app_name = "projects"

urlpatterns = [
    path("", views.programme_list, name="programme-list"),
    path("<year:year>.ics", calendar.programme_calendar, name="programme-calendar"),
    path("<year:year>/", views.programme_detail, name="programme-detail"),
    path("<year:year>/<slug:slug>/", views.project_detail, name="project-detail"),
]
