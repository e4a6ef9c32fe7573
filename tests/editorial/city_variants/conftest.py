"""A public measure whose cities are asked whether what they do still holds."""

import pytest
from django.contrib.auth import get_user_model

from guide import provision_reviews
from guide.models import ProvisionReview
from publishing import services
from tests.editorial.cast import make_city_editor
from tests.factories import publish_measure

MINE = "/admin/guide/provisionreview/mine/"


def change(measure, note="示例修改", minor=False, **fields):
    """Edit fields of the measure and publish it; returns the edition."""
    for name, value in fields.items():
        setattr(measure, name, value)
    measure.save()
    return services.publish(entry=measure, by=None, note=note, minor=minor)


@pytest.fixture
def measure():
    return publish_measure(title="示例举措", body="示例原文。")


@pytest.fixture
def editor(measure):
    return make_city_editor(cities=["qingdao"])


@pytest.fixture
def provision(measure):
    return measure.provisions.get(city__slug="qingdao")


@pytest.fixture
def asked(measure, provision):
    """The pending review of Qingdao after a change."""
    change(measure, body="示例新文。")
    return provision_reviews.pending_of(provision)


def pending(measure):
    return ProvisionReview.objects.pending().filter(provision__measure=measure)


def confirm(review, by):
    return provision_reviews.confirm(review=review, by=by, edition_id=review.edition_id)


def numbers(review):
    return review.previous.number, review.edition.number


def asked_by():
    users = get_user_model().objects.filter(is_superuser=True)
    return users.first() or get_user_model().objects.create_superuser("示例总管")
