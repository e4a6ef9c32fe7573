"""Parts of a form that several kinds of rows have."""

from django.utils.translation import gettext_lazy as _

TRANSLATIONS = (_("译文"), {"fields": ["translations"]})


def ground(*own_fields):
    """What an entry rests on and when somebody last checked it."""
    common = ["evidence", "caveat", ("last_verified_on", "last_verified_by"), "review_due_on"]
    return (_("依据和核对"), {"fields": [*own_fields, *common]})


def for_staff(*own_fields):
    """What is never public."""
    common = ["note", "position", ("created_at", "changed_at")]
    return (_("编辑内部"), {"fields": [*own_fields, *common]})
