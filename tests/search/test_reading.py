"""Queries are read as they were meant: synonyms, pinyin, slips, old characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.reading import MAX_CONCEPTS, read
from search.suggesting import nearest_words
from search.texts import normalise
from search.vocabulary import Vocabulary, is_one_apart

WORDS = ["公积金", "医保", "户口", "驾驶证", "异地就医", "12306", "g5577"]
VOCABULARY = Vocabulary({"看病": ["异地就医", "医保"], "丢工作": ["失业"]}, WORDS)


def meant(text):
    """The terms by which the query is looked for."""
    return set(read(text, VOCABULARY).terms)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("公积金", "公积金"),
        ("住房公積金", "公积金"),  # traditional characters
        ("GJJ", "公积金"),  # initials
        ("yibao", "医保"),
        ("gongjijin", "公积金"),
        ("yibaohukou", "户口"),  # two words in one
        ("hukou", "户口"),
        ("公基金", "公积金"),  # sounds alike
        ("驾使证", "驾驶证"),
        ("gongjijn", "公积金"),  # a slip in pinyin
        ("驾驶正", "驾驶证"),
        ("看病", "医保"),  # a synonym
        ("我要看病", "医保"),
        ("丢了工作", "失业"),  # a particle inside
        ("G5577次", "g5577"),
        ("g5578", "g5577"),
        ("12306", "12306"),
    ],
)
def test_a_query_is_read_as_it_was_meant(text, term):
    assert term in meant(text)


def test_what_every_question_holds_is_left_out_where_something_else_is_said():
    assert [c.text for c in read("请问怎么办理医保", VOCABULARY).concepts] == ["医保"]
    assert [c.text for c in read("怎么办", VOCABULARY).concepts] == ["怎么办"]


def test_who_asks_counts_less_than_what_is_asked_for():
    need = read("老人医保", VOCABULARY).concepts
    assert {c.text: c.share < 1 for c in need} == {"老人": True, "医保": False}
    assert [c.share for c in read("老人", VOCABULARY).concepts] == [1]


def test_where_to_counts_less_than_what_is_to_be_done_there():
    shares = {c.text: c.share for c in read("从烟台到青岛医保", VOCABULARY).concepts}
    assert shares["医保"] == 1 > shares["烟台"] == shares["青岛"]
    assert [c.share for c in read("烟台", VOCABULARY).concepts] == [1]


def test_what_is_to_happen_and_what_names_no_entry_count_less_than_what_does():
    for text in ("医保转移", "临时医保", "医保迁"):
        shares = {c.text: c.share for c in read(text, VOCABULARY).concepts}
        assert shares.pop("医保") == 1
        assert shares, text
        assert all(0 < share < 1 for share in shares.values()), text


def test_what_is_said_twice_counts_once():
    assert [c.text for c in read("医保,我的医保", VOCABULARY).concepts] == ["医保"]


def test_a_verb_is_read_without_what_it_comes_to():
    vocabulary = Vocabulary({}, ["提取", "支出"])
    for text, word in (
        ("户口转到", "转"),
        ("转走户口", "转"),
        ("支出户口", "支出"),
        ("想告", "告"),
    ):
        assert word in [c.text for c in read(text, vocabulary).concepts]


def test_a_character_that_staff_gave_a_meaning_counts_as_a_word():
    vocabulary = Vocabulary({"告": ["立案"]}, ["医保"])
    shares = {c.text: c.share for c in read("告医保迁", vocabulary).concepts}
    assert shares["告"] == shares["医保"] == 1 > shares["迁"]


def test_a_word_of_letters_and_characters_means_what_staff_say():
    vocabulary = Vocabulary({"4s店": ["消费维权"], "扣12分": ["驾驶证"]}, ["医保"])
    for text, word in (("外地4S店不管", "4s店"), ("驾照扣 12分了", "扣12分")):
        assert word in [c.text for c in read(text, vocabulary).concepts], text
    for text in ("扣112分", "14s店"):
        found = {concept.text for concept in read(text, vocabulary).concepts}
        assert found.isdisjoint(vocabulary.synonyms), text
    assert [c.text for c in read("医保", vocabulary).concepts] == ["医保"]


def test_who_asks_is_no_slip():
    vocabulary = Vocabulary({}, ["老板", "开公司"])
    assert {"老板", "开公司"}.isdisjoint(read("老伴换公司", vocabulary).terms)


def test_a_particle_is_kept_in_what_staff_gave_a_meaning_with_it():
    vocabulary = Vocabulary({"黄了": ["失业"], "丢工作": ["失业"]}, [])
    assert [c.text for c in read("厂子黄了", vocabulary).concepts] == ["厂子", "黄了"]
    assert [c.text for c in read("丢了工作了", vocabulary).concepts] == ["丢工作"]


def test_a_synonym_does_not_cut_a_known_word():
    vocabulary = Vocabulary({"办结婚": ["登记"], "结婚证": ["婚姻登记"]}, [])
    assert [c.text for c in read("补办结婚证", vocabulary).concepts] == ["补办", "结婚证"]
    assert [c.text for c in read("办结婚", vocabulary).concepts] == ["办结婚"]


def test_words_sound_alike_only_as_they_are_mostly_read():
    assert Vocabulary({}, ["车次"]).like_sounding("车子") == []
    assert Vocabulary({}, ["美发"]).like_sounding("没发") == ["美发"]
    assert "美发" not in set(read("没发", Vocabulary({}, ["美发"])).terms)


def test_near_words_are_near():
    vocabulary = Vocabulary({"taxi": ["出租车"]}, [*WORDS, "小区"])
    assert nearest_words("zzqqxx", vocabulary) == []
    assert nearest_words("学区", vocabulary) == []
    assert nearest_words("taxo", vocabulary) == ["taxi"]
    assert nearest_words("gongjijinx", vocabulary) == ["公积金"]
    assert nearest_words("积玉金", vocabulary) == ["公积金"]


def test_what_was_typed_counts_more_than_what_it_may_mean():
    concept = read("看病", VOCABULARY).concepts[0]
    factors = {way.terms: way.factor for way in concept.alternatives}
    assert factors["看病",] > factors["医保",] > 0


def test_a_word_of_its_own_is_hardly_a_slip():
    vocabulary = Vocabulary({}, ["老板", "外地车", "缺斤少两"])
    factors = {}
    for text in ("老版", "老扳", "外地人", "缺斤短两"):
        (concept,) = read(text, vocabulary).concepts
        factors |= {(text, *way.terms): way.factor for way in concept.alternatives}
    assert 0 < factors["老版", "老板"] < factors["老扳", "老板"]
    assert ("外地人", "外地车") not in factors
    assert ("缺斤短两", "缺斤少两") in factors


def test_a_known_word_is_no_slip_of_another():
    vocabulary = Vocabulary({}, ["公积金", "公益金"])
    assert "公积金" not in set(read("公益金", vocabulary).terms)


@given(st.text(max_size=120))
def test_any_text_can_be_read(text):
    query = read(text, VOCABULARY)
    assert len(query.concepts) <= MAX_CONCEPTS
    assert all(concept.alternatives for concept in query.concepts)


@given(st.text(max_size=60))
def test_normalising_twice_is_normalising_once(text):
    assert normalise(normalise(text)) == normalise(text)


def changes_of(word, letters="ab"):
    """Everything that one insertion, deletion, replacement or swap makes of the word."""
    splits = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    return {
        *(a + b[1:] for a, b in splits if b),
        *(a + c + b for a, b in splits for c in letters),
        *(a + c + b[1:] for a, b in splits if b for c in letters),
        *(a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1),
    }


@given(st.text("ab", min_size=1, max_size=5), st.text("ab", min_size=1, max_size=5))
def test_one_apart_is_what_one_change_makes(one, other):
    if one != other:
        assert is_one_apart(one, other) == (other in changes_of(one))
