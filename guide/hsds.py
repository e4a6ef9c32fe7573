"""Measures as services of the Human Services Data Specification (Open Referral HSDS 3.0).

HSDS has no place for “not known”: what a document does not say is left out, never filled in.
Ids that HSDS wants and the portal has none for follow from ids that never change.
"""

import uuid

from django.utils.translation import gettext as _

from contacts.models import Department
from guide.documents import LimitField
from publishing.json_ld import without_empty

PROVINCE, COUNTRY = "山东省", "CN"  # all five cities are in it
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def service_of(item):
    """An item of the API as an HSDS service with all that belongs to it."""
    links = {"service_id": item["id"]}
    more = {
        "phones": [phone for hotline in item["hotlines"] for phone in _phones(hotline, links)],
        "required_documents": [
            {"id": part["id"], **links, "document": _joined(part["name"], part["note"])}
            for part in item["materials"]
        ],
        "service_areas": [
            {"id": _id(item["id"], "area", city["id"]), **links, "name": city["name"]}
            for city in item["cities"]
        ],
        "service_at_locations": [_at_location(office, item) for office in item["offices"]],
        "cost_options": _costs(item, links),
    }
    return summary_of(item) | {name: parts for name, parts in more.items() if parts}


def summary_of(item):
    """The service by itself with its organization, as HSDS lists services."""
    lead = next((row["department"] for row in item["departments"] if row["role"] == "lead"), None)
    limit = item["promised_limit"]
    return without_empty(
        {
            "id": item["id"],
            "organization_id": lead and lead["id"],
            "name": item["title"],
            "description": _joined(item["summary"], item["body"], between="\n\n"),
            "url": item["links"]["html"],
            "status": "active",
            "application_process": "\n".join(step["text"] for step in item["steps"]),
            "fees_description": item["fee"]["note"],
            "wait_time": limit and LimitField().in_words(limit),
            "eligibility_description": item["audience"],
            "assured_date": item["last_verified_on"],
            "alert": item["caveat"],
            "last_modified": item["updated_at"],
            "organization": lead and _organization(lead),
        }
    )


def _organization(department):
    level = Department.Level(department["level"]).label
    description = _("公共机构,层级:%s。") % level  # required, and all that is known of it
    return {"id": department["id"], "name": department["name"], "description": description}


def _phones(hotline, links):
    """A line for each number that can be dialled."""
    lines = [
        {
            "id": _id(hotline["id"], "number", number, links["service_id"]),
            **links,
            "number": number,
            "type": "voice",
            "description": _joined(hotline["name"], hotline["hours"]),
        }
        for number in hotline["numbers"]
    ]
    return without_empty(lines)


def _costs(item, links):
    if item["fee"]["kind"] != "free":
        return []
    own = {"id": _id(item["id"], "cost"), **links}
    return [{**own, "amount": 0, "currency": "CNY", "amount_description": _("不收费")}]


def _at_location(office, item):
    own = {"id": _id(item["id"], "at", office["id"]), "service_id": item["id"]}
    address = {
        "id": _id(office["id"], "address"),
        "location_id": office["id"],
        "address_1": office["address"],
        "region": office["county"]["name"] if office["county"] else "",
        "city": office["city"]["name"],
        "state_province": PROVINCE,
        "country": COUNTRY,
        "address_type": "physical",
    }
    location = {
        "id": office["id"],
        "location_type": "physical",
        "name": office["name"],
        "description": office["note"],
        "phones": _office_phones(office),
        "schedules": [_schedule(office, hours) for hours in office["hours"]],
    }
    # A postal code is required, and not known of any office.
    addresses = [without_empty(address) | {"postal_code": ""}]
    location = without_empty(location) | {"addresses": addresses}
    return {**own, "location_id": office["id"], "location": location}


def _office_phones(office):
    own = {"id": _id(office["id"], "phone"), "location_id": office["id"], "type": "voice"}
    return [{**own, "number": office["phone"]}] if office["phone"] else []


def _schedule(office, hours):
    day = _DAYS[hours["weekday"] - 1]
    return {
        "id": _id(office["id"], "hours", day, hours["opens_at"]),
        "location_id": office["id"],
        "freq": "WEEKLY",
        "interval": 1,
        "byday": day,
        "opens_at": hours["opens_at"],
        "closes_at": hours["closes_at"],
    }


def _id(parent, *names):
    return str(uuid.uuid5(uuid.UUID(parent), ":".join(names)))


def _joined(*texts, between=","):
    return between.join(filter(None, texts))
