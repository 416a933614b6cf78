"""PDF through PDFium: text whose character i is PDFium's character i, boxes of spans, pictures of pages."""

import ctypes
import io
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.document import Heading, Page, PlacedWord, Span, Table
from corpus.errors import PasswordNeeded, UnreadableFile
from corpus.ocr.notes import unread_note
from corpus.ocr.ocr import NO_OCR, Ocr, Picture, Told
from corpus.ocr.scans import scans_of
from corpus.pulse import pulse
from corpus.readers.clean import same_length
from corpus.readers.headings import find_headings, running_lines
from corpus.readers.pdf_hidden import without_hidden
from corpus.readers.pdf_scan import drawn, is_scanned
from corpus.readers.pdf_words import may_hold_table, words_of
from corpus.tables.find import Stated, notes_unit, page_tables
from corpus.tables.words import Word

_LOCK = threading.RLock()  # PDFium may be entered by one thread at a time
_HALVES = re.compile("[\ud800-\udfff]")  # of a pair in UTF-16
_LONE_NEWLINE = re.compile("(?<!\r)\n")
_HYPHEN = re.compile("[\x02\ufffe\u00ad]")  # PDFium's marks for a hyphen at a line's end
_LEADERS = re.compile(r"\.(?:[ \xa0]?\.){3,}|_{4,}")  # they lead the eye to a figure, and mean nothing to an index
_PIXELS = 30_000_000  # of a picture, at most
_GRID = 100_000  # PageToDevice gives whole numbers; a fine grid keeps the fractions exact enough

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PdfContent:
    """What a PDF holds. `recognised` are the words of pages read by OCR, `unread` scanned pages that weren't read."""

    pages: list[Page]
    headings: list[Heading]
    tables: list[Table]
    notes: list[str]
    recognised: Mapping[int, tuple[PlacedWord, ...]]
    unread: tuple[int, ...]


def read_pdf(
    path: Path, data: bytes | None = None, password: str = "", ocr: Ocr = NO_OCR, told: Told | None = None
) -> PdfContent:
    """Read all pages, their headings, the tables that their words' places show, and notes on pages that weren't read.

    `data`: its bytes where they are read already, so that what is given is theirs whatever becomes of the file.

    Raises PasswordNeeded for a file that opens with another password or none, UnreadableFile for one that is broken,
    empty, or nothing but scans where `ocr` isn't there.
    """
    pages: list[Page] = []
    styles: list[Callable[[int, int], bool]] = []
    tables: list[Table] = []
    scanned: list[int] = []
    broken: list[int] = []
    stated: list[tuple[int, Stated]] = []
    with _opened(path, password, data) as document:
        for number in range(len(document)):
            pulse(number, len(document))
            try:
                text, style, words, is_scan = _read_page(path, document, number)
            except UnreadableFile:
                broken.append(number + 1)
                text, style, words, is_scan = "", _not_bold, [], False
            pages.append(Page(number, text, _label(document, number)))
            styles.append(style)
            scanned += [number] if is_scan else []
            if says := notes_unit(text, number):
                stated.append((number, says))
            tables += page_tables(words, number, text, stated[-1][1] if stated else None)
    if not pages:
        raise UnreadableFile(f"{path.name} has no pages. Export it again with the program that made it.")
    if len(broken) == len(pages):
        raise UnreadableFile(f"{path.name}: none of its pages can be opened. Download or export it again.")
    broken_notes = [f"{_listed(broken)} can't be opened: export the file again"] if broken else []
    if not scanned and not any(page.text.strip() for page in pages):
        raise UnreadableFile(f"{path.name} has only empty pages. Check that it's the right file.")
    if ocr.tesseract is None or not scanned:
        if len(scanned) == len(pages) or not any(page.text.strip() for page in pages):
            raise UnreadableFile(
                f"{path.name} is scanned: its pages are pictures without text. To have them read, {ocr.missing}, and add "
                "the file again."
            )
        notes = broken_notes + ([unread_note(scanned, ocr.missing)] if scanned else [])
        return PdfContent(pages, _headings(pages, styles), tables, notes, {}, tuple(scanned))

    def draw(number: int) -> Picture:
        with _opened(path, password, data) as document:
            page = _page(path, document, number)
            try:
                return drawn(page)
            finally:
                page.close()

    scans = scans_of(ocr.read(scanned, draw, told), stated)
    # A page of a picture with a line of text keeps that line where recognition made out less.
    read = {number: text for number, text in scans.texts.items() if len(text) > len(pages[number].text.strip())}
    pages = [replace(page, text=read.get(page.number, page.text)) for page in pages]
    if not any(page.text.strip() for page in pages):
        raise UnreadableFile(
            f"{path.name} is scanned, and no text could be made out. Scan it again at 300 dpi, upright and in sharp focus."
        )
    styles = [_not_bold if number in read else style for number, style in enumerate(styles)]
    tables = [table for table in tables if table.span.page not in read]
    tables += [table for table in scans.tables if table.span.page in read]
    tables.sort(key=lambda table: (table.span.page, table.span.start))
    placed = {number: scans.words[number] for number in read}
    return PdfContent(pages, _headings(pages, styles), tables, broken_notes + list(scans.notes), placed, ())


