"""Check a finder document before it becomes public: every way through it must lead somewhere."""

from django.utils.translation import gettext as _

from finder.models import RESERVED_NAMES, Question
from regions.cities import CITY_SLUGS

PLACES = {
    Question.Role.LIVE: {*CITY_SLUGS, "other"},
    Question.Role.GO: {*CITY_SLUGS, "other", "home"},
}


def problems(document, live=None):
    """Sentences that name what is wrong, [] for a document that may be public.

    `live` is the set of UUID texts of entries with a public edition; all count where it is None.
    """
    questions = {question["slug"]: question for question in document["questions"]}
    if not questions:
        return [_("还没有问题。")]
    found = _faulty_questions(document["questions"], questions)
    if found:  # the ways through cannot be followed
        return found
    start = document["questions"][0]["slug"]
    reached, loops = _walk(questions, start)
    found += [
        _("问题“%s”到不了:没有哪个回答通向它。") % question["text"]
        for slug, question in questions.items()
        if slug not in reached
    ]
    if loops:
        return found + loops
    rules = [rule for rule in document["rules"] if live is None or rule["id"] in live]
    return found + _rules_never_shown(document, questions) + _empty_ways(questions, start, rules)


def longest_way(document, slug):
    """How many questions are asked at most from this one on; the document has no loops."""
    questions = {question["slug"]: question for question in document["questions"]}
    lengths = {None: 0}

    def length(name):
        if name not in lengths:
            lengths[name] = 1 + max(length(a["next"]) for a in questions[name]["answers"])
        return lengths[name]

    return length(slug)


def _faulty_questions(rows, questions):
    found = []
    if len(questions) < len(rows):
        found.append(_("有两个问题在网址里的名字相同。"))
    for question in questions.values():
        text = question["text"]
        if question["slug"] in RESERVED_NAMES:
            found.append(_("问题“%s”在网址里的名字另有用处。") % text)
        if not question["answers"]:
            found.append(_("问题“%s”没有回答,读者走到这里就断了。") % text)
        slugs = [answer["slug"] for answer in question["answers"]]
        if len(set(slugs)) < len(slugs):
            found.append(_("问题“%s”有两个回答在网址里的名字相同。") % text)
        for answer in question["answers"]:
            names = {"question": text, "answer": answer["label"]}
            if answer["next"] is not None and answer["next"] not in questions:
                found.append(_("问题“%(question)s”的回答“%(answer)s”通向不存在的问题。") % names)
            if answer["slug"] not in PLACES.get(question["role"], {answer["slug"]}):
                found.append(_("问题“%(question)s”的回答“%(answer)s”不是五市之一。") % names)
    return found


def _walk(questions, start):
    """The slugs that can be reached, and a sentence for each answer that closes a loop.

    Without recursion: staff may chain as many questions as they like.
    """
    reached, open_ones, loops = {start}, {start}, []
    stack = [(start, iter(questions[start]["answers"]))]
    while stack:
        slug, answers = stack[-1]
        answer = next(answers, None)
        if answer is None:
            open_ones.discard(slug)
            stack.pop()
        elif answer["next"] in open_ones:
            names = {"question": questions[slug]["text"], "answer": answer["label"]}
            loops.append(_("问题“%(question)s”的回答“%(answer)s”绕回了前面的问题。") % names)
        elif answer["next"] is not None and answer["next"] not in reached:
            reached.add(answer["next"])
            open_ones.add(answer["next"])
            stack.append((answer["next"], iter(questions[answer["next"]]["answers"])))
    return reached, loops


def _rules_never_shown(document, questions):
    selecting = {slug for slug, q in questions.items() if q["role"] == Question.Role.SELECT}
    return [
        _("条目规则“%s”没有写明对应哪个需要,永远不会列出。") % rule["id"]
        for rule in document["rules"]
        if not any(condition["question"] in selecting for condition in rule["conditions"])
    ]


def _empty_ways(questions, start, rules):
    """A sentence for each last answer that may leave the reader with nothing at all.

    Ways that ask the same question with the same entries left are followed once.
    """
    named = {}  # (question, answer) -> numbers of the rules that it lists
    for number, rule in enumerate(rules):
        for condition in rule["conditions"]:
            named.setdefault((condition["question"], condition["answer"]), set()).add(number)
    everything = frozenset(range(len(rules)))
    found, seen, waiting = {}, set(), [(start, everything, False)]
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        slug, left, is_explained = state
        question = questions[slug]
        for answer in question["answers"]:
            still = left
            if question["role"] == Question.Role.SELECT:
                still = left & named.get((slug, answer["slug"]), set())
            explained = is_explained or bool(answer["no_entry"])
            if answer["next"] is not None:
                waiting.append((answer["next"], still, explained))
            elif not still and not explained:
                names = {"question": question["text"], "answer": answer["label"]}
                found[slug, answer["slug"]] = (
                    _("走到问题“%(question)s”的回答“%(answer)s”,可能一个条目也没有,也没有写说明。")
                    % names
                )
    return list(found.values())
