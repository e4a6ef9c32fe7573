"""The scans of `make check`: secrets in the tree, and known vulnerabilities of packages."""

import importlib.util
import io
import json
import subprocess
import urllib.error
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


scan_secrets, audit_dependencies = script("scan_secrets"), script("audit_dependencies")

# Made when the test runs, so that they are not found in this file.
SECRETS = {
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a private key of age": "AGE-SECRET-KEY-1" + "Q" * 58,
    "a key of a partner": "Authorization: Bearer qp_" + "a1_-" * 10 + "xyz",
    "a secret of a webhook": "whsec_" + "A" * 43 + "=",
    "a key of Django": "SECRET_KEY=" + "k9" * 33,
    "a key of AWS": "AKIA" + "A1" * 8,
    "a key of Alibaba Cloud": "LTAI" + "5t" * 10,
    "a key of Tencent Cloud": "AKID" + "z8" * 16,
    "a token of GitHub": "ghp_" + "a1" * 18,
    "a token of GitLab": "glpat-" + "a1" * 10,
    "a token of PyPI": "pypi-AgEIcHlwaS5vcmc" + "A1" * 30,
    "a token of npm": "npm_" + "a1" * 18,
    "a token of Slack": "xoxb-" + "1a" * 12,
    "a signed token": ".".join(["eyJ" + "a1" * 12, "eyJ" + "b2" * 12, "c3" * 12]),
    "an address of a Sentry": f"https://{'0f' * 16}@sentry.example/1",
}


def test_each_kind_of_secret_is_found_and_not_repeated(tmp_path):
    assert SECRETS.keys() == scan_secrets.KINDS.keys()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for number, secret in enumerate(SECRETS.values()):
        (tmp_path / f"{number}.txt").write_text(f"\n{secret}\n")
    (tmp_path / "portal.key").write_text("")
    found = list(scan_secrets.finds(tmp_path))
    expected = [f"{number}.txt:2: {kind}" for number, kind in enumerate(SECRETS)]
    assert sorted(found) == sorted(
        [*expected, "portal.key: the name of a file that holds a secret"]
    )
    assert not any(secret in line for secret in SECRETS.values() for line in found)


def test_where_there_is_no_git_that_is_said_and_no_failure(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert scan_secrets.main() == 0
    assert capsys.readouterr().out.startswith("NOT SCANNED")


def answering(monkeypatch, document):
    answer = io.BytesIO(json.dumps(document).encode())
    monkeypatch.setattr("urllib.request.urlopen", lambda *_args, **_more: answer)


def auditing(monkeypatch, packages):
    told = SimpleNamespace(stdout=json.dumps({"dependencies": packages}), stderr="")
    monkeypatch.setattr(audit_dependencies.subprocess, "run", lambda *_args, **_more: told)


@pytest.mark.parametrize(
    "failure",
    [urllib.error.URLError("no"), TimeoutError(), urllib.error.HTTPError("", 404, "", {}, None)],
)
def test_where_nothing_was_audited_that_is_said_and_no_failure(monkeypatch, capsys, failure):
    def fail(*_args, **_more):
        raise failure

    monkeypatch.setattr("urllib.request.urlopen", fail)
    assert audit_dependencies.main() == 0
    assert capsys.readouterr().out.startswith("NOT AUDITED: pypi.org")


def test_a_known_vulnerability_fails_the_check_and_names_what_mends_it(monkeypatch, capsys):
    answering(monkeypatch, {"vulnerabilities": []})
    vulnerability = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}
    auditing(
        monkeypatch,
        [
            {"name": "example", "version": "1.0", "vulns": [vulnerability]},
            {"name": "sound", "version": "2.0", "vulns": []},
            {"name": "own", "skip_reason": "not found"},
        ],
    )
    assert audit_dependencies.main() == 1
    told = capsys.readouterr().out
    assert "2 packages audited, 1 that PyPI does not know were not." in told
    assert "example 1.0: PYSEC-2026-1, mended in 1.1" in told


def test_a_sound_set_passes(monkeypatch, capsys):
    answering(monkeypatch, {"vulnerabilities": []})
    auditing(monkeypatch, [{"name": "sound", "version": "2.0", "vulns": []}])
    assert audit_dependencies.main() == 0
    assert "1 packages audited, 0" in capsys.readouterr().out


def test_an_audit_that_breaks_off_is_no_audit(monkeypatch, capsys):
    answering(monkeypatch, {"vulnerabilities": []})
    told = SimpleNamespace(stdout="", stderr="no connection\n")
    monkeypatch.setattr(audit_dependencies.subprocess, "run", lambda *_args, **_more: told)
    assert audit_dependencies.main() == 0
    assert "NOT AUDITED: no connection" in capsys.readouterr().out
