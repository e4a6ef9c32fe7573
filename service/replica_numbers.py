"""What /metrics and /readyz say of the replica, where REPLICA_URL names one."""

from django.db import DatabaseError, connections
from prometheus_client.core import GaugeMetricFamily

from publishing.catalogue import current_version
from qingdao_portal import replica

AWAY = "The replica cannot be read, or is none any more: public pages are read from the primary."
BEHIND = "The replica is behind by %d public changes: public pages are read from the primary."
STRANGE = "The replica is ahead of the primary: it follows another one, and is not read."


class ReplicaNumbers:
    """A collector of prometheus_client; one query of the replica and one of the primary."""

    def collect(self):
        if replica.ALIAS not in connections.settings:
            return
        is_up, behind = standing()
        yield _gauge("up", "1 while the replica can be read", is_up)
        if behind is not None:
            words = "Public changes that the replica does not have; below 0: it has others"
            yield _gauge("revisions_behind", words, behind)


def warnings():
    """Sentences on a replica of which public pages are not read. Counts on the primary."""
    if replica.ALIAS not in connections.settings:
        return
    is_up, behind = standing()
    if not is_up:
        yield AWAY
    elif behind:
        yield BEHIND % behind if behind > 0 else STRANGE


def standing():
    """Whether the replica can be read, and how far it is behind the primary, None if unknown.

    A replica never has what the primary, asked after it, has not.
    """
    from qingdao_portal.replica_middleware import version_of_replica  # its numbers, only with one

    version = version_of_replica()
    if version is None:
        return False, None
    try:
        return True, current_version().revision - version.revision
    except DatabaseError:
        return True, None


def _gauge(name, words, value):
    return GaugeMetricFamily(f"portal_replica_{name}", words, value=float(value))
