"""Pages of the guide. They read editions and the catalogue, never the working copy."""

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guide.calculator import calculator
from guide.comparison import limit_of
from publishing.catalogue import catalogue_at
from publishing.lists.reading import Entries
from publishing.models import Edition
from publishing.pages import PAGED, entry_page, find_part, history_items, items_of, page_of
from publishing.statements import Statement
from publishing.translations import in_page_language
from qingdao_portal.parameters import takes

LATEST_CHANGES = 8
LAST_EDITIONS = 3  # of one measure
_LATEST = Statement(
    lambda: Edition.objects.exclude(event=Edition.Event.MINOR).to_show()[:LATEST_CHANGES]
)


@takes()
@require_safe
def home(request):
    """Domains, situations, the honest counts and what changed last."""
    context = {
        "catalogue": catalogue_at(request.site_version),
        "changes": [_change_of(edition) for edition in _LATEST.all()],
    }
    return render(request, "guide/home.html", context)


def _change_of(edition):
    """The item, with what was announced of its edition: still told apart by the edition."""
    item = edition.item
    item.update(event=edition.event, note=in_page_language(edition.note))
    return item


@takes(*PAGED)
@require_safe
def guide_index(request):
    """All measures, by domain."""
    catalogue = catalogue_at(request.site_version)
    page = page_of(request, Entries("measure", counts=catalogue["counts"]))
    context = {"catalogue": catalogue, "page": page, "measures": items_of(page.rows)}
    return render(request, "guide/guide_index.html", context)


@takes(*PAGED)
@require_safe
def domain_detail(request, slug):
    return _sorted_list(request, "domain", slug)


@takes(*PAGED)
@require_safe
def scenario_detail(request, slug):
    return _sorted_list(request, "scenario", slug)


def _sorted_list(request, name, slug):
    """The measures of one domain or scenario."""
    catalogue = catalogue_at(request.site_version)
    part = find_part(catalogue[f"{name}s"], slug)
    page = page_of(request, Entries("measure", [f"{name}:{slug}"], counts=catalogue["counts"]))
    context = {
        "catalogue": catalogue,
        name: part,
        "page": page,
        "measures": items_of(page.rows),
    }
    return render(request, f"guide/{name}_detail.html", context)


@takes("start")
@entry_page("measure")
def measure_detail(request, edition):
    """In the order of a reader's questions; `?start=` counts from that day."""
    measure = edition.item
    context = {
        "measure": measure,
        "calculator": calculator(
            request, promised=measure["promised_limit"], statutory=measure["statutory_limit"]
        ),
        "changes": history_items(edition, view_name="guide:measure-edition", limit=LAST_EDITIONS),
    }
    return render(request, "guide/measure_detail.html", context)


@takes("start")
@entry_page("measure")
def measure_city(request, edition, city):
    """One measure as one city does it."""
    measure = edition.item
    for provision in measure["provisions"]:
        if provision["city"]["slug"] == city:
            context = {
                "measure": measure,
                "city": provision["city"],
                "provision": provision,
                "calculator": calculator(
                    request,
                    promised=limit_of(measure, provision),
                    statutory=measure["statutory_limit"],
                ),
            }
            return render(request, "guide/measure_city.html", context)
    raise Http404(_("五市中没有这个城市。"))


@takes()
@entry_page("measure", twin="edition-list")
def measure_history(request, edition):
    """What changed in a measure, and when."""
    editions = history_items(edition, view_name="guide:measure-edition")
    context = {"measure": edition.item, "editions": editions}
    return render(request, "guide/measure_history.html", context)


@takes()
@require_safe
def measure_edition(request, slug, number):
    """One edition of a live measure, as it was. One query finds it and the current one."""
    measures = Edition.objects.of_kind("measure")
    same_entry = Edition.objects.current().filter(
        kind="measure", slug=slug, entry_id=OuterRef("entry_id")
    )
    found = measures.filter(Exists(same_entry), Q(number=number) | Q(is_current=True))
    by_number = {edition.number: edition for edition in found}
    edition = by_number.get(number)
    if edition is None:
        raise Http404(_("没有这一版。"))
    current = next(item for item in by_number.values() if item.is_current)
    context = {
        "measure": edition.item,
        "event": edition.event,
        "note": in_page_language(edition.note),
        "is_current": edition.is_current,
        "current_url": current.get_absolute_url(),
    }
    return render(request, "guide/measure_edition.html", context)


measure_edition.entry_kind = "measure"


@require_safe
def measure_list(request):
    """The list of measures is the guide itself."""
    return redirect("guide:index", permanent=True)
