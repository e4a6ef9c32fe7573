"""gunicorn's settings, for `make run` and for servers alike (`gunicorn -c` this file).

`docs/running.md` explains the variables.
"""

import gc
import os
import shutil
import signal
from pathlib import Path

from qingdao_portal.environment import env_int, env_str

_run_dir = Path(env_str("VAR_DIR", "var")).absolute() / "run"
_metrics_dir = _run_dir / "metrics"
_run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
_metrics_dir.mkdir(exist_ok=True)

# Read by prometheus_client when it is first imported: all workers' numbers on one page.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics_dir)

bind = f"{env_str('BIND', '127.0.0.1')}:{env_int('PORT', 8000)}"
workers = env_int("WEB_WORKERS", 2)
# Browsers open connections ahead of need; without threads each of them would occupy a worker.
# More than three answer no faster, as they take turns, and who waits longest waits longer.
worker_class = "gthread"
threads = env_int("WEB_THREADS", 3)
# Once for all: a worker is there at once, and shares its memory. docs/adr/0032-preloading.md
preload_app = True
timeout = 30
graceful_timeout = 10
keepalive = 5
worker_tmp_dir = str(_run_dir)
control_socket_disable = True  # by default one path for all portals of a user
# By which scheme a request came is for TRUST_PROXY to say, and no header names another path.
secure_scheme_headers = {}
forwarder_headers = ""
limit_request_line = 8190  # a little longer than is answered: readers are told so in a sentence
accesslog = None  # the proxy in front keeps one
loglevel = env_str("LOG_LEVEL", "INFO").lower()
logger_class = "qingdao_portal.gunicorn_logs.PortalLogger"


def on_starting(server):
    """Begin with no numbers of workers that are gone."""
    shutil.rmtree(_metrics_dir, ignore_errors=True)
    _metrics_dir.mkdir()


def pre_fork(server, worker):
    """Let the collector pass over what all workers share: looking at it would copy it for each."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker):
    """Let nobody who waits for changes hold up the end of a worker, see `worker_int` too."""
    end = signal.getsignal(signal.SIGTERM)

    def stop_waiting_and_end(*arguments):
        worker_int(worker)
        end(*arguments)

    signal.signal(signal.SIGTERM, stop_waiting_and_end)


def worker_int(worker):
    from publishing.api.waiting import bell  # Django is ready only now

    bell.close()
    if hasattr(worker.wsgi, "close"):
        worker.wsgi.close()


def child_exit(server, worker):
    from prometheus_client import multiprocess  # reads the environment that is set above

    multiprocess.mark_process_dead(worker.pid, str(_metrics_dir))
