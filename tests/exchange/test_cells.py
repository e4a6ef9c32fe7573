"""Cells: whatever a text is, it leaves and comes back the same, and never as a formula."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Office, OpeningHours
from exchange import cells
from exchange.columns import column_for
from guide.models import Measure
from projects.models import Indicator, Project
from qingdao_portal.texts import clean_text

FORMULA_SIGNS = tuple("=+-@\t\r\n\uff0b\uff0d\uff1d\uff20")
texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30) | st.text(
    "'=+-@\t\n\uff1da1", max_size=8
)


@given(texts)
def test_a_defused_text_is_no_formula_and_comes_back(text):
    assert not cells.defuse(text).startswith(FORMULA_SIGNS)
    assert cells.undo_defuse(cells.defuse(text)) == text


@given(texts)
def test_a_stored_text_comes_back_from_a_file(text):
    stored = clean_text(text).strip()
    assert cells.from_cell_text(cells.as_cell_text(stored)) == stored


@given(st.text(max_size=30))
def test_an_apostrophe_that_staff_write_stays(text):
    written = f"'{text}".strip()
    if not cells._FORMULA.match(written):
        assert cells.undo_defuse(cells.defuse(written)) == cells.defuse(written) == written


def parsed(column, value):
    return column.parse(cells.from_cell_text(str(column.cell(value, {}))), {})


FIELDS = {
    name: column_for(Project._meta.get_field(name)) for name in ("planned_finish", "progress")
}
dates = st.dates(datetime.date(1900, 1, 1))


@given(dates)
def test_dates_come_back(date):
    column = column_for(Measure._meta.get_field("last_verified_on"))
    assert parsed(column, date) == date
    assert cells.parse_date(f"{date.year}/{date.month}/{date.day}") == date
    assert cells.parse_date(f"{date.year}年{date.month}月{date.day}日") == date


@given(dates, st.sampled_from([4, 7, 10]))
def test_partial_dates_come_back_as_precise_as_they_were(date, length):
    text = date.isoformat()[:length]
    assert parsed(FIELDS["planned_finish"], text) == text


@given(st.integers(0, 32767))
def test_whole_numbers_come_back(number):
    assert parsed(FIELDS["progress"], number) == number


@given(st.decimals(-(10**11), 10**11, places=2))
def test_decimals_come_back(number):
    column = column_for(Indicator._meta.get_field("value"))
    assert parsed(column, number) == number


@given(st.lists(st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=10)))
def test_lists_come_back(words):
    column = column_for(Measure._meta.get_field("keywords"))
    text = cells.from_cell_text(column.cell(words, {}))
    assert (column.parse(text, {}) if text else column.blank()) == words


@given(st.times().map(lambda time: time.replace(second=0, microsecond=0)))
def test_times_come_back(time):
    assert parsed(column_for(OpeningHours._meta.get_field("opens_at")), time) == time


@pytest.mark.parametrize("value", [True, False])
def test_yes_and_no_come_back(value):
    assert parsed(column_for(Office._meta.get_field("is_barrier_free")), value) is value


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    fields = [
        *(Measure._meta.get_field(n) for n in ("last_verified_on", "scope", "promised_value")),
        *(OpeningHours._meta.get_field(n) for n in ("opens_at", "weekday")),
        *(Indicator._meta.get_field(n) for n in ("value", "as_of")),
        Office._meta.get_field("is_barrier_free"),
    ]
    refusals = []
    for field in fields:
        try:
            column_for(field).parse(text, {})
        except ValidationError as error:
            refusals += error.messages
    assert all(message.endswith("。") for message in refusals)


@pytest.mark.parametrize("text", ["1_000", "１２", "0x10", "1e5", "NaN", "Infinity", "", "9" * 40])
def test_only_plain_numbers_are_whole_numbers(text):
    with pytest.raises(ValidationError):
        FIELDS["progress"].parse(text, {})


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "sNaN", "1,5"])
def test_only_numbers_are_decimals(text):
    with pytest.raises(ValidationError):
        column_for(Indicator._meta.get_field("value")).parse(text, {})


def test_a_decimal_is_shown_without_empty_places():
    column = column_for(Indicator._meta.get_field("value"))
    assert column.text(Decimal("237.00"), {}) == "237"
    assert column.text(Decimal("100.50"), {}) == "100.5"
