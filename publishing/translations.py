"""Documents in another language: translated where a translation is, marked as Chinese elsewhere."""

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from qingdao_portal.languages import is_original, mark
from qingdao_portal.markdown import render_markdown

HTML = "_html"
# Where a document shows a field of the row under another name: {key: {name: field}}.
NESTED = {"fee": {"note": "fee_note"}}


def in_page_language(value):
    """A document, or a part or list of them, for the page that is being made."""
    return value if is_original() else translated(value, get_language())


def translated(value, code, texts=None):
    """`value` with the texts of a language in place; what has none is marked as Chinese."""
    if isinstance(value, list):
        return [translated(item, code) for item in value]
    if isinstance(value, str):
        return mark(value)
    if not isinstance(value, dict):
        return value
    own = value.get("translations", {}).get(code, {}) if texts is None else texts
    return {key: _field(key, item, code, own) for key, item in value.items()}


def _field(key, item, code, own):
    if key == "translations":
        return item
    if key.endswith(HTML):
        return _html(item, own.get(key.removesuffix(HTML)))
    if isinstance(item, str) and own.get(key):
        return own[key]
    if key in NESTED:
        texts = {name: own[field] for name, field in NESTED[key].items() if field in own}
        return translated(item, code, texts)
    return translated(item, code)


def _html(original, translation):
    if translation or not original:
        return render_markdown(translation or "")
    chinese = settings.LANGUAGE_TAGS[settings.LANGUAGE_CODE]
    # Made from staff's Markdown and sanitised when it was published.
    return format_html('<div lang="{}">{}</div>', chinese, mark_safe(original))  # noqa: S308


def state_of(item, code=None):
    """How far an entry is translated: `missing`, `outdated` or `current`; '' in Chinese."""
    code = code or get_language()
    if code == settings.LANGUAGE_CODE:
        return ""
    if "title" not in item["translations"].get(code, {}):
        return "missing"
    return "outdated" if item.get("outdated_translations", {}).get(code) else "current"


def outdated_translations(document, last):
    """`{language: [place, …]}`: texts whose translation is older than they are.

    A place is the id of the row and the field, e.g. `<UUID>.title`. A translation is outdated when
    the Chinese changed since the last edition and it did not, and stays so until it changes.
    """
    before = _texts(last) if last else {}
    known = (last or {}).get("outdated_translations", {})
    found = {}
    for (place, code), (original, translation) in _texts(document).items():
        old_original, old_translation = before.get((place, code), (original, translation))
        is_same_translation = translation == old_translation
        was_outdated = place in known.get(code, ())
        if is_same_translation and (original != old_original or was_outdated):
            found.setdefault(code, []).append(place)
    return {code: sorted(places) for code, places in sorted(found.items())}


def _texts(value):
    """`{(place, language): (Chinese, translation)}` of everything that a document translates."""
    if isinstance(value, list):
        parts = value
    elif isinstance(value, dict):
        parts = [item for item in value.values() if isinstance(item, dict | list)]
    else:
        return {}
    found = {}
    if isinstance(value, dict):
        for code, texts in (value.get("translations") or {}).items():
            for field, text in texts.items():
                found[f"{value.get('id')}.{field}", code] = (_original(value, field), text)
    for part in parts:
        found |= _texts(part)
    return found


def _original(part, field):
    for key, names in NESTED.items():
        for name, of_field in names.items():
            if field == of_field and key in part:
                return part[key][name]
    return part.get(field, "")
