"""What is checked of an XLSX file before anything parses it for its contents.

The archive's directory tells sizes without unpacking; then each part is read once as a stream,
which keeps nothing: document types (billion laughs, outside entities) are refused at their first
character, and far cells, floods of elements and endless texts as soon as a limit is passed.
"""

import re
import struct
import zipfile
import zlib
from xml.parsers import expat

from django.conf import settings
from django.utils.translation import gettext as _

from exchange import limits
from exchange.problems import FileProblem

_END = b"PK\x05\x06"
_END_SIZE = 22
_ZIP64_LOCATOR = b"PK\x06\x07"
_TAIL = _END_SIZE + 0xFFFF
_CHUNK = 64 * 1024
_REFERENCE = re.compile(r"(?a:([A-Z]{1,3})([1-9]\d{0,6}))")


def check_workbook(file):
    """Raise FileProblem unless openpyxl may parse the file."""
    _check_directory_size(file)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive.infolist())
            for part in archive.infolist():
                with archive.open(part) as stream:
                    PartReader().read(stream)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise damaged() from error


def damaged():
    return FileProblem(_("这个文件不是完好的 XLSX。请在表格软件里另存为 .xlsx 后重试。"))


def too_big():
    return FileProblem(_("表格里的内容太多。请删去不用的工作表,或分成几个文件导入。"))


def _check_directory_size(file):
    """Look at the end of the archive: `zipfile` would load a directory of any length."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    file.seek(0)
    end = tail[tail.rfind(_END) :]
    if not tail or _END not in tail or len(end) < _END_SIZE or _ZIP64_LOCATOR in tail:
        raise damaged()
    entries, directory = struct.unpack("<HL", end[10:16])
    if entries > limits.MAX_PARTS or directory > limits.MAX_DIRECTORY_BYTES:
        raise too_big()


def _check_parts(parts):
    names = [part.filename for part in parts]
    if any(_is_outside(name) for name in names) or len(set(names)) < len(names):
        raise damaged()
    if any(name.lower().endswith(("vbaproject.bin", ".xlm")) for name in names):
        raise FileProblem(_("表格里有宏,不能导入。请另存为不含宏的 .xlsx。"))
    if any(part.flag_bits & 1 for part in parts):
        raise FileProblem(_("文件加了密码,不能导入。请去掉密码后重试。"))
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise damaged()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if unpacked > limits.MAX_UNPACKED_BYTES or unpacked > packed * limits.MAX_RATIO:
        raise too_big()


def _is_outside(name):
    """Whether unpacking would write elsewhere. Nothing here unpacks; no sound file has such."""
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


class PartReader:
    """Reads one part as a stream of XML and raises FileProblem at the first thing too much.

    What is no XML (a picture) ends the reading: openpyxl's parser is the same and stops there too.
    """

    def __init__(self):
        self.path = []
        self.counts = {}
        self.row = self.column = 0
        self.cells_in_row = 0
        self.length = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse_document_type
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def read(self, stream):
        try:
            while chunk := stream.read(_CHUNK):
                self.parser.Parse(chunk, False)
            self.parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError):
            return

    def _refuse_document_type(self, *_details):
        raise FileProblem(_("表格里有不允许的 XML 声明(DTD),不能导入。"))

    def _start(self, name, attributes):
        name = name.rpartition(" ")[2]
        self.path.append(name)
        if len(self.path) > limits.MAX_DEPTH:
            raise too_big()
        if self.path[0] == "worksheet" and name in ("row", "c"):
            self._start_row(attributes) if name == "row" else self._start_cell(attributes)
            self._count("c" if name == "c" else "row", limits.MAX_CELLS)
        elif self.path[0] == "sst" and name == "si":
            self.length = self.counts["inside"] = 0
            self._count("si", limits.MAX_STRINGS)
        elif self.path[0] == "sst" or "c" in self.path:
            self._count("inside", limits.MAX_ELEMENTS_IN_CELL)
        else:
            self._count("other", limits.MAX_OTHER_ELEMENTS)

    def _start_row(self, attributes):
        number = attributes.get("r", str(self.row + 1))
        if not (number.isascii() and number.isdigit() and len(number) < 8):
            raise damaged()
        if int(number) <= self.row:
            raise damaged()  # openpyxl would skip such a row without a word
        self.row, self.column, self.cells_in_row = int(number), 0, 0

    def _start_cell(self, attributes):
        self.length = self.counts["inside"] = 0
        self.cells_in_row += 1
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        if "r" not in attributes:
            self.column += 1
        elif match and int(match[2]) == self.row:
            self.column = _column_number(match[1])
        else:
            raise damaged()
        if self.cells_in_row > limits.MAX_CELLS_IN_ROW:
            raise too_big()

    def _end(self, name):
        self.path.pop()

    def _text(self, text):
        self.length += len(text)
        if self.path[0] == "sst" and self.length > limits.MAX_WORKBOOK_CELL_LENGTH:
            raise _long_cell(_("某个单元格"))
        if self.path[0] != "worksheet" or "c" not in self.path or not text.strip():
            return
        if self.length > limits.MAX_WORKBOOK_CELL_LENGTH:
            raise _long_cell(self._place())
        if self.column > limits.MAX_COLUMNS or self.row > settings.IMPORT_MAX_ROWS + 1:
            raise FileProblem(
                _("%(place)s超出了范围:最多%(rows)d行、%(columns)d列。")
                % {
                    "place": self._place(),
                    "rows": settings.IMPORT_MAX_ROWS,
                    "columns": limits.MAX_COLUMNS,
                }
            )

    def _place(self):
        return _("第%(row)d行第%(column)d列") % {"row": self.row, "column": self.column}

    def _count(self, what, most):
        self.counts[what] = self.counts.get(what, 0) + 1
        if self.counts[what] > most:
            raise too_big()


def _long_cell(place):
    return FileProblem(
        _("%(place)s的文字超过%(most)d字。")
        % {"place": place, "most": limits.MAX_WORKBOOK_CELL_LENGTH}
    )


def _column_number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
