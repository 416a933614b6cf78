"""Messages between a process and the one that reads for it: a length, then a pickle."""

import dataclasses
import enum
import io
import pickle
from typing import IO, Any

_PLAIN = frozenset({("decimal", "Decimal"), ("datetime", "date"), ("builtins", "frozenset"), ("builtins", "set")})
_AT_ONCE = 1 << 20
_ROOMS = ("corpus.", "index.")


def send(pipe: IO[bytes], message: Any) -> None:
    """Write one message. Raises OSError where the other side is gone."""
    data = pickle.dumps(message, protocol=5)
    pipe.write(len(data).to_bytes(8, "big"))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """The bytes of the next message. Raises EOFError where the other side is gone."""
    return _exactly(pipe, int.from_bytes(_exactly(pipe, 8), "big"))


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    parts = []
    while size:  # a pipe without a buffer gives what is there
        part = pipe.read(min(size, _AT_ONCE))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def values(data: bytes) -> Any:
    """What a message holds, as far as it is data of ours: a process that a bad file took over can't have others run.

    Raises UnpicklingError for anything else.
    """
    return _Values(io.BytesIO(data)).load()


class _Values(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith(_ROOMS):
            found = super().find_class(module, name)
            if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, enum.Enum)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value that a reader gives")
