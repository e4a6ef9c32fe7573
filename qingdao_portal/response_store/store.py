"""Answers within so many bytes. A flood of addresses asked for once cannot push out the others."""

import threading
from collections import OrderedDict


class Store:
    """Answers by key, in the order they came; `find` costs no lock.

    Where room is needed the oldest goes, unless it was used since it was last looked at: that one
    goes to the end of the queue once more.
    """

    def __init__(self, most_bytes):
        self.most_bytes = most_bytes
        self.bytes = 0
        self._answers = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self):
        return len(self._answers)

    def find(self, key):
        answer = self._answers.get(key)
        if answer is not None:
            answer.is_used = True
        return answer

    def put(self, key, answer):
        """Keep the answer. One that would take an eighth of all room is not kept."""
        if answer.size * 8 > self.most_bytes:
            return
        with self._lock:
            self._drop(key)
            self._answers[key] = answer
            self.bytes += answer.size
            while self.bytes > self.most_bytes:
                self._make_room()

    def drop(self, key):
        with self._lock:
            self._drop(key)

    def clear(self):
        with self._lock:
            self._answers.clear()
            self.bytes = 0

    def _make_room(self):
        key, oldest = next(iter(self._answers.items()))
        if oldest.is_used:
            oldest.is_used = False
            self._answers.move_to_end(key)
        else:
            self._drop(key)

    def _drop(self, key):
        answer = self._answers.pop(key, None)
        if answer is not None:
            self.bytes -= answer.size
