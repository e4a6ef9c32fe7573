"""The whole public site and API as files, for the day when nothing else answers.

`walk` follows links in process, `files` says under which name an answer is kept, `export` puts a
copy together and swaps it in. `deploy/nginx/mirror.conf` serves it.
"""


class MirrorError(Exception):
    """A copy that cannot be made; the message is a sentence for a person."""
