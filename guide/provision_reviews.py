"""When a standard text changes, each city is asked whether what it does still holds.

The only writer of `ProvisionReview`. A major edition of a measure asks; the city's editors answer
仍适用, or edit their provision.
"""

from collections import defaultdict

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from guide.models import Measure, Provision, ProvisionReview
from publishing.compare import compare
from publishing.models import Edition
from staff import access

Status = ProvisionReview.Status
MAJOR_EVENTS = (Edition.Event.PUBLISHED, Edition.Event.MOVED)
# What is the same for all cities. What a city says itself, and whom to call, does not count.
STANDARD_TEXT = (
    *("title", "summary", "audience", "body", "promised_limit", "statutory_limit", "limit_note"),
    *("fee", "departments", "steps", "materials", "questions"),
)


def ask_cities(sender, instance, created, **kwargs):
    """Ask after a major edition that changed the standard text; runs in its transaction."""
    edition = instance
    is_first = edition.number == 1
    if not created or is_first or edition.kind != Measure.kind or edition.event not in MAJOR_EVENTS:
        return
    last = Edition.objects.get(
        kind=edition.kind, entry_id=edition.entry_id, number=edition.number - 1
    )
    if not _is_same_text(last, edition):
        _ask_about(last, edition)


def _ask_about(last, edition):
    """Let the newest text be the one to answer for, against what each city answered for last."""
    provisions = Provision.objects.filter(measure=edition.entry_id)
    reviews = ProvisionReview.objects.filter(provision__in=provisions)
    # Nobody answers while the question changes.
    pending = dict(reviews.pending().select_for_update().values_list("provision", "pk"))
    answered = {review.provision_id: review.confirmed_id for review in reviews.newest()}
    confirmed = {last.pk: last} | Edition.objects.in_bulk({*answered.values()} - {last.pk})
    is_same = {pk: _is_same_text(text, edition) for pk, text in confirmed.items()}
    new, asked_again, settled = [], defaultdict(list), []
    for provision in provisions:
        previous = answered.get(provision.pk, last.pk)
        waiting = pending.get(provision.pk)
        if is_same[previous]:
            settled += [waiting] if waiting else []
        elif waiting:
            asked_again[previous].append(waiting)
        else:
            new.append(ProvisionReview(provision=provision, edition=edition, previous_id=previous))
    ProvisionReview.objects.filter(pk__in=settled).delete()
    for previous, waiting in asked_again.items():
        reviews.filter(pk__in=waiting).update(edition=edition, previous=previous)
    ProvisionReview.objects.bulk_create(new)


def confirm(*, review, by, edition_id):
    """Record that the provision still holds with the text of that edition.

    Return False where there is nothing to record: it was answered before, or a newer edition has
    come that the user has not seen.
    """
    if not access.may_edit(by, review.provision):
        raise PermissionDenied
    return _answer(review.provision, by, edition_id, Status.STILL_VALID)


def mark_edited(*, provision, by, edition_id):
    """Record that the provision was edited by somebody who saw the text of that edition."""
    return _answer(provision, by, edition_id, Status.EDITED)


def pending_for(user):
    """The reviews that the user may answer, oldest first, those of one text together."""
    own = access.changeable(user, Provision.objects.all())
    reviews = ProvisionReview.objects.pending().filter(provision__in=own.values("pk"))
    return reviews.order_by("edition_id", "previous_id", "provision__city__code", "id")


def pending_of(provision):
    return ProvisionReview.objects.pending().for_page().filter(provision=provision).first()


def differences_of(review):
    """What changed in the standard text, as `publishing.compare` says it."""
    return compare(*(_shown_part(e.document) for e in (review.previous, review.edition)))


def _answer(provision, by, edition_id, status):
    waiting = ProvisionReview.objects.pending().filter(provision=provision, edition=edition_id)
    return bool(waiting.update(status=status, by=by, at=timezone.now()))


def _shown_part(document):
    return {name: document[name] for name in ("kind", *STANDARD_TEXT)}


def _is_same_text(one, other):
    return all(_words(one.document[name]) == _words(other.document[name]) for name in STANDARD_TEXT)


def _words(value):
    """A value without what no reader sees: ids, texts made from others, and translations."""
    if isinstance(value, dict):
        return {key: _words(item) for key, item in value.items() if not _is_unseen(key)}
    return [_words(item) for item in value] if isinstance(value, list) else value


def _is_unseen(key):
    return key in ("id", "translations") or key.endswith("_html")
