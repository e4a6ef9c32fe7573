"""Reference numbers: who has one can read the answer, so nobody can guess one."""

import re
import secrets
import unicodedata

# Without what looks alike on a screen or in handwriting: 0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V.
ALPHABET = "3479ACDEFHJKMNPRTWXY"
LENGTH = 15  # 64 bits
GROUP = 5


def make_reference():
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_reference(text):
    """The reference number in what somebody typed, '' where there is none."""
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text[:100])).upper()
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else ""


def in_groups(reference):
    """As it is shown: `ACDEF-HJKMN-PRTWX`."""
    return "-".join(reference[start : start + GROUP] for start in range(0, LENGTH, GROUP))
