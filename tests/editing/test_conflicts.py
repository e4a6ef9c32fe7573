"""A save over a colleague's newer save: refused, shown side by side, and nothing typed is lost."""

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Hotline
from cooperation.models import Zone
from guide.models import Measure, Provision
from projects.models import Project
from publishing import reviews
from tests.admin.pages import address_of, errors_on, form_on, send
from tests.editorial.cast import make_reviewer
from tests.factories import (
    make_department,
    make_hotline,
    make_measure,
    make_project,
    make_source,
    make_zone,
    publish_measure,
)

pytestmark = pytest.mark.django_db


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def opened(client, row):
    """The form as its page would send it, to be sent later."""
    return form_on(client.get(address_of(row, "change")))


def post(client, row, data):
    return client.post(address_of(row, "change"), data)


def edit(row, **fields):
    row = fresh(row)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def choices(response):
    assert response.status_code == 409
    return {c.label: (c.mine, c.theirs, c.default) for c in response.context["choices"]}


def resolve(client, row, response, **picks):
    """Send the page of choices, the defaults picked unless told otherwise by label."""
    keys = {c.label: c.key for c in response.context["choices"]}
    data = form_on(response) | {keys[label]: pick for label, pick in picks.items()}
    return post(client, row, data)


def key_of(data, prefix, **texts):
    """The number of the row in the posted form whose input says this."""
    ((name, text),) = texts.items()
    keys = [key for key, values in data.items() if key.startswith(prefix) and values == [text]]
    (key,) = [key for key in keys if key.endswith(f"-{name}")]
    return key.removesuffix(f"-{name}")


@pytest.fixture
def measure(db):
    measure = make_measure(title="示例名称", summary="示例摘要")
    for text in ("示例甲", "示例乙"):
        measure.steps.create(channel="online", text=text, position=measure.steps.count())
    return measure


def test_a_save_over_the_same_version_is_just_saved(root, measure):
    data = opened(root, measure) | {"title": "示例我的"}
    assert post(root, measure, data).status_code == 302
    assert fresh(measure).title == "示例我的"


def test_a_verification_made_meanwhile_is_not_overwritten_by_an_old_form(root):
    measure = publish_measure(last_verified_on=date(2026, 1, 1))
    data = opened(root, measure) | {"summary": "示例我的摘要"}
    reviews.verify(entry=measure, by=make_reviewer(), today=date(2026, 11, 22))
    response = post(root, measure, data)
    assert choices(response)["最近核对日期"] == ("2026/01/01", "2026/11/22", "theirs")
    assert resolve(root, measure, response).status_code == 302
    assert fresh(measure).last_verified_on == date(2026, 11, 22)
    assert fresh(measure).summary == "示例我的摘要"


def test_a_field_that_both_changed_is_asked_about_and_nothing_is_saved(root, measure):
    data = opened(root, measure) | {"title": "示例我的", "summary": "示例我的摘要"}
    edit(measure, title="示例同事的")
    response = post(root, measure, data)
    assert choices(response) == {"名称": ("示例我的", "示例同事的", "mine")}
    assert fresh(measure).title == "示例同事的"
    assert fresh(measure).summary == "示例摘要"


@pytest.mark.parametrize(("pick", "title"), [("mine", "示例我的"), ("theirs", "示例同事的")])
def test_the_editor_chooses_and_what_was_not_asked_is_saved_as_typed(root, measure, pick, title):
    data = opened(root, measure) | {"title": "示例我的", "summary": "示例我的摘要"}
    edit(measure, title="示例同事的")
    response = resolve(root, measure, post(root, measure, data), 名称=pick)
    assert response.status_code == 302
    assert (fresh(measure).title, fresh(measure).summary) == (title, "示例我的摘要")


def test_what_only_the_colleague_changed_is_kept_unless_said_otherwise(root, measure):
    data = opened(root, measure) | {"title": "示例我的"}
    edit(measure, summary="示例同事的摘要", fee="free", scope="city")
    response = post(root, measure, data)
    assert choices(response) == {
        "摘要": ("示例摘要", "示例同事的摘要", "theirs"),
        "收费": ("未核实", "不收费", "theirs"),
        "适用范围": ("胶东五市", "本市", "theirs"),
    }
    resolve(root, measure, response, 适用范围="mine")
    stored = fresh(measure)
    assert (stored.title, stored.summary) == ("示例我的", "示例同事的摘要")
    assert (stored.fee, stored.scope) == ("free", "jiaodong")


