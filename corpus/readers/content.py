"""What a file is, told by its first bytes before its name, and its text decoded."""

import codecs
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from corpus.errors import UnreadableFile

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
CSV = "text/csv"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
IMAGES = frozenset({PNG, JPEG, TIFF})

SUPPORTED: Mapping[str, str] = MappingProxyType(
    {
        ".pdf": PDF,
        ".docx": DOCX,
        ".html": HTML,
        ".htm": HTML,
        ".xhtml": HTML,
        ".md": MARKDOWN,
        ".markdown": MARKDOWN,
        ".txt": TEXT,
        ".text": TEXT,
        ".csv": CSV,
        ".tsv": CSV,
        ".xlsx": XLSX,
        ".xlsm": XLSX,
        ".png": PNG,
        ".jpg": JPEG,
        ".jpeg": JPEG,
        ".tif": TIFF,
        ".tiff": TIFF,
    }
)

# What the readers of Office files raise on damaged ones; SyntaxError is the root of both XML parsers' errors.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    SyntaxError,
    NotImplementedError,
)
_IMAGES = {b"\x89PNG": PNG, b"\xff\xd8\xff": JPEG, b"II*\x00": TIFF, b"MM\x00*": TIFF}
_PAIR = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")  # how a character of UTF-8 beyond ASCII begins
_UNPACKED_LIMIT = 1_000_000_000  # bytes of an Office file once unpacked
_RATIO_LIMIT = 300  # unpacked to packed, for parts that are large


def media_type(path: Path, data: bytes) -> str:
    """Tell a file's type from its content, and from its suffix where the content is any text.

    Raises UnreadableFile for a kind that can't be read, saying what to do next.
    """
    head = data[:1024]
    expected = SUPPORTED.get(path.suffix.lower())
    # The mark may stand behind some bytes (ISO 32000-1, annex H); a text may speak of it.
    if head.startswith(b"%PDF-") or (b"%PDF-" in head and expected in (PDF, None)):
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _office_type(path, data)
    _refuse_foreign(path, head)
    for magic, kind in _IMAGES.items():
        if head.startswith(magic):
            return kind
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")) and expected not in (MARKDOWN, CSV):
        return HTML
    if expected in (PDF, DOCX, XLSX, *IMAGES):
        raise UnreadableFile(
            f"{path.name} is named {path.suffix} but its content isn't one. It may be cut off or wrongly named: "
            "download or export it again, or rename it after what it holds."
        )
    if expected is None:
        raise UnreadableFile(f"{path.name}: this kind of file can't be read. Save it as one of {' '.join(SUPPORTED)}.")
    return expected


def _refuse_foreign(path: Path, head: bytes) -> None:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            f"{path.name} is password-protected or in an Office format from before 2007. "
            "Remove the password, or save it as .docx or .xlsx."
        )
    if (
        head.startswith((b"GIF8", b"BM"))
        or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")
        or head[4:12] == b"ftypheic"
    ):
        raise UnreadableFile(f"{path.name} is a picture of a kind that isn't read. Save it as PNG, JPEG or TIFF.")
    if head.startswith(b"{\\rtf"):
        raise UnreadableFile(f"{path.name} is an RTF file. Save it as .docx or .txt.")


def _office_type(path: Path, data: bytes) -> str:
    """Look into a zip: a Word or Excel file of a sane unpacked size, or a reason to refuse it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            unpacked = sum(part.file_size for part in parts)
            if unpacked > _UNPACKED_LIMIT or any(
                part.file_size > 20_000_000 and part.file_size > _RATIO_LIMIT * max(part.compress_size, 1)
                for part in parts
            ):
                raise UnreadableFile(
                    f"{path.name} would unpack to {unpacked / 1e6:,.0f} MB, which looks like a zip bomb. "
                    "Save it again with the program that made it, or split it."
                )
            if any(part.flag_bits & 0x1 for part in parts):
                raise UnreadableFile(f"{path.name} is encrypted. Remove the password and add it again.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        # Two bytes a character, it reads the same without the empty ones.
                        if b"<!DOCTYPE" in stream.read(65_536).replace(b"\0", b""):
                            raise UnreadableFile(
                                f"{path.name} defines XML entities, which no Office program writes. "
                                "Save it again with the program that made it."
                            )
    except BROKEN as error:
        raise UnreadableFile(f"{path.name} is broken ({error}). Download or export it again.") from error
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    raise UnreadableFile(f"{path.name} is a zip archive, not a Word or Excel file. Unpack it and add what it holds.")


def _western(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("footnote.western", _western)


def _mixed(data: bytes) -> str | None:
    """Text that is UTF-8 but for a few bytes, as files are that were put together from two; None for any other."""
    wrong = len(data) - len(data.decode("utf-8", "ignore").encode())
    return data.decode("utf-8", "footnote.western") if len(_PAIR.findall(data)) > 3 * wrong else None


def decode(path: Path, data: bytes) -> str:
    """Decode text: by its byte order mark, as UTF-8, or by the encoding that fits best.

    Raises UnreadableFile where the bytes aren't text.
    """
    from charset_normalizer import from_bytes

    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if data.count(0, 0, 65536) * 10 <= min(len(data), 65536):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            if (mixed := _mixed(data)) is not None:
                return mixed
            guesses = from_bytes(data[:200_000])
            best = guesses.best()
            if best is not None:
                western = any(
                    "cp1252" in guess.could_be_from_charset and guess.chaos <= best.chaos + 0.02 for guess in guesses
                )
                encoding = "cp1252" if western and not best.multi_byte_usage else best.encoding
                return data.decode(encoding, errors="replace")
            controls = sum(byte < 9 or 13 < byte < 32 for byte in data[:65536])
            if controls * 50 <= min(len(data), 65536):
                return data.decode("cp1252", errors="replace")
    elif (best := from_bytes(data[:200_000]).best()) is not None and best.encoding.startswith("utf_16"):
        return data.decode(best.encoding, errors="replace")
    raise UnreadableFile(f"{path.name} isn't text. Add the document it came from, or save it as UTF-8 text.")
