"""Which PostgreSQL the portal uses: the one DATABASE_URL names, else the embedded one.

Importing this starts nothing. The embedded server is started by the first connection
(`qingdao_portal.postgresql`) and stopped after the last process that used it has gone.
"""

from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from qingdao_portal import embedded_postgres

ENGINE = "qingdao_portal.postgresql"
EXAMPLE = "postgres://user:password@host:5432/name"

# No connection attempt and no pulled cable holds a request for more than ten seconds.
PATIENCE = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 6000,
}


def configuration(url, var_dir):
    """Return the entry of DATABASES for `url`, or for the embedded server below `var_dir`."""
    if not url.strip():
        return {
            "ENGINE": ENGINE,
            "NAME": "portal",
            "USER": "portal",
            "PORT": embedded_postgres.PORT,
            "OPTIONS": dict(PATIENCE),
            "EMBEDDED": {"directory": str(var_dir / "postgres"), "durable": True},
        }
    parsed = _parsed(url.strip())
    parsed["OPTIONS"] = PATIENCE | parsed.get("OPTIONS", {})
    return parsed


def _parsed(url):
    """Split `url` into Django's fields. Messages never repeat it: it holds a password."""
    try:
        scheme = urlsplit(url).scheme
        if scheme not in ("postgres", "postgresql"):
            raise ImproperlyConfigured(
                f"DATABASE_URL must name a PostgreSQL database, like {EXAMPLE}."
            )
        parsed = environ.Env.db_url_config(url, engine=ENGINE)
    except (ValueError, TypeError, IndexError) as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read as an address like {EXAMPLE}; "
            "special characters of user name and password are written as %XX."
        ) from error
    if not parsed["NAME"]:
        raise ImproperlyConfigured(
            f"DATABASE_URL names no database: add /name at its end, like {EXAMPLE}."
        )
    if "assume_role" in parsed.get("OPTIONS", {}):
        raise ImproperlyConfigured(
            "DATABASE_URL has assume_role, which a pooler would pass on to whoever comes next: "
            "sign in as that role instead."
        )
    return parsed
