"""Locks on files that the kernel releases when their holder ends, however it ends.

Open file description locks of Linux (`man 2 fcntl_locking`): they can be shared, are kept
over a fork, and, unlike those of flock(2), can be looked at without being taken.
"""

import enum
import fcntl
import os
import struct

_FLOCK = "hhqqi4x"  # struct flock: l_type, l_whence, l_start, l_len, l_pid


class Mode(enum.IntEnum):
    """How a lock is held."""

    SHARED = fcntl.F_RDLCK
    EXCLUSIVE = fcntl.F_WRLCK
    FREE = fcntl.F_UNLCK


def acquire(path, mode, *, wait=True):
    """Lock the file `path`, made if missing, and return the descriptor that holds the lock.

    Closing the descriptor releases it. Without `wait`, BlockingIOError says it is taken.
    """
    access = os.O_RDWR if mode is Mode.EXCLUSIVE else os.O_RDONLY
    descriptor = os.open(path, access | os.O_CREAT, 0o644)
    try:
        command = fcntl.F_OFD_SETLKW if wait else fcntl.F_OFD_SETLK
        fcntl.fcntl(descriptor, command, struct.pack(_FLOCK, mode, os.SEEK_SET, 0, 0, 0))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def holder_mode(path):
    """How others hold the lock on `path`: shared, exclusive, or not at all (free)."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return Mode.FREE
    try:
        query = struct.pack(_FLOCK, Mode.EXCLUSIVE, os.SEEK_SET, 0, 0, 0)
        answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, query)
    finally:
        os.close(descriptor)
    return Mode(struct.unpack(_FLOCK, answer)[0])
