"""What a browser or a program holds to show who it is: 256 random bits, of which the store keeps the SHA-256 alone."""

import hashlib
import secrets

BYTES = 32
LONGEST = 128  # characters that are looked at


def new_secret(prefix: str = "") -> str:
    """A secret that nobody guesses."""
    return prefix + secrets.token_urlsafe(BYTES)


def key_of(secret: str) -> str:
    """What is kept of a secret; of random bits a plain hash tells nothing."""
    return hashlib.sha256(secret[:LONGEST].encode("utf-8", "surrogateescape")).hexdigest()
