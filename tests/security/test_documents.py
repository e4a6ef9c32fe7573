"""The threat model and 等保对照 name measures and tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODEL, COMPARISON = ROOT / "docs/threat-model.md", ROOT / "docs/等保对照.md"
NAMED = re.compile(r"`((?:[\w-]+/)+(?:[\w-]+\.\w+)?|requirements\.txt)`")


@pytest.mark.parametrize("document", [MODEL, COMPARISON], ids=["model", "comparison"])
def test_every_file_that_is_named_is_there(document):
    named = set(NAMED.findall(document.read_text()))
    assert len(named) > 20
    missing = {
        name for name in named if not ((ROOT / name).exists() or (ROOT / "tests" / name).exists())
    }
    assert not missing


def test_the_threat_model_names_every_attack_of_these_tests():
    named = MODEL.read_text()
    own = {path.name for path in (ROOT / "tests/security").glob("test_*.py")}
    assert not [name for name in own - {Path(__file__).name} if f"security/{name}" not in named]
