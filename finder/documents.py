"""The public document of the finder: what a release keeps, and what the catalogue holds.

`{"questions": [{slug, text, hint, role, answers: [{slug, label, hint, next, no_entry}]}],
"rules": [{kind, id, place, next_step, conditions: [{question, answer, verdict, why}]}]}`
"""

from finder.models import Question, Release, Rule
from publishing.registry import register_after_loading, register_collection

EMPTY = {"questions": [], "rules": []}


def draft_document():
    """The document of the rows as they are now. Five queries."""
    questions = Question.objects.prefetch_related("answers__next_question")
    rules = Rule.objects.prefetch_related("conditions__answer__question")
    return {
        "questions": [_question(question) for question in questions],
        "rules": [_rule(rule) for rule in rules],
    }


def public_document():
    """The document in force, the empty one before the first release."""
    return Release.objects.values_list("document", flat=True).first() or EMPTY


def _question(question):
    names = ("slug", "text", "hint", "role")
    answers = sorted(question.answers.all(), key=lambda answer: (answer.position, answer.slug))
    return {name: getattr(question, name) for name in names} | {
        "answers": [
            {
                "slug": answer.slug,
                "label": answer.label,
                "hint": answer.hint,
                "next": answer.next_question and answer.next_question.slug,
                "no_entry": answer.no_entry,
            }
            for answer in answers
        ]
    }


def _rule(rule):
    return {
        "kind": rule.kind,
        "id": str(rule.entry_id),
        "place": rule.place,
        "next_step": rule.next_step,
        "conditions": [
            {
                "question": condition.answer.question.slug,
                "answer": condition.answer.slug,
                "verdict": condition.verdict,
                "why": condition.why,
            }
            for condition in rule.conditions.all()
        ],
    }


def _publish_first():
    from finder.services import publish_first

    publish_first()


register_collection("finder", public_document, empty=EMPTY)
register_after_loading(_publish_first)
