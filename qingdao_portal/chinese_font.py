"""The Chinese font of this machine, for what the server itself draws: PDF and pictures."""

from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from PIL import ImageFont

SIMPLIFIED = " SC"  # how the names of faces for simplified Chinese end, in collections of many


class Face(NamedTuple):
    """A face in a font file: `index` within a collection, and the family's name."""

    path: str
    index: int
    family: str


def chinese_face():
    """The face at CHINESE_FONT that draws simplified Chinese; None without a readable font."""
    return _face_of(settings.CHINESE_FONT)


@lru_cache(maxsize=4)
def _face_of(path):
    faces = list(_faces(path))
    fitting = [face for face in faces if face.family.endswith(SIMPLIFIED)]
    return next(iter(fitting or faces), None)


def _faces(path):
    index = 0
    while True:
        try:
            family, _style = ImageFont.truetype(path, 12, index=index).getname()
        except OSError:  # no such file, or no further face in it
            return
        yield Face(path, index, family)
        index += 1
