"""Who works in the staff area."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def root(db):
    """The client of somebody who may do everything."""
    return client_of(get_user_model().objects.create_superuser("root"))


@pytest.fixture
def staff(db):
    """`staff("guide.view_measure", …)` is the client of somebody who may do just that."""

    def client_with(*permissions):
        users = get_user_model().objects
        user = users.create_user(f"staff{users.count()}", is_staff=True)
        for name in permissions:
            app_label, codename = name.split(".")
            user.user_permissions.add(
                Permission.objects.get(content_type__app_label=app_label, codename=codename)
            )
        return client_of(user)

    return client_with
