"""Large files of every kind through the process that reads, with its limits: `python -m tests.fuzz.large --megabytes 50`.

Prints a line for each kind: seconds of processor time and by the clock, the most memory that the process held, and what
became of the file, and of an ordinary one that is read next. `--memory-mb` and `--seconds` set the limits lower than they usually are, so
that they are met. Exit status 1 where a file wasn't read and no reason was given in the product's own words, or the next one wasn't read.
"""

import argparse
import io
import json
import random
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import openpyxl
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import FootnoteError
from corpus.ocr.ocr import load_ocr
from corpus.reading import Limits, ReaderProcess
from index.preparing import prepare
from tests.processes import processor_seconds

WORDS = "orders revenue margin cash memory wafer export controls supply growth licence pension lease tax".split()


def sentences(draw: random.Random) -> Iterator[str]:
    """Sentences without end, each another one."""
    number = 0
    while True:
        number += 1
        yield f"In {1990 + number % 35} the {' '.join(draw.choices(WORDS, k=9))} were {number} million euros."


def filled(path: Path, size: int, part: Callable[[str], str], before: str = "", after: str = "") -> None:
    """A text of `size` bytes: parts, each of a sentence."""
    told = sentences(random.Random(path.name))
    with path.open("w", encoding="utf-8") as file:
        file.write(before)
        while file.tell() < size:
            file.write("".join(part(next(told)) for _ in range(200)))
        file.write(after)


def as_docx(path: Path, size: int) -> None:
    """A Word file whose text takes `size` bytes once unpacked; packed it is a tenth of that."""
    out = io.BytesIO()
    docx.Document().save(out)
    told = sentences(random.Random(7))
    body, length = [], 0
    while length < size:
        body.append(f"<w:p><w:r><w:t>{next(told)}</w:t></w:r></w:p>")
        length += len(body[-1])
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = f"<w:document {space}><w:body>{''.join(body)}</w:body></w:document>"
            target.writestr(name, text if name == "word/document.xml" else source.read(name))


def as_xlsx(path: Path, size: int) -> None:
    """A workbook whose cells take about `size` bytes once unpacked."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sales")
    for row in range(size // 250):
        sheet.append([f"Line {row}", *(row * 7 + column for column in range(5))])
    book.save(path)


def as_pdf(path: Path, size: int) -> None:
    """Pages of text, as many as take `size` bytes without compression."""
    told = sentences(random.Random(3))
    canvas = Canvas(str(path), pagesize=A4, pageCompression=0)
    for _ in range(size // 6200):
        canvas.setFont("Helvetica", 9)
        for line in range(55):
            canvas.drawString(40, 800 - 14 * line, next(told))
        canvas.showPage()
    canvas.save()


def as_picture(path: Path, size: int) -> None:
    """A picture of noise: it packs to nothing less."""
    side = int((size / 3) ** 0.5)
    Image.frombytes("RGB", (side, side), random.Random(5).randbytes(side * side * 3)).save(path)


KINDS: dict[str, Callable[[Path, int], None]] = {
    "txt": lambda path, size: filled(path, size, lambda one: f"{one}\n\n"),
    "txt in one line": lambda path, size: filled(path, size, lambda one: f"{one} "),
    "md": lambda path, size: filled(path, size, lambda one: f"## {one}\n\n{one}\n\n"),
    "csv": lambda path, size: filled(path, size, lambda one: f"{one.replace(' ', ',')}\n"),
    "html": lambda path, size: filled(path, size, lambda one: f"<p>{one}</p>\n", "<html><body>", "</body></html>"),
    "docx": as_docx,
    "xlsx": as_xlsx,
    "pdf": as_pdf,
    "png": as_picture,
}


def measured(path: Path, limits: Limits) -> dict[str, object]:
    """What became of a file, and what it took."""
    reader, peak, ended = ReaderProcess(limits), [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            try:
                held = int(Path(f"/proc/{reader.process_id}/statm").read_text().split()[1])
                used = processor_seconds(reader.process_id)
            except OSError:
                continue  # between two processes
            peak[0] = max(peak[0], held * 4096 / 1e6)
            processor[0] = max(processor[0], used)

    processor = [0.0]
    threading.Thread(target=watch, daemon=True).start()
    started = time.monotonic()
    try:
        ready = reader.call(path.name, prepare, path, 200 << 20, 220, "", load_ocr())
        became = f"read: {len(ready.document.pages):,} pages, {len(ready.passages):,} passages"
    except FootnoteError as error:
        became = f"refused: {error}"
    seconds = time.monotonic() - started
    ended.set()
    ordinary = path.with_name("ordinary.md")
    ordinary.write_text("# A report\n\nRevenue was 12 million euros.\n")
    following = reader.call(ordinary.name, prepare, ordinary, 200 << 20, 220)
    reader.end()
    return {
        "processor_seconds": processor[0],
        "seconds": round(seconds, 1),
        "most_mb": round(peak[0]),
        "became": became,
        "next": f"read: {len(following.passages)} passages",
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz.large", description="Large files of every kind.")
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--memory-mb", type=int, default=Limits().memory_mb, help="of the process that reads")
    parser.add_argument("--seconds", type=float, default=Limits().seconds, help="of work without progress")
    parser.add_argument("--kind", choices=KINDS, action="append", help="only this one; may be given again")
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind in arguments.kind or KINDS:
            path = Path(folder, f"large.{kind.split()[0]}")
            KINDS[kind](path, int(arguments.megabytes * 1e6))
            found = measured(path, Limits(arguments.memory_mb, arguments.seconds))
            failed += found["became"] == "refused: "
            print(json.dumps({"kind": kind, "mb": round(path.stat().st_size / 1e6, 1), **found}), flush=True)
            path.unlink()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
