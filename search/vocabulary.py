"""The words that queries are read by, kept in the process for one version of the site."""

import re
from collections import defaultdict
from functools import cached_property, lru_cache

from publishing.catalogue import original_catalogue_at, register_kept
from search import tallies
from search.pinyin import initials, sound_alike, spelled
from search.texts import normalise

SHORTEST_TO_MEND = 3  # a word of two characters is near to far too many others


class Vocabulary:
    """Synonyms, and the telling words of all that can be found."""

    def __init__(self, synonyms, words):
        self.synonyms = synonyms
        meant = {word for means in synonyms.values() for word in means}
        self.words = frozenset(words) | frozenset(synonyms) | meant
        self.longest_synonym = max(map(len, synonyms), default=0)

    @cached_property
    def mixed_words(self):
        """A pattern of what staff gave a meaning that is more than one run of a text: 4s店."""
        forms = {normalise(word) for word in self.synonyms}
        mixed = sorted((form for form in forms if " " in form), key=len, reverse=True)
        wanted = "|".join(map(re.escape, mixed)) or "(?!)"
        return re.compile(f"(?<![a-z0-9])({wanted})(?![a-z0-9])")

    @cached_property
    def by_spelling(self):
        """Full pinyin -> words."""
        return _grouped(self.words, spelled)

    def spelled_from(self, start):
        """Words whose full pinyin begins so; the shortest, which say no more than that."""
        found = [key for key in self.by_spelling if key.startswith(start)]
        shortest = min(map(len, found), default=0)
        return [word for key in found if len(key) == shortest for word in self.by_spelling[key]]

    def spelled_near(self, letters):
        """Words whose full pinyin is the letters with one slip."""
        near = [key for key in self.by_spelling if is_one_apart(key, letters)]
        return list(dict.fromkeys(word for key in sorted(near) for word in self.by_spelling[key]))

    @cached_property
    def by_initials(self):
        return _grouped(self.words, initials)

    @cached_property
    def _by_rest(self):
        """A word without one of its characters -> words: neighbours share such a rest."""
        mendable = (word for word in self.words if len(word) >= SHORTEST_TO_MEND)
        return _grouped(mendable, _rests)

    def like_sounding(self, word):
        """Words that are read as `word` is, each as it mostly is or both the same way."""
        found = {other for key in spelled(word) for other in self.by_spelling.get(key, ())}
        return sorted(other for other in found - {word} if sound_alike(word, other))

    def neighbours(self, word):
        """Words with one character more, less, other, or two of them swapped."""
        if len(word) < SHORTEST_TO_MEND:
            return []
        rests = _rests(word)
        found = {other for key in {word, *rests} for other in self._by_rest.get(key, ())}
        found |= rests & self.words
        return sorted(other for other in found - {word} if is_one_apart(word, other))


def is_one_apart(one, other):
    """Whether one insertion, deletion, replacement or swap of neighbours makes them equal."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    swapped = a[1::-1] + a[2:] == b
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


def vocabulary_at(version):
    """The vocabulary of a version of the site. One query per version and process."""
    return _vocabulary(version)


@lru_cache(maxsize=2)
def _vocabulary(version):
    synonyms = original_catalogue_at(version)["synonyms"]
    means = tuple((word, tuple(words)) for word, words in sorted(synonyms.items()))
    return _made_of(means, frozenset(tallies.words()))


@lru_cache(maxsize=1)
def _made_of(synonyms, words):
    """Few publications bring a word that was not there: what is made of the words stays."""
    return Vocabulary({word: list(means) for word, means in synonyms}, words)


register_kept(_vocabulary.cache_clear)


def _grouped(words, keys_of):
    groups = defaultdict(list)
    for word in sorted(word for word in words if len(word) > 1):
        for key in keys_of(word):
            groups[key].append(word)
    return dict(groups)


def _rests(word):
    return {word[:n] + word[n + 1 :] for n in range(len(word))}
