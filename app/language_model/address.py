"""Where a language model is reached: its URL, checked and fit to be shown, and its key, which never is."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Address:
    """An OpenAI-compatible endpoint. Its key is no part of its `repr`."""

    url: str  # of the API: "http://127.0.0.1:8000/v1"
    key: SecretStr | None = None

    @property
    def local(self) -> bool:
        """Whether it is on this machine, so that no proxy leads there."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def scrub(self, text: str) -> str:
        """A text of the server's without the key, in case it gives that back."""
        secret = self.key.get_secret_value() if self.key else ""
        return text.replace(secret, "…") if secret else text


def checked_url(given: str) -> str:
    """The URL of an API without what people paste too much of. Raises ValueError, which names no password."""
    text = given.strip().rstrip("/")
    if not text:
        return ""
    shown = masked(text)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{shown!r} is no URL ({error})") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"{shown!r} is no http or https URL; it looks like http://127.0.0.1:8000/v1")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{shown!r} holds a user name or password; a key belongs in llm_key")
    if parts.query or parts.fragment:
        raise ValueError(f"{shown!r} has a query; give the address of the API alone, as in http://127.0.0.1:8000/v1")
    if any(character.isspace() or not character.isprintable() for character in text):
        raise ValueError(f"{shown!r} holds a blank; it looks like http://127.0.0.1:8000/v1")
    return text.removesuffix("/chat/completions").rstrip("/")


def masked(url: str) -> str:
    """A URL with a user name, password and query that may be secret left out."""
    parts = urlsplit(url) if "[" not in url and "]" not in url else None
    if parts is None:  # urlsplit refuses odd brackets
        return url if "@" not in url and "?" not in url else "…"
    host = parts.netloc.rpartition("@")[2]
    netloc = f"…@{host}" if "@" in parts.netloc else host
    hidden = "…" if "@" in parts.path else parts.path  # "user:secret@host" without a scheme
    scheme = parts.scheme if not ("@" in parts.path and parts.scheme not in {"http", "https"}) else ""
    return urlunsplit((scheme, netloc, hidden, "…" if parts.query else "", ""))


def checked_key(given: str) -> str:
    """A key as it goes into a header. Raises ValueError, which doesn't name it."""
    text = given.strip()
    if not (text.isascii() and all(character.isprintable() and character != " " for character in text)):
        raise ValueError("it holds a blank or a character that no key has; paste it again")
    return text
