"""What pages of measures work out from the document."""

import json

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guide import comparison
from guide.comparison import in_order_of, limit_of
from guide.models import Provision

register = template.Library()

# What `guide/_provision.html` says of a city.
SAID_IN_LISTS = ("status", "reason", "mode", "promised_limit", "confirmed_on")
GROUNDED = (Provision.Status.IMPLEMENTED, Provision.Status.ANNOUNCED)


@register.filter
def verdict(provisions):
    """Whether it works between the cities of these provisions, in a sentence."""
    closed = [p for p in provisions if p["status"] == Provision.Status.UNAVAILABLE]
    open_questions = [p for p in provisions if p["status"] not in GROUNDED and p not in closed]
    if closed:
        return _("%s暂未开通。先打电话问有没有别的办法。") % _names(closed)
    if open_questions:
        return _("%s还没有可靠的公开依据。去之前先打电话问清楚。") % _names(open_questions)
    return _("%s都有公开依据。") % _names(provisions)


@register.filter
def alike(provisions, but=None):
    """Lists of provisions of which lists of cities say the same, without those in `but`."""
    others = [provision for provision in provisions if provision not in (but or ())]
    return comparison.alike(others, lambda p: [p[name] for name in SAID_IN_LISTS])


@register.filter
def promised_in(measure, provision):
    """The time limit that a city promises; the measure's own where it names none."""
    return limit_of(measure, provision)


@register.filter
def offices_near(measure, reader):
    """Each place to go once, those in the reader's cities first."""
    provisions = in_order_of(measure["provisions"], reader.cities if reader else ())
    offices = [office for provision in provisions for office in provision["offices"]]
    offices += measure["offices"]
    chosen = reader.cities if reader else []
    return sorted(
        {office["id"]: office for office in offices}.values(),
        key=lambda office: not (office["city"] and office["city"]["slug"] in chosen),
    )


@register.filter
def offices_in(measure, provision):
    """Where to go in the city of a provision: its own places and those of the measure there."""
    general = [o for o in measure["offices"] if o["city"] and o["city"] == provision["city"]]
    return list({o["id"]: o for o in [*provision["offices"], *general]}.values())


@register.filter
def offices_of(measure, provisions):
    """Where to go in the cities of these provisions; places of no city count for all."""
    cities = [provision["city"]["id"] for provision in provisions]
    offices = [office for provision in provisions for office in provision["offices"]]
    offices += [o for o in measure["offices"] if not o["city"] or o["city"]["id"] in cities]
    return list({office["id"]: office for office in offices}.values())


@register.filter
def not_known(measure):
    """What readers look for and no source says, by name, in the order of the page."""
    known = {
        gettext_lazy("谁能用"): measure["audience"],
        gettext_lazy("办理步骤"): measure["steps"],
        gettext_lazy("要带的材料"): measure["materials"],
        gettext_lazy("多久办好"): measure["promised_limit"]
        or measure["statutory_limit"]
        or measure["limit_note"],
        gettext_lazy("收不收费"): measure["fee"]["kind"] != "unknown",
        gettext_lazy("办理地点"): measure["offices"]
        or any(provision["offices"] for provision in measure["provisions"]),
    }
    return [name for name, value in known.items() if not value]


@register.filter
def opening_data(hours):
    """Opening hours as the script reads them: `[[1, "09:00", "17:00"], …]`."""
    return json.dumps([[span["weekday"], span["opens_at"], span["closes_at"]] for span in hours])


def _names(provisions):
    return "、".join(provision["city"]["short_name"] for provision in provisions)
