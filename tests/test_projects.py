"""What the document of a project says."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError

from projects.documents import project_facets
from projects.models import Project
from publishing.models import Edition
from publishing.proofreading import problems_of
from publishing.restore import restore
from publishing.services import publish
from tests.factories import (
    make_programme,
    make_project,
    make_source,
    publish_project,
    withdraw,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("value", "printed"), [("237", "237"), ("99.50", "99.5"), ("300", "300")])
def test_a_figure_is_printed_as_it_was_reported(value, printed):
    project = make_project()
    project.indicators.create(name="示例指标", value=value)
    assert publish(entry=project, by=None).document["indicators"][0]["value"] == printed


def live(project):
    return Edition.objects.current().get(entry_id=project.pk)


@pytest.fixture
def earlier():
    return publish_project(slug="earlier", title="示例前一年", programme=make_programme(2024))


@pytest.fixture
def later(earlier):
    return publish_project(slug="later", programme=make_programme(2025), continues=earlier)


def test_a_project_names_the_one_that_it_continues(earlier, later):
    assert live(later).document["continues"] == {
        "id": str(earlier.pk),
        "kind": "project",
        "slug": "earlier",
        "year": 2024,
        "title": "示例前一年",
        "translations": {},
    }
    assert "continues:2024" in live(later).facets


def test_the_thread_follows_the_title_and_ends_with_a_withdrawal(earlier, later):
    earlier.title = "示例新名称"
    earlier.translations = {"en": {"title": "Example", "summary": "Example summary"}}
    earlier.save()
    assert live(later).document["continues"]["title"] == "示例前一年"
    publish(entry=earlier, by=None, note="示例")
    assert live(later).document["continues"]["title"] == "示例新名称"
    assert live(later).document["continues"]["translations"] == {"en": {"title": "Example"}}
    withdraw(earlier)
    assert live(later).document["continues"] is None
    assert not [facet for facet in live(later).facets if facet.startswith("continues")]


def test_a_draft_is_no_thread():
    draft = make_project(title="示例草稿", programme=make_programme(2024))
    later = publish_project(programme=make_programme(2025), continues=draft)
    assert live(later).document["continues"] is None


def test_only_a_project_of_an_earlier_year_can_be_continued(earlier, later):
    for other in (earlier, later):
        project = make_project(continues=other, programme=make_programme(2024))
        with pytest.raises(ValidationError, match="更早年度"):
            project.full_clean()
        if other == earlier:
            assert any("更早年度" in problem.text for problem in problems_of(project))
    later.full_clean()


@pytest.mark.django_db(transaction=True)
def test_no_project_continues_itself_or_loses_its_thread(earlier, later):
    with pytest.raises(IntegrityError):
        Project.objects.filter(pk=earlier.pk).update(continues=earlier)
    with pytest.raises(ProtectedError):
        earlier.delete()


def test_a_status_change_carries_its_source():
    project, source = make_project(status="completed"), make_source()
    project.status_changes.create(
        status="completed", changed_on="2024-10", text="示例开通", source=source, quote="示例引文"
    )
    change = publish(entry=project, by=None).document["status_changes"][0]
    assert change["changed_on"] == {"value": "2024-10", "precision": "month"}
    assert (change["status"], change["text"], change["quote"]) == (
        "completed",
        "示例开通",
        "示例引文",
    )
    assert change["source"]["id"] == str(source.pk)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ([("in_progress", "2024")], "与现在的状态不一致"),
        ([("in_progress", "2024-06"), ("completed", "2024-05")], "先后"),
        ([("completed", "2099")], "在将来"),
    ],
)
def test_proofreading_names_what_does_not_fit_a_status(changes, problem):
    project = make_project(status="completed")
    for position, (status, day) in enumerate(changes):
        project.status_changes.create(
            status=status, changed_on=day, source=make_source(), position=position
        )
    assert any(problem in found.text for found in problems_of(project))


def test_proofreading_accepts_dates_of_different_precision():
    project = make_project(status="completed")
    for position, (status, day) in enumerate([("in_progress", "2024-06"), ("completed", "2024")]):
        project.status_changes.create(
            status=status, changed_on=day, source=make_source(), position=position
        )
    assert not any("先后" in found.text for found in problems_of(project))


def test_an_edition_of_before_the_fields_still_serves():
    """Such editions are in databases that were made before; nothing rewrites them."""
    project, source = make_project(), make_source()
    project.status_changes.create(status="in_progress", source=source)
    edition = publish(entry=project, by=None)
    old = {k: v for k, v in edition.document.items() if k not in ("continues", "status_changes")}
    restore(entry=project, document=old, version=Project.objects.get(pk=project.pk).version)
    assert project.status_changes.get().source == source
    assert project_facets(old) == project_facets(edition.document)
