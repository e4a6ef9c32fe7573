"""The portal's settings as the tests need them: production's, but quick and without TLS.

The database is the embedded PostgreSQL with data of its own under `var/test`, or the one that
DATABASE_URL names; either way the tests make databases of their own in it.
"""

import os
from pathlib import Path

# Read by the portal's settings, so they come first. `.env` never wins over these.
os.environ |= {
    "DEBUG": "0",
    "SECRET_KEY": "tests-only",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "USE_HTTPS": "0",
    "REQUIRE_SECOND_FACTOR": "0",  # tests of it turn it on
    "LOG_LEVEL": "WARNING",
    "VAR_DIR": os.environ.get("TEST_VAR_DIR") or str(Path(__file__).parent.parent / "var/test"),
    # In this process the thread that looks would see nothing of a test's transaction.
    "RESPONSE_STORE_BYTES": os.environ.get("RESPONSE_STORE_BYTES", "0"),
    "REPLICA_URL": os.environ.get("REPLICA_URL", ""),  # of servers that a test starts
    "LINK_CHECK": "0",
    "API_WAITERS": "0",  # tests of waiting let some wait
    "API_REQUESTS_PER_MINUTE": "1000000",  # tests of the limit set their own
    "REDIS_URL": "",  # tests of it start one
    "EMAIL_URL": "",
    "METRICS_TOKEN": "",
    "SECURITY_CONTACT": "",
    "OFFLINE_READING": "0",  # no worker asks the live server behind a test's back
}
# Fixtures of Playwright run their event loop in the thread that also runs the test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# Passed on to the workers of xdist: two runs at a time do not take each other's database.
os.environ.setdefault("TEST_RUN", str(os.getpid()))

from qingdao_portal.settings import *  # noqa: F403
from qingdao_portal.settings import DATABASES, STATIC_ROOT, STORAGES

DATABASES["default"]["TEST"] = {"NAME": f"test_portal_{os.environ['TEST_RUN']}"}
if "EMBEDDED" in DATABASES["default"]:
    DATABASES["default"]["EMBEDDED"]["durable"] = False  # a power cut may cost the test data

# Names without hashes: no test waits for all static files to be collected.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # else every client of a test looks at all files when it starts
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when there is none
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
