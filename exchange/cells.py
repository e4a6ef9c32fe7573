"""Texts of cells: defused formulas, and values as staff and spreadsheet programs write them."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qingdao_portal.dates import parse_partial_date
from qingdao_portal.texts import clean_text

# A spreadsheet may take a text that begins so for a formula; full-width signs in some languages.
_FORMULA = re.compile("\\A'*[-=+@\t\r\n\uff0b\uff0d\uff1d\uff20]")
_DATE_PARTS = re.compile(r"(?a:(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?)")
_TIME = re.compile(r"(?a:(\d{1,2})[::](\d{2})(?:[::]00)?)")
TRUE_WORDS = ("是", "true", "1", "yes", "√")
FALSE_WORDS = ("否", "false", "0", "no", "×")


def defuse(text):
    """Put an apostrophe before what a spreadsheet could take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def undo_defuse(text):
    """The text that `defuse` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def as_cell_text(text):
    """A stored text as it goes into a file."""
    return defuse(clean_text(text))


def from_cell_text(text):
    """A text of a file as it is stored."""
    return undo_defuse(clean_text(text)).strip()


def parse_date(text):
    """`2024-02-14`, and what Excel makes of it: `2024/2/14`, `2024年2月14日`."""
    try:
        return datetime.date.fromisoformat(_iso_date(text))
    except ValueError as error:
        raise ValidationError(_("不是日期。请写成 2024-02-14。")) from error


def parse_partial(text):
    """A `PartialDate`; `2024年2月` and `2024/2` are a month."""
    try:
        return parse_partial_date(_iso_date(text))
    except ValueError as error:
        raise ValidationError(_("不是日期。请写成 2024、2024-02 或 2024-02-14。")) from error


def parse_time(text):
    match = _TIME.fullmatch(text)
    try:
        return datetime.time(int(match[1]), int(match[2]))
    except (TypeError, ValueError) as error:
        raise ValidationError(_("不是时间。请写成 09:00。")) from error


def parse_boolean(text):
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValidationError(_("请填“是”或“否”。"))


def _iso_date(text):
    match = _DATE_PARTS.fullmatch(text)
    if not match:
        raise ValueError(text)
    return "-".join(part.zfill(2) for part in match.groups() if part)
