from django.urls import path

from guide import comparison_views, deadline_calendar, handbook_views, views

app_name = "guide"

urlpatterns = [
    path("", views.home, name="home"),
    path("guide/", views.guide_index, name="index"),
    path("guide/domains/<slug:slug>/", views.domain_detail, name="domain-detail"),
    path("guide/scenarios/<slug:slug>/", views.scenario_detail, name="scenario-detail"),
    path("guide/compare/", comparison_views.compare, name="compare"),
    path("guide/compare.csv", comparison_views.compare_csv, name="compare-csv"),
    path("guide/compare/<slug:slug>/", comparison_views.compare_measure, name="compare-measure"),
    path("guide/handbook/", handbook_views.handbook_page, name="handbook"),
    path("guide/measures/", views.measure_list, name="measure-list"),
    path("guide/measures/<slug:slug>/", views.measure_detail, name="measure-detail"),
    path("guide/measures/<slug:slug>/history/", views.measure_history, name="measure-history"),
    path(
        "guide/measures/<slug:slug>/editions/<edition_number:number>/",
        views.measure_edition,
        name="measure-edition",
    ),
    path(
        "guide/measures/<slug:slug>/deadline.ics",
        deadline_calendar.measure_deadline,
        name="measure-deadline",
    ),
    path("guide/measures/<slug:slug>/<slug:city>/", views.measure_city, name="measure-city"),
]
