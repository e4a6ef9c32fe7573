"""The finder in the staff area: who edits, who publishes, and what stands in the way."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from finder.models import Question, Release
from staff.models import User
from staff.roles import CITY_EDITOR, DOMAIN_EDITOR, REVIEWER
from tests.admin.pages import messages_on
from tests.factories import make_question

pytestmark = pytest.mark.django_db

RELEASES = "/admin/finder/release/"


def signed_in(role):
    user = User.objects.create_user(f"user-{role}", password="example-password-1", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def question():
    question = make_question()
    question.answers.update(no_entry="示例说明")
    return question


@pytest.mark.parametrize("role", [CITY_EDITOR, DOMAIN_EDITOR, REVIEWER])
def test_only_administrators_edit(role, question):
    client = signed_in(role)
    address = f"/admin/finder/question/{question.pk}/change/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"text": "示例改动"}).status_code == 403
    assert client.get("/admin/finder/question/add/").status_code == 403
    assert client.get("/admin/finder/rule/add/").status_code == 403


@pytest.mark.parametrize("role", [CITY_EDITOR, DOMAIN_EDITOR])
def test_editors_do_not_publish(role, question):
    client = signed_in(role)
    assert 'value="发布"' not in client.get(RELEASES).content.decode()
    assert client.post(RELEASES + "publish/", {"note": "示例"}).status_code == 403
    assert not Release.objects.exists()


def test_a_reviewer_publishes_what_is_whole(question, client):
    reviewer = signed_in(REVIEWER)
    assert "检查通过" in reviewer.get(RELEASES).content.decode()
    assert question.text in reviewer.get(RELEASES + "preview/").content.decode()
    assert not Release.objects.exists()
    response = reviewer.post(RELEASES + "publish/", {"note": "示例说明"}, follow=True)
    assert messages_on(response) == ["已发布。"]
    assert Release.objects.get().published_by.username == f"user-{REVIEWER}"
    assert question.text in client.get("/guide/finder/").content.decode()


def test_a_fault_is_named_and_keeps_it_from_the_public(question):
    Question.objects.create(slug="lost", text="示例孤立的问题", position=999)
    reviewer = signed_in(REVIEWER)
    page = reviewer.get(RELEASES).content.decode()
    assert "示例孤立的问题" in page
    assert 'value="发布"' not in page
    response = reviewer.post(RELEASES + "publish/", {"note": "示例说明"}, follow=True)
    assert "示例孤立的问题" in messages_on(response)[0]
    assert not Release.objects.exists()


def test_a_get_publishes_nothing(question):
    assert signed_in(REVIEWER).get(RELEASES + "publish/").status_code == 302
    assert not Release.objects.exists()
