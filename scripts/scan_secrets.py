"""Find secrets in what git knows: keys of well-known makers, and the portal's own kinds.

Only forms that nothing else has are looked for, so a find is one: there is no list of exceptions.
An example in a document or a test is shorter, or made when the test runs.
"""

import re
import subprocess
import sys

KINDS = {
    "a private key": r"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----",
    "a private key of age": r"AGE-SECRET-KEY-1[0-9A-Z]{50,}",
    "a key of a partner": r"(^|[^A-Za-z0-9_])qp_[A-Za-z0-9_-]{43}([^A-Za-z0-9_-]|$)",
    "a secret of a webhook": r"whsec_[A-Za-z0-9+/]{32,}",
    "a key of Django": r"SECRET_KEY *[=:] *[\"']?[A-Za-z0-9!@#$%^&*(_=+-]{50}",
    "a key of AWS": r"(AKIA|ASIA)[0-9A-Z]{16}",
    "a key of Alibaba Cloud": r"LTAI[0-9A-Za-z]{16,26}",
    "a key of Tencent Cloud": r"AKID[0-9A-Za-z]{32}",
    "a token of GitHub": r"gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{60,}",
    "a token of GitLab": r"glpat-[0-9A-Za-z_-]{20}",
    "a token of PyPI": r"pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50,}",
    "a token of npm": r"npm_[0-9A-Za-z]{36}",
    "a token of Slack": r"xox[abeoprs]-[0-9A-Za-z-]{20,}",
    "a signed token": r"eyJ[0-9A-Za-z_-]{20,}\.eyJ[0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{20,}",
    "an address of a Sentry": r"https://[0-9a-f]{32}@[a-z0-9.-]+/[0-9]+",
}
FILES = re.compile(
    r"(^|/)(\.env|id_[a-z0-9]+|secret_key)$|\.(pem|key|p12|pfx|jks|dump|age|keytab)$"
)


def finds(root="."):
    """Yield a line about each secret in the files that git knows, or would, below `root`."""
    git = ["git", "-c", "safe.directory=*", "-C", str(root)]  # a checkout may be somebody else's
    known = [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(known, stdout=subprocess.PIPE, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if FILES.search(name):
            yield f"{name}: the name of a file that holds a secret"
    search = [*git, "grep", "--untracked", "-nIoE"]
    for kind, pattern in KINDS.items():
        found = subprocess.run(
            [*search, "-e", pattern], stdout=subprocess.PIPE, text=True, check=False
        )
        if found.returncode > 1:
            raise RuntimeError(f"git grep failed for {kind}")
        for line in found.stdout.splitlines():
            name, number, _secret = line.split(":", 2)  # the secret itself is not repeated
            yield f"{name}:{number}: {kind}"


def main():
    try:
        problems = list(finds())
    except (OSError, subprocess.CalledProcessError):
        print("NOT SCANNED for secrets: this is no checkout of git.")
        return 0
    print("\n".join(problems) or "No secrets in what git knows.")
    if problems:
        return "Take these out, and replace the secrets: whoever has the history has them."
    return 0


if __name__ == "__main__":
    sys.exit(main())
