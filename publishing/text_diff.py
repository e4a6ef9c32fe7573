"""What became of a text, in pieces that a person can follow: kept, deleted, inserted.

Sentences are compared first and words only inside sentences that changed, so that a long text
costs little and a new paragraph is not torn into scattered characters.
"""

import re
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

KEPT, DELETED, INSERTED = "kept", "deleted", "inserted"

_SENTENCE = re.compile(r"[^。!?;\n]*[。!?;\n]+|[^。!?;\n]+")
# A Latin word or a number is one piece; of Chinese, each character is.
_WORD = re.compile(r"[A-Za-z0-9]+(?:[.'-][A-Za-z0-9]+)*|\s+|.", re.DOTALL)
_MAX_PAIRS = 250_000  # of pieces to be compared; above, the differing middle is one change
_MIN_ISLAND = 2  # characters between two changes, below which they read better as one


class Piece(NamedTuple):
    """A stretch of text and what became of it."""

    act: str
    text: str


def text_pieces(old, new):
    """The pieces from `old` to `new`: without the inserted ones they are `old`, without the
    deleted ones `new`."""
    pieces = []
    for olds, news in _aligned(_SENTENCE.findall(old), _SENTENCE.findall(new)):
        if olds == news:
            pieces.append(Piece(KEPT, "".join(olds)))
        else:
            pieces += _word_pieces("".join(olds), "".join(news))
    return _joined(_without_islands(_joined(pieces)))


def _word_pieces(old, new):
    for olds, news in _aligned(_WORD.findall(old), _WORD.findall(new)):
        if olds == news:
            yield Piece(KEPT, "".join(olds))
        else:
            yield Piece(DELETED, "".join(olds))
            yield Piece(INSERTED, "".join(news))


def _aligned(olds, news):
    """`[(part of olds, part of news)]` in order; the two are equal or have nothing in common."""
    start = _common_length(olds, news)
    end = _common_length(olds[start:][::-1], news[start:][::-1])
    old_end, new_end = len(olds) - end, len(news) - end
    yield olds[:start], news[:start]
    yield from _aligned_middle(olds[start:old_end], news[start:new_end])
    yield olds[old_end:], news[new_end:]


def _aligned_middle(olds, news):
    if len(olds) * len(news) > _MAX_PAIRS:
        yield olds, news
        return
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    for _tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        yield olds[old_from:old_to], news[new_from:new_to]


def _common_length(olds, news):
    length = 0
    for old, new in zip(olds, news, strict=False):
        if old != new:
            break
        length += 1
    return length


def _without_islands(pieces):
    """Take a character or two that stayed between two changes into the changes."""
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        if piece.act == KEPT and 0 < index < last and len(piece.text) < _MIN_ISLAND:
            yield Piece(DELETED, piece.text)
            yield Piece(INSERTED, piece.text)
        else:
            yield piece


def _joined(pieces):
    """Neighbours of the same act as one; in each run of changes, deletions before insertions."""
    joined = []
    for is_kept, run in groupby(pieces, key=lambda piece: piece.act == KEPT):
        run = list(run)
        for act in (KEPT,) if is_kept else (DELETED, INSERTED):
            text = "".join(piece.text for piece in run if piece.act == act)
            if text:
                joined.append(Piece(act, text))
    return joined
