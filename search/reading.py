"""Read a query: cut it into concepts, each with the ways in which documents may put it.

A concept is what one stretch of the query asks for. An alternative is a way to put it: terms that
must all occur, and a factor by which what it finds counts. 看病报销 is two concepts; one
alternative of the first is 就医.
"""

import re
from typing import NamedTuple

from search.lexemes import is_word, pairs, terms, words, words_in
from search.pinyin import spelled
from search.texts import is_chinese, normalise
from search.vocabulary import SHORTEST_TO_MEND

MAX_LENGTH = 100  # characters that are read; the rest of a longer query is left out
MAX_CONCEPTS = 16
MAX_ALTERNATIVES = 12

LITERAL, MEANT, SOUNDED, MENDED, PIECES = 1.0, 0.9, 0.8, 0.6, 0.45
INITIALS = 0.75
ON_PURPOSE = 0.5  # what is a word of its own was probably meant so: 老伴 is no slip of 老板
BESIDE_NEED = 0.4  # of its rarity, where a circumstance is not all that is said
SHORTEST_START = 4  # letters of a pinyin that is not finished

# What everybody's question holds and no answer differs by. Looked for only where nothing else is.
FILLERS = frozenset(words_in("fillers.txt"))
# Who asks, and from where. What they need tells more, if it is said: 老人换驾照.
CIRCUMSTANCES = frozenset(words_in("circumstances.txt"))
_INITIALS = re.compile(r"[b-df-hj-np-tw-z]{2,8}|[a-z]{2,5}")
# Said between the parts of what is meant: 丢了工作, 换单位了. Not in 了解, 为了, 了结.
_PARTICLE = re.compile("(?<!为)了(?![解结断])")
_LETTERS = re.compile(r"[a-z]+")


class Alternative(NamedTuple):
    terms: tuple
    factor: float


class Concept(NamedTuple):
    """`text` is the stretch of the query; `share`, how much of its rarity counts."""

    text: str
    alternatives: tuple
    share: float = 1.0


class Query(NamedTuple):
    """A query as it was read. No concepts: there is nothing in it to look for."""

    text: str  # normalised
    concepts: tuple

    @property
    def title_key(self):
        return self.text.replace(" ", "")

    @property
    def terms(self):
        """All terms looked for, the likeliest first: what excerpts mark."""
        each = [(a.factor, t) for c in self.concepts for a in c.alternatives for t in a.terms]
        return list(dict.fromkeys(term for _factor, term in sorted(each, key=lambda p: -p[0])))


def read(text, vocabulary):
    """The `Query` of what somebody typed, whatever it is."""
    normalised = normalise(text[:MAX_LENGTH])
    spoken = _PARTICLE.sub("", normalised) or normalised
    concepts = []
    for run in spoken.split():
        reader = _chinese_concepts if is_chinese(run) else _other_concepts
        concepts += reader(run, vocabulary)
    return Query(normalised, tuple(_telling(concepts)[:MAX_CONCEPTS]))


def _telling(concepts):
    """Without what every question holds, and without single characters, if anything is left."""
    words_alone = [c for c in concepts if c.text not in FILLERS and len(c.text) > 1]
    if any(c.text not in CIRCUMSTANCES for c in words_alone):
        return [
            c._replace(share=BESIDE_NEED) if c.text in CIRCUMSTANCES else c for c in words_alone
        ]
    return words_alone or [c for c in concepts if c.text not in FILLERS] or concepts


def _chinese_concepts(run, vocabulary):
    """Stretches that staff gave a meaning first, the longest at each place; then words."""
    concepts, rest, place = [], "", 0
    while place < len(run):
        known = _synonym_at(run, place, vocabulary)
        if known:
            concepts += _unknown_stretch(rest, vocabulary)
            concepts.append(_concept(known, vocabulary))
            rest, place = "", place + len(known)
        else:
            rest, place = rest + run[place], place + 1
    return concepts + _unknown_stretch(rest, vocabulary)


def _synonym_at(run, place, vocabulary):
    for length in range(min(vocabulary.longest_synonym, len(run) - place), 1, -1):
        stretch = run[place : place + length]
        if stretch in vocabulary.synonyms:
            return stretch
    return ""


def _unknown_stretch(stretch, vocabulary):
    """The words of a stretch; what may be a slip of the keyboard is read as meant."""
    concepts, place = [], 0
    cut = words(stretch) if stretch else []
    while place < len(cut):
        count, meant = _slip_at(cut, place, vocabulary)
        text = "".join(cut[place : place + count])
        known = _mended(text, meant, vocabulary) if meant else _concept(text, vocabulary)
        concepts.append(known)
        place += count
    return concepts


