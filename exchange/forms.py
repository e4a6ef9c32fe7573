"""The form that takes a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.files import read_upload
from exchange.problems import FileProblem


class UploadForm(forms.Form):
    """A file to import. Valid once it has been read; `sheets` then holds its texts."""

    file = forms.FileField(
        label=_("文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        allow_empty_file=True,  # said in our own words
    )
    table = forms.ChoiceField(
        label=_("CSV 里是"), help_text=_("一个 CSV 只有一张表;XLSX 按工作表的名称认,不用选。")
    )

    def __init__(self, *args, tables, **kwargs):
        super().__init__(*args, **kwargs)
        self.tables = tables
        self.sheets = []
        self.fields["table"].choices = [(table.key, table.label) for table in tables]
        self.fields["table"].required = False

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("file"):
            try:
                self.sheets = self._name_sheets(read_upload(cleaned["file"]))
            except FileProblem as problem:
                self.add_error("file", str(problem))
        return cleaned

    def _name_sheets(self, sheets):
        """Where no sheet has the name of a table, the first one is the chosen table."""
        labels = {table.key: table.label for table in self.tables}
        if sheets and not any(sheet.title in labels.values() for sheet in sheets):
            sheets[0].title = labels.get(self.cleaned_data.get("table")) or self.tables[0].label
        for sheet in sheets:
            if sheet.title not in labels.values():
                sheet.rows.clear()  # told in the preview, not imported
        if not any(sheet.rows for sheet in sheets):
            raise FileProblem(_("文件里没有内容:第一行是列名,从第二行起是内容。"))
        return sheets
