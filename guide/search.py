"""What of a measure readers look for: the entry itself, and each of its questions."""

from html import unescape

from django.urls import reverse
from django.utils.html import strip_tags

from publishing.templatetags.documents import LABELS
from search.registry import BODY, LABEL, SUMMARY, Findable, register_findables, translations_of


def measure_findables(document):
    """The measure, then its questions, which lead to their place on its page."""
    common = {
        "slug": document["slug"],
        "domain": document["domain"]["slug"],
        "cities": tuple(city["slug"] for city in document["cities"]),
        "scenarios": tuple(scenario["slug"] for scenario in document["scenarios"]),
        "position": document["position"],
    }
    url = reverse("guide:measure-detail", args=[document["slug"]])
    body = unescape(strip_tags(document["body_html"]))
    yield Findable(
        kind="measure",
        id=document["id"],
        title=document["title"],
        url=url,
        text="\n".join([document["summary"], document["audience"], body]),
        fields=tuple(_fields(document)),
        keywords=tuple(document["keywords"]),
        translations=translations_of(document, "title", "summary", "audience"),
        **common,
    )
    for question in document["questions"]:
        yield Findable(
            kind="question",
            id=question["id"],
            title=question["question"],
            url=f"{url}#question-{question['id']}",
            text=question["answer"],
            fields=((SUMMARY, question["answer"]), (LABEL, document["title"])),
            translations=translations_of(question, "question", "answer"),
            **common,
        )


def _fields(document):
    """`(weight, text)` of everything that the page says in words."""
    yield SUMMARY, document["summary"]
    yield LABEL, document["domain"]["name"]
    yield LABEL, document["audience"]
    for scenario in document["scenarios"]:
        yield LABEL, f"{scenario['name']} {scenario['summary']}"
    for city in document["cities"]:
        yield LABEL, f"{city['name']} {city['short_name']}"
    yield BODY, document["body"]
    yield BODY, str(LABELS["scope"][document["scope"]])
    for question in document["questions"]:
        yield SUMMARY, question["question"]
        yield BODY, question["answer"]
    for step in document["steps"]:
        yield BODY, step["text"]
    for material in document["materials"]:
        yield BODY, f"{material['name']} {material['note']}"
    for department in document["departments"]:
        yield BODY, department["department"]["name"]
    for hotline in document["hotlines"]:
        yield LABEL, f"{hotline['number']} {hotline['name']}"
    for provision in document["provisions"]:
        yield BODY, provision["reason"]


register_findables("measure", measure_findables)
