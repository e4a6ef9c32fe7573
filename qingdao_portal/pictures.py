"""`/m/<slug>.png`: a picture of an entry for links that are shared, drawn on the server.

Social apps take PNG of 1200 by 630. Only entries that are live have one; each is drawn once and
kept for a while in the process, since apps ask again and again. Without a Chinese font on the
machine a picture without words stands in.
"""

import io
import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from publishing.pages import find_edition, gone
from publishing.registry import kind_by_letter
from publishing.short_addresses import public_address, short_path
from publishing.templatetags.documents import label
from qingdao_portal.chinese_font import chinese_face
from qingdao_portal.isolation import shown_anywhere
from qingdao_portal.parameters import takes

SIZE = (1200, 630)
WITHOUT_WORDS = "icons/share.png"
KEPT = 64  # pictures of about 20 kB in each process
MARGIN, SEAL = 80, 120
TITLE_SIZES = ((72, 3), (54, 4))  # points and lines: the second for what does not fit the first
CACHE_CONTROL = "public, max-age=86400"  # a new edition has a new address
NEVER_FIRST = ",。、;:!?)》”’」』】%"


def picture_address(item):
    """Where the picture of an entry is; a new edition has a new address, as apps keep pictures."""
    if chinese_face() is None:
        return site_picture_address()
    return public_address(f"{short_path(item['kind'], item['slug'])}.png?edition={item['edition']}")


def site_picture_address():
    """The picture of pages that are no entry."""
    return public_address(static(WITHOUT_WORDS))


@takes()
@shown_anywhere
@require_safe
def entry_picture(request, letter, slug):
    """The picture of a live entry; an old slug leads on, a withdrawn entry is 410."""
    kind = kind_by_letter(letter)
    if kind is None:
        raise Http404(_("没有这个地址。"))
    edition = find_edition(kind.name, slug)
    if edition.is_withdrawn:
        return gone(request, edition)
    if edition.slug != slug:
        return redirect(f"{short_path(kind.name, edition.slug)}.png", permanent=True)
    face = chinese_face()
    if face is None:
        return redirect(static(WITHOUT_WORDS))
    document = edition.document
    domain = document.get("domain")
    content = drawn(
        document["title"],
        domain["name"] if domain else str(label(kind.name, "kind")),
        domain["slug"] if domain else "sea",
        face,
    )
    response = HttpResponse(content, content_type="image/png")
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


@lru_cache(maxsize=KEPT)
def drawn(title, heading, tone, face):
    """The PNG of these words in the colour of `tone`, a name in tokens.css."""
    picture, draw = _canvas(tone)
    small, large = _font(face, 36), _font(face, 76)
    colour = _colour(tone)
    draw.rounded_rectangle((MARGIN, 70, MARGIN + SEAL, 70 + SEAL), 20, fill=colour)
    draw.text(
        (MARGIN + SEAL / 2, 70 + SEAL / 2),
        heading[:1],
        font=large,
        fill=_colour("on-fill"),
        anchor="mm",
        stroke_width=1,
        stroke_fill=_colour("on-fill"),
    )
    left = MARGIN + SEAL + 28
    draw.text((left, 104), heading, font=small, fill=colour, anchor="lm", stroke_width=1)
    draw.text(
        (left, 158), _("青岛都市圈同城生活指南"), font=small, fill=_colour("ink-soft"), anchor="lm"
    )
    size, lines = _set_title(face, title)
    for number, line in enumerate(lines):
        place = (MARGIN, 290 + number * size * 1.32)
        draw.text(
            place, line, font=_font(face, size), fill=_colour("ink"), anchor="lm", stroke_width=1
        )
    return _as_png(picture)


def drawn_without_words():
    """The picture that stands in, as it is kept in the static files."""
    picture, _draw = _canvas("sea")
    emblem = Image.open(finders.find("icons/icon-512.png")).convert("RGBA").resize((300, 300))
    picture.paste(emblem, ((SIZE[0] - 300) // 2, 110), emblem)
    return _as_png(picture)


def _canvas(tone):
    """Warm paper, a band in the colour, the sea below."""
    picture = Image.new("RGB", SIZE, _colour("paper"))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIZE[0], 16), fill=_colour(tone))
    draw.rectangle((0, 590, SIZE[0], SIZE[1]), fill=_colour("masthead"))
    for left in range(-40, SIZE[0], 80):  # waves
        draw.ellipse((left, 566, left + 80, 614), fill=_colour("masthead"))
    return picture, draw


def _set_title(face, title):
    """The size and the lines in which a title fits; cut where it fits in none."""
    for size, most in TITLE_SIZES:
        lines = _lines(_font(face, size), title)
        if len(lines) <= most:
            return size, lines
    return size, [*lines[: most - 1], lines[most - 1][:-1] + "…"]


def _lines(font, text):
    """`text` broken where it gets too wide; marks that end a phrase begin no line."""
    width = SIZE[0] - 2 * MARGIN
    lines = [""]
    for character in text:
        if font.getlength(lines[-1] + character) > width:
            kept = lines[-1]
            if character in NEVER_FIRST:  # it takes the character before it along
                kept = kept.rstrip(NEVER_FIRST)[:-1] or kept
            lines[-1:] = [kept, lines[-1][len(kept) :]]
        lines[-1] += character
    return lines


@lru_cache(maxsize=8)
def _font(face, size):
    return ImageFont.truetype(face.path, size, index=face.index)


@lru_cache(maxsize=1)
def _tokens():
    text = Path(finders.find("css/tokens.css")).read_text(encoding="utf-8")
    pairs = re.findall(r"--color-([\w-]+): (#[0-9a-f]+);", text)
    return dict(reversed(pairs))  # the first of each name: the dark ones follow


def _colour(name):
    """A colour of the stylesheets in the light view; that of the sea for an unknown name."""
    return _tokens().get(name) or _tokens()["sea"]


def _as_png(picture):
    file = io.BytesIO()
    # A third of the bytes of true colour, and in a fifth of the time that a better palette takes.
    flat = picture.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    flat.save(file, "PNG")
    return file.getvalue()
