"""Lists as JSON lines and as a table for spreadsheets."""

import csv
import io

from rest_framework.renderers import BaseRenderer, JSONRenderer

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the local code page
# A cell that begins like this is run as a formula by spreadsheets, full-width forms included.
_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")


class ListRenderer(JSONRenderer):
    """JSON whose last member, `results`, may have items that are JSON already."""

    def render(self, data, accepted_media_type=None, renderer_context=None):
        items = data.get("results") if isinstance(data, dict) else None
        if not items or not isinstance(items[0], bytes):
            return super().render(data, accepted_media_type, renderer_context)
        envelope = super().render({**data, "results": []}, accepted_media_type, renderer_context)
        return b"".join([envelope.removesuffix(b"]}"), b",".join(items), b"]}"])


class LinesRenderer(BaseRenderer):
    """One item per line (NDJSON); the next page is in the `Link` header."""

    media_type = "application/x-ndjson"
    format = "ndjson"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        as_json = JSONRenderer()
        return b"".join(as_json.render(item) + b"\n" for item in data["results"])


class TableRenderer(BaseRenderer):
    """One row per item with the view's `csv_columns`; the next page is in the `Link` header."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        columns = renderer_context["view"].csv_columns
        file = io.StringIO()
        file.write(BYTE_ORDER_MARK)
        writer = csv.writer(file)
        writer.writerow(columns)
        for item in data["results"]:
            writer.writerow([table_cell(read(item)) for read in columns.values()])
        return file.getvalue()


def table_cell(value):
    """A value as a cell of a CSV file that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = ";".join(str(part) for part in value)
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