def test_both_having_made_the_same_change_is_no_conflict(root, measure):
    data = opened(root, measure) | {"title": "示例一样", "summary": "示例我的摘要"}
    edit(measure, title="示例一样")
    assert post(root, measure, data).status_code == 302
    assert fresh(measure).summary == "示例我的摘要"


def test_publishing_in_between_is_no_conflict(root, measure):
    data = opened(root, measure) | {"title": "示例我的"}
    Measure.objects.filter(pk=measure.pk).update(workflow_state="published")
    assert post(root, measure, data).status_code == 302


def test_a_third_save_while_choosing_is_asked_about_again(root, measure):
    data = opened(root, measure) | {"title": "示例我的"}
    edit(measure, title="示例同事的")
    first = post(root, measure, data)
    edit(measure, title="示例第三人的", summary="示例第三人的摘要")
    second = resolve(root, measure, first, 名称="mine")
    assert choices(second) == {
        "名称": ("示例我的", "示例第三人的", "mine"),
        "摘要": ("示例摘要", "示例第三人的摘要", "theirs"),
    }
    assert resolve(root, measure, second).status_code == 302
    assert fresh(measure).title == "示例我的"
    assert fresh(measure).summary == "示例第三人的摘要"


def test_an_error_in_what_was_chosen_loses_nothing(root, measure):
    data = opened(root, measure) | {"title": "示例我的", "slug": "不对"}
    edit(measure, title="示例同事的")
    response = resolve(root, measure, post(root, measure, data), 名称="mine")
    assert response.status_code == 200
    assert errors_on(response)
    again = form_on(response)
    assert again["title"] == ["示例我的"]
    assert post(root, measure, again | {"slug": "right"}).status_code == 302
    assert fresh(measure).title == "示例我的"


def test_a_form_sent_back_with_errors_keeps_the_base_it_began_with(root, measure):
    data = opened(root, measure) | {"title": "示例我的", "slug": "不对"}
    response = post(root, measure, data)
    edit(measure, title="示例同事的")
    response = post(root, measure, form_on(response) | {"slug": "right"})
    assert choices(response)["名称"][:2] == ("示例我的", "示例同事的")


@pytest.mark.parametrize("base", ["", "forged"])
def test_a_form_without_a_true_base_is_asked_about_all_that_differs(root, measure, base):
    data = opened(root, measure) | {"title": "示例我的", "_base": base}
    assert choices(post(root, measure, data)) == {"名称": ("示例我的", "示例名称", "mine")}


def test_long_texts_and_line_ends_are_kept_exactly(root, measure):
    mine = '### 示例\r\n\r\n第一行\r\n<b>第二行</b> & "引号"'
    data = opened(root, measure) | {"body": mine}
    edit(measure, body="示例同事的正文", title="示例同事的")
    response = post(root, measure, data)
    assert "<b>第二行" not in response.content.decode()
    resolve(root, measure, response)
    assert fresh(measure).body == mine.replace("\r\n", "\n")
    assert fresh(measure).title == "示例同事的"


def test_translations_relations_and_lists_are_chosen_whole(root, measure):
    mine, theirs = make_hotline(name="示例我的热线"), make_hotline(name="示例同事的热线")
    data = opened(root, measure)
    data |= {"hotlines": [str(mine.pk)], "keywords": "甲", "translations-en-title": "Mine"}
    edit(measure, keywords=["乙"], translations={"en": {"title": "Theirs"}})
    measure.hotlines.add(theirs)
    response = post(root, measure, data)
    assert choices(response) == {
        "热线": (str(mine), str(theirs), "mine"),
        "关键词": ("甲", "乙", "mine"),
        "译文": ("English · 名称:Mine", "English · 名称:Theirs", "mine"),
    }
    resolve(root, measure, response, 热线="theirs", 译文="theirs")
    stored = fresh(measure)
    assert list(stored.hotlines.all()) == [theirs]
    assert (stored.keywords, stored.translations) == (["甲"], {"en": {"title": "Theirs"}})


