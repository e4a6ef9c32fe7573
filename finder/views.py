"""The one page of the finder: a question, or the result. It reads the release in force."""

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from finder.answers import change_address, follow
from finder.models import Question
from finder.results import groups_of
from publishing.catalogue import catalogue_at
from qingdao_portal.reader import reader_of


@require_safe
def find(request):
    """Ask the next question, or list the entries when all are answered."""
    catalogue = catalogue_at(request.site_version)
    return page_of(request, catalogue["finder"], catalogue["domains"])


def page_of(request, document, domains):
    """The page for the answers in the address, by this document."""
    context = {"canonical_url": settings.PORTAL_URL + reverse("finder:find")}
    if not document["questions"]:
        return render(request, "finder/closed.html", context)
    journey = follow(document, request.GET)
    context |= {
        "journey": journey,
        "given": [(item, change_address(journey, item)) for item in journey.given],
        "is_start": not request.GET,
    }
    if journey.question is not None:
        context["chosen"] = _chosen(request, journey.question)
        return render(request, "finder/question.html", context)
    context["groups"] = groups_of(document, journey.given, domains)
    context["no_entry"] = [g.answer["no_entry"] for g in journey.given if g.answer["no_entry"]]
    return render(request, "finder/result.html", context)


def _chosen(request, question):
    """The answer that is marked beforehand: the one in the address, or the reader's city."""
    reader = reader_of(request)
    cities = {Question.Role.LIVE: reader.from_city, Question.Role.GO: reader.to_city}
    return request.GET.get(question["slug"]) or cities.get(question["role"], "")
