"""The system account the embedded PostgreSQL runs under: never root, which it refuses."""

import os
import pwd
import subprocess

from qingdao_portal.embedded_postgres import EmbeddedPostgresError, binary

# For root: PostgreSQL's own account where the machine has one, else the account for nothing.
ACCOUNTS = ("postgres", "nobody")

# The kernel interrupts the server (fast shutdown) when its keeper dies.
DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "INT")

# Lets an account pass folders that are closed to it, as /root is, but not write there.
# PostgreSQL asks access(2), which heeds the capability only with `no_setuid_fixup`.
PASS_CLOSED_FOLDERS = (
    "--securebits=+no_setuid_fixup",
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
)


class ServerAccount:
    """Who runs the server, and how a command is started as that account."""

    def __init__(self, data):
        self.is_other = os.geteuid() == 0
        if self.is_other:
            self._account = _owner(data) or _first_existing(ACCOUNTS)
            self._capabilities = ()
        elif data.exists() and data.stat().st_uid != os.geteuid():
            raise EmbeddedPostgresError(
                f"{data} belongs to another user. Run as its owner, "
                "or set VAR_DIR to a directory of your own."
            )

    def own(self, directory):
        """Make `directory` private to the account."""
        directory.mkdir(mode=0o700, exist_ok=True)
        directory.chmod(0o700)
        if self.is_other:
            os.chown(directory, self._account.pw_uid, self._account.pw_gid)

    def owns(self, path):
        """Whether `path` itself, not what a link leads to, belongs to the account."""
        uid = self._account.pw_uid if self.is_other else os.geteuid()
        try:
            return path.lstat().st_uid == uid
        except FileNotFoundError:
            return False

    def command(self, *arguments):
        """The command line that runs `arguments` as the account."""
        if not self.is_other:
            return [*DIE_WITH_PARENT, "--", *map(str, arguments)]
        return [
            *DIE_WITH_PARENT,
            f"--reuid={self._account.pw_uid}",
            f"--regid={self._account.pw_gid}",
            "--clear-groups",
            "--no-new-privs",
            *self._capabilities,
            "--",
            *map(str, arguments),
        ]

    def ensure_reaches(self, directory):
        """Let the account reach the programs and its `directory`, with a capability if need be."""
        if not self.is_other or self._reaches(directory):
            return
        self._capabilities = PASS_CLOSED_FOLDERS
        if not self._reaches(directory):
            raise EmbeddedPostgresError(
                f"The account {self._account.pw_name}, which runs PostgreSQL for root, cannot "
                f"reach {directory} or {binary('postgres').parent}: a folder above is closed to "
                "it. Open it (chmod o+x), run as an ordinary user, or set DATABASE_URL."
            )

    def _reaches(self, directory):
        """Whether the account can run the server, read its files and write `directory`."""
        share = binary("postgres").parent.parent / "share/postgresql/postgres.bki"
        trial = '"$0" --version && test -r "$1" && test -w "$2"'
        command = self.command("sh", "-c", trial, binary("postgres"), share, directory)
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _owner(data):
    """The account that owns existing data, which goes on using it."""
    try:
        owner = data.stat().st_uid
        return pwd.getpwuid(owner) if owner else None
    except FileNotFoundError:
        return None
    except KeyError:
        raise EmbeddedPostgresError(
            f"{data} belongs to the user number {owner}, which this machine does not know. "
            "Give it to an existing account with chown -R."
        ) from None


def _first_existing(names):
    for name in names:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root, and this machine has neither of the accounts "
        f"{' and '.join(names)}. Run as an ordinary user, or set DATABASE_URL."
    )
