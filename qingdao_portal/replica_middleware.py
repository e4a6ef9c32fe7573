"""Public pages are read from the replica while it has all that the primary has."""

import logging

from django.conf import settings
from django.db import Error, connection, connections
from django.http import HttpResponse
from prometheus_client import Counter

from publishing.catalogue import SiteVersion
from qingdao_portal import replica
from qingdao_portal.first_query import fetch_first
from qingdao_portal.response_store.wsgi import may_be_kept

# One that was promoted is a primary: who else writes to which of the two, nobody here can know.
LOOK = "SELECT sequence, revision FROM publishing_catalogue WHERE pg_is_in_recovery()"
logger = logging.getLogger(__name__)
_reads = Counter("portal_public_reads_total", "Public requests by who was read", ["database"])
_from_replica, _from_primary = (_reads.labels(name) for name in ("replica", "primary"))
_failures = Counter("portal_replica_failures_total", "How often the replica could not be read")


class ReplicaMiddleware:
    """Read public GET and HEAD requests from the replica; those that fail there, from the primary.

    A page is made from the replica only after that was seen at the very version that the primary
    has, and it carries that version. While the primary is away a replica that lacks nothing that
    was ever seen there will do. Costs one query of the replica, and spares the primary one.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_for_all(request):
            return self.get_response(request)
        version = version_of_replica()
        may_do = version is not None and replica.primary.is_behind_or_at(version)
        is_first = may_do and (
            replica.primary.is_matched_by(version) or not replica.primary.may_be_asked()
        )
        response = self._read_replica(request, version) if is_first else None
        if response is not None:
            return response
        response = self.get_response(request)
        _from_primary.inc()
        if not is_database_away(response):
            return response
        replica.primary.fails()
        instead = self._read_replica(request, version) if may_do and not is_first else None
        return instead or response

    def process_exception(self, request, exception):
        """Whatever the replica cannot answer is for the primary, also what lacks a table there."""
        if isinstance(exception, Error) and replica.is_read():
            logger.warning("The replica failed while a page was made: %s", exception)
            response = HttpResponse(status=503)
            response.is_database_away = True
            return response
        return None

    def _read_replica(self, request, version):
        """The response, or None where it did not come to one."""
        with replica.read_at(version):
            response = self.get_response(request)
        if is_database_away(response):
            note_failure()
            return None
        _from_replica.inc()
        return response


def is_for_all(request):
    """Whether the request reads what anybody would get: not for staff, nor with a key.

    Nor one inside a transaction, whose moment it is to show: the mirror is made in one.
    """
    return (
        request.method in ("GET", "HEAD")
        and may_be_kept(request.META)
        and "Authorization" not in request.headers
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not connection.in_atomic_block
    )


def is_database_away(response):
    return getattr(response, "is_database_away", False)


def version_of_replica():
    """The version of the site there; None while there is none, or it rests after a failure."""
    if not replica.server.may_be_asked():
        return None
    try:
        rows = fetch_first(connections[replica.ALIAS], LOOK)
    except Error as error:
        logger.warning("The replica cannot be read: %s", error)
        note_failure()
        return None
    if not rows:
        logger.warning("REPLICA_URL names a server that is no replica, or one without a guide.")
        replica.server.fails()
        return None
    replica.server.answers()
    return SiteVersion(*rows[0])


def note_failure():
    _failures.inc()
    replica.server.fails()
    connections[replica.ALIAS].close()
