"""A clock that jumps, for some processes only: those with `environment`."""

import mmap
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
OFFSET = struct.Struct("q")  # nanoseconds


class Clock:
    """The clock of a machine. Until `set` it is right. Needs a C compiler.

    Both files lie in `directory`, which every account must be able to reach.
    """

    def __init__(self, directory):
        library, offset = directory / "clock.so", directory / "clock"
        compiler = ["cc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC"]
        subprocess.run([*compiler, "-o", library, SOURCE], check=True)
        offset.write_bytes(OFFSET.pack(0))
        offset.chmod(0o644)
        with offset.open("r+b") as file:
            self._offset = mmap.mmap(file.fileno(), OFFSET.size)
        self.environment = {"LD_PRELOAD": str(library), "FAULT_CLOCK": str(offset)}

    @property
    def ahead(self):
        """By how many seconds it is ahead of the right time."""
        return OFFSET.unpack_from(self._offset)[0] / 1e9

    def set(self, ahead):
        """Have it jump at once in all processes; 0 puts it right."""
        OFFSET.pack_into(self._offset, 0, round(ahead * 1e9))
