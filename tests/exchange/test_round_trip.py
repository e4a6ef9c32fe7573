"""What was exported comes back as it is: the same files change nothing."""

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile

from exchange.admin import ExchangeMixin
from exchange.tables import tables_of
from tests.exchange.files import export, preview

ADMINS = [
    model_admin
    for model_admin in admin.site._registry.values()
    if isinstance(model_admin, ExchangeMixin)
]
TABLES = [(model_admin.model, table) for model_admin in ADMINS for table in tables_of(model_admin)]

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("real_data")
def test_an_exported_workbook_changes_nothing(root):
    for model_admin in ADMINS:
        model = model_admin.model
        data = export(root, model, "xlsx")
        if model.objects.exists():
            plan = preview(root, model, SimpleUploadedFile("a.xlsx", data))
            assert (model, plan["problems"], plan["rows"]) == (model, [], [])
            assert plan["unchanged"] >= model.objects.count()


@pytest.mark.usefixtures("real_data")
def test_an_exported_csv_changes_nothing(root):
    for model, table in TABLES:
        data = export(root, model, "csv", table=table.key)
        if table.model.objects.exists():
            plan = preview(root, model, SimpleUploadedFile("a.csv", data), table=table.key)
            assert (table.key, plan["problems"], plan["rows"]) == (table.key, [], [])
            assert plan["unchanged"] == table.model.objects.count()


@pytest.mark.parametrize("table", [t for _m, t in TABLES], ids=lambda t: t.key)
def test_no_two_columns_of_a_table_share_a_heading(table):
    labels = [column.label for column in table.columns]
    assert len(set(labels)) == len(labels)
    assert len(table.label) <= 31
