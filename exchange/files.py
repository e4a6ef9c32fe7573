"""Reading an uploaded file: what kind it is, and its sheets as plain texts."""

from dataclasses import dataclass, field
from pathlib import PurePath

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from exchange import limits
from exchange.problems import FileProblem

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password


@dataclass
class Sheet:
    """The headings and rows of one sheet, every cell a text. Rows count as Excel does."""

    title: str
    header: list = field(default_factory=list)
    rows: list = field(default_factory=list)  # pairs of row number and texts
    problems: list = field(default_factory=list)  # row number, column, message, text

    def add_row(self, number, texts):
        """Take a row in; the first is the header, rows without any text are left out."""
        texts = [text.strip("\ufeff") for text in texts] if not self.header else texts
        while texts and not texts[-1].strip():
            texts.pop()
        if not texts:
            return
        if not self.header:
            self.header = [text.strip() for text in texts]
            return
        self.rows.append((number, texts))
        if len(self.rows) > settings.IMPORT_MAX_ROWS:
            raise FileProblem(_("超过%d行,请分成几个文件导入。") % settings.IMPORT_MAX_ROWS)

    def add_problem(self, row, column, message, value=""):
        label = self.header[column] if column < len(self.header) else ""
        self.problems.append((row, label, message, value))

    def as_json(self):
        return {
            "title": self.title,
            "header": self.header,
            "rows": self.rows,
            "problems": self.problems,
        }


def read_upload(upload):
    """The sheets of an uploaded CSV or XLSX file. Raises FileProblem."""
    from exchange.csv_files import read_csv
    from exchange.workbooks import read_workbook

    if upload.size > settings.IMPORT_MAX_BYTES:
        raise FileProblem(_("文件太大:最多%s。请分成几个文件导入。") % max_size())
    if not upload.size:
        raise FileProblem(_("这是一个空文件。"))
    suffix = PurePath(upload.name).suffix.lower()
    if suffix == ".csv":
        return [read_csv(upload.read())]
    if suffix != ".xlsx":
        raise FileProblem(_("只能导入 .xlsx 和 .csv。其他格式请先在表格软件里另存。"))
    if upload.read(len(_OLD_EXCEL)) == _OLD_EXCEL:
        raise FileProblem(
            _("这是加了密码的文件或旧版 Excel 文件(.xls)。请另存为不加密码的 .xlsx。")
        )
    upload.seek(0)
    return read_workbook(upload)


def max_size():
    return filesizeformat(settings.IMPORT_MAX_BYTES)


class CharacterCount:
    """Adds up the characters of all cells, and refuses what is too much."""

    def __init__(self):
        self.total = 0

    def add(self, text, row):
        if len(text) > limits.MAX_CELL_LENGTH:
            raise FileProblem(
                _("第%(row)d行有一个单元格超过%(most)d字。")
                % {"row": row, "most": limits.MAX_CELL_LENGTH}
            )
        self.total += len(text)
        if self.total > limits.MAX_CHARACTERS:
            raise FileProblem(_("文字太多,请分成几个文件导入。"))
        return text
