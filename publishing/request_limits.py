"""How often pages for people outside may be asked for, counted in one place: workers agree.

That is the database, or Redis where there is one (`publishing.shared_counts`).

Each limit has a fixed number of buckets, and addresses and other keys fall into them by a keyed
hash: whatever is sent, the table never grows beyond that. Two clients in one bucket share a limit,
which nobody can bring about on purpose.
"""

import time
from dataclasses import dataclass

from django.db import connection
from django.utils.crypto import salted_hmac

from publishing import shared_counts
from qingdao_portal import replica
from qingdao_portal.first_query import fetch_first

BUCKETS = 65_536
# No request waits until its count is on the disk: what a crash takes was of the last second.
_COUNT = """
WITH at_once AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO publishing_requestcount AS stored (bucket, started_at, count)
SELECT %s, %s, 1 FROM at_once
ON CONFLICT (bucket) DO UPDATE SET started_at = EXCLUDED.started_at, count = CASE
    WHEN stored.started_at = EXCLUDED.started_at THEN LEAST(stored.count + 1, %s) ELSE 1 END
RETURNING count
"""


@dataclass(frozen=True)
class Use:
    """A limit after a request was counted: what is left of it, and for how many seconds."""

    left: int
    seconds: int
    is_over: bool


@dataclass(frozen=True)
class Limit:
    """So many requests in each stretch of so many seconds, per key."""

    name: str
    requests: int
    seconds: int

    def seconds_to_wait(self, key, now=None):
        """Count a request. Return 0 where it may pass, else how long until the next one may."""
        use = self.take(key, now)
        return use.seconds if use.is_over else 0

    def take(self, key, now=None):
        """Count a request. Return what is left after it."""
        now = int(time.time() if now is None else now)
        started_at = now - now % self.seconds
        bucket = self._bucket(key)
        count = shared_counts.count(bucket, started_at, self.seconds)
        if count is None:
            count = self._count_in_database(bucket, started_at)
        return Use(
            left=max(self.requests - count, 0),
            seconds=started_at + self.seconds - now,
            is_over=count > self.requests,
        )

    def _count_in_database(self, bucket, started_at):
        with replica.asking_primary():
            parameters = [bucket, started_at, self.requests + 1]
            ((count,),) = fetch_first(connection, _COUNT, parameters)
        return count

    def _bucket(self, key):
        digest = salted_hmac(self.name, key or "", algorithm="sha256").digest()
        return f"{self.name}:{int.from_bytes(digest[:4]) % BUCKETS}"


class OwnKeysLimit(Limit):
    """A limit whose keys are the portal's own, and few: none shares a bucket with another."""

    def _bucket(self, key):
        return f"{self.name}:{key}"
