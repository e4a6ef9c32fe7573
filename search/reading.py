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
ON_PURPOSE = 0.5  # what is a word of its own was probably meant so: 老版 is no slip of 老板
SHORTEST_START = 4  # letters of a pinyin that is not finished

# What everybody's question holds and no answer differs by. Looked for only where nothing else is.
FILLERS = frozenset(words_in("fillers.txt"))
# Who asks, and from where. What they need tells more, if it is said: 老人换驾照.
CIRCUMSTANCES = frozenset(words_in("circumstances.txt"))
# What is to happen. What it happens to tells more: 骗保举报 is about 骗保.
ACTIONS = frozenset(words_in("actions.txt"))
# How much of its rarity counts of what is not all that is said. A character by itself hints at the
# right word (迁到老公那); what is in no title and no keyword is rare, but tells little (临时).
CIRCUMSTANCE, ACTION, UNUSED, CHARACTER = 0.4, 0.5, 0.5, 0.3
_INITIALS = re.compile(r"[b-df-hj-np-tw-z]{2,8}|[a-z]{2,5}")
# Said between the parts of what is meant: 丢了工作, 换单位了. Not in 了解, 为了, 了结.
_PARTICLE = "(?<!为)了(?![解结断])"
# What a verb comes to: 转到, 贷过, 取出.
_OUTCOMES = frozenset("过到走出入回着完掉成")
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
    spoken = _without_particles(normalised, vocabulary) or normalised
    concepts = []
    for place, stretch in enumerate(vocabulary.mixed_words.split(spoken)):
        if place % 2:  # what the pattern found
            concepts.append(_concept(stretch.replace(" ", ""), vocabulary))
            continue
        for run in stretch.split():
            reader = _chinese_concepts if is_chinese(run) else _other_concepts
            concepts += reader(run, vocabulary)
    each_once = list({concept.text: concept for concept in concepts}.values())
    return Query(normalised, tuple(_telling(each_once)[:MAX_CONCEPTS]))


def needs_unknown(query, vocabulary):
    """The needs of a query, in words, when no title and no keyword has any of them; else [].

    What is found then is found by who asks and from where: 威海, of 孩子转学到威海.
    """
    needs = [c for c in query.concepts if c.text not in CIRCUMSTANCES and c.share != CHARACTER]
    known = [c for c in needs if c.text in vocabulary.words or len(c.alternatives) > 1]
    return [] if known else [need.text for need in needs]


def _without_particles(text, vocabulary):
    """The text without 了, save in what staff gave a meaning so: 黄了."""
    if "了" not in text:
        return text
    kept = sorted((w for w in vocabulary.synonyms if "了" in w), key=len, reverse=True)
    wanted = "|".join(map(re.escape, kept)) or "(?!)"
    return re.sub(f"({wanted})|{_PARTICLE}", lambda found: found[1] or "", text)


def _telling(concepts):
    """Without what every question holds; what else tells little counts in part beside a need."""
    said = [c for c in concepts if c.text not in FILLERS]
    if all(c.text in CIRCUMSTANCES or c.share == CHARACTER for c in said):
        return [c._replace(share=1.0) for c in said or concepts]
    return [c._replace(share=_share_of(c)) for c in said]


def _share_of(concept):
    if concept.text in CIRCUMSTANCES:
        return CIRCUMSTANCE
    return ACTION if concept.text in ACTIONS else concept.share


def _chinese_concepts(run, vocabulary):
    """Stretches that staff gave a meaning first, the longest at each place; then words."""
    concepts, rest, place = [], "", 0
    spans = _spans_of_known_words(run, vocabulary)
    while place < len(run):
        known = _synonym_at(run, place, spans, vocabulary)
        if known:
            concepts += _unknown_stretch(rest, vocabulary)
            concepts.append(_concept(known, vocabulary))
            rest, place = "", place + len(known)
        else:
            rest, place = rest + run[place], place + 1
    return concepts + _unknown_stretch(rest, vocabulary)


def _synonym_at(run, place, spans, vocabulary):
    for length in range(min(vocabulary.longest_synonym, len(run) - place), 1, -1):
        stretch = run[place : place + length]
        if stretch in vocabulary.synonyms and not _cuts(place, place + length, spans):
            return stretch
    return ""


def _spans_of_known_words(run, vocabulary):
    """`[(start, end)]` of the words of a run that readers are known to mean."""
    spans, place = [], 0
    for word in words(run):
        if len(word) > 1 and word in vocabulary.words:
            spans.append((place, place + len(word)))
        place += len(word)
    return spans


def _cuts(start, end, spans):
    """Whether a stretch ends inside of a known word or begins there: 办结婚 in 补办结婚证."""
    return any(start < a < end < b or a < start < b < end for a, b in spans)


def _unknown_stretch(stretch, vocabulary):
    """The words of a stretch; what may be a slip of the keyboard is read as meant."""
    concepts, place = [], 0
    cut = words(stretch) if stretch else []
    while place < len(cut):
        count, meant = _slip_at(cut, place, vocabulary)
        text = "".join(cut[place : place + count])
        if meant:
            concepts.append(_mended(text, meant, vocabulary))
        else:
            concepts.append(_concept(_stem(text, vocabulary), vocabulary))
        place += count
    return concepts


def _stem(word, vocabulary):
    """A verb without what it comes to, or what the segmenter guessed without what is said with it.

    转走 -> 转, 想告 -> 告; not where readers are known to mean it (支出).
    """
    if len(word) != 2 or word in FILLERS or word in vocabulary.words:
        return word
    if word[1] in _OUTCOMES:
        return word[0]
    telling = [character for character in word if character not in FILLERS]
    return telling[0] if len(telling) == 1 and not is_word(word) else word


def _slip_at(cut, place, vocabulary):
    """How many words from here nobody says, and what they are near to; `(1, [])` for no slip."""
    for count in range(min(4, len(cut) - place), 0, -1):
        part = cut[place : place + count]
        text = "".join(part)
        known = text in vocabulary.words or any(_is_known(word, vocabulary) for word in part)
        if known or _is_phrase(text) or not 2 <= len(text) <= 8:
            continue
        if meant := vocabulary.like_sounding(text) or vocabulary.neighbours(text):
            return count, meant
    return 1, []


def _is_phrase(text):
    """Whether two characters are said together, as 没发, and are no slip of 美发."""
    return len(text) == 2 and any(character in FILLERS for character in text)


def _is_known(word, vocabulary):
    """Whether the word is no slip: readers mean it, or ask with it."""
    said = word in FILLERS or word in CIRCUMSTANCES or word in ACTIONS
    return said or (len(word) > 1 and word in vocabulary.words)


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
    share = UNUSED
    if word in vocabulary.synonyms or (len(word) > 1 and word in vocabulary.words):
        share = 1.0
    elif len(word) == 1:
        share = CHARACTER
    return Concept(word, _best(_meanings(word, vocabulary)), share)


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
    known = len(alternatives)
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
        if len(alternatives) == known and len(run) >= SHORTEST_START:
            alternatives += _meant_by(vocabulary.spelled_near(run), MENDED, vocabulary)
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
