"""A file that a program sends: its name must be one, and its bytes go straight into the data directory."""

import asyncio
from pathlib import Path

from starlette.requests import ClientDisconnect, Request

from app.server.errors import ApiError

LONGEST_NAME = 200  # bytes: file systems take 255, and the index adds to it
CHUNK_SECONDS = 30  # in which some of the file must come


def checked_name(name: str) -> str:
    """A file's name. Raises ApiError for one with folders in it, or that no file can have."""
    bad = not name.strip() or name in {".", ".."} or any(one in "/\\" or ord(one) < 32 for one in name)
    if bad or len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME or not name.isprintable():
        raise ApiError(
            400, "bad_name", f"{name[:80]!r} is no file name. Give one without folders, at most 200 bytes.", "name"
        )
    return name


async def receive_file(request: Request, path: Path, most: int) -> None:
    """Write a request's body to a file. Raises ApiError where it is too large, empty, stops coming or breaks off."""
    size = 0
    chunks = aiter(request.stream())
    try:
        with path.open("wb") as file:
            while True:
                async with asyncio.timeout(CHUNK_SECONDS):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                size += len(chunk)
                if size > most:
                    raise ApiError(413, "too_large", f"The file is larger than {most >> 20} MB. Split it.", "name")
                file.write(chunk)
    except TimeoutError as error:
        raise ApiError(408, "slow_request", f"Nothing came for {CHUNK_SECONDS} s. Send the file again.") from error
    except ClientDisconnect as error:
        raise ApiError(400, "disconnected", "The connection was closed before the file was complete.") from error
    if not size:
        raise ApiError(400, "unreadable_file", "The request has no body. Send the file itself as the body.", "name")
