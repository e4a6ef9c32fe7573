"""Which PostgreSQL the portal uses: the one DATABASE_URL names, else the embedded one.

Importing this starts nothing. The embedded server is started by the first connection
(`qingdao_portal.postgresql`) and stopped after the last process that used it has gone.
"""

from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS

from qingdao_portal import embedded_postgres, replica

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
# Of a replica, as the primary is asked after it.
LESS_PATIENCE = {"connect_timeout": 2, "keepalives_idle": 2, "tcp_user_timeout": 3000}


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
    return _parsed(url.strip(), "DATABASE_URL", PATIENCE)


def with_replica(primary, url):
    """Return DATABASES and DATABASE_ROUTERS: `url` names a replica of `primary`, or is empty."""
    databases = {DEFAULT_DB_ALIAS: primary}
    if not url.strip():
        return databases, []
    if "EMBEDDED" in primary:
        raise ImproperlyConfigured("REPLICA_URL names a replica, but DATABASE_URL no primary.")
    databases[replica.ALIAS] = _parsed(url.strip(), "REPLICA_URL", PATIENCE | LESS_PATIENCE)
    databases[replica.ALIAS]["TEST"] = {"MIRROR": DEFAULT_DB_ALIAS}
    return databases, ["qingdao_portal.replica.Router"]


def _parsed(url, name, patience):
    """Split `url`, the value of `name`, into Django's fields.

    Messages never repeat it: it holds a password.
    """
    try:
        scheme = urlsplit(url).scheme
        if scheme not in ("postgres", "postgresql"):
            raise ImproperlyConfigured(f"{name} must name a PostgreSQL database, like {EXAMPLE}.")
        parsed = environ.Env.db_url_config(url, engine=ENGINE)
    except (ValueError, TypeError, IndexError) as error:
        raise ImproperlyConfigured(
            f"{name} cannot be read as an address like {EXAMPLE}; "
            "special characters of user name and password are written as %XX."
        ) from error
    if not parsed["NAME"]:
        raise ImproperlyConfigured(
            f"{name} names no database: add /name at its end, like {EXAMPLE}."
        )
    if "assume_role" in parsed.get("OPTIONS", {}):
        raise ImproperlyConfigured(
            f"{name} has assume_role, which a pooler would pass on to whoever comes next: "
            "sign in as that role instead."
        )
    parsed["OPTIONS"] = patience | parsed.get("OPTIONS", {})
    return parsed
