"""Files as staff would have them, and the way from an upload to its confirmation."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from tests.admin.pages import address_of


def csv_file(rows, *, encoding="utf-8-sig", name="示例.csv"):
    """A CSV file of rows, the first of which is the header."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode(encoding))


def workbook(sheets, *, name="示例.xlsx"):
    """An XLSX file of `{title: rows}`."""
    book, data = Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(data)
    return SimpleUploadedFile(name, data.getvalue())


def export(client, model, file_format, *, table="", **filters):
    """The bytes of an export."""
    parameters = filters | {"_format": file_format, "_table": table}
    response = client.get(address_of(model) + "export/", parameters)
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def read_csv(data):
    """The rows of an exported CSV file, as dicts."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def table_of(data):
    """An exported CSV file as rows for another one, its header first."""
    rows = read_csv(data)
    return [list(rows[0]), *(row.values() for row in rows)]


def read_workbook(data):
    """`{title: rows}` of an exported XLSX file, rows as dicts."""
    book = load_workbook(io.BytesIO(data))
    sheets = {}
    for sheet in book:
        header, *rows = sheet.iter_rows(values_only=True)
        sheets[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows]
    return sheets


def upload(client, model, file, **data):
    """Send a file to the import page. Return the response, which leads to the preview."""
    return client.post(address_of(model) + "import/", {"file": file} | data)


def preview(client, model, file, **data):
    """Upload a file and return the plan that the preview shows."""
    response = upload(client, model, file, **data)
    assert response.status_code == 302, response.context["form"].errors
    return client.get(response.url).context["plan"]


def import_file(client, model, file, **data):
    """Upload a file, look at the preview and confirm it. Return the last response."""
    response = upload(client, model, file, **data)
    assert response.status_code == 302, response.context["form"].errors
    plan = client.get(response.url).context["plan"]
    assert not plan["problems"], plan["problems"]
    return client.post(response.url)


def problems_of(plan):
    """`[(row, column, message)]` of a plan."""
    return [(row, column, message) for _sheet, row, column, message, _value in plan["problems"]]
