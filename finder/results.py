"""What the answers mean for each entry: applies, may apply, does not apply, and why."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from finder.models import Condition, Question, Rule
from publishing.models import Edition
from publishing.templatetags.documents import label
from regions.cities import CITY_SLUGS

Verdict = Condition.Verdict
ORDER = (Verdict.APPLIES, Verdict.MAYBE, Verdict.NOT)
OF_STATUS = {
    "implemented": Verdict.APPLIES,
    "announced": Verdict.APPLIES,
    "in_progress": Verdict.MAYBE,
    "unverified": Verdict.MAYBE,
    "unavailable": Verdict.NOT,
    "not_applicable": Verdict.NOT,
}


class Reason(NamedTuple):
    """One point; `verdict` is None for what is told only, and decides nothing."""

    verdict: Verdict | None
    text: str


class Finding(NamedTuple):
    """One entry with the verdict on it; `city` is the slug of the one to look at, or ''."""

    item: dict
    verdict: str
    reasons: list
    next_step: str
    city: str
    hotlines: list

    @property
    def url(self):
        return f"{self.item['url']}{self.city}/" if self.city else self.item["url"]


class Group(NamedTuple):
    verdict: str
    label: str
    findings: list


def groups_of(document, given, domains):
    """The entries for these answers by verdict, as `Group`s without the empty ones. One query.

    Of one verdict, entries that say something of who asks come before those that leave it open. One
    that is not public is left out. `domains` is the catalogue's list: its hotlines stand in for an
    entry that has none.
    """
    answers = {item.question["slug"]: item.answer["slug"] for item in given}
    selecting = [g.question["slug"] for g in given if g.question["role"] == Question.Role.SELECT]
    rules = [rule for rule in document["rules"] if _is_listed(rule, answers, selecting)]
    rules.sort(key=lambda rule: _left_open(rule, given))
    items = _live_items(rules)
    hotlines = {domain["slug"]: domain["hotlines"] for domain in domains}
    findings = [
        _judge(rule, items[rule["kind"], rule["id"]], given, hotlines)
        for rule in rules
        if (rule["kind"], rule["id"]) in items
    ]
    groups = (
        Group(verdict, verdict.label, [f for f in findings if f.verdict == verdict])
        for verdict in ORDER
    )
    return [group for group in groups if group.findings]


def cities_of(given):
    """The slugs of the cities where the reader lives and goes, each '' if not one of the five."""
    by_role = {item.question["role"]: item.answer["slug"] for item in given}
    found = (by_role.get(role, "") for role in (Question.Role.LIVE, Question.Role.GO))
    return [slug if slug in CITY_SLUGS else "" for slug in found]


def _is_listed(rule, answers, selecting):
    named = {(c["question"], c["answer"]) for c in rule["conditions"]}
    return all((name, answers[name]) in named for name in selecting)


def _left_open(rule, given):
    """Of how many answers that are to be judged the entry says nothing."""
    named = {(c["question"], c["answer"]) for c in rule["conditions"]}
    return sum(
        question["role"] == Question.Role.JUDGE and (question["slug"], answer["slug"]) not in named
        for question, answer in given
    )


def _live_items(rules):
    editions = Edition.objects.current().filter(
        kind__in={rule["kind"] for rule in rules}, entry_id__in=[rule["id"] for rule in rules]
    )
    return {(edition.kind, str(edition.entry_id)): edition.item for edition in editions}


def _judge(rule, item, given, hotlines):
    reasons = [*_reasons_of_answers(rule, given), *_reasons_of_place(rule, item, given)]
    verdicts = [reason.verdict for reason in reasons if reason.verdict is not None]
    verdict = max(verdicts, key=ORDER.index, default=Verdict.MAYBE)
    live, go = cities_of(given)
    known = {provision["city"]["slug"] for provision in item.get("provisions", ())}
    city = next((slug for slug in (go, live) if slug in known), "")
    domain = item.get("domain") or {}
    numbers = item.get("hotlines") or hotlines.get(domain.get("slug"), [])
    return Finding(item, verdict, reasons, rule["next_step"], city, numbers)


def _reasons_of_answers(rule, given):
    conditions = {(c["question"], c["answer"]): c for c in rule["conditions"]}
    for question, answer in given:
        condition = conditions.get((question["slug"], answer["slug"]))
        if condition is not None:
            yield Reason(Verdict(condition["verdict"]), condition["why"])
        elif question["role"] == Question.Role.JUDGE:
            text = _("条目没有写明是否包括“%s”,办之前请先打电话问清楚。") % answer["label"]
            yield Reason(Verdict.MAYBE, text)


def _reasons_of_place(rule, item, given):
    """What the entry says of the reader's cities; the one that does not count only informs."""
    provisions = {p["city"]["slug"]: p for p in item.get("provisions", ())}
    if not provisions:
        return
    live, go = cities_of(given)
    counting = {live, go} if rule["place"] == Rule.Place.BOTH else {go or live}
    if _is_outside(rule, given) or not counting - {""}:
        yield Reason(Verdict.MAYBE, _("您选的地方不在五市,条目只说明了五市的情况。"))
    for slug in dict.fromkeys((live, go)):
        if slug in provisions:
            provision = provisions[slug]
            verdict = OF_STATUS[provision["status"]] if slug in counting else None
            yield Reason(verdict, _city_in_words(provision))


def _is_outside(rule, given):
    """Whether a place that counts for the rule is none of the five cities."""
    chosen = {item.question["role"]: item.answer["slug"] for item in given}
    roles = [Question.Role.GO]
    if rule["place"] == Rule.Place.BOTH or chosen.get(Question.Role.GO) == "home":
        roles.append(Question.Role.LIVE)
    return any(chosen.get(role) == "other" for role in roles)


def _city_in_words(provision):
    words = {
        "city": provision["city"]["short_name"],
        "status": label(provision["status"], "provision_status"),
    }
    hint = provision["reason"] or label(provision["status"], "provision_hint")
    text = _("%(city)s:%(status)s") % words
    return _("%(text)s(%(hint)s)") % {"text": text, "hint": hint} if hint else text
