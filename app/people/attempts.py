"""How often somebody may try to sign in: so many attempts a name, so many an address, in a quarter of an hour."""

import hashlib
import ipaddress
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW = 900.0  # seconds
OF_A_NAME, OF_AN_ADDRESS = 10, 30
MOST_KEPT = 20_000  # names and addresses


class Attempts:
    """The latest attempts, in bounded memory: beyond it the one that was tried the longest ago is forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most_kept: int = MOST_KEPT) -> None:
        self._clock, self._most = clock, most_kept
        self._times: OrderedDict[bytes, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str, address: str) -> int:
        """Count an attempt before it is made; gives 0, or for how many seconds nobody may try: then it isn't counted.

        Counted before, so that many at the same time are no way around it.
        """
        with self._lock:
            now = self._clock()
            kept = [
                (_digest("name", name.strip().casefold()), OF_A_NAME),
                (_digest("address", _network(address)), OF_AN_ADDRESS),
            ]
            wait = max(self._wait(key, most, now) for key, most in kept)
            if wait <= 0:
                for key, _ in kept:
                    self._times.setdefault(key, deque()).append(now)
                    self._times.move_to_end(key)
                while len(self._times) > self._most:
                    self._times.popitem(last=False)
            return math.ceil(wait)

    def succeeded(self, name: str, address: str) -> None:
        """Take an attempt back that was right, and those on its name before it."""
        with self._lock:
            self._times.pop(_digest("name", name.strip().casefold()), None)
            times = self._times.get(_digest("address", _network(address)))
            if times:
                times.pop()

    def _wait(self, key: bytes, most: int, now: float) -> float:
        times = self._times.get(key)
        while times and times[0] <= now - WINDOW:
            times.popleft()
        return times[0] + WINDOW - now if times and len(times) >= most else 0.0


def _digest(kind: str, text: str) -> bytes:
    # Of one length, however long a name is sent.
    return hashlib.blake2b(f"{kind} {text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _network(address: str) -> str:
    """An IPv4 address itself; of an IPv6 address the first 64 bits, the rest of which its holder chooses freely."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
