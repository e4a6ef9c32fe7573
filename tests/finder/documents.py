"""Makers of finder documents, as plain data."""


def answer(slug, to=None, no_entry=""):
    return {"slug": slug, "label": f"回答{slug}", "hint": "", "next": to, "no_entry": no_entry}


def question(slug, *answers, role="select"):
    return {
        "slug": slug,
        "text": f"问题{slug}",
        "hint": "",
        "role": role,
        "answers": list(answers),
    }


def rule(entry_id, *pairs, verdict="applies", place="go"):
    """A rule that names these `question:answer` pairs."""
    conditions = [
        {"question": name, "answer": value, "verdict": verdict, "why": f"示例理由{value}"}
        for name, value in (pair.split(":") for pair in pairs)
    ]
    return {
        "kind": "measure",
        "id": str(entry_id),
        "place": place,
        "next_step": "示例下一步",
        "conditions": conditions,
    }


def document(questions, rules=()):
    return {"questions": questions, "rules": list(rules)}
