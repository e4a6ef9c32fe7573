"""Making, revoking and answering check links: the only writers of links and answers."""

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing.checks.models import CheckAnswer, CheckLink, hash_of
from publishing.models import WorkflowEvent
from staff import access, audit
from staff.models import AuditEntry

TOKEN_BYTES = 32
MAX_ANSWERS = 100  # of one link: a bound on what one address can fill


def may_ask(user, entry):
    """Whether the user may show the entry's draft to people outside."""
    return access.may_submit(user, entry) or access.may_review(user, entry)


@transaction.atomic
def make_link(*, entry, by, id, recipient, lifetime):
    """Make the link with this id. Return its token, or None if it was made before.

    The token is nowhere to be found again: only its hash is stored.
    """
    if not may_ask(by, entry):
        raise PermissionDenied
    token, now = secrets.token_urlsafe(TOKEN_BYTES), timezone.now()
    link, is_new = CheckLink.objects.get_or_create(
        pk=id,
        defaults={
            "kind": entry.kind,
            "entry_id": entry.pk,
            "version": entry.version,
            "token_hash": hash_of(token),
            "recipient": recipient,
            "created_by": by,
            "created_at": now,
            "expires_at": now + lifetime,
        },
    )
    if not is_new:
        return None
    _audit(AuditEntry.Action.CHECK_LINK_MADE, link, entry, by)
    return token


@transaction.atomic
def revoke_link(*, link, entry, by):
    """Close a link for good. Return False if it was closed before."""
    if not may_ask(by, entry):
        raise PermissionDenied
    open_links = CheckLink.objects.of_entry(entry).filter(pk=link.pk, revoked_at=None)
    if not open_links.update(revoked_at=timezone.now()):
        return False
    _audit(AuditEntry.Action.CHECK_LINK_REVOKED, link, entry, by)
    return True


def revoke_links_of_withdrawn(sender, instance, created, **kwargs):
    """When an entry is withdrawn, whoever has a link to its draft loses it too."""
    if created and instance.is_withdrawn:
        links = CheckLink.objects.filter(kind=instance.kind, entry_id=instance.entry_id)
        links.filter(revoked_at=None).update(revoked_at=timezone.now())


def find_live(token):
    """The link with this token with its `entry`, None whatever the reason why it does not open."""
    link = CheckLink.objects.live().filter(token_hash=hash_of(token)).first()
    return link if link is not None and link.entry is not None else None


def is_full(link):
    """Whether the link takes no more answers."""
    return link.answers.count() >= MAX_ANSWERS


@transaction.atomic
def answer(*, link, id, verdict, remark, name, version):
    """Record an answer on the entry. Return whether the link still took it.

    The same answer sent again is taken and not stored again. The link's row is locked, so that
    none comes in after it was revoked.
    """
    link = CheckLink.objects.live().select_for_update().filter(pk=link.pk).first()
    if link is None or link.entry is None:
        return False
    if link.answers.filter(pk=id).exists():
        return True
    if is_full(link):
        return False
    given = CheckAnswer.objects.create(
        id=id, link=link, verdict=verdict, remark=remark, name=name, version=version
    )
    WorkflowEvent.objects.create(
        kind=link.kind,
        entry_id=link.entry_id,
        action=WorkflowEvent.Action.COMMENTED,
        comment=_in_words(given),
        version=version,
    )
    return True


def _in_words(given):
    words = _("外部核对:%(verdict)s。自报姓名或单位“%(name)s”,链接发给“%(recipient)s”。") % {
        "verdict": given.get_verdict_display(),
        "name": given.name,
        "recipient": given.link.recipient,
    }
    return f"{words}\n{given.remark}".strip()


def _audit(action, link, entry, by):
    audit.record(
        action=action,
        by=by,
        target=entry,
        recipient=link.recipient,
        expires_at=link.expires_at,
    )
