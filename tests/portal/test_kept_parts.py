import datetime

import pytest
from django.conf import settings
from django.forms import CharField, Form
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from publishing.models import Edition
from qingdao_portal import kept_parts
from qingdao_portal.kept_parts import Item


class Word(Form):
    word = CharField()


def key(**values):
    return kept_parts.key_of("part.html", values)


def test_what_prints_differently_has_different_keys():
    values = [1, True, "1", "<b>", mark_safe("<b>"), None, [], {}, {"a": 1}, {"a": "1"}, ["a"]]
    assert len({key(value=value) for value in values}) == len(values)


def test_the_same_values_have_the_same_key():
    day = datetime.date(2026, 1, 2)
    first, second = ({"days": [day], "form": Word({"word": "x"})} for _ in range(2))
    assert key(**first) == key(**second) != key(days=[day], form=Word({"word": "y"}))


def test_an_edition_stands_for_its_document():
    one, other = Item(title="x"), Item(title="x")
    one.edition_key, other.edition_key = (1,), (2,)
    assert key(item=one) != key(item=other)


def test_a_preview_does_not_pass_for_an_edition():
    preview = Edition(kind="measure", slug="x", document={"slug": "x"})
    assert type(preview.item) is dict
    preview.id = 1
    assert type(preview.item) is Item


def test_language_and_day_make_other_parts(monkeypatch):
    today = key()
    with translation.override("en"):
        assert key() != today
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2001, 1, 1))
    assert key() != today


def test_what_cannot_be_told_apart_is_not_kept(settings):
    assert key(value=object()) is None
    settings.KEPT_PARTS = False
    assert key(value=1) is None


def test_the_part_not_asked_for_longest_makes_room(monkeypatch):
    monkeypatch.setattr(kept_parts, "MOST_PARTS", 2)
    for name in ("a", "b"):
        kept_parts.put(name, name)
    kept_parts.find("a")
    kept_parts.put("c", "c")
    assert [kept_parts.find(name) for name in "abc"] == ["a", None, "c"]
    kept_parts.put("large", "x" * (kept_parts.LARGEST_PART + 1))
    assert kept_parts.find("large") is None


def test_a_part_is_rendered_once_for_each_edition():
    source = '{% keep "includes/_edition_note.html" with item=item only %}'
    item = Item(edition=3, published_at="2026-01-02", updated_at="2026-01-02")
    item.edition_key = ("kept",)
    first = Template(source).render(Context({"item": item}))
    item["edition"] = 4  # which no edition does: it shows that the part was kept
    assert "3" in first
    assert Template(source).render(Context({"item": item})) == first
    item.edition_key = ("another",)
    assert "4" in Template(source).render(Context({"item": item}))


@pytest.mark.parametrize("given", ['"part.html" with a=1', "name only"])
def test_a_part_that_sees_more_than_its_values_is_refused(given):
    with pytest.raises(TemplateSyntaxError):
        Template(f"{{% keep {given} %}}")


def test_constant_tags_follow_the_language():
    template = Template(
        '{% translate "首页" %} {% url "guide:home" %} {% url "about" as it %}{{ it }}'
    )
    chinese = template.render(Context())
    with translation.override("en"):
        english = template.render(Context())
    assert chinese.startswith("首页 / ")
    assert english.startswith("Home /en/ /en/")
    assert template.render(Context()) == chinese


def test_no_template_changes_the_language_on_its_way():
    """Parts and constant texts ask for the language once in each template."""
    for path in settings.BASE_DIR.glob("templates/**/*.html"):
        assert "{% language" not in path.read_text(), path


def test_constant_texts_are_in_the_language_of_each_rendering():
    template = Template("{% translate '首页' %}")
    assert template.render(Context()) == "首页"
    with translation.override("en"):
        assert template.render(Context()) == "Home"
