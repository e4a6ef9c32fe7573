"""What of a project readers look for."""

from html import unescape

from django.urls import reverse
from django.utils.html import strip_tags

from publishing.templatetags.documents import LABELS
from search.registry import BODY, LABEL, SUMMARY, Findable, register_findables, translations_of


def project_findables(document):
    yield Findable(
        kind="project",
        id=document["id"],
        slug=document["slug"],
        title=document["title"],
        url=reverse("projects:project-detail", args=[document["year"], document["slug"]]),
        text=f"{document['summary']}\n{unescape(strip_tags(document['body_html']))}",
        fields=tuple(_fields(document)),
        cities=tuple(city["slug"] for city in document["cities"]),
        position=document["position"],
        translations=translations_of(document, "title", "summary"),
    )


def _fields(document):
    yield SUMMARY, document["summary"]
    yield LABEL, f"{document['year']} {document['programme']['title']}"
    if document["circle"]:
        yield LABEL, str(LABELS["circle"][document["circle"]])
    for city in document["cities"]:
        yield LABEL, f"{city['name']} {city['short_name']}"
    yield BODY, document["body"]
    yield BODY, document["status_note"]
    for milestone in document["milestones"]:
        yield BODY, milestone["text"]
    for indicator in document["indicators"]:
        yield BODY, f"{indicator['name']} {indicator['value']}{indicator['unit']}"
    for department in document["departments"]:
        yield BODY, department["department"]["name"]


register_findables("project", project_findables)
