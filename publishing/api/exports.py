"""All live entries of a kind as one file: JSON, JSON lines, CSV or a workbook.

A file is written to disk entry by entry and sent from there, so that memory does not grow with
the number of entries, and its checksum is known before its first byte is sent.
"""

import base64
import csv
import hashlib
import tempfile

from django.db import transaction
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer

from publishing import registry
from publishing.api.items import item_of
from publishing.api.renderers import BYTE_ORDER_MARK, table_cell
from publishing.api.views import ApiView
from publishing.models import Edition

CHUNK = 100  # entries in memory at a time
BLOCK_BYTES = 64 * 1024
MEMORY_BYTES = 1024 * 1024  # a longer file goes to disk
MAX_CELL = 32_767  # characters; Excel calls a file with more in a cell damaged
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_json(file, items, columns):
    """One array, an item a line."""
    file.write(b"[")
    for number, item in enumerate(items):
        file.write((b",\n" if number else b"\n") + JSONRenderer().render(item))
    file.write(b"\n]\n")


def write_lines(file, items, columns):
    for item in items:
        file.write(JSONRenderer().render(item) + b"\n")


def write_table(file, items, columns):
    """For spreadsheets: a byte order mark, and no cell that is run as a formula."""
    lines = csv.writer(Utf8(file))
    file.write(BYTE_ORDER_MARK.encode())
    lines.writerow(columns)
    for item in items:
        lines.writerow([table_cell(read(item)) for read in columns.values()])


def write_workbook(file, items, columns):
    """One sheet of texts and numbers; openpyxl keeps its rows in a file of its own."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    for item in items:
        sheet.append([workbook_cell(sheet, read(item)) for read in columns.values()])
    book.save(file)


def workbook_cell(sheet, value):
    """The value as a cell: texts stay texts, whatever they begin with."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = ";".join(map(str, value)) if isinstance(value, list) else str(value)
    cell = WriteOnlyCell(sheet, value="")
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:MAX_CELL]
    cell.data_type = "s"
    return cell


# Extension -> (media type, how it is written).
FORMATS = {
    "json": ("application/json", write_json),
    "ndjson": ("application/x-ndjson", write_lines),
    "csv": ("text/csv", write_table),
    "xlsx": (XLSX, write_workbook),
}


class Utf8:
    """Takes text for a binary file."""

    def __init__(self, file):
        self._file = file

    def write(self, text):
        return self._file.write(text.encode())


class AddressDecides(BaseContentNegotiation):
    """The extension says what comes, whatever the browser that follows the link accepts."""

    def select_parser(self, request, parsers):
        return None

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class ExportView(ApiView):
    """`tables` are the columns of each kind for CSV and XLSX, as its list has them."""

    operation_id = "exportKind"
    tag = "sets"
    summary = gettext_lazy("一个类别的全部条目")
    explanation = gettext_lazy(
        "一个文件,含该类别全部现行条目。Repr-Digest 头是整个文件的 SHA-256(RFC 9530);"
        "ETag 随内容变化。"
    )
    content_negotiation_class = AddressDecides
    error_statuses = (400, 404, 414)
    tables = {}
    answer_schemas = {
        "application/json": {"type": "array", "items": {"type": "object"}},
        "application/x-ndjson": {"type": "string"},
        "text/csv": {"type": "string"},
        XLSX: {"type": "string", "format": "binary"},
    }

    @property
    def path_parameters(self):
        return {
            "kind": ({"type": "string", "enum": sorted(registry.kinds)}, _("类别。")),
            "extension": ({"type": "string", "enum": list(FORMATS)}, _("格式。")),
        }

    def get(self, request, kind, extension):
        if kind not in self.tables or extension not in FORMATS:
            raise Http404(_("没有这个文件。"))
        media_type, _write = FORMATS[extension]
        file = write_export(kind, extension, self.tables[kind], request)
        headers = {
            "Repr-Digest": f"sha-256=:{base64.b64encode(digest_of(file)).decode()}:",
            "Content-Disposition": f'attachment; filename="{kind}.{extension}"',
            "Content-Length": str(file.tell()),
        }
        if request.method == "HEAD":
            file.close()
            return HttpResponse(content_type=media_type, headers=headers)
        return StreamingHttpResponse(blocks_of(file), content_type=media_type, headers=headers)


def write_export(kind, extension, columns, request):
    """All live entries of the kind in a temporary file, which is gone when it is closed."""
    file = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115 - closed with the response
    with transaction.atomic():  # a cursor of the server, also behind a pooler of transactions
        items = (item_of(edition, request) for edition in live_editions(kind))
        FORMATS[extension][1](file, items, columns)
    return file


def live_editions(kind):
    """All live entries of the kind, few of them in memory at a time."""
    return Edition.objects.current().of_kind(kind).in_order().iterator(chunk_size=CHUNK)


def blocks_of(file):
    """All of the file, which is closed at the end or when nobody reads on."""
    with file:
        file.seek(0)
        while block := file.read(BLOCK_BYTES):
            yield block


def digest_of(file):
    """The SHA-256 of all of the file, which is left at its end."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").digest()
