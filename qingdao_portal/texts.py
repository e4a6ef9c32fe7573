"""Text as it may be stored: no control characters, nothing that PostgreSQL or XML refuses."""

import re

# C0 but tab, line feed and carriage return; DEL and C1; lone surrogates; non-characters of XML.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean_text(text):
    """`text` without forbidden characters and with line ends as line feeds."""
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def clean_value(value):
    """`value` with `clean_text` applied to every text in it, however deep."""
    if isinstance(value, str):
        return clean_text(value) if _FORBIDDEN.search(value) or "\r" in value else value
    if isinstance(value, list):
        return [clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean_value(key): clean_value(item) for key, item in value.items()}
    return value


def has_forbidden_characters(text):
    """Whether `text` holds a character that no text of the portal may have."""
    return bool(_FORBIDDEN.search(text))
