"""The scoring of Mozilla's HTTP Observatory (mdn/mdn-http-observatory, August 2026).

Each check gives points to or takes them from 100; from 100 on the grade is A+. What only the
network can tell (certificates, the browsers' preload list) is left out, and so are the five points
for hashes of scripts, which are for scripts from elsewhere.
"""

import re
from urllib.parse import urlsplit

PRIVATE_REFERRERS = {"no-referrer", "same-origin", "strict-origin"} | {
    "strict-origin-when-cross-origin"
}
BROAD = {"*", "http:", "https:", "ftp:", "http://*", "https://*", "http://*.*", "https://*.*"}
UNSAFE = {"'unsafe-inline'", "data:"}
SIX_MONTHS = 15_768_000
SCRIPT = re.compile(r"""<script\b[^>]*?\bsrc=["']([^"']+)""")


def score(response, *, host="testserver"):
    """`{check: points}`; what is not there or not as it should be takes points."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    policy = policy_of(headers.get("content-security-policy", ""))
    return {
        "content-security-policy": _policy(policy),
        "cookies": _cookies(response.cookies, headers),
        "cors": _cross_origin(headers),
        "referrer-policy": _referrer(headers.get("referrer-policy", "")),
        "strict-transport-security": _transport(headers.get("strict-transport-security", "")),
        "scripts": _scripts(response, host),
        "x-content-type-options": _is(headers, "x-content-type-options", {"nosniff": 0}, -5),
        "x-frame-options": _frames(policy, headers.get("x-frame-options", "")),
        "cross-origin-resource-policy": _is(
            headers,
            "cross-origin-resource-policy",
            {"same-origin": 10, "same-site": 10, "cross-origin": 0},
        ),
        "cross-origin-embedder-policy": _is(
            headers,
            "cross-origin-embedder-policy",
            {"require-corp": 10, "credentialless": 10, "unsafe-none": 0},
        ),
        "cross-origin-opener-policy": _is(
            headers,
            "cross-origin-opener-policy",
            {"same-origin": 10, "same-origin-allow-popups": 10, "unsafe-none": 0},
        ),
    }


def total(points):
    """What the Observatory would show: extra points count from 90 on only."""
    plain = 100 + sum(value for value in points.values() if value < 0)
    return plain + sum(max(value, 0) for value in points.values()) if plain >= 90 else plain


def policy_of(text):
    """`{directive: sources}` of a policy. Raises ValueError for one that is there twice."""
    policy = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, *sources = part.lower().split()
        if name in policy:
            raise ValueError(f"{name} is there twice")
        policy[name] = set(sources)
    return policy


def _policy(policy):
    if not policy:
        return -25
    default = policy.get("default-src", {"*"})
    scripts, styles, objects = (
        policy.get(name, default) for name in ("script-src", "style-src", "object-src")
    )
    everything = set().union(*policy.values())
    if scripts & (BROAD | UNSAFE) or objects & BROAD:
        return -20
    if any(source.startswith(("http:", "ftp:")) for source in everything):
        return -20
    if "'unsafe-eval'" in scripts | styles:
        return -10
    if styles & (BROAD | UNSAFE):
        return 0
    return 10 if default == {"'none'"} else 5


def _cookies(cookies, headers):
    if not cookies:
        return 0
    points = 5
    for name, cookie in cookies.items():
        is_session = any(word in name.lower() for word in ("login", "sess"))
        if not cookie["secure"]:
            is_protected = _transport(headers.get("strict-transport-security", "")) == 0
            points = min(points, -10 if is_protected else -40)
        if is_session and not cookie["httponly"]:
            points = min(points, -30)
        if cookie["samesite"].lower() not in ("strict", "lax"):
            points = min(points, -20)
    return points


def _cross_origin(headers):
    is_open = "access-control-allow-origin" in headers
    return -50 if is_open and "access-control-allow-credentials" in headers else 0


def _referrer(value):
    if not value:
        return 0
    return 5 if value in PRIVATE_REFERRERS else -5


def _transport(value):
    age = re.search(r"max-age=(\d+)", value)
    if not age:
        return -20
    return 0 if int(age[1]) >= SIX_MONTHS else -10


def _scripts(response, host):
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return 0
    sources = SCRIPT.findall(response.content.decode())
    return -50 if any(urlsplit(source).netloc not in ("", host) for source in sources) else 0


def _frames(policy, value):
    # A page that any site may frame says so in the policy, which counts like any other.
    if "frame-ancestors" in policy or value.upper() in ("DENY", "SAMEORIGIN"):
        return 5
    return -20


def _is(headers, name, points, missing=0):
    """The points for the value of a header; -5 for one that means nothing."""
    value = headers.get(name)
    return missing if value is None else points.get(value, -5)
