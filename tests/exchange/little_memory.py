"""Read files as uploads with little memory to do it in: `python -m … <megabytes> <path> …`.

Prints a line for each: the sentence that staff would see, or how many rows were read.
"""

import io
import resource
import sys
from pathlib import Path

from django.conf import settings

settings.configure(USE_I18N=False, IMPORT_MAX_BYTES=5 * 1024 * 1024, IMPORT_MAX_ROWS=5000)

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402

from exchange.files import read_upload  # noqa: E402
from exchange.problems import FileProblem  # noqa: E402


def main(megabytes, *paths):
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + int(megabytes) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for path in paths:
        print(answer(Path(path)), flush=True)


def answer(path):
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    try:
        sheets = read_upload(upload)
    except FileProblem as problem:
        return problem
    return sum(len(sheet.rows) for sheet in sheets)


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    main(*sys.argv[1:])
