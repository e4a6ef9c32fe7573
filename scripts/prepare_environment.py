"""Make the virtual environment and install what requirements.txt lists, when it changed.

Run by `make` with the system's Python, so it uses the standard library only and stays
readable for old versions: they get a sentence, not a syntax error.
"""

import argparse
import contextlib
import fcntl
import glob
import hashlib
import os
import shutil
import signal
import subprocess
import sys

OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
TEST_PACKAGES = {  # Debian's package: a file of it
    "chromium-headless-shell": "/usr/bin/chromium-headless-shell",
    "curl": "/usr/bin/curl",
    "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "libharfbuzz-subset0": "/usr/lib/*/libharfbuzz-subset.so.0",
    "libpangoft2-1.0-0": "/usr/lib/*/libpangoft2-1.0.so.0",
    "libnginx-mod-http-brotli-static": "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so",
    "nginx": "/usr/sbin/nginx",
    "openssl": "/usr/bin/openssl",
    "pgbouncer": "/usr/sbin/pgbouncer",
    "redis-server": "/usr/bin/redis-server",
}
FAULT_PACKAGES = {
    "gcc": "/usr/bin/cc",
    "libc6-dev": "/usr/include/time.h",
}
BENCH_PACKAGES = {
    "nginx": "/usr/sbin/nginx",
    "openssl": "/usr/bin/openssl",
    "wrk": "/usr/bin/wrk",
}
SERVICES = {"nginx", "pgbouncer", "redis-server"}  # tests start the programs by themselves
POLICY = "/usr/sbin/policy-rc.d"  # Debian asks it before it starts a service
PIP = ("--disable-pip-version-check", "--no-input", "--retries", "2", "--timeout", "15")
APT = ("-y", "-q", "-o", "DPkg::Lock::Timeout=300", "--no-install-recommends")


class Refusal(Exception):
    """Something that only a person can put right, as a sentence."""


def use_supported_python():
    """Go on under a Python that is new enough, if this one is not."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_NAMES:
        path = shutil.which(name)
        works = path and subprocess.run([path, "--version"], stdout=subprocess.PIPE, check=False)
        if works and works.returncode == 0:
            os.execv(path, [path, *sys.argv])  # noqa: S606
    raise Refusal(
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, but this is {sys.version.split()[0]}. "
        "Install a newer one, or name one with PYTHON=/path/to/python3."
    )


def prepare(venv, requirements):
    """Make `venv` if it is missing or broken, and install `requirements` unless it was done.

    `requirements` are files, the first of which includes the others.
    """
    python = os.path.join(venv, "bin", "python")
    is_usable = works(python, "-c", "import pip")
    if is_usable and is_installed(venv, requirements):
        return
    if not is_usable:
        make_venv(venv)
    say(f"Installing packages into {venv} (a minute or two the first time) ...")
    install = [python, "-m", "pip", "install", "--quiet", *PIP, "-r", requirements[0]]
    done = subprocess.run(install, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        reason = reasons[-1][len("ERROR: ") :] if reasons else done.stderr.strip()[-300:]
        raise Refusal("pip could not install the packages (is the network there?): " + reason)
    for first in range(len(requirements)):
        with open(stamp(venv, requirements[first:]), "w") as file:
            file.write(fingerprint(requirements[first:]))


def is_installed(venv, requirements):
    """Whether exactly these requirements were installed by an earlier run."""
    try:
        with open(stamp(venv, requirements)) as file:
            return file.read() == fingerprint(requirements)
    except FileNotFoundError:
        return False


def stamp(venv, requirements):
    return os.path.join(venv, ".installed-" + os.path.basename(requirements[0]))


def fingerprint(requirements):
    """Changes with the files and with the version of Python."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for path in requirements:
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def make_venv(venv):
    """Make an empty virtual environment, with Debian's package for it where that is missing."""
    say(f"Making a virtual environment in {venv} ...")
    if not works(sys.executable, "-c", "import venv, ensurepip"):
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        install_debian_packages([package], "Python's venv module is missing")
    command = [sys.executable, "-m", "venv", "--clear", venv]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
        raise Refusal(f"The virtual environment {venv} could not be made: {reason}")


def ensure_packages(packages, why):
    """Have these packages of Debian, `{package: a file of it}`."""
    missing = [package for package, path in sorted(packages.items()) if not glob.glob(path)]
    if missing:
        install_debian_packages(missing, why)


def install_debian_packages(packages, why):
    """Install `packages` when this is root on Debian, else say how."""
    names = " ".join(packages)
    apt_get = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt_get:
        raise Refusal(f"{why}: as root, run apt-get install {names}")
    say(f"Installing Debian's {names} ...")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with no_service_started():
        for command in (["update", "-q"], ["install", *APT, *packages]):
            done = subprocess.run(
                [apt_get, *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
    for service in SERVICES.intersection(packages):
        works("systemctl", "disable", service)  # nor at the next start of the machine
    if done.returncode:
        reason = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
        raise Refusal(f"apt-get could not install {names}: {reason}")


@contextlib.contextmanager
def no_service_started():
    """Have Debian start no service that comes with a package, unless its rule is there already."""
    try:
        rule = os.open(POLICY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755)
    except FileExistsError:
        yield
        return
    try:
        with os.fdopen(rule, "w") as file:
            file.write("#!/bin/sh\nexit 101\n")
        yield
    finally:
        os.unlink(POLICY)


def works(*command):
    """Whether `command` can be run and succeeds."""
    try:
        nowhere = subprocess.DEVNULL
        return subprocess.run(command, stdout=nowhere, stderr=nowhere, check=False).returncode == 0
    except OSError:
        return False


def say(text):
    print(text, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("venv")
    parser.add_argument("--tests", action="store_true", help="what tests need, a browser too")
    parser.add_argument("--faults", action="store_true", help="what fault tests need beside")
    parser.add_argument("--lint", action="store_true", help="what checks need")
    parser.add_argument("--bench", action="store_true", help="what benchmarks need, wrk and nginx")
    parser.add_argument("--requirements", help="a file instead of requirements.txt")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    requirements = [options.requirements or "requirements.txt"]
    if options.tests or options.lint:
        requirements.insert(0, "requirements-dev.txt")
    try:
        use_supported_python()
        os.makedirs(options.venv, exist_ok=True)
        # Held until this process ends: two makes in one checkout install one after the other.
        lock = os.open(options.venv, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        prepare(options.venv, requirements)
        if options.tests:
            ensure_packages(TEST_PACKAGES, "The tests need them")
        if options.faults:
            ensure_packages(FAULT_PACKAGES, "The fault tests make a clock of their own with them")
        if options.bench:
            ensure_packages(BENCH_PACKAGES, "The benchmarks need them")
    except Refusal as refusal:
        return str(refusal)
    except PermissionError as error:
        return (
            f"{error.filename} cannot be written by this user; set VAR_DIR to a directory of yours."
        )
    except OSError as error:
        return f"{error.filename or options.venv}: {error.strerror}."
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
