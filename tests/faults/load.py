"""Steady load while something breaks: readers, publishes, messages of readers, webhooks.

What was acknowledged is remembered, to be looked for when all is whole again.
"""

import contextlib
import html
import itertools
import re
import threading
import time
from http.client import HTTPException
from urllib.parse import urlencode

from django.db import Error, connection, connections

PAGES = [
    "/",
    "/guide/",
    "/guide/measures/medical-years/",
    "/guide/measures/fund-transfer/",
    "/projects/2024/",
    "/cooperation/",
    "/search/?q=%E5%85%AC%E7%A7%AF%E9%87%91",
    "/api/v1/measures/",
    "/api/v1/changes/?after=30",
]
READERS, READ_PAUSE = 4, 0.1
SHOWN = re.compile(r"示例(\d+)。")
PUBLISH_PAUSE, MESSAGE_PAUSE = 0.7, 1.5
LOOKING = "127.0.0.9"  # the address of who looks for what is new
FASTEST_FORM = 3.2  # the form refuses what was written in less


class Load:
    """`with Load(stage) as load:` runs it; afterwards `reads`, `published` and `messages` tell."""

    _numbers = itertools.count(1)  # of all loads: pages show at first what the one before published

    def __init__(self, stage):
        self.stage = stage
        self.reads = []  # (moment, seconds, status; 0 where there was no answer)
        self.published = []  # sequences
        self.shown = {}  # what readers should see in the end: a path and a text in it
        self.published_at = []  # the moment of each
        self.shown_after = []  # seconds until a reader saw it, or a later one of the same page
        self._unseen = {}  # path -> {number: moment} of what readers have still to see
        self.messages = {}  # the text of each: how often it was acknowledged
        self._is_over = threading.Event()
        self._threads = [
            *(threading.Thread(target=self._read, args=[n]) for n in range(READERS)),
            threading.Thread(target=self._publish),
            threading.Thread(target=self._look),
            threading.Thread(target=self._write),
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number):
        client = f"127.0.0.{10 + number}"
        for path in itertools.cycle(PAGES[number:] + PAGES[:number]):
            if self._is_over.wait(READ_PAUSE):
                return
            started = time.monotonic()
            try:
                status = self.stage.nginx.ask(path, client=client).status
            except (OSError, HTTPException):
                status = 0
            self.reads.append((started, time.monotonic() - started, status))

    def _publish(self):
        """Publish a minor edition of one entry after the other; a commit is the acknowledgement."""
        from guide.models import Measure
        from publishing import services

        measures = list(Measure.objects.filter(slug__in=["medical-years", "fund-transfer"]))
        for number in self._numbers:
            if self._is_over.wait(PUBLISH_PAUSE):
                break
            measure = measures[number % 2]
            try:
                measure.refresh_from_db()
                measure.summary = f"{measure.summary.partition(' 示例')[0]} 示例{number}。"
                measure.save()
                edition = services.publish(entry=measure, minor=True, by=None)
            except Error:
                connection.close()
            else:
                self._note(f"/guide/measures/{measure.slug}/", measure, number, edition)
        connections.close_all()

    def _note(self, path, measure, number, edition):
        now = time.monotonic()
        self.published.append(edition.id)
        self.published_at.append(now)
        self.shown[path] = measure.summary
        self._unseen.setdefault(path, {})[number] = now

    def _look(self):
        """Look at the pages that are published, as one more reader, for when they show it."""
        while not self._is_over.wait(READ_PAUSE):
            for path, unseen in list(self._unseen.items()):
                if unseen:
                    with contextlib.suppress(OSError, HTTPException):
                        self._note_shown(unseen, self.stage.nginx.ask(path, client=LOOKING).text)

    def _note_shown(self, unseen, text):
        newest = max(map(int, SHOWN.findall(text)), default=0)
        now = time.monotonic()
        for number in [number for number in list(unseen) if number <= newest]:
            self.shown_after.append(now - unseen.pop(number))

    def _write(self):
        """Send a message, again and again with the same form until it is acknowledged."""
        for number in itertools.count(1):
            if self._is_over.wait(MESSAGE_PAUSE):
                return
            text = f"示例第{number}条"
            client = f"127.0.{1 + number // 200}.{number % 200 + 1}"  # each reader is another one
            form = self._try(lambda client=client: self._form(client))
            if form is None or self._is_over.wait(FASTEST_FORM):
                return
            form |= {"kind": "question", "text": text, "consent": "on", "about": "/guide/"}
            self._try(lambda form=form, client=client: self._send(form, client))

    def _try(self, act):
        while not self._is_over.is_set():
            try:
                if done := act():
                    return done
            except (OSError, HTTPException):
                pass
            self._is_over.wait(0.5)
        return None

    def _form(self, client):
        """The hidden key of a new form, nothing where none came."""
        page = self.stage.nginx.ask("/feedback/?about=/guide/", client=client)
        return key_in(page) if page.status == 200 else {}

    def _send(self, form, client):
        """Send it; where the page comes back with another key, that is for the next time."""
        sent = self.stage.nginx.ask(
            "/feedback/",
            "POST",
            client=client,
            body=urlencode(form),
            content_type="application/x-www-form-urlencoded",
        )
        if sent.status == 303:
            self.messages[form["text"]] = self.messages.get(form["text"], 0) + 1
        elif sent.status == 400:
            form |= key_in(sent)
        return sent.status == 303


def key_in(page):
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    return {"key": html.unescape(found[1])} if found else {}
