"""The page on personal data: public as others are, so not below /feedback/."""

from django.urls import path

from feedback import privacy

urlpatterns = [path("", privacy.privacy, name="privacy")]
