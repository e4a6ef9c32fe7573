"""What breaks a client between two versions of the OpenAPI document.

A client may send what the old document allowed and relies on what it promised. So whatever could
be sent must still be taken, and whatever is answered must still be within what was promised;
more may be taken and more may be told. `docs/api/released/` holds the documents that were given
out; `docs/api.md` says how they are renewed.
"""

_NEVER_NARROWED = ("format", "pattern")
_WRITING = ("style", "explode")  # of a list in the address
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_ANY_TYPE = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


def breaks(old, new):
    """What of the OpenAPI document `old` a client finds broken in `new`, as sentences."""
    found = list(_whole(old, new))
    for group in ("paths", "webhooks"):
        for path, item in old.get(group, {}).items():
            for method, operation in item.items():
                where = f"{method.upper()} {path}"
                other = new.get(group, {}).get(path, {}).get(method)
                if other is None:
                    found.append(f"{where}: is gone")
                else:
                    found += _Operations(old, new, where).breaks(operation, other)
    return found


def _whole(old, new):
    """What breaks for all operations: where the API is, and how a key is sent."""
    if old.get("servers") != new.get("servers"):
        yield "The API is somewhere else"
    schemes = [one["components"].get("securitySchemes", {}) for one in (old, new)]
    for name, scheme in schemes[0].items():
        if scheme != schemes[1].get(name):
            yield f"The key {name} is sent in another way"


class _Operations:
    """An operation in both documents, which the references of its parts lead into."""

    def __init__(self, old, new, where):
        self.old, self.new, self.where = old, new, where

    def breaks(self, old, new):
        yield from self._name(old, new)
        yield from self._parameters(old, new)
        yield from self._security(old, new)
        yield from self._answers(old, new)
        yield from self._bodies(old, new)

    def _name(self, old, new):
        if old.get("operationId") != new.get("operationId"):
            yield f"{self.where}: generated clients call it {old.get('operationId')}"
        if old.get("tags", [])[:1] != new.get("tags", [])[:1]:
            yield f"{self.where}: generated clients have it among {old.get('tags')}"

    def _parameters(self, old, new):
        olds, news = _by_name(old), _by_name(new)
        for key in olds.keys() - news.keys():
            yield f"{self.where}: the parameter {key[1]} is gone"
        for key, parameter in news.items():
            where, before = f"{self.where}: the parameter {key[1]}", olds.get(key)
            if parameter.get("required") and not (before or {}).get("required"):
                yield f"{where} is required now"
            if before is None:
                continue
            if before["schema"].get("default") != parameter["schema"].get("default"):
                yield f"{where} has another default"
            if [before.get(key) for key in _WRITING] != [parameter.get(key) for key in _WRITING]:
                yield f"{where} is written in another way"
            inner, outer = (self.old, before["schema"]), (self.new, parameter["schema"])
            yield from _beyond(inner, outer, f"{where} takes less")

    def _security(self, old, new):
        is_open = [{} in operation.get("security", [{}]) for operation in (old, new)]
        if is_open == [True, False]:
            yield f"{self.where}: needs a key now"

    def _answers(self, old, new):
        for status, answer in old.get("responses", {}).items():
            where, other = f"{self.where}: {status}", new.get("responses", {}).get(status)
            if other is None:
                if status.startswith("2"):
                    yield f"{where} is gone"
                continue
            for name in answer.get("headers", {}).keys() - other.get("headers", {}).keys():
                yield f"{where} has no header {name} any more"
            yield from self._contents(answer, other, where, is_answer=True)

    def _bodies(self, old, new):
        # Of a webhook the portal sends the body: it is promised, as an answer is.
        bodies = old.get("requestBody", {}), new.get("requestBody", {})
        yield from self._contents(*bodies, f"{self.where}: the body", is_answer=True)

    def _contents(self, old, new, where, *, is_answer):
        for media_type, content in old.get("content", {}).items():
            other = new.get("content", {}).get(media_type)
            if other is None:
                yield f"{where} is no {media_type} any more"
            else:
                inner, outer = (self.new, other["schema"]), (self.old, content["schema"])
                yield from _beyond(inner, outer, where)


