"""Who may change which rows. The one place where it is decided; see docs/editorial.md.

Model permissions come first: without `guide.change_measure` no measure may be changed. These
functions then narrow them to the cities and domains that a user was given. Every view, action,
inline, autocomplete, import and export asks here. Everybody on staff may look at everything but
what readers wrote: that is for those who answer it.
"""

from django.db.models import Q

from staff.roles import ADMINISTRATOR, CITY_EDITOR, DOMAIN_EDITOR

# How to reach the city that a row belongs to, for what city editors keep.
CITY_PATHS = {
    "guide.provision": "city",
    "guide.provisionlink": "provision__city",
    "contacts.office": "city",
    "contacts.openinghours": "office__city",
    "feedback.message": "city",
}
# How to reach the row whose domain counts, for what domain editors keep.
MEASURE_PATHS = {
    "guide.measure": "",
    **{
        f"guide.{name}": "measure__"
        for name in (
            *("step", "material", "question", "measuredepartment", "measurecitation", "provision"),
        )
    },
    "guide.provisionlink": "provision__measure__",
    "feedback.message": "",
}
# Switches that open a subject which has no domains.
SWITCHES = {"projects": "edits_projects", "cooperation": "edits_zones"}
# Rows that name the kind of entry they are about, and the switches that open them.
KINDS_BY_SWITCH = {"feedback.message": {"edits_projects": "project", "edits_zones": "zone"}}
# Shown to everybody at once, outside any entry: administrators only.
REFERENCE_MODELS = {"projects.programme", "projects.programmecitation"}
EVERYTHING, NOTHING = Q(pk__isnull=False), Q(pk__in=[])


def roles_of(user):
    """The names of the user's groups, asked for once per user object."""
    if not hasattr(user, "_role_names"):
        user._role_names = frozenset(user.groups.values_list("name", flat=True))
    return user._role_names


def is_administrator(user):
    return (
        user.is_active and user.is_staff and (user.is_superuser or ADMINISTRATOR in roles_of(user))
    )


def editable(user, queryset):
    """Narrow a queryset to the rows that the user may change."""
    return queryset.filter(editable_condition(user, queryset.model))


def editable_condition(user, model):
    """What holds of the rows of a model that the user may change."""
    if not (user.is_active and user.is_staff):
        return NOTHING
    if is_administrator(user):
        return EVERYTHING
    return _opened_by_roles(user, model._meta) or NOTHING


def changeable(user, queryset):
    """Narrow a queryset as `may_edit` would, row by row."""
    return queryset.filter(changeable_condition(user, queryset.model))


def changeable_condition(user, model):
    """What holds of the rows of a model that `may_edit` is true of."""
    options = model._meta
    if not user.has_perm(f"{options.app_label}.change_{options.model_name}"):
        return NOTHING
    return editable_condition(user, model)


def may_edit(user, row):
    """Whether the user may change this row as it is stored."""
    model = type(row)
    return changeable(user, model._default_manager.filter(pk=row.pk)).exists()


def may_add(user, model):
    """Whether the user may make a row of the model at all; `may_place` asks where."""
    options = model._meta
    if not user.has_perm(f"{options.app_label}.add_{options.model_name}"):
        return False
    return is_administrator(user) or _opened_by_roles(user, options) is not None


def may_place(user, row):
    """Whether the user may save the row with the city and domain that it names now.

    Asked beside `may_edit` when a row is added or moved: an office of one's own city must not
    be carried to another city, nor a measure to another domain.
    """
    if is_administrator(user):
        return True
    options = row._meta
    allowed = []
    if CITY_EDITOR in roles_of(user) and CITY_PATHS.get(options.label_lower) == "city":
        allowed.append(user.cities.filter(pk=row.city_id).exists())
    if DOMAIN_EDITOR in roles_of(user):
        if options.label_lower == "guide.measure":
            allowed.append(user.domains.filter(pk=row.domain_id).exists())
        elif MEASURE_PATHS.get(options.label_lower) == "measure__":
            allowed.append(user.domains.filter(measures=row.measure_id).exists())
        elif _is_open_subject(user, options):
            allowed.append(_names_an_entry(row))
    return any(allowed)


def may_review(user, entry):
    """Whether the user may return, approve, publish, schedule and withdraw the entry.

    Four eyes are not asked here: they depend on who submitted (`publishing.workflow`).
    """
    options = entry._meta
    return user.is_staff and user.has_perm(f"{options.app_label}.publish_{options.model_name}")


def may_submit(user, entry):
    """Whether the user may send the entry for review: who may edit it, or one of its provisions."""
    return submittable(user, type(entry)._default_manager.filter(pk=entry.pk)).exists()


def submittable(user, entries):
    """Narrow a queryset of entries as `may_submit` would, one by one."""
    model = entries.model
    condition = changeable_condition(user, model)
    if hasattr(model, "provisions"):
        provisions = editable(user, model.provisions.rel.related_model._default_manager.all())
        condition |= Q(pk__in=provisions.values("measure"))
    return entries.filter(condition)


def _opened_by_roles(user, options):
    """The condition on rows of a model that the user's roles open, None where they open none."""
    conditions = []
    if CITY_EDITOR in roles_of(user) and options.label_lower in CITY_PATHS:
        conditions.append(Q(**{f"{CITY_PATHS[options.label_lower]}__in": user.cities.all()}))
    if DOMAIN_EDITOR in roles_of(user):
        if options.label_lower in MEASURE_PATHS:
            path = MEASURE_PATHS[options.label_lower]
            conditions.append(Q(**{f"{path}domain__in": user.domains.all()}))
        elif _is_open_subject(user, options):
            conditions.append(_of_an_entry(options))
        switches = KINDS_BY_SWITCH.get(options.label_lower, {})
        kinds = [kind for switch, kind in switches.items() if getattr(user, switch)]
        if kinds:
            conditions.append(Q(entry_kind__in=kinds))
    if not conditions:
        return None
    condition = conditions.pop()
    for other in conditions:
        condition |= other
    return condition


def _is_open_subject(user, options):
    switch = SWITCHES.get(options.app_label)
    is_reference = options.label_lower in REFERENCE_MODELS
    return switch is not None and not is_reference and getattr(user, switch)


def _of_an_entry(options):
    """Agreements and events without a zone are public at once: administrators only."""
    paths = {
        "cooperation.agreement": "zone",
        "cooperation.event": "zone",
        "cooperation.agreementcitation": "agreement__zone",
        "cooperation.party": "agreement__zone",
        "cooperation.eventcitation": "event__zone",
    }
    path = paths.get(options.label_lower)
    return Q(**{f"{path}__isnull": False}) if path else Q(pk__isnull=False)


def _names_an_entry(row):
    return row._meta.label_lower not in ("cooperation.agreement", "cooperation.event") or bool(
        row.zone_id
    )
