"""Passwords: which are taken, and their hashes by Argon2id (RFC 9106, its second recommended option: 64 MiB, 3 passes)."""

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from corpus.errors import BadPerson

SHORTEST, LONGEST = 10, 1024  # characters
AT_ONCE = 2  # each takes 64 MiB
_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_room = threading.BoundedSemaphore(AT_ONCE)


def checked_password(password: str) -> str:
    """A password as it is hashed. Raises BadPerson where it is too short or too long; nothing else is asked of it."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise BadPerson(
            f"The password has {len(plain)} characters; it needs at least {SHORTEST}. Length is what makes it hard to "
            "guess: a few words in a row will do."
        )
    if len(plain) > LONGEST:
        raise BadPerson(f"The password has more than {LONGEST:,} characters. Choose a shorter one.")
    return plain


def hashed(password: str) -> str:
    """A salted hash of a password, with its parameters. Raises BadPerson for one that isn't taken."""
    plain = checked_password(password)
    with _room:
        return _hasher.hash(plain)


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one of a hash; takes as long where there is none, so that nobody learns which names are."""
    plain = _plain(password[: LONGEST + 1])
    with _room:
        try:
            return _hasher.verify(kept if kept is not None else _nobodys(), plain) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_dated(kept: str) -> bool:
    """Whether a hash was made with other parameters than are used now."""
    return _hasher.check_needs_rehash(kept)


def warm_up() -> None:
    """Make what an unknown name is held against, so that the first one takes no longer than others."""
    _nobodys()


def _plain(password: str) -> str:
    # The same password typed on another keyboard may be composed of other code points (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")
