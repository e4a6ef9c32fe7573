"""Make the schemas of this folder from published files: `python convert.py FILE… >schemas.json`.

A FILE is a CustomResourceDefinition. What comes out is JSON Schema that knows every field: a
misspelt one is refused, as the API server prunes it and says nothing. Descriptions are left out.
"""

import json
import sys
from pathlib import Path

import yaml

_WORDS = ("description", "x-kubernetes-", "default", "example", "format")


def schemas_of(text):
    """`{"group/version Kind": schema}` for each version that is served."""
    found = {}
    for document in filter(None, yaml.safe_load_all(text)):
        spec = document["spec"]
        for version in spec["versions"]:
            if version["served"]:
                name = f"{spec['group']}/{version['name']} {spec['names']['kind']}"
                found[name] = strict(version["schema"]["openAPIV3Schema"])
    return found


def strict(schema, *, is_top=True):
    """JSON Schema of a structural schema of Kubernetes; unknown fields are refused."""
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    made = {key: value for key, value in schema.items() if not key.startswith(_WORDS)}
    if "properties" in made:
        made["properties"] = {
            name: strict(part, is_top=False) for name, part in made["properties"].items()
        }
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            made["additionalProperties"] = False
    elif isinstance(made.get("additionalProperties"), dict):
        made["additionalProperties"] = strict(made["additionalProperties"], is_top=False)
    if "items" in made:
        made["items"] = strict(made["items"], is_top=False)
    if is_top:
        made["properties"]["metadata"] = {"type": "object"}
    return made


if __name__ == "__main__":
    together = {}
    for path in sys.argv[1:]:
        together |= schemas_of(Path(path).read_text())
    json.dump(together, sys.stdout, sort_keys=True, separators=(",", ":"))
    print()
