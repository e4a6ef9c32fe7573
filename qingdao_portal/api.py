"""The JSON API: one router for all routes."""

urlpatterns = []