class TestRows:
    """Rows inside the form."""

    def test_a_row_that_both_changed_is_asked_about_field_by_field(self, root, measure):
        data = opened(root, measure)
        step = key_of(data, "steps", text="示例甲")
        data |= {f"{step}-text": "示例我的", f"{step}-url_label": "示例"}
        measure.steps.filter(text="示例甲").update(text="示例同事的", channel="phone")
        response = post(root, measure, data)
        assert choices(response) == {
            "步骤 · 示例同事的 · 渠道": ("线上", "电话", "theirs"),
            "步骤 · 示例同事的 · 怎么做": ("示例我的", "示例同事的", "mine"),
        }
        resolve(root, measure, response)
        row = measure.steps.get(text="示例我的")
        assert (row.channel, row.url_label) == ("phone", "示例")

    def test_a_row_that_the_colleague_added_is_kept_beside_mine(self, root, measure):
        data = opened(root, measure)
        data |= {
            "steps-TOTAL_FORMS": "3",
            "steps-2-channel": "phone",
            "steps-2-text": "示例我的新步骤",
        }
        theirs = measure.steps.create(channel="window", text="示例同事的新步骤", position=9)
        response = post(root, measure, data)
        ((mine, shown, default),) = choices(response).values()
        assert (mine, default) == ("(没有这一行)", "theirs")
        assert "怎么做:示例同事的新步骤" in shown
        resolve(root, measure, response)
        texts = set(measure.steps.values_list("text", flat=True))
        assert texts == {"示例甲", "示例乙", "示例我的新步骤", "示例同事的新步骤"}
        assert measure.steps.filter(pk=theirs.pk).exists()

    def test_a_row_that_the_colleague_added_can_be_refused(self, root, measure):
        data = opened(root, measure)
        measure.steps.create(channel="window", text="示例同事的新步骤")
        response = post(root, measure, data)
        (label,) = choices(response)
        resolve(root, measure, response, **{label: "mine"})
        assert set(measure.steps.values_list("text", flat=True)) == {"示例甲", "示例乙"}

    @pytest.mark.parametrize(
        ("pick", "texts"), [("mine", {"示例我的", "示例乙"}), ("theirs", {"示例乙"})]
    )
    def test_a_row_that_the_colleague_deleted_is_kept_if_i_say_so(self, root, measure, pick, texts):
        data = opened(root, measure)
        data[key_of(data, "steps", text="示例甲") + "-text"] = "示例我的"
        measure.steps.get(text="示例甲").delete()
        response = post(root, measure, data)
        ((label, (mine, theirs, default)),) = choices(response).items()
        assert (theirs, default) == ("(没有这一行)", "mine")
        assert "怎么做:示例我的" in mine
        resolve(root, measure, response, **{label: pick})
        assert set(measure.steps.values_list("text", flat=True)) == texts

    def test_a_row_that_the_colleague_deleted_and_i_left_alone_goes(self, root, measure):
        data = opened(root, measure) | {"title": "示例我的"}
        measure.steps.get(text="示例甲").delete()
        response = post(root, measure, data)
        ((_mine, _theirs, default),) = choices(response).values()
        assert default == "theirs"
        resolve(root, measure, response)
        assert [step.text for step in measure.steps.all()] == ["示例乙"]
        assert fresh(measure).title == "示例我的"

    def test_a_row_that_i_deleted_and_the_colleague_changed_stays_unless_i_insist(
        self, root, measure
    ):
        data = opened(root, measure)
        data[key_of(data, "steps", text="示例甲") + "-DELETE"] = "on"
        measure.steps.filter(text="示例甲").update(text="示例同事的")
        response = post(root, measure, data)
        ((label, (mine, _theirs, default)),) = choices(response).items()
        assert (mine, default) == ("(没有这一行)", "theirs")
        resolve(root, measure, response, **{label: "mine"})
        assert [step.text for step in measure.steps.all()] == ["示例乙"]

    def test_a_row_that_i_deleted_goes_although_something_else_was_saved(self, root, measure):
        data = opened(root, measure)
        data[key_of(data, "steps", text="示例甲") + "-DELETE"] = "on"
        edit(measure, title="示例同事的")
        resolve(root, measure, post(root, measure, data))
        assert [step.text for step in measure.steps.all()] == ["示例乙"]
        assert fresh(measure).title == "示例同事的"

    def test_a_row_that_both_deleted_is_no_conflict(self, root, measure):
        data = opened(root, measure) | {"title": "示例我的"}
        data[key_of(data, "steps", text="示例甲") + "-DELETE"] = "on"
        measure.steps.get(text="示例甲").delete()
        assert post(root, measure, data).status_code == 302
        assert fresh(measure).title == "示例我的"

    def test_a_citys_provision_saved_meanwhile_on_its_own_page_is_not_overwritten(
        self, root, measure
    ):
        data = opened(root, measure) | {"title": "示例我的"}
        provision = measure.provisions.get(city__slug="weihai")
        send(root, address_of(provision, "change"), status="announced", reason="示例说明")
        response = post(root, measure, data)
        assert set(choices(response)) == {
            "城市落实情况 · 威海:已公布 · 状态",
            "城市落实情况 · 威海:已公布 · 说明",
        }
        resolve(root, measure, response)
        assert fresh(provision).reason == "示例说明"


