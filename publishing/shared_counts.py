"""Counts of requests in Redis, where REDIS_URL names one: reading then writes no row of PostgreSQL.

Nothing depends on it. Without an answer within a moment the caller counts in the database, and so
does everybody for some seconds, until one asks Redis again. What was counted there is not carried
over: for the rest of its stretch a client may ask for as much again.
"""

import logging
import threading
import time
from functools import lru_cache

from django.conf import settings

PATIENCE_SECONDS = 0.2  # to connect, and for the answer
PAUSE_SECONDS = 5
_logger = logging.getLogger(__name__)


def count(bucket, started_at, seconds):
    """Count a request in its stretch of time. Return how many there were, None without Redis."""
    return _counts(settings.REDIS_URL).count(bucket, started_at, seconds)


@lru_cache(maxsize=1)
def _counts(url):
    return Counts(url) if url else NoCounts()


class NoCounts:
    def count(self, bucket, started_at, seconds):
        return None


class Counts:
    """The counters in one Redis, and whether it is worth asking."""

    def __init__(self, url, *, clock=time.monotonic):
        import redis  # only where one is used

        retries = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
        self._redis = redis.Redis.from_url(
            url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=retries,
        )
        self._failures = redis.RedisError, OSError
        self._clock, self._lock = clock, threading.Lock()
        self._is_away, self._not_before = False, 0.0

    def count(self, bucket, started_at, seconds):
        if self._is_away and not self._may_try():
            return None
        try:
            with self._redis.pipeline() as steps:
                key = f"portal:requests:{bucket}:{started_at}"
                number, _is_set = steps.incr(key).expire(key, seconds).execute()
        except self._failures as error:
            self._note_failure(error)
            return None
        if self._is_away:
            self._is_away = False
            _logger.warning("Redis is back: requests are counted there again.")
        return number

    def _may_try(self):
        """Whether it is time to ask again; of those who come together, only one is told so."""
        with self._lock:
            if self._clock() < self._not_before:
                return False
            self._not_before = self._clock() + PAUSE_SECONDS
            return True

    def _note_failure(self, error):
        with self._lock:
            was_away, self._is_away = self._is_away, True
            self._not_before = self._clock() + PAUSE_SECONDS
        if not was_away:
            reason = type(error).__name__
            _logger.warning("Redis is away (%s): requests are counted in PostgreSQL.", reason)
