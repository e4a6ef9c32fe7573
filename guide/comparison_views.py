"""Pages and the file of the five-city comparison."""

import csv
import tempfile

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guide.comparison import aspects, comparable, in_order_of, limit_of, row_of
from publishing.api.exports import MEMORY_BYTES, Utf8
from publishing.api.renderers import BYTE_ORDER_MARK, table_cell
from publishing.catalogue import catalogue_at
from publishing.pages import PAGED, entry_page, find_part, page_of
from publishing.templatetags.documents import duration, label
from qingdao_portal.parameters import takes
from qingdao_portal.reader import reader_of


@takes(*PAGED, "domain", "differences")
@require_safe
def compare(request):
    """All measures × five cities; `domain` and `differences=1` narrow them."""
    catalogue, domain, chosen = _filters(request)
    page = page_of(request, _comparable(catalogue, chosen))
    rows = [row_of(edition, first=reader_of(request).cities) for edition in page.rows]
    context = {
        "catalogue": catalogue,
        "cities": [p["city"] for p in rows[0].provisions] if rows else [],
        "domain": domain,
        "only_differences": "differences" in chosen,
        "rows": rows,
        "page": page,
        "page_query": f"{urlencode(chosen)}&" if chosen else "",
        "csv_url": _with(reverse("guide:compare-csv"), chosen),
    }
    return render(request, "guide/compare.html", context)


def _comparable(catalogue, chosen):
    return comparable(
        domain=chosen.get("domain"),
        only_differences="differences" in chosen,
        counts=catalogue["counts"],
    )


@takes("differences")
@entry_page("measure")
def compare_measure(request, edition):
    """One measure across five cities, point by point."""
    measure = edition.item
    first = reader_of(request).cities
    provisions = in_order_of(measure["provisions"], first)
    only_differences = request.GET.get("differences") == "1"
    rows = aspects(measure, provisions, first=first)
    context = {
        "measure": measure,
        "provisions": provisions,
        "aspects": [row for row in rows if row.differs or (row.is_known and not only_differences)],
        "unknown": [row for row in rows if not row.is_known],
        "only_differences": only_differences,
    }
    return render(request, "guide/compare_measure.html", context)


@takes("domain", "differences")
@require_safe
def compare_csv(request):
    """The matrix as a file for spreadsheets: a line per measure and city."""
    catalogue, _domain, chosen = _filters(request)
    file = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115 - closed with the response
    file.write(BYTE_ORDER_MARK.encode())
    writer = csv.writer(Utf8(file))
    head = (_("领域"), _("条目"), _("市"), _("状态"), _("办理时限"), _("办理方式"))
    writer.writerow((*head, _("说明"), _("本市最近确认"), _("网址")))
    for edition in _comparable(catalogue, chosen).all():
        row = row_of(edition)
        address = request.build_absolute_uri(
            reverse("guide:measure-detail", args=[row.measure["slug"]])
        )
        for provision in row.provisions:
            cells = _cells(row.measure, provision, address)
            writer.writerow(table_cell(str(cell)) for cell in cells)
    headers = {
        "Content-Disposition": content_disposition_header(
            as_attachment=True, filename=_("五市对照.csv")
        )
    }
    return _sent(file, content_type="text/csv; charset=utf-8", headers=headers)


def _sent(file, **options):
    """The file as an answer: in one piece, or, where that is too long, from the disk."""
    length = file.tell()
    file.seek(0)
    if length > MEMORY_BYTES:
        return FileResponse(file, **options)
    with file:
        return HttpResponse(file.read(), **options)


def _cells(measure, provision, address):
    return (
        measure["domain"]["name"],
        measure["title"],
        provision["city"]["name"],
        label(provision["status"], "provision_status"),
        duration(limit_of(measure, provision)),
        label(provision["mode"], "mode"),
        provision["reason"],
        provision["confirmed_on"] or "",
        address,
    )


def _filters(request):
    """The catalogue, the domain asked for or None, and the filters in force as parameters.

    Raises Http404 for a domain that is not there.
    """
    catalogue = catalogue_at(request.site_version)
    chosen, domain = {}, None
    if slug := request.GET.get("domain", ""):
        domain = find_part(catalogue["domains"], slug)
        chosen["domain"] = slug
    if request.GET.get("differences") == "1":
        chosen["differences"] = "1"
    return catalogue, domain, chosen


def _with(address, parameters):
    return f"{address}?{urlencode(parameters)}" if parameters else address