def _headings(pages: list[Page], styles: list[Callable[[int, int], bool]]) -> list[Heading]:
    running = running_lines(pages)
    headings: list[Heading] = []
    for page, style in zip(pages, styles, strict=True):
        headings += find_headings(page, running, style)
        pulse()
    return headings


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:20])) + (" …" if len(numbers) > 20 else "")
    return f"{'page' if len(numbers) == 1 else 'pages'} {shown}"


def _not_bold(start: int, end: int) -> bool:
    return False


def span_boxes(path: Path, span: Span) -> list[Box]:
    """Give the boxes of a span, one a line of text, as (left, top, right, bottom) fractions of the page as shown."""
    return spans_boxes(path, span.page, [span])[0]


def spans_boxes(path: Path, number: int, spans: Sequence[Span]) -> list[list[Box]]:
    """Give the boxes of each of several spans of one page, as `span_boxes` does."""
    found: list[list[Box]] = []
    with _opened(path) as document:
        page = _page(path, document, number)
        textpage = page.get_textpage()
        try:
            values = [ctypes.c_double() for _ in range(4)]
            for span in spans:
                rectangles = []
                for index in range(pdfium.FPDFText_CountRects(textpage.raw, span.start, span.end - span.start)):
                    if pdfium.FPDFText_GetRect(textpage.raw, index, *map(ctypes.byref, values)):
                        left, top, right, bottom = (value.value for value in values)
                        rectangles.append(_on_page(page, left, top, right, bottom))
                found.append(_by_line(rectangles))
        finally:
            textpage.close()
            page.close()
    return found


def render_page(path: Path, page: int, width: int = 1000) -> bytes:
    """Give a page as a PNG picture `width` pixels wide."""
    with _opened(path) as document:
        handle = _page(path, document, page)
        try:
            across, down = max(handle.get_width(), 1.0), max(handle.get_height(), 1.0)
            # A page may say that it is a point wide and a mile high.
            bitmap = handle.render(scale=min(width / across, (_PIXELS / (across * down)) ** 0.5))
            image = bitmap.to_pil()
            out = io.BytesIO()
            image.save(out, "PNG", optimize=False)
            bitmap.close()
        finally:
            handle.close()
    return out.getvalue()


def page_shape(path: Path, page: int) -> float:
    """Give a page's width divided by its height, as it is shown."""
    with _opened(path) as document:
        handle = _page(path, document, page)
        try:
            return float(handle.get_width()) / max(float(handle.get_height()), 1.0)
        finally:
            handle.close()


@contextmanager
def _opened(path: Path, password: str = "", data: bytes | None = None) -> Iterator[Any]:
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(path if data is None else data, password=password or None)
        except FileNotFoundError as error:
            raise UnreadableFile(f"{path} isn't there. Check the path.") from error
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                wrong = "opens with another password than the one given" if password else "is protected by a password"
                raise PasswordNeeded(f"{path.name} {wrong}. Give its password, or add a copy without one.") from error
            if "security" in str(error).lower():
                raise UnreadableFile(
                    f"{path.name} is protected in a way that only the program that made it opens. Print it to a new PDF there, "
                    "and add that."
                ) from error
            raise UnreadableFile(
                f"{path.name} is a broken PDF: {str(error).rstrip('.')}. Download or export it again."
            ) from error
        try:
            yield document
        finally:
            document.close()


