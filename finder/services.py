"""Publishing the finder: the only writer of releases."""

from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from finder.documents import draft_document
from finder.graph import problems
from finder.models import Answer, Condition, Question, Release, Rule
from publishing.models import Edition
from publishing.services import PublishingError, lock_publishing, refresh_catalogue
from qingdao_portal.texts import clean_text


def draft_problems(document):
    """What keeps a document from becoming public: sentences, [] if nothing. One query."""
    ids = [rule["id"] for rule in document["rules"]]
    live = Edition.objects.current().filter(entry_id__in=ids).values_list("entry_id", flat=True)
    return problems(document, live={str(pk) for pk in live})


@transaction.atomic
def publish(*, by, note):
    """Make the questions and rules public as they are now. Return the release.

    Return None where nothing has changed. Raises PermissionDenied without the right, and
    PublishingError for a fault in them, a missing note, or if `by` edited them (four eyes).
    """
    if not (by.is_staff and by.has_perm("finder.publish_release")):
        raise PermissionDenied
    lock_publishing()
    if settings.FOUR_EYES and has_edited(by):
        raise PublishingError(_("修改过“帮我找”的人不能自己发布,请另一位审核员检查后发布。"))
    if not note.strip():
        raise PublishingError(_("请填写修改说明。"))
    release = _release(by=by, note=note)
    if release is not None:
        LogEntry.objects.create(
            user_id=by.pk,
            content_type=ContentType.objects.get_for_model(Release),
            object_id=str(release.pk),
            object_repr=str(release),
            action_flag=ADDITION,
            change_message=_("发布:%s") % release.note,
        )
    return release


@transaction.atomic
def publish_first():
    """Publish what was loaded, if it is whole and nothing was public before."""
    lock_publishing()
    if not Release.objects.exists() and not draft_problems(draft_document()):
        _release(by=None, note="")


def has_edited(user):
    """Whether the user edited a question, answer or rule since the last release."""
    types = ContentType.objects.get_for_models(Question, Answer, Rule, Condition).values()
    edits = LogEntry.objects.filter(user=user, content_type__in=types)
    last = Release.objects.first()
    return (edits.filter(action_time__gt=last.published_at) if last else edits).exists()


def _release(*, by, note):
    document = draft_document()
    if found := draft_problems(document):
        raise PublishingError("".join(found))
    last = Release.objects.first()
    if last and last.document == document:
        return None
    release = Release.objects.create(
        document=document, note=clean_text(note).strip(), published_by=by
    )
    refresh_catalogue()
    return release