def _by_name(operation):
    return {(one["in"], one["name"]): one for one in operation.get("parameters", [])}


def _beyond(inner, outer, where, seen=frozenset()):
    """What the schema `inner` allows and `outer` does not, as sentences.

    Both are pairs of a document and a schema in it. `seen` are the pairs of schemas that are
    being compared already: a component may have itself as a part.
    """
    pair = (id(inner[1]), id(outer[1]))
    if pair in seen:
        return
    seen = seen | {pair}
    inners, outers = _alternatives(inner), _alternatives(outer)
    for one in inners:
        faults = [list(_beyond_one(one, other, where, seen)) for other in outers]
        if all(faults):
            yield from min(faults, key=len)


def _alternatives(schema):
    """The schemas of which one holds: plain ones, references followed."""
    document, node = schema
    if "$ref" in node:
        component = document["components"]["schemas"][node["$ref"].rpartition("/")[2]]
        return _alternatives((document, component))
    for key in ("oneOf", "anyOf"):
        if key in node:
            return [plain for part in node[key] for plain in _alternatives((document, part))]
    if "allOf" in node:
        merged = {}
        for part in node["allOf"]:
            for _document, plain in _alternatives((document, part)):
                merged = _both(merged, plain)
        return [(document, merged)]
    types = node.get("type")
    if isinstance(types, list):
        return [(document, node | {"type": name}) for name in types]
    return [(document, node)]


def _both(one, other):
    """The plain schema of what keeps to two of them."""
    return (
        one
        | other
        | {
            "properties": one.get("properties", {}) | other.get("properties", {}),
            "required": [*one.get("required", ()), *other.get("required", ())],
        }
    )


def _beyond_one(inner, outer, where, seen):
    (_old, node), (_new, limits) = inner, outer
    types, allowed = _types(node), _types(limits)
    if not types <= allowed:
        yield f"{where} may be {' or '.join(sorted(types - allowed))}"
        return
    choices, known = _choices(node), _choices(limits)
    if known is not None:
        more = [str(one) for one in choices or () if one not in known]
        if choices is None or more:
            yield f"{where} may be something else: {', '.join(more) or 'anything'}"
    for key in _NEVER_NARROWED:
        if key in limits and node.get(key) != limits[key] and known is None and choices is None:
            yield f"{where} has another {key}"
    yield from _beyond_bounds(node, limits, where)
    yield from _beyond_parts(inner, outer, where, seen)


def _beyond_bounds(node, limits, where):
    for keys, is_beyond in ((_UPPER, float.__gt__), (_LOWER, float.__lt__)):
        for key in keys:
            if key in limits and "enum" not in node:
                bound = node.get(key)
                if bound is None or is_beyond(float(bound), float(limits[key])):
                    yield f"{where} is beyond {key} {limits[key]}"


def _beyond_parts(inner, outer, where, seen):
    (document, node), (other, limits) = inner, outer
    for name, schema in limits.get("properties", {}).items():
        part = node.get("properties", {}).get(name)
        if part is None:
            yield f"{where} has no {name} any more"
            continue
        if name in limits.get("required", ()) and name not in node.get("required", ()):
            yield f"{where} may lack {name}"
        yield from _beyond((document, part), (other, schema), f"{where}.{name}", seen)
    for key, sign in (("items", "[]"), ("additionalProperties", "{}")):
        part, schema = node.get(key), limits.get(key)
        if isinstance(part, dict) and isinstance(schema, dict):
            yield from _beyond((document, part), (other, schema), where + sign, seen)
        elif isinstance(schema, dict) and schema and key == "items":
            yield f"{where}{sign} may be anything"


def _types(schema):
    if "type" not in schema:
        choices = _choices(schema)
        return frozenset(_type_of(one) for one in choices) if choices else _ANY_TYPE
    name = schema["type"]
    return frozenset({"number", "integer"} if name == "number" else {name})


def _type_of(value):
    names = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
    return names[type(value)]


def _choices(schema):
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")
