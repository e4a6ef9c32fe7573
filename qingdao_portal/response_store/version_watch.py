"""How new the public side is, known without a query per request.

One thread of each process looks twice a second, as `publishing.api.waiting` does while somebody
waits, and when a proxy asks: LISTEN would need a connection that no pooler in transaction mode
gives.
"""

import logging
import os
import threading
import time

from django.db import Error, connection

LOOK_SECONDS = 0.5
SOON_SECONDS = 0.02  # as old may be what a proxy is told; as long it waits for a look
FRESH_SECONDS = 2  # as long what was seen is taken for what the database has now
STALE_SECONDS = 86_400  # what `stale-if-error` promises readers of caches
logger = logging.getLogger(__name__)


class VersionWatch:
    """The generation of the site as it was last seen.

    While the database is away that stays, for a day: old answers are better than none. After it
    there is no generation, and every request goes on to be told so.
    """

    def __init__(
        self,
        look,
        *,
        on_return=lambda: None,
        on_look=lambda: None,
        pause=LOOK_SECONDS,
        patience=SOON_SECONDS,
        clock=time.monotonic,
    ):
        """`look()` is the generation as the database has it now, a tuple that grows; and its mark,
        `(version, when it was made)`.

        `on_return()` is called where the generation has become smaller, or its version was made
        at another time: a database that was set back counts up to the same numbers again.
        `on_look()` is called by the thread each time.
        """
        self._look, self._on_return, self._on_look = look, on_return, on_look
        self._pause, self._patience, self._clock = pause, patience, clock
        self._generation, self._seen_at = None, 0.0
        self._mark = None, None
        # When the last look that came to an end began, and the one that goes on.
        self._looked_at, self._looking_since = 0.0, None
        self.returns = 0  # how often the database turned out to have been set back
        self._make_locks()
        self._thread = None
        self._is_lost = self._is_closed = False
        os.register_at_fork(after_in_child=self._forget_thread)

    def generation(self):
        """The generation to answer with, None if none is known. Starts to look when first asked."""
        if self._thread is None:
            self._start()
        if self._clock() - self._seen_at > STALE_SECONDS:
            return None
        return self._generation

    def generation_of_now(self):
        """The generation for what is made now, None where the database is to be asked for it.

        So nothing new is held back where the thread gets no answer and requests do: while it hangs,
        or finds no free connection.
        """
        generation = self.generation()
        return generation if self._clock() - self._seen_at <= FRESH_SECONDS else None

    def generation_for_proxy(self):
        """The generation by a look of this moment: a proxy keeps for a second what it is told.

        As it was last seen where none comes soon, so that nobody waits for a database that hangs.
        """
        asked = self._clock()
        wanted_since = asked - SOON_SECONDS
        if self._looked_at < wanted_since and self._answers_soon(wanted_since):
            with self._looked:
                self._wanted.set()
                self._looked.wait_for(lambda: self._looked_at >= wanted_since, self._patience)
        return self.generation()

    def _answers_soon(self, wanted_since):
        """Whether the thread is there, and no look of it has failed or hangs."""
        began = self._looking_since
        is_hanging = began is not None and began < wanted_since
        return self._thread is not None and not self._is_lost and not is_hanging

    def note(self, generation):
        """A request saw this generation; it may be ahead of the last look."""
        with self._change:
            if self._generation is None or generation > self._generation:
                self._generation, self._seen_at = generation, self._clock()

    def look(self):
        """Ask once. What was known stays where there is no answer."""
        before = self._generation
        try:
            connection.close_if_unusable_or_obsolete()
            generation, mark = self._look()
        except Error as error:
            if not self._is_lost:
                logger.warning("The version of the site cannot be read: %s", error)
            self._is_lost = True
            connection.close()
            return
        if self._is_lost:
            logger.warning("The version of the site can be read again.")
        self._is_lost = False
        with self._change:
            self._seen_at = self._clock()
            if self._generation not in (before, None) and generation < self._generation:
                return  # a request saw a newer one meanwhile
            self._generation = generation
            is_return = before is not None and (generation < before or self._is_another(mark))
            self._mark = mark
            self.returns += is_return
        if is_return:
            self._on_return()

    def _is_another(self, mark):
        """Whether the version that was seen last has been made anew."""
        return mark[0] == self._mark[0] and mark != self._mark

    def close(self):
        """Look no more. Takes no lock: signals call it."""
        self._is_closed = True

    def _start(self):
        with self._change:
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="version", daemon=True)
                self._thread.start()

    def _watch(self):
        try:
            while not self._is_closed:
                self._wanted.clear()
                self._looking_since = began = self._clock()
                try:
                    self.look()
                    self._on_look()
                except Exception:
                    logger.exception("A look at the version of the site failed.")
                with self._looked:
                    self._looked_at, self._looking_since = began, None
                    self._looked.notify_all()
                self._wanted.wait(self._pause)
        finally:
            connection.close()

    def _forget_thread(self):
        """In a forked child: threads stay with the parent."""
        self._thread = None
        self._make_locks()

    def _make_locks(self):
        self._change, self._wanted = threading.Lock(), threading.Event()
        self._looked = threading.Condition()
