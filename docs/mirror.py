"""Keep a mirror of the portal's entries in a directory, one JSON file each: <kind>/<id>.json.

    python3 mirror.py https://portal.example mirror/ [--once]

Needs nothing but Python. End it when and how you like: it goes on from the file `cursor`.
"""

import http.client
import json
import os
import sys
import time
import uuid
from pathlib import Path
from urllib.request import urlopen

WAIT, PAUSE = 25, 5  # seconds


def write(path, text):
    """All of the text or nothing, also when this is killed in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name("draft")
    with draft.open("w", encoding="utf-8") as file:
        print(text, end="", file=file, flush=True)
        os.fsync(file.fileno())
    draft.replace(path)


def apply(change, directory):
    path = directory / Path(change["kind"]).name / f"{uuid.UUID(change['id'])}.json"
    if change["event"] == "withdrawn":
        path.unlink(missing_ok=True)
    else:
        write(path, json.dumps(change["document"], ensure_ascii=False, indent=1, sort_keys=True))


def follow(site, directory, *, once):
    cursor, wait, is_done = directory / "cursor", 0, False
    while not is_done:
        after, began = int(cursor.read_text() if cursor.exists() else 0), time.monotonic()
        try:
            address = f"{site}/api/v1/changes/?after={after}&wait={wait}"
            with urlopen(address, timeout=60) as response:  # noqa: S310
                answer = json.load(response)
        except (OSError, ValueError, http.client.HTTPException) as error:
            print(f"No answer ({error}); trying again.", file=sys.stderr)
            time.sleep(PAUSE)
            continue
        for change in answer["results"]:
            apply(change, directory)
        write(cursor, str(answer["next_after"]))  # after the files: what was cut short is repeated
        wait = 0 if answer["next"] else WAIT
        is_done = once and not answer["next"]
        if wait and not (once or answer["results"]) and time.monotonic() - began < PAUSE:
            time.sleep(PAUSE)  # too many wait at the site already


if __name__ == "__main__":
    follow(sys.argv[1].rstrip("/"), Path(sys.argv[2]), once="--once" in sys.argv)
