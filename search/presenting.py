"""Results as readers see them: which part of the text is shown, and what of it is marked."""

import re
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qingdao_portal.languages import is_original, mark, path_in

EXCERPT_LENGTH = 96
BEFORE_HIT = 18
KIND_LABELS = {
    "measure": _("办事举措"),
    "question": _("问答"),
    "project": _("实事项目"),
    "zone": _("合作区"),
    "hotline": _("热线电话"),
    "office": _("办事地点"),
}


class Piece(NamedTuple):
    """A part of a text, marked where it is what was looked for."""

    text: str
    is_hit: bool


def present(result, query):
    """The result with what pages show of it: `title_pieces`, `excerpt_pieces`, `kind_label`."""
    pattern = pattern_of(query)
    own = result["translations"].get(get_language(), {})
    title = own.get("title") or result["title"]
    text = excerpt(own.get("text") or result["text"], pattern)
    is_chinese = not (own or is_original())
    return result | {
        "url": path_in(get_language(), result["url"]),
        "kind_label": KIND_LABELS[result["kind"]],
        "title_pieces": pieces(title, pattern, is_chinese=is_chinese),
        "excerpt_pieces": pieces(text, pattern, is_chinese=is_chinese),
    }


def pattern_of(query):
    """What to mark: the terms of the query, longest first; single characters only alone."""
    found = [term for term in query.terms if len(term) > 1] or list(query.terms)
    ordered = sorted(set(found), key=lambda term: (-len(term), term))
    return re.compile("|".join(map(re.escape, ordered)) or "(?!)", re.IGNORECASE)


def excerpt(text, pattern):
    """The stretch of the text around the first hit, else its beginning; one line."""
    text = " ".join(text.split())
    hit = pattern.search(text)
    start = max(0, hit.start() - BEFORE_HIT) if hit else 0
    start = start if start > BEFORE_HIT else 0
    end = start + EXCERPT_LENGTH
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def pieces(text, pattern, *, is_chinese=False):
    """The text in pieces, those hit that the pattern matches; each marked as Chinese if so."""
    found = _pieces(text, pattern)
    return [piece._replace(text=mark(piece.text)) for piece in found] if is_chinese else found


def _pieces(text, pattern):
    found, place = [], 0
    for hit in pattern.finditer(text):
        if hit.start() > place:
            found.append(Piece(text[place : hit.start()], False))
        found.append(Piece(hit[0], True))
        place = hit.end()
    return [*found, Piece(text[place:], False)] if place < len(text) else found
