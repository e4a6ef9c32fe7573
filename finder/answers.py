"""Follow the answers in an address through the questions."""

from typing import NamedTuple

from django.utils.http import urlencode

from finder.graph import longest_way


class Given(NamedTuple):
    """One question with the answer that was given to it."""

    question: dict
    answer: dict


class Journey(NamedTuple):
    """How far the answers in an address lead.

    question: the one to ask now, None when all were answered. is_outdated: its answer in the
    address is none of those it has. later: parameters of answers after the question, kept so that
    changing one answer does not lose the others.
    """

    given: list
    question: dict | None
    is_outdated: bool
    later: dict
    longest: int

    @property
    def parameters(self):
        return {given.question["slug"]: given.answer["slug"] for given in self.given}

    @property
    def number(self):
        return len(self.given) + 1


def follow(document, parameters):
    """The `Journey` of the answers among `parameters`, a mapping of texts. Never raises.

    `change` names a question to ask again.
    """
    questions = {question["slug"]: question for question in document["questions"]}
    slug = document["questions"][0]["slug"]
    given = []
    while slug is not None:
        question = questions[slug]
        value = parameters.get(slug)
        answer = next((a for a in question["answers"] if a["slug"] == value), None)
        if answer is None or parameters.get("change") == slug:
            break
        given.append(Given(question, answer))
        slug = answer["next"]
    if slug is None:
        return Journey(given, None, False, {}, len(given))
    done = {item.question["slug"] for item in given} | {slug}
    later = {name: parameters[name] for name in questions if name in parameters}
    return Journey(
        given,
        questions[slug],
        is_outdated=bool(value) and answer is None,
        later={
            name: value
            for name, value in later.items()
            if name not in done and _is_known(questions[name], value)
        },
        longest=len(given) + longest_way(document, slug),
    )


def change_address(journey, given):
    """The query that asks one question again and keeps the other answers."""
    return "?" + urlencode(journey.parameters | journey.later | {"change": given.question["slug"]})


def _is_known(question, value):
    return any(answer["slug"] == value for answer in question["answers"])
