"""The comparison in the staff area: of which two states, for whom, at what cost."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.admin.pages import address_of
from tests.factories import (
    make_measure,
    make_project,
    make_zone,
    publish,
    publish_measure,
    withdraw,
)

pytestmark = pytest.mark.django_db


def edit(entry, **fields):
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    return entry


def differences(client, entry, query=""):
    response = client.get(f"{address_of(entry, 'compare')}{query}")
    assert response.status_code == 200
    return response.context["differences"]


def told(client, entry, query=""):
    return {d.label: (d.old, d.new) for d in differences(client, entry, query)}


def sides(client, entry, query=""):
    context = client.get(f"{address_of(entry, 'compare')}{query}").context
    return context["old"].label, context["new"].label


def test_without_sides_it_is_what_publishing_would_change(root):
    measure = edit(publish_measure(audience="示例甲"), fee="free", audience="")
    assert told(root, measure)["适用对象"] == ("示例甲", "")
    assert "收费" in told(root, measure)
    old, new = sides(root, measure)
    assert old.startswith("第1版(发布")
    assert new == "工作稿(未发布)"


def test_the_page_says_it_in_words_and_marks_not_in_colour_alone(root):
    measure = edit(publish_measure(title="示例旧名称"), title="示例新名称")
    page = root.get(address_of(measure, "compare")).content.decode()
    assert "示例<del>旧</del><ins>新</ins>名称" in page
    assert '<span class="difference__act">改动</span>' in page


def test_what_staff_type_is_never_taken_for_markup(root):
    measure = edit(publish_measure(), title="<script>x</script>", audience="<b>")
    page = root.get(address_of(measure, "compare")).content.decode()
    assert "<script>x" not in page
    assert "<b>" not in page


def test_any_two_editions_are_compared_both_ways(root):
    measure = publish(edit(publish_measure(audience="示例一"), audience="示例二"))
    publish(edit(measure, audience="示例三"))
    edit(measure, audience="示例四")
    for query, old, new in [("?from=1&to=3", "第1版", "第3版"), ("?from=3&to=1", "第3版", "第1版")]:
        labels = sides(root, measure, query)
        assert [label[:3] for label in labels] == [old, new]
    (difference,) = differences(root, measure, "?from=1&to=2")
    assert [piece.text for piece in difference.pieces] == ["示例", "一", "二"]
    (difference,) = differences(root, measure, "?from=working&to=2")
    assert [piece.text for piece in difference.pieces] == ["示例", "四", "二"]
    assert differences(root, measure, "?from=2&to=2") == []


@pytest.mark.parametrize("make", [make_measure, make_project, make_zone])
def test_before_the_first_publication_all_is_new(root, make):
    entry = make()
    assert sides(root, entry) == ("还没有公开过", "工作稿(未发布)")
    assert told(root, entry)["名称"] == ("", entry.title)
    assert root.get(address_of(entry, "versions")).status_code == 200


def test_a_withdrawn_entry_is_compared_with_what_was_public(root):
    measure = edit(withdraw(publish_measure()), fee="free")
    assert [d.label for d in differences(root, measure)] == ["收费"]
    assert "撤回前的内容" in sides(root, measure)[0]
    assert differences(root, measure, "?from=1&to=2") == []


@pytest.mark.parametrize(
    "query", ["?from=9", "?from=x", "?to=-1", "?to=", "?to=1e9", "?to=%D9%A1", "?from=9999999999"]
)
def test_a_version_that_does_not_exist_is_not_found(root, query):
    measure = publish_measure()
    expected = 200 if query == "?to=" else 404  # nothing named: the newest edition
    assert root.get(address_of(measure, "compare") + query).status_code == expected


def test_an_edition_of_another_entry_is_not_found(root):
    measure, other = publish_measure(), publish(edit(publish_measure(), fee="free"))
    assert root.get(address_of(other, "compare") + "?from=2").status_code == 200
    assert root.get(address_of(measure, "compare") + "?from=2").status_code == 404


def test_whoever_may_look_may_compare_and_nobody_else(staff, client):
    measure = publish_measure()
    address = address_of(measure, "compare")
    assert staff("guide.view_measure").get(address).status_code == 200
    assert staff("projects.view_project").get(address).status_code == 403
    assert client.get(address).status_code == 302


def test_the_pages_of_an_entry_lead_to_its_comparison(root):
    measure = edit(publish_measure(), fee="free")
    address = address_of(measure, "compare")
    for page in ("change", "publish"):
        assert f'href="{address}"' in root.get(address_of(measure, page)).content.decode()
    versions = root.get(address_of(measure, "versions")).content.decode()
    assert f'<form action="{address}">' in versions
    for control in ('name="from" value="1"', 'name="to" value="working"'):
        assert control in versions


def queries(client, address):
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("query", ["", "?from=1&to=2"])
def test_it_costs_the_same_however_much_there_is_to_compare(root, query):
    measure = publish(edit(publish_measure(), fee="free"))
    address = address_of(measure, "compare") + query
    few = queries(root, address)
    for n in range(4):
        measure.steps.create(channel="online", text=f"示例{n}")
        measure.questions.create(question=f"示例{n}", answer="示例")
        publish(edit(measure, summary=f"示例{n}"))
    assert queries(root, address) == few
