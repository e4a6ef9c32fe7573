"""The portal that is measured: production settings, data of its own, on a free port."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 300
STOP_SECONDS = 60


def environment(var_dir, **changes):
    """What production would have, but without TLS, second factor and limits.

    Finished answers are not kept: what is measured is what an answer costs when it is made.
    """
    given = {
        "VAR_DIR": str(var_dir),
        "DATABASE_URL": "",
        "SECRET_KEY": "only-for-the-benchmark",
        "ALLOWED_HOSTS": "127.0.0.1",
        "USE_HTTPS": "0",
        "REQUIRE_SECOND_FACTOR": "0",
        "LINK_CHECK": "0",
        "RESPONSE_STORE_BYTES": "0",
        "API_REQUESTS_PER_MINUTE": "1000000",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "qingdao_portal.settings",
    }
    return os.environ | given | changes


def manage(var_dir, *arguments, **changes):
    """Run a management command to its end. Raises CalledProcessError where it fails."""
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(var_dir, **changes), check=True)


@contextlib.contextmanager
def running(var_dir):
    """Start the portal as `make run` does; yield the address. Nothing is left of it afterwards."""
    command = [sys.executable, "-m", "qingdao_portal.launcher"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(var_dir, PORT="0"),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address_in(process.stdout)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)


def _address_in(output):
    for line in output:
        if found := re.search(r"The portal is at (\S+)/ ", line):
            return found[1]
    raise RuntimeError("The portal did not start.")
