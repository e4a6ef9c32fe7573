"""Hotlines and offices, which readers look for by number, name and what they are for."""

from django.urls import reverse

from search.registry import (
    BODY,
    LABEL,
    SUMMARY,
    Findable,
    register_catalogue_findables,
    translations_of,
)


def hotline_findables(hotlines):
    for hotline in hotlines:
        name, purpose = hotline["name"], hotline["purpose"]
        yield Findable(
            kind="hotline",
            id=hotline["id"],
            slug=hotline["slug"],
            title=f"{hotline['number']} {name}",
            url=f"{reverse('about')}#hotline-{hotline['slug']}",
            text="\n".join(part for part in (purpose, hotline["hours"]) if part),
            fields=((SUMMARY, purpose), (LABEL, "热线 电话 号码")),
            keywords=(*hotline["numbers"], name),
            position=hotlines.index(hotline),
            translations=_of_hotline(hotline),
        )


def office_findables(offices):
    for office in offices:
        city, county = office["city"], office["county"]
        place = f"{city['name']}{county['name'] if county else ''}{office['address']}"
        department = office["department"]
        yield Findable(
            kind="office",
            id=office["id"],
            slug=city["slug"],
            title=office["name"],
            url=f"{reverse('city-detail', args=[city['slug']])}#office-{office['id']}",
            text="\n".join(part for part in (place, office["phone"], office["note"]) if part),
            fields=(
                (SUMMARY, department["name"] if department else ""),
                (LABEL, f"{place} {office['phone']} {city['short_name']} 办事地点 窗口 地址"),
                (BODY, office["note"]),
            ),
            cities=(city["slug"],),
            translations=translations_of(office, "name", "note"),
        )


def _of_hotline(hotline):
    translations = translations_of(hotline, "name", "purpose", "hours")
    for texts in translations.values():
        texts["title"] = f"{hotline['number']} {texts['title']}"
    return translations


register_catalogue_findables("hotlines", hotline_findables)
register_catalogue_findables("offices", office_findables)
