"""Finished answers, kept compressed in the process and found before Django runs.

`wsgi.py` stands around the application, `store.py` keeps what it may within its bytes,
`answers.py` is one answer in all its encodings, `version_watch.py` knows how new the site is.
docs/adr/0028-response-store.md says why, and what is never kept.
"""

# What the application is told with a request for all: the generation that was seen a moment ago.
SEEN = "portal.generation_seen"
# What the application says of an answer, in the environ of its request.
GENERATION = "portal.generation"  # of what it was made; absent where it is not one of the public
IS_KNOWN_ADDRESS = "portal.is_known_address"  # no parameter in it is unknown or there twice
