"""The store around the application: answers what it has, keeps what it may."""

import itertools
import re
import threading
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone
from prometheus_client import Counter

from publishing.catalogue import dated_version, forget_catalogue
from publishing.middleware import PRIVATE_PREFIXES
from qingdao_portal.languages import plain_path
from qingdao_portal.response_store import GENERATION, IS_KNOWN_ADDRESS, SEEN
from qingdao_portal.response_store.answers import Answer, Passing
from qingdao_portal.response_store.store import Store
from qingdao_portal.response_store.version_watch import VersionWatch

KEPT_STATUSES = {"200", "301", "404", "410"}
NOT_FOR_ALL = ("private", "no-store", "no-cache")
# What the application is told of a request whose answer may be kept: what the key says; and for
# the limits of the API and the log, which change no public answer, from where it came.
TOLD = {"HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR", "HTTP_X_REQUEST_ID"}
# Who follows it never asks again for what is below: it must be there at the moment of the answer.
WITH_CURSORS = {"/api/v1/changes/"}
PATIENCE_SECONDS = 5  # for another thread that makes the same answer

_answers = Counter(
    "portal_stored_answers_total", "Public requests by where the answer came from", ["source"]
)


class Tally:
    """A count for a counter that costs no lock and no write for each answer.

    Such a write, to the file that all workers' numbers are read from, took a twentieth of the time
    of an answer from the store.
    """

    def __init__(self, counter):
        self._counter = counter
        self._numbers = itertools.count(1)  # one step for the interpreter: no number comes twice
        self._reached = self._told = 0

    def add(self):
        self._reached = next(self._numbers)

    def tell(self):
        """Add to the counter what came since the last time; for one thread."""
        reached = self._reached
        if reached > self._told:  # not where a thread was late with a smaller number
            self._counter.inc(reached - self._told)
            self._told = reached


_from_application, _from_store = _answers.labels("application"), Tally(_answers.labels("store"))


def around(application):
    """The application with a store around it, where the settings leave room for one.

    Without room it is only told of the version; with DEBUG=1 it is left as it is then, so that who
    develops sees each change at once.
    """
    if not settings.RESPONSE_STORE_BYTES:
        if settings.DEBUG:
            return application
        return ToldAnswers(application, VersionWatch(look_at_site, on_return=forget_catalogue))
    store = Store(settings.RESPONSE_STORE_BYTES)

    def start_anew():
        store.clear()
        forget_catalogue()

    watch = VersionWatch(look_at_site, on_return=start_anew, on_look=_from_store.tell)
    return StoredAnswers(application, store, watch)


def site_generation():
    """What the public side is a function of beside the address: its version and the day."""
    return look_at_site()[0]


def look_at_site():
    """The generation, and its version with when that was made."""
    version, changed_at = dated_version()
    return (*version, timezone.localdate().toordinal()), (version, changed_at)


class ToldAnswers:
    """A WSGI application that is told how new the site is, where it answers for all."""

    def __init__(self, application, watch):
        self.application = application
        self.watch = watch
        self._is_behind_proxy = settings.TRUST_PROXY
        names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages")
        self._own_cookie = re.compile(rf"(?:^|[;\s])(?:{'|'.join(map(re.escape, names))})=")

    def __call__(self, environ, start_response):
        if self._is_anonymous(environ) and may_be_kept(environ):
            environ[SEEN] = self._seen_for(environ)
        return self.application(environ, start_response)

    def close(self):
        """Stop looking at the version; for the end of the process."""
        self.watch.close()

    def _seen_for(self, environ):
        """The generation to make the answer for, None where the application is to ask for it."""
        if environ["PATH_INFO"] in WITH_CURSORS:
            return None
        self._generation()  # a proxy waits for a look
        return self.watch.generation_of_now()

    def _generation(self):
        """As it was last seen; of this moment for a proxy, which keeps what it is told."""
        watch = self.watch
        return watch.generation_for_proxy() if self._is_behind_proxy else watch.generation()

    def _is_anonymous(self, environ):
        """Whether the request asks for what anybody would get, in the plainest way."""
        cookies = environ.get("HTTP_COOKIE")
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and "HTTP_AUTHORIZATION" not in environ
            and (cookies is None or not self._own_cookie.search(cookies))
            and environ.get("CONTENT_LENGTH") in (None, "", "0")
            and "HTTP_TRANSFER_ENCODING" not in environ
            and "HTTP_IF_MATCH" not in environ
            and "HTTP_IF_UNMODIFIED_SINCE" not in environ
            and not environ.get("SCRIPT_NAME")
        )


