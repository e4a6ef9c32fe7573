"""Put a copy of the site together in a folder of its own, then swap one symbolic link."""

import contextlib
import json
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from publishing.catalogue import current_version, dated_version, forget_catalogue
from publishing.models import Edition
from qingdao_portal import locks, site_maps
from qingdao_portal.release import RELEASE
from service.mirror import MirrorError, walk
from service.mirror.files import content, file_name

CURRENT = "current"
FACTS = "mirror.json"


def export(directory, *, told=lambda done, known: None):
    """Make `directory/current` a whole copy of the public side as it is now. Return its facts.

    Readers see the copy before until the new one is complete and on the disk; when anything
    fails they go on seeing it. Raises MirrorError.
    """
    directory = Path(directory)
    with _only_one(directory):
        now = timezone.now()
        draft = directory / "copies" / f"{now:%Y%m%dT%H%M%S%fZ}.partial"
        try:
            facts = _write(draft / "site", now, told)
            (draft / FACTS).write_text(json.dumps(facts, indent=1) + "\n")
            _sync(draft)
            copy = draft.with_suffix("")
            draft.rename(copy)
            before = (directory / CURRENT).resolve()
            _point(directory / CURRENT, copy)
            _drop_all_but(directory, {before.name, copy.name})
        except OSError as error:
            raise MirrorError(f"{directory} cannot be written: {error.strerror}.") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return facts


def facts_of(directory):
    """What is known of the copy that is served; None where there is none."""
    try:
        return json.loads(Path(directory, CURRENT, FACTS).read_text())
    except (FileNotFoundError, ValueError):
        return None


def is_up_to_date(directory):
    """Whether the copy shows what the site shows today, made by this code."""
    facts = facts_of(directory)
    return facts is not None and _shown_on(timezone.localdate()).items() <= facts.items()


def _shown_on(day):
    """What a copy depends on.

    A database that was set back gives the same version out again, but at another time.
    """
    version, changed_at = dated_version()
    return {
        "version": str(version),
        "changed_at": changed_at and changed_at.isoformat(),
        "release": RELEASE,
        "day": day.isoformat(),
    }


def _write(root, now, told):
    """Write all files below `root`, from one moment of the database."""
    made_at, files = timezone.localtime(now), set()
    forget_catalogue()  # the worker lives on where a version that it knew was lost and made again
    with _one_moment():
        version, shown = current_version(), _shown_on(made_at.date())
        known = [0]
        for address, response in walk.walk(told=lambda count: known.__setitem__(0, count)):
            if walk.is_public(response) or walk.is_redirect(response):
                name = file_name(address, response)
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content(address, response, made_at=made_at))
                files.add(name)
            told(1, known[0])
        _check_complete(files, version)
    if Path(settings.STATIC_ROOT).exists():
        shutil.copytree(settings.STATIC_ROOT, root / "static", copy_function=_link_or_copy)
    return shown | {
        "made_at": made_at.isoformat(timespec="seconds"),
        "files": len(files),
    }


@contextlib.contextmanager
def _one_moment():
    """All that is read inside is of one moment, whatever is published meanwhile."""
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _check_complete(files, version):
    """Every page of the site map and of every live entry is there, in Chinese at least."""
    paths = [*site_maps.fixed_paths(version)]
    paths += [edition.get_absolute_url() for edition in Edition.objects.current()]
    missing = [path for path in paths if f"{path.lstrip('/')}index.html" not in files]
    if missing:
        raise MirrorError(f"{len(missing)} pages were not found by links, e.g. {missing[0]}.")


def _link_or_copy(source, target):
    """Static files have the hash of their content in the name, so a hard link is enough."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _point(link, copy):
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(copy.relative_to(link.parent))
    new.replace(link)


def _drop_all_but(directory, names):
    """The copy before may still be read by an answer in progress."""
    for path in (directory / "copies").iterdir():
        if path.name not in names:
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _only_one(directory):
    """Hold the directory for one export at a time, and clear what a killed one left."""
    try:
        (directory / "copies").mkdir(parents=True, exist_ok=True)
        lease = locks.acquire(directory / ".lock", locks.Mode.EXCLUSIVE, wait=False)
    except BlockingIOError as error:
        raise MirrorError(f"Another export to {directory} is running.") from error
    except OSError as error:
        raise MirrorError(f"{directory} cannot be written: {error.strerror}.") from error
    try:
        for left in (directory / "copies").glob("*.partial"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(lease)


def _sync(path):
    """Have everything on the disk before a link points to it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.sync()
