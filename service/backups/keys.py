"""age keys: public ones to encrypt to, private ones to read with."""

from pathlib import Path

import pyrage

from service.backups import BackupError

MAKE_ONE = "Make a pair with `age-keygen -o key.txt` on a machine that is not the server"


def recipients(texts):
    """The public keys, `age1…` or `ssh-ed25519 …`. Raises BackupError for none or a bad one."""
    if not texts:
        raise BackupError(
            "BACKUP_RECIPIENTS is not set: backups are encrypted to a public key. "
            f"{MAKE_ONE} and set it to the line that begins with age1."
        )
    return [_recipient(text) for text in texts]


def _recipient(text):
    if text.startswith("AGE-SECRET-KEY"):
        raise BackupError("BACKUP_RECIPIENTS has a private key. Set the public one: age1….")
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BackupError(
            f"BACKUP_RECIPIENTS has “{text}”, which is no public key of age. {MAKE_ONE}."
        ) from error


def identities(path):
    """The private keys in a file of `age-keygen` or of OpenSSH. Raises BackupError."""
    try:
        text = Path(path).read_text(encoding="utf-8")
        if "PRIVATE KEY-----" in text:
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines()]
        found = [
            pyrage.x25519.Identity.from_str(line)
            for line in lines
            if line and not line.startswith("#")
        ]
    except OSError as error:
        raise BackupError(f"The key file {path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, pyrage.IdentityError) as error:
        raise BackupError(f"{path} holds no private key of age or OpenSSH.") from error
    if not found:
        raise BackupError(f"{path} holds no private key of age or OpenSSH.")
    return found
