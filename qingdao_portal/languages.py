"""The languages of the pages: Chinese at the plain address, the others below a prefix.

The address alone decides, as it does for everything that readers choose (ADR 11): no cookie, no
`Accept-Language`. Chinese text on a page in another language is marked as such: documents carry it
between two characters that no stored text holds, and the finished page gets `lang` for them.
"""

import re

from django.conf import settings
from django.utils import translation
from django.utils.encoding import escape_uri_path

ONCE_ONLY = (*("/admin/", "/api/", "/check/", "/embed/", "/offline/", "/static/"),)
MARKED, UNMARKED = "\ue000", "\ue001"
_TAG = re.compile(r"(<[^>]*>)")
_PLAIN_TEXT_ONLY = re.compile(r"<(/?)(title|desc|option|textarea|script)\b", re.IGNORECASE)
_DRAWING = re.compile(r"<(/?)svg\b", re.IGNORECASE)
_LANG = f'lang="{settings.LANGUAGE_TAGS[settings.LANGUAGE_CODE]}"'
_MARKS = re.compile(f"([{MARKED}{UNMARKED}])")
_WESTERN = ("en", "ko")
_PUNCTUATION = str.maketrans({"、": ", ", "。": ". "})
# Where templates put a bracket or a colon right behind a word, as Chinese does.
_GAPS = {
    "en": re.compile(r"(?<=[^\W\d_])(?=\((?!s\)))|(?<=[^\W\d_]:)(?=[A-Z])"),
    "ko": re.compile(r"(?<=[가-힣]:)(?=[가-힣])"),
}
_HAN = re.compile(r"[\u3400-\u9fff]")


def split_language(path):
    """`(code, plain path)`: /en/guide/ is `("en", "/guide/")`, /guide/ the default language."""
    head, slash, rest = path[1:].partition("/")
    if slash and head in dict(settings.CONTENT_LANGUAGES):
        return head, f"/{rest}"
    return settings.LANGUAGE_CODE, path


def plain_path(path):
    """The path of the same page in Chinese."""
    return split_language(path)[1]


def path_in(code, path):
    """The path of the page at a plain path in a language."""
    return path if code == settings.LANGUAGE_CODE else f"/{code}{path}"


def is_original():
    """Whether the page is in Chinese, the language of all documents."""
    return translation.get_language() == settings.LANGUAGE_CODE


def mark(text):
    """`text` as Chinese on a page in another language; as it is where there is nothing Chinese."""
    return f"{MARKED}{text}{UNMARKED}" if _HAN.search(text) else text


def unmarked(text):
    """`(text without its marks, whether it had any)`, for what is cut before it is shown."""
    plain = _MARKS.sub("", text)
    return plain, plain != text


class LanguageMiddleware:
    """Answer in the language of the address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        code, _path = split_language(request.path_info)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        if code != settings.LANGUAGE_CODE:
            response.headers["Content-Language"] = code
        return response


class LanguageTagsMiddleware:
    """Turn marks into tags, on the page as the view made it: not compressed yet."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and not is_original() and not response.streaming:
            response.content = tag_languages(response.text, translation.get_language())
        return response


def tag_languages(html, code):
    """The page with `lang` around what is marked; where no tag may stand, the marks just go.

    Punctuation that templates put between translated texts becomes that of the language.
    """
    pieces, is_plain, is_chinese, drawings = _TAG.split(html), False, False, 0
    for number, piece in enumerate(pieces):
        is_tag = number % 2
        if is_tag and (kind := _PLAIN_TEXT_ONLY.match(piece)):
            is_plain = not kind[1]
        elif is_tag and (drawing := _DRAWING.match(piece)):
            drawings += -1 if drawing[1] else 1
        element = "tspan" if drawings else "span"  # HTML inside a drawing ends the drawing
        parts = []
        for part in _MARKS.split(piece):
            if part in (MARKED, UNMARKED):
                is_chinese = part == MARKED
                if not is_tag and not is_plain:
                    parts.append(f"<{element} {_LANG}>" if is_chinese else f"</{element}>")
            else:
                parts.append(part if is_chinese else _punctuated(part, code, is_tag))
        pieces[number] = "".join(parts)
    return "".join(pieces)


def _punctuated(text, code, is_tag):
    if code not in _WESTERN:
        return text
    text = text.translate(_PUNCTUATION)
    return text if is_tag else _GAPS[code].sub(" ", text)


def language_context(request):
    """For templates: the language of the page."""
    code, _path = split_language(request.path)
    return {
        "portal_url": settings.PORTAL_URL,
        "language": settings.LANGUAGE_TAGS[code],
        "is_original": code == settings.LANGUAGE_CODE,
    }


def twins(path, query):
    """The page at `path` in each language, with `query`; nothing where it exists once only."""
    code, plain = split_language(path)
    if not is_translatable(plain):
        return []
    plain = escape_uri_path(plain)
    return [
        {
            "tag": settings.LANGUAGE_TAGS[other],
            "name": name,
            "path": path_in(other, plain),
            "url": path_in(other, plain) + (f"?{query}" if query else ""),
            "is_current": other == code,
        }
        for other, name in settings.LANGUAGES
    ]


def is_translatable(path):
    """Whether a plain path is a page that exists in all languages.

    `//example.org/` is none, and as a link it would lead to another site.
    """
    return path.endswith("/") and not path.startswith(("//", *ONCE_ONLY))
