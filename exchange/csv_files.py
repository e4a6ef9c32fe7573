"""CSV as Excel reads and writes it: UTF-8 with a byte order mark; GB18030 is understood, too."""

import csv
import io

from django.utils.translation import gettext as _

from exchange import limits
from exchange.files import CharacterCount, Sheet
from exchange.problems import FileProblem

ENCODINGS = ("utf-8-sig", "gb18030")


def read_csv(data):
    """The one sheet of a CSV file, without a title. Raises FileProblem."""
    text = _decode(data)
    sheet, count = Sheet(title=""), CharacterCount()
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, texts in enumerate(rows, start=1):
            if len(texts) > limits.MAX_COLUMNS:
                raise FileProblem(_("第%d行的列太多。") % number)
            sheet.add_row(number, [count.add(text, number) for text in texts])
    except csv.Error as error:
        raise FileProblem(
            _("第%d行之后读不下去:引号没有成对,或一个单元格太长。请用表格软件另存为 CSV。") % number
        ) from error
    return sheet


def write_csv(file, table, rows, lookups):
    """Write a table to a binary file. Return the number of rows."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(column.label for column in table.columns)
    total = 0
    for row in rows:
        writer.writerow(column.cell(column.get(row), lookups) for column in table.columns)
        total += 1
    text.detach()
    return total


def _decode(data):
    if b"\0" in data:
        raise _unknown_encoding()
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unknown_encoding()


def _unknown_encoding():
    return FileProblem(
        _("认不出文字编码。请另存为“CSV UTF-8”;中文 Excel 默认的 GB18030(GBK)也可以。")
    )
