"""Wait for the next edition: one thread of a process looks for all who wait in it.

A waiting request costs its thread and nothing else, no connection and no query. LISTEN would need
a connection that no pooler in transaction mode gives; the look is one row by its primary key.
"""

import threading
import time

from django.db import Error, connection

from publishing.catalogue import current_version

LOOK_SECONDS = 1


class Bell:
    """Rings when the newest sequence moves. It looks only while somebody waits."""

    def __init__(self, newest, *, pause=LOOK_SECONDS):
        """`newest()` is the newest sequence; called in the thread that looks."""
        self._newest = newest
        self._pause = pause
        self._changed = threading.Condition()
        self._looks = None  # the thread
        self._sequence = 0
        self._is_lost = False  # the database went away: nobody waits for what cannot be seen
        self._is_closed = False
        self.waiting = 0

    def wait_beyond(self, sequence, *, seconds, at_most):
        """Return when there is an edition after `sequence`, at the latest after `seconds`.

        Returns at once where `at_most` wait already, or the process is to end.
        """
        with self._changed:
            if self._is_closed or self.waiting >= at_most:
                return
            self.waiting += 1
            try:
                self._look()
                self._changed.wait_for(lambda: self._rings(sequence), timeout=seconds)
            finally:
                self.waiting -= 1

    def close(self):
        """Let all go within a look, and nobody wait again. Takes no lock: signals call it."""
        self._is_closed = True

    def _rings(self, sequence):
        return self._sequence > sequence or self._is_lost or self._is_closed

    def _look(self):
        if self._looks is None:
            self._is_lost = False
            self._looks = threading.Thread(target=self._watch, name="bell", daemon=True)
            self._looks.start()

    def _watch(self):
        try:
            while self._is_needed():
                sequence = self._newest()
                with self._changed:
                    self._sequence = sequence
                    self._changed.notify_all()
                time.sleep(self._pause)
        except Error:
            with self._changed:
                self._is_lost = True
                self._end()
        finally:
            connection.close()

    def _is_needed(self):
        """Whether anybody waits; if not, this thread is no longer the one that looks."""
        with self._changed:
            is_needed = self.waiting > 0 and not self._is_closed
            if not is_needed:
                self._end()
            return is_needed

    def _end(self):
        self._looks = None
        self._changed.notify_all()


bell = Bell(lambda: current_version().sequence)
