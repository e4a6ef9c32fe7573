"""XLSX: one sheet per table. Read only after `workbook_safety` has let the file through."""

import datetime
import re
import warnings

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from exchange import limits
from exchange.files import CharacterCount, Sheet
from exchange.problems import FileProblem
from exchange.workbook_safety import check_workbook, damaged, too_big

_LITERALS = re.compile(r'"[^"]{0,255}"|\[[^\]]{0,255}\]|\\.')  # 255: all that Excel takes
_TEXT_FORMAT = "@"
WIDE, NARROW = 40, 16
WIDE_COLUMNS = {"title", "summary", "text", "body", "answer", "quote"}
MAX_LENGTH = limits.MAX_WORKBOOK_CELL_LENGTH
_WRAPPED = Alignment(wrap_text=True, vertical="top")


class TooLongForWorkbook(Exception):
    """A text that Excel would cut; the message names the row."""


def read_workbook(file):
    """The sheets of an XLSX file that have any text. Raises FileProblem."""
    check_workbook(file)
    file.seek(0)
    count = CharacterCount()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out: pictures, styles
            book = load_workbook(file, read_only=True, keep_links=False)
            if len(book.worksheets) > limits.MAX_SHEETS:
                raise too_big()
            sheets = [_read_sheet(worksheet, count) for worksheet in book.worksheets]
    except FileProblem:
        raise
    except Exception as error:  # openpyxl lets through whatever a broken part makes it raise
        raise damaged() from error
    return [sheet for sheet in sheets if sheet.header]


def write_workbook(file, tables, lookups):
    """Write pairs of table and rows, a sheet each, to a binary file. Return the number of rows.

    Raises TooLongForWorkbook where a text does not fit, when all is written: openpyxl clears its
    own temporary files away then.
    """
    book, total, too_long = Workbook(write_only=True), 0, None
    for table, rows in tables:
        worksheet = _new_sheet(book, table)
        for row in rows:
            values = [column.cell(column.get(row), lookups) for column in table.columns]
            if any(isinstance(value, str) and len(value) > MAX_LENGTH for value in values):
                too_long = too_long or row
            worksheet.append([_written(worksheet, value) for value in values])
            total += 1
    book.save(file)
    if too_long:
        text = _("“%(row)s”里有超过%(most)d字的内容,XLSX 放不下。请导出 CSV。")
        raise TooLongForWorkbook(text % {"row": too_long, "most": MAX_LENGTH})
    return total


def _new_sheet(book, table):
    worksheet = book.create_sheet(table.label)
    worksheet.freeze_panes = "B2"
    for number, column in enumerate(table.columns, start=1):
        width = WIDE if column.name in WIDE_COLUMNS else NARROW
        worksheet.column_dimensions[get_column_letter(number)].width = width
    worksheet.append([_heading(worksheet, column.label) for column in table.columns])
    return worksheet


def _read_sheet(worksheet, count):
    sheet = Sheet(title=worksheet.title)
    worksheet.reset_dimensions()  # what the file says of its size may be a lie
    most_rows = settings.IMPORT_MAX_ROWS + 1
    rows = worksheet.iter_rows(max_row=most_rows, max_col=limits.MAX_COLUMNS)
    for number, cells in enumerate(rows, start=1):
        texts = [count.add(_read(cell), number) for cell in cells]
        sheet.add_row(number, texts)
        for position, cell in enumerate(cells):
            if cell.data_type in ("f", "e") and number > 1:
                message = _("是公式,请粘贴为数值。") if cell.data_type == "f" else _("是错误值。")
                sheet.add_problem(number, position, message, texts[position])
    return sheet


def _read(cell):
    """The text of a cell: numbers without `.0`, dates as precise as they are shown."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.strftime(_date_pattern(cell.number_format))
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}" if not value.second else str(value)
    return str(value)


def _date_pattern(number_format):
    """`%Y-%m` for a date of which Excel shows the month only: it is known no better."""
    shown = _LITERALS.sub("", number_format.lower())
    if "d" in shown or "y" not in shown:
        return "%Y-%m-%d"
    return "%Y-%m" if "m" in shown else "%Y"


def _heading(worksheet, text):
    cell = WriteOnlyCell(worksheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _written(worksheet, value):
    """A number as a number; everything else as text that a program leaves as it is."""
    if value in ("", None):
        return None
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(worksheet, value=value)
    cell.data_type = "s"  # openpyxl takes “#N/A” and the like for errors
    cell.number_format = _TEXT_FORMAT
    cell.alignment = _WRAPPED
    return cell
