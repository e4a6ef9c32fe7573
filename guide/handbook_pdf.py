"""The handbook as a PDF: contents with page numbers, bookmarks, tags, the Chinese font inside.

WeasyPrint lays it out, with the page's own styles for paper. Nothing is fetched: styles are read
from the static files, codes are drawn in the page.
"""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from qingdao_portal.chinese_font import chinese_face

STYLES = ("tokens", "base", "print", "handbook")


class CannotPrint(Exception):
    """Why this machine cannot make the PDF, in a sentence."""


def handbook_pdf(context):
    """The bytes of the PDF of `guide.handbook_views.handbook_context`. Raises CannotPrint."""
    face = chinese_face()
    if face is None:
        raise CannotPrint("No Chinese font: install fonts-noto-cjk, or name one with CHINESE_FONT.")
    weasyprint = _weasyprint()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=())
    styles = [weasyprint.CSS(string=text, url_fetcher=fetcher) for text in _styles(face.family)]
    page = weasyprint.HTML(
        string=render_to_string("guide/handbook_pdf.html", context), url_fetcher=fetcher
    )
    embedded = []
    pdf = page.write_pdf(
        stylesheets=styles,
        pdf_tags=True,
        finisher=lambda _document, pdf: embedded.extend(_fonts_in(pdf)),
    )
    wanted = face.family.replace(" ", "-")
    if not any(wanted in name for name in embedded):
        raise CannotPrint(
            f"The font {face.family} was not used: install {face.path} where the system finds it."
        )
    return pdf


def _weasyprint():
    # Imported here: it needs Debian's Pango, which nothing else of the portal does.
    try:
        import weasyprint
    except OSError as error:
        raise CannotPrint(
            "WeasyPrint needs Pango: install libpango-1.0-0, libpangoft2-1.0-0 and "
            "libharfbuzz-subset0."
        ) from error
    return weasyprint


def _styles(family):
    for name in STYLES:
        yield Path(finders.find(f"css/{name}.css")).read_text(encoding="utf-8")
    yield f':root {{ --font-text: "{family}" }} @page {{ font-family: "{family}" }}'


def _fonts_in(pdf):
    """The names of the fonts in a document of pydyf."""
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("Type") == "/Font":
            yield str(thing.get("BaseFont"))
