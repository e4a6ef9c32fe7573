"""What of a cooperation zone readers look for."""

from django.urls import reverse

from search.registry import (
    BODY,
    KEYWORD,
    LABEL,
    SUMMARY,
    Findable,
    register_findables,
    translations_of,
)


def zone_findables(document):
    yield Findable(
        kind="zone",
        id=document["id"],
        slug=document["slug"],
        title=document["title"],
        url=reverse("cooperation:zone-detail", args=[document["slug"]]),
        text="\n".join([document["summary"], *(aim["text"] for aim in document["aims"])]).strip(),
        fields=tuple(_fields(document)),
        cities=tuple(city["slug"] for city in document["cities"]),
        position=document["position"],
        translations=translations_of(document, "title", "summary"),
    )


def _fields(document):
    yield SUMMARY, document["summary"]
    yield LABEL, "县域合作 合作区"
    yield LABEL, document["theme"]
    for county in document["signatories"]:
        yield KEYWORD, county["name"]
    for city in document["cities"]:
        yield LABEL, f"{city['name']} {city['short_name']}"
    for aim in document["aims"]:
        yield BODY, aim["text"]
    for event in document["events"]:
        yield BODY, event["text"]
    for agreement in document["agreements"]:
        yield BODY, f"{agreement['title']} {agreement['summary']}"


register_findables("zone", zone_findables)
