"""What is logged without anybody having to think of it: sign-ins, changes of rights, editions.

Signals, because there is more than one way to each of them (forms, actions, imports, commands)
and none may be forgotten.
"""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django_otp import DEVICE_ID_SESSION_KEY

from publishing import registry
from publishing.models import Edition, WorkflowEvent
from staff import audit, second_factor, sessions
from staff.audit import Target
from staff.models import AuditEntry

Action = AuditEntry.Action

WATCHED_FIELDS = {
    get_user_model(): (
        *("username", "email", "is_active", "is_staff", "is_superuser"),
        *("edits_projects", "edits_zones"),
    ),
    Group: ("name",),
}
ADDED = {get_user_model(): Action.USER_ADDED, Group: Action.GROUP_ADDED}
CHANGED = {get_user_model(): Action.USER_CHANGED, Group: Action.GROUP_CHANGED}
DELETED = {get_user_model(): Action.USER_DELETED, Group: Action.GROUP_DELETED}
RIGHTS = ("groups", "user_permissions", "cities", "domains")
MEMBERSHIP = {"post_add": "added", "post_remove": "removed", "pre_clear": "removed"}
# Publishing and withdrawing are logged by their editions.
WORKFLOW = {
    WorkflowEvent.Action.SUBMITTED: Action.SUBMITTED,
    WorkflowEvent.Action.RETURNED: Action.RETURNED,
    WorkflowEvent.Action.APPROVED: Action.APPROVED,
    WorkflowEvent.Action.SCHEDULED: Action.SCHEDULED,
    WorkflowEvent.Action.UNSCHEDULED: Action.UNSCHEDULED,
    WorkflowEvent.Action.FAILED: Action.SCHEDULE_FAILED,
    WorkflowEvent.Action.VERIFIED: Action.VERIFIED,
}


def begin_watching():
    """Connect everything; called once, when all apps are ready."""
    user_logged_in.connect(start_session)
    user_logged_out.connect(note_sign_out)
    for model in WATCHED_FIELDS:
        pre_save.connect(remember_fields, sender=model)
        post_save.connect(note_saved, sender=model)
        post_delete.connect(note_deleted, sender=model)
    for name in RIGHTS:
        m2m_changed.connect(note_rights, sender=getattr(get_user_model(), name).through)
    m2m_changed.connect(note_rights, sender=Group.permissions.through)
    post_save.connect(note_edition, sender=Edition)
    post_save.connect(note_workflow, sender=WorkflowEvent)


def start_session(sender, request, user, **kwargs):
    """After the password: the time starts to run, and the second factor is asked for anew."""
    request.session.cycle_key()  # Django keeps the key where the same user signs in again
    sessions.start(request.session)
    request.session.pop(DEVICE_ID_SESSION_KEY, None)
    if second_factor.missing_step(user) is None:
        second_factor.complete_sign_in(request, user, "password")
    else:
        audit.record(action=Action.PASSWORD_ACCEPTED, by=user, request=request)


def note_sign_out(sender, request, user, **kwargs):
    if user is not None:
        audit.record(action=Action.SIGNED_OUT, by=user, request=request)


def remember_fields(sender, instance, raw=False, **kwargs):
    """Keep what is stored now, to be compared once the new values are."""
    fields = WATCHED_FIELDS[sender]
    instance._stored_fields = sender._default_manager.filter(pk=instance.pk).values(*fields).first()


def note_saved(sender, instance, created, update_fields=None, **kwargs):
    new = {name: getattr(instance, name) for name in WATCHED_FIELDS[sender]}
    if created:
        audit.record(action=ADDED[sender], target=instance, **new)
        return
    old = instance._stored_fields or {}
    changes = {
        name: [old.get(name), value]
        for name, value in new.items()
        if value != old.get(name) and (update_fields is None or name in update_fields)
    }
    if changes:
        audit.record(action=CHANGED[sender], target=instance, **changes)
    # Set by `set_password` only, not when a sign-in brings the hash up to date.
    if getattr(instance, "_password", None) is not None:
        audit.record(action=Action.PASSWORD_CHANGED, target=instance)


def note_deleted(sender, instance, **kwargs):
    audit.record(action=DELETED[sender], target=instance)


def note_rights(sender, instance, action, model, pk_set, **kwargs):
    """Groups, permissions, cities and domains, from either side of the relation."""
    verb = MEMBERSHIP.get(action)
    if verb is None:
        return
    if action == "pre_clear":
        pk_set = _linked(sender, instance, model)
    names = sorted(str(row) for row in model._default_manager.filter(pk__in=pk_set))
    if names:
        details = {"of": model._meta.label_lower, verb: names}
        audit.record(action=Action.RIGHTS_CHANGED, target=instance, **details)


def _linked(through, instance, model):
    """The keys of the rows of `model` that the table `through` ties to the instance."""
    keys = {field.related_model: field.attname for field in through._meta.fields}
    links = through._default_manager.filter(**{keys[type(instance)]: instance.pk})
    return links.values(keys[model])


def note_edition(sender, instance, created, **kwargs):
    """What somebody published or withdrew. Commands have no actor; the edition itself tells."""
    if created and instance.published_by_id:
        action = Action.WITHDRAWN if instance.is_withdrawn else Action.PUBLISHED
        audit.record(
            action=action,
            by=instance.published_by,
            target=_entry(instance.kind, instance.entry_id, instance.document["title"]),
            event=instance.event,
            number=instance.number,
            note=instance.note,
        )


def note_workflow(sender, instance, created, **kwargs):
    if created and instance.action in WORKFLOW:
        model = registry.kinds[instance.kind].model
        titles = model.objects.filter(pk=instance.entry_id).values_list("title", flat=True)
        audit.record(
            action=WORKFLOW[instance.action],
            by=instance.by,
            target=_entry(instance.kind, instance.entry_id, titles.first() or ""),
            comment=instance.comment,
        )


def _entry(kind, entry_id, title):
    return Target(registry.kinds[kind].model._meta.label_lower, str(entry_id), title)
