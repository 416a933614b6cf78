"""The cookie that a signed-in browser holds."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from app.settings import Settings


class SessionCookie:
    """Reads and writes it. Cookies of one machine are shared by its ports, so that each data directory has its own name.

    Servers that share a database have one name between them: who signs in is sent now to this one, now to that.
    """

    def __init__(self, settings: Settings, corpus: str = "") -> None:
        """`corpus`: which one is shared, "" for none."""
        place = hashlib.sha256((corpus or str(Path(settings.home).absolute())).encode("utf-8", "surrogateescape"))
        self.name, self._proxied = f"footnote-{place.hexdigest()[:8]}", settings.behind_proxy

    def read(self, headers: Mapping[str, str]) -> str:
        """The secret that a request brings, "" for none."""
        try:
            held = SimpleCookie(headers.get("cookie", "")).get(self.name)
        except CookieError:
            return ""
        return held.value if held else ""

    def written(self, secret: str, expires: datetime, scope_scheme: str, headers: Mapping[str, str]) -> str:
        """The value of Set-Cookie; an empty secret takes the cookie away."""
        seconds = max(0, int((expires - datetime.now(UTC)).total_seconds())) if secret else 0
        secure = "; Secure" if self.is_secure(scope_scheme, headers) else ""
        return f"{self.name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"

    def is_secure(self, scope_scheme: str, headers: Mapping[str, str]) -> bool:
        """Whether the browser speaks TLS, with the server or with the proxy that is believed."""
        told = headers.get("x-forwarded-proto", "").split(",")[0].strip().lower() if self._proxied else ""
        return (told or scope_scheme) in ("https", "wss")
