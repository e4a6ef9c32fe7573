"""The search page, the suggestions while typing, and the count of what was looked for."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from publishing.catalogue import catalogue_at
from publishing.pages import ListPage
from qingdao_portal.client import client_network
from qingdao_portal.parameters import takes
from search.counting import count_click, count_search
from search.facets import facet_groups, filters_of
from search.finding import MAX_PAGE, PAGE_SIZE, find
from search.limits import COUNTS_PER_ADDRESS
from search.presenting import present
from search.reading import MAX_LENGTH, needs_unknown, read
from search.suggesting import nearest_words, suggest
from search.vocabulary import vocabulary_at

MAX_DIGITS = 6


@takes("q", "kind", "domain", "city", "scenario", "page")
@require_safe
def search(request):
    """Results for `q`, narrowed by `kind`, `domain`, `city`, `scenario`; `page` by page."""
    text = request.GET.get("q", "").strip()
    catalogue = catalogue_at(request.site_version)
    chosen = filters_of(request.GET, catalogue)
    vocabulary = vocabulary_at(request.site_version)
    query = read(text, vocabulary)
    number = _page_number(request)
    found = find(query, filters=chosen.facets, page=number)
    if number > 1 and not found.results:
        raise Http404(_("没有这一页。"))
    parameters = {"q": text[:MAX_LENGTH]} | chosen.parameters
    context = {
        "catalogue": catalogue,
        "is_for_engines": set(request.GET) <= {"q"} and _is_own_words(query, found, vocabulary),
        "query": text[:MAX_LENGTH],
        "is_cut": len(text) > MAX_LENGTH,
        "found": found,
        "results": [present(result, query) for result in found.results],
        "groups": facet_groups(found.facets, chosen, catalogue, parameters),
        "page": _page(found, number),
        "page_query": f"{urlencode(parameters)}&",
        "unknown": needs_unknown(query, vocabulary),
        # Where filters leave nothing, no word was wrong.
        "nearest": [] if found.total or chosen.facets else nearest_words(query.text, vocabulary),
        "without_filters": f"?{urlencode({'q': parameters['q']})}" if chosen.facets else "",
    }
    return render(request, "search/search.html", context)


@takes("q")
@require_safe
def suggestions(request):
    """JSON: what the reader may be about to type."""
    return JsonResponse(
        {"suggestions": suggest(request.GET.get("q", ""))},
        json_dumps_params={"ensure_ascii": False},
    )


@csrf_exempt  # It knows nobody and changes nothing but a number.
@require_POST
def count(request):
    """Note that results were seen (`results`: how many) or one was followed (`clicked`)."""
    wait = COUNTS_PER_ADDRESS.seconds_to_wait(client_network(request))
    if wait:
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    text, results = request.POST.get("q", ""), request.POST.get("results", "")
    if "clicked" in request.POST:
        count_click(text)
    elif results.isascii() and results.isdigit() and len(results) <= MAX_DIGITS:
        count_search(text, results=int(results))
    return HttpResponse(status=204)


def _page(found, number):
    total = min(found.total, MAX_PAGE * PAGE_SIZE)
    return ListPage(
        found.results,
        total,
        number,
        f"page={number - 1}" if number > 1 else "",
        f"page={number + 1}" if number * PAGE_SIZE < total else "",
        PAGE_SIZE,
    )


def _is_own_words(query, found, vocabulary):
    """Whether results are for words that the portal itself uses, or nothing was asked.

    Engines may keep these; of anybody's own text they would make a page of this site that says it.
    """
    asked = [concept.text for concept in query.concepts]
    return not query.text or bool(found.total and all(text in vocabulary.words for text in asked))


def _page_number(request):
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit()) or not 1 <= len(text) <= MAX_DIGITS:
        raise Http404(_("没有这一页。"))
    number = int(text)
    if not 1 <= number <= MAX_PAGE:
        raise Http404(_("没有这一页。"))
    return number
