"""A partner's server: it knows the secret and the standardwebhooks package, nothing of ours."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


class Receiver:
    """Takes what is signed with `secret`. `answers` are given one by one, then 204 for ever.

    `taken` are the messages it answered 2xx, `seen` the ids of all, `headers` those of the last.
    """

    def __init__(self):
        self.secret, self.answers = "", []
        self.taken, self.seen, self.headers = [], [], {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self.port = self._server.server_port
        self.address = f"http://127.0.0.1:{self.port}/hook"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def sequences(self):
        return [message["data"]["sequence"] for message in self.taken]

    def receive(self, body, headers):
        """The status to answer with, and header fields beside it."""
        self.headers = headers
        self.seen.append(headers.get("webhook-id"))
        try:
            message = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            return 400, {}
        status, fields = self.answers.pop(0) if self.answers else (204, {})
        if 200 <= status < 300:
            self.taken.append(message)
        return status, fields

    def _handler(receiver):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, fields = receiver.receive(body, dict(self.headers))
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args):
                pass

        return Handler
