"""What is looked at before an entry goes public: faults that stop it, and doubts to think about.

A check is a function of the document that would be published and of the day; it yields
`Problem`s. Subjects register their own when Django starts. Only the workflow asks: management
commands publish what they are given.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import links, registry, wording
from publishing.previews import draft_document
from publishing.services import PublishingError

# Left over by somebody who meant to come back. A real text never says this.
_PLACEHOLDERS = re.compile(
    r"(?<![A-Za-z0-9])(?:[Xx×]{2,}|TODO|TBD)(?![A-Za-z0-9])|待补|[??]{2,}|lorem ipsum",
    re.IGNORECASE,
)
# These may be meant.
_DOUBTFUL = re.compile(r"待定|示例")
# What a word processor or another site leaves; readers see it as it is written.
_MARKUP = re.compile(r"</?[a-z][a-z0-9:]*(?:\s[^<>]*)?/?>|&(?:nbsp|amp|lt|gt|quot);", re.IGNORECASE)
_WHOLE_ADDRESS = re.compile(r"https?:|mailto:|tel:|/|#", re.IGNORECASE)
_NO_TEXTS = ("id", "slug", "url", "key", "code", "kind", "number", "numbers")
# Dates of what has happened: none can be to come.
_PAST = {
    "last_verified_on": gettext_lazy("最近核对日期"),
    "confirmed_on": gettext_lazy("本市确认日期"),
    "met_on": gettext_lazy("达成日期"),
    "changed_on": gettext_lazy("变化日期"),
    "actual_finish": gettext_lazy("实际完成日期"),
    "signed_on": gettext_lazy("签署日期"),
    "as_of": gettext_lazy("截至日期"),
}


class Severity(TextChoices):
    STOP = "stop", gettext_lazy("必须改正")
    WARN = "warn", gettext_lazy("请留意")


@dataclass(frozen=True)
class Problem:
    """Something about a document, in a sentence for staff."""

    severity: Severity
    text: str


_checks: list[tuple[str | None, Callable]] = []


def check(kind=None):
    """Register a function `(document, today) -> iterable of Problem` for one kind, or for all."""

    def decorate(function):
        _checks.append((kind, function))
        return function

    return decorate


def stop(text):
    return Problem(Severity.STOP, text)


def warn(text):
    return Problem(Severity.WARN, text)


def problems_in(document, today=None):
    """All problems of a document, those that stop it first."""
    today = today or timezone.localdate()
    found = [
        problem
        for kind, function in _checks
        if kind in (None, document["kind"])
        for problem in function(document, today)
    ]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.severity != Severity.STOP)


def problems_of(entry, today=None):
    """All problems of the entry's rows as they are now."""
    return problems_in(draft_document(entry), today)


def require_publishable(entry):
    """Raise PublishingError with everything that stops the entry, if anything does."""
    stops = [p.text for p in problems_of(entry) if p.severity == Severity.STOP]
    if stops:
        message = _("“%(entry)s”还不能公开:%(problems)s")
        raise PublishingError(message % {"entry": entry, "problems": "".join(stops)})


def require_filled(document, *names):
    """A stop for each of the fields that is empty."""
    serializer = registry.kinds[document["kind"]].serializer()
    for name in names:
        if not document[name]:
            yield stop(_("“%s”没有填写。") % wording.label_of(serializer, name))


@check()
def no_placeholders(document, today):
    serializer = registry.kinds[document["kind"]].serializer()
    for name, value in document.items():
        label = wording.label_of(serializer, name)
        for text in _texts_in(name, value):
            for pattern, problem in ((_PLACEHOLDERS, stop), (_DOUBTFUL, warn)):
                if match := pattern.search(text):
                    words = {"label": label, "text": match.group()}
                    yield problem(_("“%(label)s”里有占位文字“%(text)s”。") % words)


@check()
def has_sources(document, today):
    """What is said to rest on a report or a policy names it."""
    if document["evidence"] != "unsourced" and not document["citations"]:
        yield stop(_("写明了依据,却没有引用来源。"))


@check()
def internal_links_lead_somewhere(document, today):
    own_path = registry.kinds[document["kind"]].path(document)
    for url in links.links_in(document):
        if links.is_internal(url) and url != own_path and not links.is_live_page(url):
            yield stop(_("站内链接“%s”打不开。") % url)


@check()
def links_are_whole(document, today):
    """A browser takes www.example.cn for a page below the present one."""
    for url in links.text_links_in(document):
        if url and not _WHOLE_ADDRESS.match(url):
            yield stop(_("链接“%s”不完整:外部的要以 https:// 开头,站内的以 / 开头。") % url)


@check()
def no_markup_of_elsewhere(document, today):
    serializer = registry.kinds[document["kind"]].serializer()
    for name, value in document.items():
        for text in _texts_in(name, value):
            if match := _MARKUP.search(text):
                words = {"label": wording.label_of(serializer, name), "text": match.group()[:40]}
                yield warn(_("“%(label)s”里有网页代码“%(text)s”,读者会照原样看到。") % words)


@check()
def outside_links_are_sources(document, today):
    sources = {citation["source"]["url"] for citation in document["citations"]}
    for url in links.text_links_in(document):
        if links.is_external(url) and url not in sources:
            yield warn(_("正文里的外部链接“%s”没有列为来源。") % url)


@check()
def nothing_has_happened_tomorrow(document, today):
    for name, date in _past_dates_in(document):
        if date > today.isoformat()[: len(date)]:
            yield stop(_("“%(label)s”在将来:%(date)s。") % {"label": _PAST[name], "date": date})


def _texts_in(name, value):
    """Staff's texts under a field; not those that are made from others, nor addresses."""
    if name in _NO_TEXTS or name.endswith("_html"):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts_in(key, item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(name, item)


def _past_dates_in(value):
    if isinstance(value, list):
        for item in value:
            yield from _past_dates_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            date = item["value"] if isinstance(item, dict) and "precision" in item else item
            if key in _PAST and isinstance(date, str):
                yield key, date
            else:
                yield from _past_dates_in(item)
