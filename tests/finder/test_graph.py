"""What keeps a finder from becoming public: each fault is named with its question and answer."""

from hypothesis import given, settings
from hypothesis import strategies as st

from finder.graph import longest_way, problems
from tests.finder.documents import answer, document, question, rule


def test_a_whole_document_has_no_problems():
    whole = document(
        [question("a", answer("x", "b"), answer("y", no_entry="示例")), question("b", answer("z"))],
        [rule("1", "a:x", "b:z")],
    )
    assert problems(whole) == []


def test_nothing_asked_is_a_problem():
    assert problems(document([])) == ["还没有问题。"]


def test_a_question_without_answers_is_named():
    (found,) = problems(document([question("a", answer("x", "b")), question("b")]))
    assert "问题b" in found
    assert "没有回答" in found


def test_an_answer_to_nowhere_is_named():
    (found,) = problems(document([question("a", answer("x", "gone"))]))
    assert "问题a" in found
    assert "回答x" in found


def test_a_question_that_nothing_leads_to_is_named():
    whole = document([question("a", answer("x")), question("b", answer("z"))], [rule("1", "a:x")])
    (found,) = problems(whole)
    assert "问题b" in found
    assert "到不了" in found


def test_a_loop_is_named_with_the_answer_that_closes_it():
    looping = document([question("a", answer("x", "b")), question("b", answer("z", "a"))])
    (found,) = problems(looping)
    assert "问题b" in found
    assert "回答z" in found


def test_a_way_without_entry_and_without_word_is_named():
    whole = document([question("a", answer("x"), answer("y"))], [rule("1", "a:x")])
    (found,) = problems(whole)
    assert "问题a" in found
    assert "回答y" in found


def test_a_way_whose_only_entry_was_withdrawn_is_named():
    whole = document([question("a", answer("x"))], [rule("1", "a:x")])
    assert problems(whole, live={"1"}) == []
    assert len(problems(whole, live=set())) == 1


def test_a_rule_that_is_never_listed_is_named():
    judging = question("who", answer("me", "a"), role="judge")
    whole = document([judging, question("a", answer("x"))], [rule("1", "a:x"), rule("2", "who:me")])
    (found,) = problems(whole)
    assert "“2”" in found


def test_a_city_that_is_none_of_the_five_is_named():
    (found,) = problems(document([question("live", answer("paris"), role="live")]))
    assert "回答paris" in found


def test_a_very_long_chain_is_followed():
    chain = [question(f"q{n}", answer("x", f"q{n + 1}")) for n in range(3000)]
    whole = document([*chain, question("q3000", answer("x", no_entry="示例"))])
    assert problems(whole) == []


NAMES = st.sampled_from("abcde")


@st.composite
def documents(draw):
    questions = [
        question(
            name,
            *(
                answer(slug, draw(st.none() | NAMES), draw(st.sampled_from(["", "示例"])))
                for slug in draw(st.lists(st.sampled_from("xyz"), unique=True))
            ),
            role=draw(st.sampled_from(["select", "judge"])),
        )
        for name in draw(st.lists(NAMES, unique=True))
    ]
    pairs = st.lists(st.builds("{}:{}".format, NAMES, st.sampled_from("xyz")), unique=True)
    rules = [rule(str(n), *draw(pairs)) for n in range(draw(st.integers(0, 3)))]
    return document(questions, rules)


def ways(whole, limit=12):
    """Every way through, as lists of `(question, answer)`; longer ones than `limit` are cut."""
    questions = {q["slug"]: q for q in whole["questions"]}
    waiting = [(whole["questions"][0]["slug"], [])]
    while waiting:
        slug, way = waiting.pop()
        if slug is None or len(way) > limit:
            yield way
            continue
        for chosen in questions[slug]["answers"]:
            waiting.append((chosen["next"], [*way, (questions[slug], chosen)]))


@settings(max_examples=150, deadline=None)
@given(documents())
def test_what_passes_ends_everywhere_with_an_entry_or_a_word(whole):
    """The check against walking every way by brute force."""
    if problems(whole):
        return
    longest = longest_way(whole, whole["questions"][0]["slug"])
    met = set()
    for way in ways(whole):
        assert len(way) <= longest
        met |= {q["slug"] for q, _chosen in way}
        chosen = {f"{q['slug']}:{a['slug']}" for q, a in way if q["role"] == "select"}
        listed = [
            r
            for r in whole["rules"]
            if chosen <= {f"{c['question']}:{c['answer']}" for c in r["conditions"]}
        ]
        assert listed or any(a["no_entry"] for _q, a in way)
    assert met == {q["slug"] for q in whole["questions"]}
