"""Outside links of live entries: which there are, what came of asking, which are really dead.

A link is dead only after it failed on several days. A server that answers in any other way than
“not there” proves nothing: many refuse programs. A name that does not resolve and a server that
says nothing count only while some other link answers: otherwise our own network is down.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from publishing.links import is_external, links_in
from publishing.models import Edition
from qingdao_portal import outbound
from upkeep.models import LinkCheck

Reason, Status = LinkCheck.Reason, LinkCheck.Status
# After how many days in a row a failure means that the link is dead. Others never do.
DAYS_UNTIL_DEAD = {
    Reason.NOT_FOUND: 3,
    Reason.NO_SUCH_NAME: 3,
    Reason.UNREACHABLE: 14,
    Reason.SERVER_ERROR: 14,
}
NEEDS_NETWORK = (Reason.NO_SUCH_NAME, Reason.UNREACHABLE)
IS_ANSWER = ("", Reason.NOT_FOUND, Reason.SERVER_ERROR, Reason.DECLINED)
MAX_LENGTH = LinkCheck._meta.get_field("url").max_length


def external_links(document):
    """The outside addresses that a document leads to, as far as they fit the table."""
    urls = filter(is_external, links_in(document))
    return {url for url in urls if len(url) <= MAX_LENGTH}


@transaction.atomic  # one moment of the database, read along one cursor
def note_links():
    """Bring the table up to date with the links of what is live now."""
    entries = defaultdict(list)
    live = Edition.objects.current().values_list("entry_id", "document")
    for entry_id, document in live.iterator(chunk_size=200):
        for url in external_links(document):
            entries[url].append(entry_id)
    LinkCheck.objects.exclude(url__in=list(entries)).delete()
    LinkCheck.objects.bulk_create(
        [LinkCheck(url=url, entry_ids=sorted(ids)) for url, ids in entries.items()],
        update_conflicts=True,
        unique_fields=["url"],
        update_fields=["entry_ids"],
    )


def unchecked_today(now):
    """The links whose turn it is today, those that waited longest first."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    waiting = LinkCheck.objects.filter(Q(last_checked_at=None) | Q(last_checked_at__lt=midnight))
    return waiting.order_by("last_checked_at", "id")


def check_some(now, *, limit, ask=outbound.status_of):
    """Ask for up to `limit` links whose turn it is. Return whether more are left for today."""
    links = list(unchecked_today(now)[:limit])
    reasons = {link: failure_of(link.url, ask) for link in links}
    for link, reason in reasons.items():
        if reason in IS_ANSWER:
            LinkCheck.objects.filter(pk=link.pk).update(last_answered_at=now)
    is_online = LinkCheck.objects.filter(last_answered_at__gt=now - timedelta(days=1)).exists()
    for link, reason in reasons.items():
        record(link, reason, now, is_online=is_online)
    return unchecked_today(now).exists()


def failure_of(url, ask=outbound.status_of):
    """Why the address cannot be read, '' where it can."""
    try:
        status = ask(url)
    except outbound.Forbidden:
        return Reason.FORBIDDEN
    except outbound.NoSuchName:
        return Reason.NO_SUCH_NAME
    except outbound.Insecure:
        return Reason.INSECURE
    except outbound.Unreachable:
        return Reason.UNREACHABLE
    if status in (404, 410):
        return Reason.NOT_FOUND
    if status >= 500:
        return Reason.SERVER_ERROR
    return Reason.DECLINED if status >= 400 else ""


def record(link, reason, now, *, is_online):
    """Count a failure once a day; an answer ends the count, what proves nothing leaves it."""
    today = timezone.localdate(now)
    link.last_checked_at = now
    if reason == "":
        link.status, link.reason, link.failures = Status.ALIVE, "", 0
        link.first_failed_on = link.last_failed_on = None
    elif reason in DAYS_UNTIL_DEAD and (is_online or reason not in NEEDS_NETWORK):
        if link.last_failed_on != today:
            link.failures += 1
        link.first_failed_on = link.first_failed_on or today
        link.reason, link.last_failed_on = reason, today
        is_dead = link.failures >= DAYS_UNTIL_DEAD[reason]
        link.status = Status.DEAD if is_dead else Status.FAILING
    elif link.failures == 0:
        link.status, link.reason = Status.UNCLEAR, reason
    link.save(
        update_fields=[
            *("status", "reason", "failures", "first_failed_on", "last_failed_on"),
            "last_checked_at",
        ]
    )


def dead_links(*, entry=None):
    """`{entry id: [LinkCheck, …]}` of the dead links that are public now.

    Looked up in the live documents: a link that was replaced and published is gone at once.
    Two queries.
    """
    dead = LinkCheck.objects.filter(status=Status.DEAD)
    if entry is not None:
        dead = dead.filter(entry_ids__contains=[entry.pk])
    by_url = {link.url: link for link in dead}
    ids = {entry_id for link in by_url.values() for entry_id in link.entry_ids}
    if entry is not None:
        ids &= {entry.pk}
    live = Edition.objects.current().filter(entry_id__in=ids)
    found = {}
    for entry_id, document in live.values_list("entry_id", "document"):
        links = sorted(external_links(document) & set(by_url))
        if links:
            found[entry_id] = [by_url[url] for url in links]
    return found
