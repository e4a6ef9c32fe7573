"""Terms: what of a text is put into the index, and how a query is cut.

Words come from rjieba with the portal's own words (`words.txt`) added. Pairs of characters are
indexed beside them: they find what the segmenter cut otherwise in the text than in the query.
"""

from functools import cache, lru_cache
from pathlib import Path

from search.texts import is_chinese, runs

LONGEST_TERM = 40


@cache
def segmenter():
    """The segmenter of this process, which knows the portal's own words."""
    import rjieba  # reads its dictionary: a tenth of a second that commands without search save

    for word in own_words():
        rjieba.add_word(word, None, None)
    return rjieba


@cache
def own_words():
    """The words of the portal's own subject, which the segmenter would cut apart."""
    return words_in("words.txt")


def words_in(name):
    """The words of a file beside this module, one on each line."""
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def words(run):
    """The words of a Chinese run in their order: 公积金异地贷款 -> 公积金, 异地, 贷款."""
    return segmenter().cut(run)


def is_word(run):
    """Whether the dictionary has the run as one word; guesses of the segmenter do not count."""
    return segmenter().cut(run, False) == [run]


def pairs(run):
    """All pairs of neighbouring characters."""
    return [run[n : n + 2] for n in range(len(run) - 1)]


@lru_cache(maxsize=1024)
def terms(text, *, characters=False):
    """The set of terms of a text; with `characters`, each Chinese character by itself too.

    Kept for some texts: entries share the names of cities, scenarios, departments.
    """
    found = set()
    for run, chinese in runs(text):
        if chinese:
            found.update(segmenter().cut_for_search(run), pairs(run))
            found.update(run if characters else (run if len(run) == 1 else ()))
        else:
            found.add(run)
    return frozenset(term for term in found if _is_wanted(term, characters))


def _is_wanted(term, characters):
    return len(term) <= LONGEST_TERM and (characters or len(term) > 1 or not is_chinese(term))


def telling_words(text):
    """The words of a title or keyword by which a query is mended, the whole text among them."""
    found = set()
    for run, chinese in runs(text):
        if chinese:
            found.update(segmenter().cut_for_search(run))
            found.update([run] if len(run) <= 8 else [])
    return {word for word in found if len(word) > 1}