def _slip_at(cut, place, vocabulary):
    """How many words from here nobody says, and what they are near to; `(1, [])` for no slip."""
    for count in range(min(4, len(cut) - place), 0, -1):
        part = cut[place : place + count]
        text = "".join(part)
        known = text in vocabulary.words or any(_is_known(word, vocabulary) for word in part)
        if known or not 2 <= len(text) <= 8:
            continue
        if meant := vocabulary.like_sounding(text) or vocabulary.neighbours(text):
            return count, meant
    return 1, []


def _is_known(word, vocabulary):
    """Whether the word is no slip: readers mean it, or ask with it."""
    return word in FILLERS or (len(word) > 1 and word in vocabulary.words)


def _mended(text, meant, vocabulary):
    """What was typed, and what was probably meant."""
    alternatives = [*_literal(text)]
    is_real = is_word(text)
    for word in meant:
        sounds_alike = spelled(word) & spelled(text)
        if is_real and not sounds_alike and len(text) <= SHORTEST_TO_MEND:
            continue
        factor = (SOUNDED if sounds_alike else MENDED) * (ON_PURPOSE if is_real else 1)
        alternatives += _scaled(_meanings(word, vocabulary), factor)
    return Concept(text, _best(alternatives))


def _concept(word, vocabulary):
    return Concept(word, _best(_meanings(word, vocabulary)))


def _meanings(word, vocabulary):
    """The word itself, what staff say it means, and its pieces."""
    alternatives = _literal(word)
    for meaning in vocabulary.synonyms.get(word, ()):
        alternatives += _scaled(_literal(meaning), MEANT)
    return alternatives


def _literal(word):
    """The word as one term; where it is longer, all of its words, or all of its pairs."""
    if not is_chinese(word):
        return [Alternative((word,), LITERAL)]
    ways = [Alternative((word,), LITERAL)]
    cut = tuple(dict.fromkeys(part for part in words(word) if len(part) > 1))
    if len(cut) > 1:
        ways.append(Alternative(cut, LITERAL * 0.95))
    if len(word) > 2:
        ways.append(Alternative(tuple(dict.fromkeys(pairs(word))), PIECES * 1.5))
        ways += [Alternative((part,), PIECES) for part in sorted(terms(word)) if part != word]
    return ways


def _scaled(alternatives, factor):
    return [Alternative(a.terms, a.factor * factor) for a in alternatives if a.factor > PIECES]


def _other_concepts(run, vocabulary):
    """Letters and digits: as they are; pinyin in full; initials; a slip of the keyboard."""
    alternatives = _meanings(run, vocabulary)
    if _LETTERS.fullmatch(run) and run not in vocabulary.words:
        spelled_words = _spelled_words(run, vocabulary)
        if len(spelled_words) > 1:
            return [_sounding(part, found, vocabulary) for part, found in spelled_words]
        found = spelled_words[0][1] if spelled_words else []
        if not found and len(run) >= SHORTEST_START:
            found = vocabulary.spelled_from(run)
        alternatives += _meant_by(found, SOUNDED + 0.15, vocabulary)
        if _INITIALS.fullmatch(run) and not found:
            alternatives += _meant_by(vocabulary.by_initials.get(run, ()), INITIALS, vocabulary)
    alternatives += _meant_by(vocabulary.neighbours(run), MENDED, vocabulary)
    return [Concept(run, _best(alternatives))]


def _sounding(part, found, vocabulary):
    return Concept(part, _best(_meant_by(found, SOUNDED + 0.15, vocabulary)))


def _meant_by(found, factor, vocabulary):
    return [a for word in found for a in _scaled(_meanings(word, vocabulary), factor)]


def _spelled_words(run, vocabulary):
    """`[(pinyin, words)]` that make up the whole run in the fewest words, or []."""
    best = {0: []}
    for end in range(2, len(run) + 1):
        for start in range(end - 1):
            found = vocabulary.by_spelling.get(run[start:end])
            if found and start in best:
                way = [*best[start], (run[start:end], found)]
                if end not in best or len(way) < len(best[end]):
                    best[end] = way
    return best.get(len(run), [])


def _best(alternatives):
    """The likeliest ways, each once."""
    factors = {}
    for terms_of_way, factor in alternatives:
        factors[terms_of_way] = max(factor, factors.get(terms_of_way, 0))
    ranked = sorted(factors.items(), key=lambda way: -way[1])[:MAX_ALTERNATIVES]
    return tuple(Alternative(*way) for way in ranked)
