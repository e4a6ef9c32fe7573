"""schema.org data inside pages: a script element that holds data and that no browser runs."""

import json

from django.conf import settings
from django.utils.safestring import mark_safe

# Nothing in a text can close the element, or begin a comment in it.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def json_ld(data):
    """The script element for `data`, without what is empty in it."""
    text = json.dumps({"@context": "https://schema.org", **without_empty(data)}, ensure_ascii=False)
    element = f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>'
    return mark_safe(element)  # noqa: S308 - escaped above


def without_empty(value):
    """`value` without the None, '' and empty lists and dicts in its dicts, however deep."""
    if isinstance(value, dict):
        kept = {key: without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, "", [], {})}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


def absolute(path):
    """The full address of a path of this site; other addresses as they are."""
    return settings.PORTAL_URL + path if path.startswith("/") else path


def breadcrumb_list(links):
    """A BreadcrumbList of `(path, name)` pairs, from the home page on."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
            for number, (path, name) in enumerate(links, start=1)
        ],
    }
