"""Export and import in the staff area: what a `ModelAdmin` gets by `ExchangeMixin`."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange import services
from exchange.files import max_size
from exchange.forms import UploadForm
from exchange.models import PendingImport
from exchange.problems import Problem
from exchange.services import CSV, XLSX, Outcome
from exchange.tables import tables_of
from exchange.workbooks import TooLongForWorkbook
from publishing.text_diff import text_pieces

FORMAT, TABLE = "_format", "_table"  # parameters beside those of the list's filters
ROWS_PER_PAGE = 100
LONG_TEXTS = 80  # characters, old and new together, above which one reads better as a comparison
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
REFUSALS = {
    Outcome.CHANGED: gettext_lazy(
        "没有导入:预览之后数据又有了变化。下面是按现在的数据重新核对的结果。"
    ),
    Outcome.CONFLICT: gettext_lazy(
        "没有导入:保存时和别的内容冲突,例如两行互换了网址名。请分两次导入。"
    ),
    Outcome.GONE: gettext_lazy("没有导入:这次导入已经确认过,或者放得太久失效了。"),
}


class ExchangeMixin:
    """Adds export of the list as it is filtered, of selected rows, and import with a preview."""

    change_list_template = "admin/exchange/change_list.html"
    exchange_names = ()  # what cells of other tables call a row, see `exchange.names`
    exchange_facts = ()  # columns that are exported only
    import_note = gettext_lazy("导入的内容是工作稿,发布后读者才看得到。")

    def before_import(self, request, row, changed_names):
        """Do to a row what the form would have done beside saving it."""

    def has_import_permission(self, request):
        """Whether there is anything to import; each row is asked for by itself."""
        return self.has_change_permission(request) or self.has_add_permission(request)

    def get_urls(self):
        views = [
            ("export/", self.export_view, "export"),
            ("import/", self.import_view, "import"),
            ("import/<uuid:pk>/", self.import_preview_view, "import_preview"),
        ]
        own = [
            path(address, self.admin_site.admin_view(view), name=self._exchange_name(page))
            for address, view, page in views
        ]
        return [*own, *super().get_urls()]

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self.has_view_permission(request) and not request.GET.get("_popup"):
            for file_format in (XLSX, CSV):
                name = f"export_{file_format}"
                description = _("导出所选的%s") % file_format.upper()
                actions[name] = (partial(_export_selected, file_format), name, description)
        return actions

    def changelist_view(self, request, extra_context=None):
        context = {
            "export_url": self._exchange_url("export"),
            "import_url": self._exchange_url("import")
            if self.has_import_permission(request)
            else "",
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def export_view(self, request):
        """The rows of the list as its filters leave them: a choice of files, then the file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        file_format, key = request.GET.get(FORMAT), request.GET.get(TABLE, "")
        filters = request.GET.copy()
        for name in (FORMAT, TABLE, "p", "all"):
            filters.pop(name, None)
        request.GET = filters  # the list refuses parameters that it does not know
        try:
            queryset = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            self.message_user(request, _("筛选条件不对,请重新选择。"), messages.WARNING)
            return HttpResponseRedirect(self._exchange_url("changelist"))
        if file_format in CONTENT_TYPES:
            return self.export_response(request, queryset, file_format, key)
        return self._export_page(request, queryset)

    def export_response(self, request, queryset, file_format, key=""):
        try:
            file = services.export(
                request=request,
                model_admin=self,
                queryset=queryset,
                file_format=file_format,
                key=key,
            )
        except TooLongForWorkbook as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self._exchange_url("changelist"))
        label = next(
            (t.label for t in tables_of(self) if t.key == key), self.opts.verbose_name_plural
        )
        name = f"{label}-{timezone.localdate()}.{file_format}"
        return FileResponse(
            file, as_attachment=True, filename=name, content_type=CONTENT_TYPES[file_format]
        )

    def import_view(self, request):
        """Take a file, read it and lead to the preview of what it would change."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        tables = tables_of(self)
        is_sent = request.method == "POST"
        form = UploadForm(*(request.POST, request.FILES) if is_sent else (), tables=tables)
        if is_sent and form.is_valid():
            pending = services.keep_for_preview(
                request=request,
                model_admin=self,
                file_name=form.cleaned_data["file"].name,
                sheets=form.sheets,
            )
            return HttpResponseRedirect(self._exchange_url("import_preview", pending.pk))
        context = {
            "form": form,
            "tables": tables,
            "max_size": max_size(),
            "max_bytes": settings.IMPORT_MAX_BYTES,
            "import_note": self.import_note,
            "export_url": self._exchange_url("export"),
        }
        return self._exchange_page(request, "import.html", _("导入"), context)

    def import_preview_view(self, request, pk):
        """What the file would change, row by row and field by field; a post carries it out."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        mine = PendingImport.objects.of(request.user).filter(model_label=self.opts.label_lower)
        if request.method == "POST" and "cancel" in request.POST:
            mine.filter(pk=pk).delete()
            return HttpResponseRedirect(self._exchange_url("changelist"))
        if request.method == "POST":
            return self._confirm(request, pk)
        pending = get_object_or_404(mine, pk=pk)
        plan = pending.plan
        page = Paginator(plan["rows"], ROWS_PER_PAGE).get_page(request.GET.get("p"))
        context = {
            "pending": pending,
            "plan": plan,
            "page": page,
            "rows": [_as_shown(row) for row in page],
            "problems": [Problem(*problem) for problem in plan["problems"]],
            "added": sum(row["is_new"] for row in plan["rows"]),
            "changed": sum(not row["is_new"] for row in plan["rows"]),
            "import_note": self.import_note,
            "import_url": self._exchange_url("import"),
        }
        return self._exchange_page(request, "preview.html", _("导入前核对"), context)

    def _confirm(self, request, pk):
        outcome, text = services.confirm(request=request, model_admin=self, pk=pk)
        if outcome is Outcome.DONE:
            self.message_user(request, text, messages.SUCCESS)
            return HttpResponseRedirect(self._exchange_url("changelist"))
        self.message_user(request, REFUSALS[outcome], messages.WARNING)
        if outcome is Outcome.GONE:
            return HttpResponseRedirect(self._exchange_url("changelist"))
        return HttpResponseRedirect(self._exchange_url("import_preview", pk))

    def _export_page(self, request, queryset):
        query = request.GET.urlencode()
        start = f"?{query}&" if query else "?"
        tables = tables_of(self)
        context = {
            "tables": tables,
            "count": queryset.count(),
            "is_filtered": bool(query),
            "xlsx_url": f"{start}{FORMAT}={XLSX}",
            "csv_urls": [(t.label, f"{start}{FORMAT}={CSV}&{TABLE}={t.key}") for t in tables],
        }
        return self._exchange_page(request, "export.html", _("导出"), context)

    def _exchange_page(self, request, template, title, context):
        common = {
            **self.admin_site.each_context(request),
            "title": f"{title}:{self.opts.verbose_name_plural}",
            "page_title": title,
            "opts": self.opts,
        }
        return TemplateResponse(request, f"admin/exchange/{template}", common | context)

    def _exchange_url(self, page, *args):
        return reverse(f"{self.admin_site.name}:{self._exchange_name(page)}", args=args)

    def _exchange_name(self, page):
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


def _as_shown(row):
    """A planned row with its changes as the preview shows them: long texts word by word."""
    changes = []
    for label, old, new in row["changes"]:
        is_long = bool(old and new) and len(old) + len(new) > LONG_TEXTS
        pieces = text_pieces(old, new) if is_long else []
        changes.append({"label": label, "old": old, "new": new, "pieces": pieces})
    return row | {"changes": changes}


def _export_selected(file_format, model_admin, request, queryset):
    return model_admin.export_response(request, queryset, file_format)
