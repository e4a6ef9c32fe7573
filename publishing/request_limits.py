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
WITH at_once AS (SELECT set_config('synchronous_commit', 'off', true)),
moment AS (
    SELECT floor(coalesce(%(now)s, extract(epoch FROM clock_timestamp())))::bigint AS now
)
INSERT INTO publishing_requestcount AS stored (bucket, started_at, count)
SELECT %(bucket)s, now - now %% %(seconds)s, 1 FROM at_once, moment
ON CONFLICT (bucket) DO UPDATE SET started_at = EXCLUDED.started_at, count = CASE
    WHEN stored.started_at = EXCLUDED.started_at THEN LEAST(stored.count + 1, %(most)s) ELSE 1 END
RETURNING count, (SELECT now FROM moment)
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
        bucket = self._bucket(key)
        moment = int(time.time() if now is None else now)
        count = shared_counts.count(bucket, moment - moment % self.seconds, self.seconds)
        if count is None:
            count, moment = self._count_in_database(bucket, now)
        return Use(
            left=max(self.requests - count, 0),
            seconds=self.seconds - moment % self.seconds,
            is_over=count > self.requests,
        )

    def _count_in_database(self, bucket, now):
        """`(count, the time there)`: machines whose clocks differ would begin anew in turns."""
        parameters = {
            "bucket": bucket,
            "now": now and int(now),
            "seconds": self.seconds,
            "most": self.requests + 1,
        }
        with replica.asking_primary():
            ((count, moment),) = fetch_first(connection, _COUNT, parameters)
        return count, moment

    def _bucket(self, key):
        digest = salted_hmac(self.name, key or "", algorithm="sha256").digest()
        return f"{self.name}:{int.from_bytes(digest[:4]) % BUCKETS}"


class OwnKeysLimit(Limit):
    """A limit whose keys are the portal's own, and few: none shares a bucket with another."""

    def _bucket(self, key):
        return f"{self.name}:{key}"
