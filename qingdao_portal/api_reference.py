"""The OpenAPI document as a page shows it: operations by tag, components with their fields."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FORMATS = {
    "date": gettext_lazy("日期"),
    "date-time": gettext_lazy("时间"),
    "uri": gettext_lazy("网址"),
    "uuid": "UUID",
}
# Statuses that nearly every operation has; the page explains them once.
COMMON_STATUSES = {"304", "400", "401", "404", "406", "414", "429", "503"}
TYPES = {
    "string": gettext_lazy("文本"),
    "integer": gettext_lazy("整数"),
    "number": gettext_lazy("数"),
    "boolean": gettext_lazy("真假"),
    "object": gettext_lazy("对象"),
}
# How drf-spectacular writes the labels of choices into a description.
_MEANING = re.compile(r"^\* `(.*)` - (.*)$", re.MULTILINE)


def reference_of(document):
    """What the template needs of an OpenAPI document."""
    operations = {tag["name"]: [] for tag in document["tags"]}
    for path, item in document["paths"].items():
        operations[item["get"]["tags"][0]].append(_operation("GET", path, item["get"]))
    for name, item in document["webhooks"].items():
        operations[item["post"]["tags"][0]].append(_sent(name, item["post"]))
    components = document["components"]["schemas"]
    return {
        "groups": {tag["description"]: operations[tag["name"]] for tag in document["tags"]},
        "components": [_component(name, schema) for name, schema in components.items()],
    }


def _has_required(operation):
    """Whether the address alone gets no answer."""
    return any(parameter.get("required") for parameter in operation.get("parameters", []))


def _sent(name, operation):
    """An operation that the portal asks of others."""
    body = {"description": _("消息"), "content": operation["requestBody"]["content"]}
    sent = _operation("POST", name, operation)
    return sent | {"is_open": False, "answers": [_answer("POST", body), *sent["answers"]]}


def _operation(method, path, operation):
    return {
        "method": method,
        "id": operation["operationId"],
        "path": path,
        "summary": operation["summary"],
        "explanation": operation.get("description", ""),
        "is_deprecated": operation.get("deprecated", False),
        "is_open": "{" not in path and not _has_required(operation),
        "parameters": [
            {
                "name": parameter["name"],
                "type": type_of(parameter["schema"]),
                "description": parameter.get("description", ""),
                "is_required": parameter.get("required", False),
                "default": parameter["schema"].get("default"),
            }
            for parameter in operation.get("parameters", [])
        ],
        "answers": [
            _answer(status, response)
            for status, response in operation["responses"].items()
            if status not in COMMON_STATUSES
        ],
        "common_statuses": sorted(COMMON_STATUSES & operation["responses"].keys()),
    }


def _answer(status, response):
    contents = response.get("content", {})
    return {
        "status": status,
        "description": response.get("description", ""),
        "contents": [
            {"media_type": media_type, "type": type_of(content["schema"])}
            for media_type, content in contents.items()
        ],
    }


def _component(name, schema):
    required = schema.get("required", [])
    description = schema.get("description", "")
    meanings = dict(_MEANING.findall(description))
    return {
        "name": name,
        "title": "" if meanings else description,
        "values": [(value, meanings.get(str(value), "")) for value in schema.get("enum", [])],
        "type": None if schema.get("properties") or "enum" in schema else type_of(schema),
        "fields": [
            {
                "name": field,
                "type": type_of(part),
                "description": " ".join(filter(None, (part.get("title"), part.get("description")))),
                "is_always_there": field in required,
            }
            for field, part in schema.get("properties", {}).items()
        ],
    }


def type_of(schema):
    """`{words, references, is_nullable}`: what the values of a schema are, for people."""
    if "$ref" in schema:
        return _type(references=[schema["$ref"].rsplit("/", 1)[1]])
    alternatives = schema.get("allOf") or schema.get("oneOf")
    if alternatives:
        return _type_of_alternatives(alternatives)
    if schema.get("type") == "array":
        item = type_of(schema["items"])
        return _type(_("列表:%s") % item["words"], item["references"])
    return _type_of_value(schema)


def _type_of_alternatives(alternatives):
    types = [type_of(schema) for schema in alternatives if schema.get("type") != "null"]
    words = [kind["words"] for kind in types if kind["words"]]
    references = [name for kind in types for name in kind["references"]]
    return _type(words[0] if words else "", references, len(types) < len(alternatives))


def _type_of_value(schema):
    names = schema.get("type", "string")
    names = [names] if isinstance(names, str) else names
    if "const" in schema:
        words = schema["const"]
    elif "enum" in schema:
        words = "、".join(str(value) for value in schema["enum"])
    else:
        words = str(FORMATS.get(schema.get("format")) or TYPES[names[0]])
    return _type(words + _range(schema), is_nullable="null" in names)


def _range(schema):
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None:
        return ""
    return f" ≥ {low}" if high is None else f" {low}–{high}"


def _type(words="", references=(), is_nullable=False):
    return {"words": words, "references": list(references), "is_nullable": is_nullable}
