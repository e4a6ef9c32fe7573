"""Look the installed packages up in PyPI's list of known vulnerabilities, by pip-audit.

Where that list cannot be had, nothing was audited, and this says so and is no failure: a machine
without a network builds too. pip-audit alone would call that “no known vulnerabilities found”.
"""

import http.client
import json
import subprocess
import sys
import urllib.error
import urllib.request
from importlib.metadata import version

ASKED_FIRST = "Django"
SECONDS = 5


def why_not():
    """Why the service cannot tell of our packages, '' if it can."""
    address = f"https://pypi.org/pypi/{ASKED_FIRST}/{version(ASKED_FIRST)}/json"
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            known = json.load(answer)
    except urllib.error.HTTPError as error:
        return f"pypi.org answers {error.code} for {ASKED_FIRST} {version(ASKED_FIRST)}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"pypi.org cannot be asked ({type(error).__name__})"
    return "" if "vulnerabilities" in known else "pypi.org says nothing of vulnerabilities"


def audit():
    """`(known vulnerabilities as lines, packages audited, packages not audited)`."""
    command = [sys.executable, "-m", "pip_audit", "--local", "--format", "json"]
    options = ["--progress-spinner", "off", "--timeout", str(SECONDS)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise RuntimeError(reason) from None
    lines = [
        f"{package['name']} {package['version']}: {vulnerability['id']}, "
        f"mended in {', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for package in packages
        for vulnerability in package.get("vulns", ())
    ]
    skipped = sum("skip_reason" in package for package in packages)
    return lines, len(packages) - skipped, skipped


def main():
    reason = why_not()
    if not reason:
        try:
            lines, audited, skipped = audit()
        except RuntimeError as error:
            reason = str(error)
    if reason:
        print(f"NOT AUDITED: {reason}. Run `make audit` where the list can be had.")
        return 0
    print(f"{audited} packages audited, {skipped} that PyPI does not know were not.")
    if lines:
        print("\n".join(lines))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
