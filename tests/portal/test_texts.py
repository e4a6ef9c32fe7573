"""No text of the portal holds what PostgreSQL, HTML or XML refuse."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from qingdao_portal.markdown import render_markdown
from qingdao_portal.texts import clean_text, clean_value, has_forbidden_characters
from regions.models import City

any_text = st.text(alphabet=st.characters())


@given(any_text)
def test_clean_text_can_be_encoded_and_printed_as_xml(text):
    cleaned = clean_text(text)
    assert not has_forbidden_characters(cleaned)
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize("text", ["青岛\n烟台\t潍坊", "🚄 G5577", "𠮷野", "é"])
def test_ordinary_text_stays_as_it_is(text):
    assert clean_text(text) == text


@pytest.mark.parametrize("bad", ["\x00", "\x05", "\x1b", "\x7f", "\x85", "\ud800", "\uffff"])
def test_forbidden_characters_go_however_deep(bad):
    value = {"a": [f"x{bad}y", {"b": bad}]}
    assert clean_value(value) == {"a": ["xy", {"b": ""}]}


@given(any_text.map(clean_text))
def test_markdown_never_makes_a_script(text):
    html = render_markdown(f"{text}\n\n<script>{text}</script>[x](javascript:{text})")
    assert "<script" not in html
    assert "javascript:" not in html.replace("javascript:</", "").split('href="')[-1][:20]


@pytest.mark.parametrize("translations", [{"en": {"slug": "x"}}, {"xx": {}}, {"en": "x"}])
def test_a_translation_of_something_else_is_refused_with_a_sentence(translations):
    with pytest.raises(ValidationError, match=r"译文只能是|不认识的语言"):
        City(translations=translations).clean()
