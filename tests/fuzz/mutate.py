"""Mutations: of bytes, and of what a kind of file is made of (members of a zip, objects of a PDF, tags, rows)."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable

NUMBERS = (0, 1, -1, 2, 127, 255, 256, 65535, 65536, 2**31 - 1, -(2**31), 2**32, 2**63, 10**30)
BITS = (
    b"\0", b"\xff", b"\r", b"\n", b"<", b">", b"&", b'"', b"'", b"]]>", b"<!--", b"<![CDATA[", b"&#x0;", b"&#xD800;", b"&#99999999;",
    b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"%PDF-1.7", b"PK\x03\x04", b"endobj", b"stream", b"<table>", b"</td>",
    b"<tr><td rowspan=1000 colspan=100>", b"|", b"||||", b"\t\t\t", b"```", b"[", b"](", b"![", b"\\", b"> > > >", b"#" * 7, b"1" * 400,
    b"NaN", b"1e999", b"-", "营".encode(), b"\xff\xfe", b"\xef\xbb\xbf", b"Item 7. ", b"$(1,234)", b"http://x/", b"<!ENTITY a SYSTEM 'file:///etc/passwd'>",
)  # fmt: skip
_OBJECT = re.compile(rb"\d+ 0 obj.*?endobj", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_NUMBER = re.compile(rb"-?\d+")
_TAG = re.compile(rb"<[^<>]{1,200}>")
_NAME = re.compile(rb"/[A-Za-z]+")


def mutated(draw: random.Random, suffix: str, data: bytes, other: bytes) -> bytes:
    """A file with one to six mutations; `other` is a file to splice with."""
    ways: list[Callable[[random.Random, bytes], bytes]] = [*_BYTES, lambda d, one: _spliced(d, one, other)]
    if suffix in (".docx", ".xlsx"):
        ways += [_member] * 12
    elif suffix == ".pdf":
        ways += [_object, _reference, _number, _stream, _pdf_name] * 3
    elif suffix == ".html":
        ways += [_tag, _nested, _number] * 4
    else:
        ways += [_line, _number, _repeated] * 3
    for _ in range(draw.choice((1, 1, 2, 3, 6))):
        data = draw.choice(ways)(draw, data)[:2_000_000]
    return data


def _at(draw: random.Random, data: bytes) -> int:
    return draw.randrange(len(data) + 1)


def _flipped(draw: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(draw.choice((1, 1, 4, 32)) if out else 0):
        out[draw.randrange(len(out))] ^= 1 << draw.randrange(8)
    return bytes(out)


def _cut(draw: random.Random, data: bytes) -> bytes:
    return data[: _at(draw, data)]


def _without(draw: random.Random, data: bytes) -> bytes:
    start = _at(draw, data)
    return data[:start] + data[start + draw.choice((1, 2, 16, 300)) :]


def _inserted(draw: random.Random, data: bytes) -> bytes:
    at = _at(draw, data)
    return data[:at] + draw.choice(BITS) * draw.choice((1, 1, 2, 100)) + data[at:]


def _doubled(draw: random.Random, data: bytes) -> bytes:
    start, end = sorted((_at(draw, data), _at(draw, data)))
    return data[:end] + data[start:end] * draw.choice((1, 1, 3)) + data[end:]


def _spliced(draw: random.Random, data: bytes, other: bytes) -> bytes:
    return data[: _at(draw, data)] + other[_at(draw, other) :]


_BYTES: tuple[Callable[[random.Random, bytes], bytes], ...] = (_flipped, _cut, _without, _inserted, _doubled)


def _replaced(draw: random.Random, data: bytes, pattern: re.Pattern[bytes], by: Callable[[bytes], bytes]) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return _inserted(draw, data)
    one = draw.choice(found)
    return data[: one.start()] + by(one.group()) + data[one.end() :]


def _number(draw: random.Random, data: bytes) -> bytes:
    return _replaced(draw, data, _NUMBER, lambda _: str(draw.choice(NUMBERS)).encode())


# Members of an Office file


def _member(draw: random.Random, data: bytes) -> bytes:
    """One member changed, left out, doubled, emptied, or put in another's place; the archive itself stays whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(name, archive.read(name)) for name in archive.namelist()]
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError, ValueError, KeyError, RuntimeError):
        return _flipped(draw, data)
    if not parts:
        return data
    at = draw.randrange(len(parts))
    # Most that matters stands in few of them.
    told = [
        n for n, (name, _) in enumerate(parts) if re.search(r"document\.xml$|sheet\d|styles|workbook\.xml$|rels$", name)
    ]
    at = draw.choice(told) if told and draw.random() < 0.8 else at
    name, content = parts[at]
    match draw.randrange(8):
        case 0:
            del parts[at]
        case 1:
            parts.append(parts[at])
        case 2:
            parts[at] = (name, b"")
        case 3:
            parts[at] = (name, draw.choice(parts)[1])
        case 4 | 5:
            parts[at] = (name, _tag(draw, content))
        case 6:
            parts[at] = (name, _number(draw, content))
        case _:
            parts[at] = (name, draw.choice(_BYTES)(draw, content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts[:200]:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name not in archive.namelist():
                archive.writestr(info, content)
    return out.getvalue()


# Tags


def _tag(draw: random.Random, data: bytes) -> bytes:
    """A tag left out, doubled, put elsewhere, or with a changed attribute."""
    found = list(_TAG.finditer(data))
    if not found:
        return _inserted(draw, data)
    one, two = draw.choice(found), draw.choice(found)
    match draw.randrange(4):
        case 0:
            return data[: one.start()] + data[one.end() :]
        case 1:
            return data[: one.end()] + one.group() * draw.choice((1, 3, 200)) + data[one.end() :]
        case 2:
            return data[: one.start()] + two.group() + data[one.end() :]
        case _:
            return data[: one.start()] + _number(draw, one.group()) + data[one.end() :]


def _nested(draw: random.Random, data: bytes) -> bytes:
    at = _at(draw, data)
    tag = draw.choice(
        (b"<div>", b"<table><tr><td>", b"<ul><li>", b"<b>", b"<h1>", b"<p style='font-size:0'>", b"<ol>", b"<pre>")
    )
    return data[:at] + tag * draw.choice((2, 50, 3000)) + data[at:]


# Objects of a PDF


def _object(draw: random.Random, data: bytes) -> bytes:
    found = list(_OBJECT.finditer(data))
    if not found:
        return _flipped(draw, data)
    one, two = draw.choice(found), draw.choice(found)
    head = one.group().split(b"obj", 1)[0] + b"obj"
    match draw.randrange(3):
        case 0:
            return data[: one.start()] + data[one.end() :]
        case 1:
            return data[: one.start()] + head + two.group().split(b"obj", 1)[1] + data[one.end() :]
        case _:
            return data[: one.start()] + head + b" null endobj" + data[one.end() :]


def _reference(draw: random.Random, data: bytes) -> bytes:
    """A reference to another object: to a page's parent, to itself, to nothing."""
    most = len(_OBJECT.findall(data)) + 2
    return _replaced(draw, data, _REFERENCE, lambda _: b"%d 0 R" % draw.randrange(most))


def _pdf_name(draw: random.Random, data: bytes) -> bytes:
    names = _NAME.findall(data) or [b"/Kids"]
    return _replaced(draw, data, _NAME, lambda _: draw.choice(names))


def _stream(draw: random.Random, data: bytes) -> bytes:
    """A stream changed inside its compression, where it has one."""

    def changed(whole: bytes) -> bytes:
        inner = whole.split(b"stream", 1)[1].rsplit(b"endstream", 1)[0].strip(b"\r\n")
        try:
            inner = zlib.compress(draw.choice((*_BYTES, _number))(draw, zlib.decompress(inner)))
        except zlib.error:
            inner = draw.choice(_BYTES)(draw, inner)
        return b"stream\n" + inner + b"\nendstream"

    return _replaced(draw, data, _STREAM, changed)


# Lines of a text


def _line(draw: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    one, two = draw.randrange(len(lines)), draw.randrange(len(lines))
    match draw.randrange(4):
        case 0:
            lines[one], lines[two] = lines[two], lines[one]
        case 1:
            lines[one:one] = [lines[two]] * draw.choice((1, 50))
        case 2:
            lines[one] = lines[one].replace(b" ", draw.choice((b"\t", b",", b"|", b";", b"\xa0", b"\n", b"")))
        case _:
            lines[one] = (
                draw.choice((b"- ", b"    ", b"> ", b"| ", b"1. ", b"# ", b"[x]: ", b"~~~ ")) * draw.choice((1, 40))
                + lines[one]
            )
    return b"\n".join(lines)


def _repeated(draw: random.Random, data: bytes) -> bytes:
    at = _at(draw, data)
    return data[:at] + draw.choice(BITS)[:4] * draw.choice((10, 1000, 20_000)) + data[at:]