@pytest.mark.parametrize("make", [make_project, make_zone, make_hotline, make_department])
def test_every_kind_of_row_is_guarded(root, make):
    row = make(sources=[make_source()]) if make in (make_project, make_zone) else make()
    field = "title" if isinstance(row, Project | Zone) else "name"
    data = opened(root, row) | {field: "示例我的"}
    edit(row, **{field: "示例同事的"})
    response = post(root, row, data)
    assert choices(response) == {"名称": ("示例我的", "示例同事的", "mine")}
    resolve(root, row, response)
    assert getattr(fresh(row), field) == "示例我的"


def test_a_provisions_own_page_is_guarded_against_the_measures(root, measure):
    provision = measure.provisions.get(city__slug="weihai")
    data = opened(root, provision) | {"reason": "示例我的"}
    edit(measure, title="示例同事改了举措")
    edit(provision, reason="示例同事的")
    response = post(root, provision, data)
    assert choices(response) == {"说明": ("示例我的", "示例同事的", "mine")}
    resolve(root, provision, response)
    assert Provision.objects.get(pk=provision.pk).reason == "示例我的"


def test_another_citys_save_does_not_stop_a_provision(root, measure):
    weihai, rizhao = (measure.provisions.get(city__slug=slug) for slug in ("weihai", "rizhao"))
    data = opened(root, weihai) | {"reason": "示例我的"}
    edit(rizhao, reason="示例同事的")
    assert post(root, weihai, data).status_code == 302


def test_the_page_says_who_saved_and_can_be_used_without_javascript(root, measure):
    data = opened(root, measure) | {"title": "示例我的"}
    edit(measure, title="示例同事的")
    page = post(root, measure, data).content.decode()
    for words in ("您填写的", "同事已保存的", "按所选的保存", "放弃我填写的"):
        assert words in page
    assert page.count('type="radio"') == 2
    assert "您没有改动" not in page
    edit(measure, summary="示例同事的摘要")
    assert "您没有改动" in post(root, measure, data).content.decode()


def test_what_only_readers_may_see_is_no_part_of_it(staff, measure):
    page = staff("guide.view_measure").get(address_of(measure, "change")).content.decode()
    assert 'name="_base"' not in page


def test_a_forged_save_by_somebody_without_rights_changes_nothing(root, staff, measure):
    data = opened(root, measure) | {"title": "示例伪造"}
    edit(measure, title="示例同事的")
    assert post(staff("guide.view_measure"), measure, data).status_code == 403
    assert fresh(measure).title == "示例同事的"


def test_a_measure_deleted_meanwhile_is_no_error(root, measure):
    data = opened(root, measure)
    address = address_of(measure, "change")
    measure.delete()
    assert root.post(address, data).status_code == 302


def test_the_page_of_choices_costs_the_same_however_much_differs(root, measure):
    def queries(count):
        hotlines = [make_hotline() for _ in range(count)]
        data = opened(root, measure)
        for key in [key for key in data if key.endswith("-text")]:
            data[key] = f"示例我的{count}"
        data["hotlines"] = [str(hotline.pk) for hotline in hotlines]
        for step in measure.steps.all():
            step.text = f"示例同事的{count}"
            step.save()
        measure.hotlines.set([make_hotline() for _ in range(count)])
        for n in range(count):
            measure.departments.create(department=make_department(), role="lead", position=n)
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as captured:
            assert post(root, measure, data).status_code == 409
        return len(captured)

    few = queries(1)
    for n in range(4):
        measure.steps.create(channel="online", text=f"示例更多{n}", position=n + 5)
    assert queries(5) == few
    assert Hotline.objects.count() == 12
