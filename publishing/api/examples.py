"""Examples in the OpenAPI document: real answers, made by `manage.py api_examples`."""

import json
from functools import cache

from django.conf import settings

FILE = settings.BASE_DIR / "docs" / "api" / "examples.json"
JSON_TYPES = {"application/json", "application/ld+json"}
# Errors have no data to be real of; the names are the reserved ones.
PROBLEMS = {
    "Problem": {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "没有这个地址。",
    },
    "BadRequestProblem": {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "参数有误:citty。",
        "errors": [{"parameter": "citty", "detail": "没有这个参数。"}],
    },
    "GoneProblem": {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "detail": "这个条目已撤下。",
        "reason": "示例原因",
        "withdrawn_at": "2026-01-01T08:00:00+08:00",
        "successor": None,
    },
}


@cache
def examples():
    """`{operationId: answer}` as committed."""
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}


def add_examples(result, generator, request, public):
    """Put the examples where the document describes what they are examples of."""
    for item in result["paths"].values():
        for operation in item.values():
            content = operation["responses"]["200"].get("content", {})
            for media_type in content.keys() & JSON_TYPES:
                if operation["operationId"] in examples():
                    content[media_type]["example"] = examples()[operation["operationId"]]
    for name, example in PROBLEMS.items():
        result["components"]["schemas"][name]["examples"] = [example]
    return result
