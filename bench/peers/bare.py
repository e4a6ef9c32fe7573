"""The limit of the application server: the bytes and headers of an answer, and nothing else.

`BARE_ANSWERS` names a JSON file `{path: [status, headers, body in base64]}`.
"""

import base64
import json
import os
from pathlib import Path

ANSWERS = {
    path: (status, [tuple(header) for header in headers], [base64.b64decode(body)])
    for path, (status, headers, body) in json.loads(
        Path(os.environ["BARE_ANSWERS"]).read_text()
    ).items()
}


def application(environ, start_response):
    status, headers, body = ANSWERS[environ["PATH_INFO"]]
    start_response(status, headers)
    return body