def _page(path: Path, document: Any, number: int) -> Any:
    try:
        return document[number]
    except (IndexError, pypdfium2.PdfiumError) as error:
        raise UnreadableFile(f"{path.name}: page {number + 1} can't be opened ({error}). Export it again.") from error


def _read_page(path: Path, document: Any, number: int) -> tuple[str, Callable[[int, int], bool], list[Word], bool]:
    """Give a page's text, what tells its bold stretches, its words where they may make a table, whether it's a scan."""
    page = _page(path, document, number)
    try:
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        page.close()
        raise UnreadableFile(f"{path.name}: page {number + 1} has no text that can be read ({error}).") from error
    try:
        text, is_layer = without_hidden(page, textpage, page_text(textpage))
        bold = _bold_lines(textpage, text)
        words = words_of(textpage, text) if may_hold_table(text) else []
        is_scan = not is_layer and is_scanned(page, text)
    finally:
        textpage.close()
        page.close()
    return text, lambda start, end: (start, end) in bold, words, is_scan


def page_text(textpage: Any) -> str:
    """Give the text so that its character i is PDFium's character i.

    PDFium parts lines by a carriage return and a newline; they become a space and a newline. A newline alone is a
    space that a font maps wrongly. Leaders of dots or underscores become spaces.
    """
    count = textpage.count_chars()
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(textpage.raw, 0, count, buffer) if count else 0
    text = bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "surrogatepass")
    if len(text) != count or written - 1 != count or _HALVES.search(text):
        codes = (pdfium.FPDFText_GetUnicode(textpage.raw, index) for index in range(count))
        text = "".join(chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd" for code in codes)
    text = _HYPHEN.sub("-", _LONE_NEWLINE.sub(" ", text)).replace("\r", " ")
    return same_length(_LEADERS.sub(lambda leader: " " * len(leader.group()), text))


def _bold_lines(textpage: Any, text: str) -> frozenset[tuple[int, int]]:
    """Find the lines set in bold from the first to the last character, as (start, end)."""
    found = set()
    offset = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if 3 <= len(stripped) <= 100:
            start = offset + len(line) - len(line.lstrip())
            end = start + len(stripped)
            if _is_bold(textpage, start) and _is_bold(textpage, end - 1):
                found.add((start, end))
        offset += len(line) + 1
    return frozenset(found)


def _is_bold(textpage: Any, index: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(textpage.raw, index) >= 600:
        return True
    name = ctypes.create_string_buffer(96)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(textpage.raw, index, name, 96, ctypes.byref(flags))
    return any(word in name.value.lower() for word in (b"bold", b"black", b"heavy"))


def _label(document: Any, number: int) -> str | None:
    label = document.get_page_label(number)
    return label if label and label != str(number + 1) else None


def _on_page(page: Any, left: float, top: float, right: float, bottom: float) -> Box:
    """Turn a rectangle in page space to fractions of the page as shown, whatever its rotation and crop box."""
    xs, ys = [], []
    for x, y in ((left, top), (right, bottom)):
        device_x, device_y = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, _GRID, _GRID, 0, x, y, ctypes.byref(device_x), ctypes.byref(device_y))
        xs.append(min(max(device_x.value / _GRID, 0.0), 1.0))
        ys.append(min(max(device_y.value / _GRID, 0.0), 1.0))
    return min(xs), min(ys), max(xs), max(ys)


def _by_line(boxes: list[Box]) -> list[Box]:
    """Join boxes that follow each other on one line: their heights overlap by more than half of the lower one."""
    joined: list[Box] = []
    for box in boxes:
        if box[2] <= box[0] or box[3] <= box[1]:
            continue
        if joined:
            last = joined[-1]
            overlap = min(last[3], box[3]) - max(last[1], box[1])
            if overlap > 0.5 * min(last[3] - last[1], box[3] - box[1]):
                joined[-1] = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
                continue
        joined.append(box)
    return joined
