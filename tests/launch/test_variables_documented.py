"""Every variable the portal reads is listed where people look for it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
READ = re.compile(r"\benv_(?:str|bool|int|list|choice)\(\s*['\"](\w+)")


def variables():
    sources = (path.read_text() for path in (ROOT / "qingdao_portal").rglob("*.py"))
    return {name for source in sources for name in READ.findall(source)}


@pytest.mark.parametrize(
    ("document", "form"), [(".env.example", "#{}="), ("docs/running.md", "`{}`")]
)
def test_every_variable_is_documented(document, form):
    text = (ROOT / document).read_text()
    assert variables() >= {"SECRET_KEY", "PORT", "VAR_DIR"}
    assert {name for name in variables() if form.format(name) not in text} == set()