class StoredAnswers(ToldAnswers):
    """A WSGI application with its finished answers before it."""

    def __init__(self, application, store, watch):
        super().__init__(application, watch)
        self.store = store
        self._makers = Makers()

    def __call__(self, environ, start_response):
        if not self._is_anonymous(environ):
            return self.application(environ, start_response)
        key = key_of(environ)
        answer = self._find(key)
        if answer is not None:
            return answer.serve(environ, start_response)
        if not may_be_kept(environ):
            return self.application(environ, start_response)
        with self._makers.only_one(key):
            answer = self._find(key)  # another thread may have made it meanwhile
            if answer is None:
                answer = self._make(key, environ)
        return answer.serve(environ, start_response)

    def _find(self, key):
        generation = self._generation()
        answer = self.store.find(key)
        if answer is None or answer.generation != generation:
            return None
        _from_store.add()
        return answer

    def _make(self, key, environ):
        """Ask the application as any anonymous client would; keep the answer if it may be."""
        _from_application.inc()
        told = {
            name: value
            for name, value in environ.items()
            if not name.startswith("HTTP_") or name in TOLD
        }
        accept = key[-1]
        if accept is not None:
            told["HTTP_ACCEPT"] = accept
        told["REQUEST_METHOD"] = "GET"
        returns = self.watch.returns  # before what is seen: that may be lost in between
        told[SEEN] = self._seen_for(environ)
        status, headers, body = run(self.application, told)
        if not isinstance(body, bytes):
            return Passing(status, headers, body)
        generation = told.get(GENERATION) if is_public(status, headers, told) else None
        answer = Answer(status, headers, body, generation=generation)
        if generation is not None and self.watch.returns == returns:
            self._keep(key, answer, told[SEEN], returns)
        return answer

    def _keep(self, key, answer, seen, returns):
        """Keep an answer whose making began when the site had been set back so many times."""
        # A day that begins is seen by the clock, in no database.
        if seen is None or answer.generation[:2] != seen[:2]:
            self.watch.note(answer.generation)
        self.store.put(key, answer)
        if self.watch.returns != returns:  # its version will come again, with something else
            self.store.drop(key)


class Makers:
    """Of the threads that need the same answer one makes it; the others wait for that one."""

    def __init__(self):
        self._guard = threading.Lock()
        self._waiting = {}  # key -> [lock, how many hold or want it]

    @contextmanager
    def only_one(self, key):
        with self._guard:
            entry = self._waiting.setdefault(key, [threading.Lock(), 0])
            entry[1] += 1
        is_mine = entry[0].acquire(timeout=PATIENCE_SECONDS)
        try:
            yield
        finally:
            if is_mine:
                entry[0].release()
            with self._guard:
                entry[1] -= 1
                if not entry[1]:
                    del self._waiting[key]


def key_of(environ):
    """All that a public answer depends on beside the generation, as the client sent it."""
    path = environ["PATH_INFO"]
    return (
        environ.get("HTTP_HOST"),
        environ["wsgi.url_scheme"],
        environ.get("HTTP_X_FORWARDED_PROTO"),
        path,
        environ.get("QUERY_STRING"),
        environ.get("HTTP_ACCEPT") if path.startswith("/api/") else None,
    )


def may_be_kept(environ):
    """Whether the address is one of the public side, and its answer no file and not waited for."""
    path = environ["PATH_INFO"]
    if plain_path(path).startswith(PRIVATE_PREFIXES) or path.startswith("/api/v1/export/"):
        return False
    return "wait=" not in environ.get("QUERY_STRING", "")


def is_public(status, headers, environ):
    """Whether the answer is the same for all, for as long as the generation lasts."""
    values = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    vary = {name.strip().lower() for name in ",".join(values.get("vary", [])).split(",")}
    control = ",".join(values.get("cache-control", [])).lower()
    return (
        status.split(" ")[0] in KEPT_STATUSES
        and bool(environ.get(IS_KNOWN_ADDRESS))
        and "public" in control
        and not any(word in control for word in NOT_FOR_ALL)
        and not {"set-cookie", "content-encoding"} & set(values)
        and vary <= {"", "accept-encoding", "accept"}
    )


def run(application, environ):
    """`(status, headers, body)` of a request; the body is bytes, or what streams it."""
    started, written = [], []

    def start_response(status, headers, exc_info=None):
        started[:] = [status, headers]
        return written.append

    result = application(environ, start_response)
    if getattr(result, "streaming", False):  # a file of any size
        return *started, result
    try:
        body = b"".join([*written, *result])
    finally:
        if hasattr(result, "close"):
            result.close()
    return *started, body
