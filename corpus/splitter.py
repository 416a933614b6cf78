"""Passages: a page cut where its meaning parts, small enough for the embedding model to see them whole."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.document import Document, Heading, Metadata, Page, Passage, Span, Table
from corpus.pieces import Counter, Cutter, Piece
from corpus.pulse import pulse
from corpus.rows import find_tables, goes_on, is_header, is_unit
from corpus.sentences import sentence_spans
from corpus.tokens import estimate_tokens

VERSION = 5  # grows when the same document would give other passages or tables, so that an index knows to read anew

_WINDOW = 34  # word pieces that the context may take beyond `max_tokens`
_CONTEXT = 72  # word pieces of context at most
_HEADER_REACH = 150  # lines above a row in which its header is looked for
_SCRAP = 20  # word pieces; a passage of so few says little by itself
_BULLETS = ("•", "●", "▪", "◦", "- ", "– ", "* ")
_SENTENCE_END = (".", ":", ";", "!", "?", "”", '"', "。", "！", "？")
_SHEET = "spreadsheetml"
_PLAIN = ("application/pdf", "text/plain")


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or a table: lines by index, half-open."""

    first: int
    last: int
    table: Table | None = None
    is_table: bool = False


@dataclass(slots=True)
class _Section:
    """Blocks under the same headings."""

    path: tuple[str, ...]
    blocks: list[_Block] = field(default_factory=list)


def split(document: Document, max_tokens: int = 220, count_tokens: Counter | None = None) -> list[Passage]:
    """Cut a document to passages of at most `max_tokens` by `count_tokens` (by default a fast, high estimate).

    Cuts fall between sections, then paragraphs, sentences, lines, words. Rows of a table stay whole unless one alone is
    too long. Passages don't overlap, have no white space around them and together hold all that isn't white space.
    """
    if max_tokens < 8:
        raise ValueError(f"max_tokens must be at least 8, not {max_tokens}")
    splitter = _Splitter(document, max_tokens, count_tokens)
    passages: list[Passage] = []
    for page in document.pages:
        pulse()
        passages += splitter.page(page)
    return passages


class _Splitter:
    """Carries the path of headings from page to page."""

    def __init__(self, document: Document, max_tokens: int, count_tokens: Counter | None) -> None:
        self.document = document
        self.max_tokens = max_tokens
        self.count = count_tokens or estimate_tokens
        self.count_again = lru_cache(64)(self.count)  # of lines that stand before many passages
        self.cutter = Cutter(self.count, additive=count_tokens is None)
        self.plain = document.media_type in _PLAIN
        self.sheet = _SHEET in document.media_type
        self.title = _title(document.metadata, document.name)
        self.full = 0.0  # a line shorter than this, on the page at hand, may end a paragraph
        self.stack: list[Heading] = []
        self.headings: dict[int, list[Heading]] = {}
        self.tables: dict[int, list[Table]] = {}
        for heading in document.headings:
            self.headings.setdefault(heading.span.page, []).append(heading)
        # Tables found from where words stand are data beside the passages: lines of plain text are cut by what they look like.
        for table in () if self.plain else document.tables:
            self.tables.setdefault(table.span.page, []).append(table)

    def page(self, page: Page) -> Iterator[Passage]:
        text = page.text
        lines = _lines(text)
        if not lines:
            return
        tokens = [self.count(text[start:end]) for start, end in lines]
        widths = sorted(end - start for start, end in lines)
        self.full = 0.8 * widths[int(0.9 * (len(widths) - 1))]
        headings = self.heading_lines(page.number, lines)
        passages = [
            passage
            for section in self.sections(page, lines, headings)
            for passage in self.section(page, lines, tokens, headings, section)
        ]
        starts = {lines[index][0] for index in headings}
        yield from self.joined(page, passages, starts) if self.plain else passages

    def joined(self, page: Page, passages: Sequence[Passage], starts: set[int]) -> list[Passage]:
        """Join a scrap without a heading (a running head, a page number) to the passage before it, else after it."""
        out: list[Passage] = []
        for passage in passages:
            if out:
                last = out[-1]
                scrap = passage.span.start not in starts and self.count(passage.text) <= _SCRAP
                first = len(out) == 1 and last.span.start not in starts and self.count(last.text) <= _SCRAP
                text = page.text[last.span.start : passage.span.end]
                if (scrap or first) and self.count(text) <= self.max_tokens:
                    kept = last if scrap and not first else passage
                    span = Span(page.number, last.span.start, passage.span.end)
                    out[-1] = Passage(span, text, kept.section, kept.context, kept.is_table)
                    continue
            out.append(passage)
        return out

    def heading_lines(self, number: int, lines: Sequence[tuple[int, int]]) -> dict[int, Heading]:
        found = {}
        at = 0
        for heading in sorted(self.headings.get(number, ()), key=lambda one: one.span.start):
            while at < len(lines) and lines[at][1] <= heading.span.start:
                at += 1
            if at < len(lines):
                found[at] = heading
        return found

    def sections(self, page: Page, lines: Sequence[tuple[int, int]], headings: dict[int, Heading]) -> list[_Section]:
        """Part a page by its headings; headings that follow each other begin one section."""
        sections = [_Section(self.path(page))]
        only_headings = True
        for block in self.blocks(page, lines, headings):
            pulse()
            heading = headings.get(block.first)
            if heading is not None:
                while self.stack and self.stack[-1].level >= heading.level:
                    self.stack.pop()
                self.stack.append(heading)
                if not only_headings or not sections[-1].blocks:
                    sections.append(_Section(self.path(page)))
                sections[-1].path = self.path(page)
                only_headings = not block.is_table
            else:
                only_headings = False
            sections[-1].blocks.append(block)
        return [section for section in sections if section.blocks]

    def path(self, page: Page) -> tuple[str, ...]:
        path = tuple(heading.text for heading in self.stack)
        return (page.label, *path) if self.sheet and page.label else path

    def blocks(self, page: Page, lines: Sequence[tuple[int, int]], headings: dict[int, Heading]) -> list[_Block]:
        """Part a page into tables, headings and paragraphs, in order."""
        spans: list[tuple[int, int, Table | None]] = []
        if self.plain:
            texts = [page.text[start:end] for start, end in lines]
            spans = [(first, last, None) for first, last in find_tables(texts, frozenset(headings))]
        for table in self.tables.get(page.number, ()):
            first = bisect_left(lines, (table.span.start, 0))
            last = bisect_left(lines, (table.span.end, 0))
            if first < last:
                spans.append((first, last, table))
        spans.sort(key=lambda one: one[0])
        blocks: list[_Block] = []
        at = 0
        for first, last, marked in spans:
            blocks += self.paragraphs(page.text, lines, headings, at, first)
            blocks.append(_Block(first, last, marked, True))
            at = last
        return blocks + self.paragraphs(page.text, lines, headings, at, len(lines))

    def paragraphs(
        self, text: str, lines: Sequence[tuple[int, int]], headings: dict[int, Heading], first: int, last: int
    ) -> list[_Block]:
        if first >= last:
            return []
        blocks = []
        begin = first
        for index in range(first + 1, last):
            before, here = lines[index - 1], lines[index]
            parted = (
                index in headings
                or index - 1 in headings
                or text.count("\n", before[1], here[0]) > 1
                or text.startswith(_BULLETS, here[0])
                or (self.plain and before[1] - before[0] < self.full and text[before[1] - 1] in _SENTENCE_END)
            )
            if parted:
                blocks.append(_Block(begin, index))
                begin = index
        return [*blocks, _Block(begin, last)]

    def section(
        self,
        page: Page,
        lines: Sequence[tuple[int, int]],
        tokens: Sequence[int],
        headings: dict[int, Heading],
        section: _Section,
    ) -> Iterator[Passage]:
        """Cut one section: runs of prose, and each table with the short lines right above it."""
        prose: list[_Block] = []
        for block in section.blocks:
            if not block.is_table:
                prose.append(block)
                continue
            lead: list[_Block] = []
            while prose and sum(tokens[lead[0].first if lead else block.first : block.first]) < 40:
                above = prose[-1]
                short = sum(tokens[above.first : above.last]) <= 40 and (
                    above.first in headings or above.last - above.first <= 2
                )
                if not short:
                    break
                lead.insert(0, prose.pop())
            yield from self.run(page, lines, tokens, section, prose)
            prose = []
            yield from self.run(page, lines, tokens, section, [*lead, block])
        yield from self.run(page, lines, tokens, section, prose)

    def run(
        self,
        page: Page,
        lines: Sequence[tuple[int, int]],
        tokens: Sequence[int],
        section: _Section,
        blocks: Sequence[_Block],
    ) -> Iterator[Passage]:
        """Cut blocks that belong together to passages of about the same size."""
        if not blocks:
            return
        table = next((block for block in blocks if block.is_table), None)
        heading = self.context(section.path, "")
        budget = self.budget(self.count(heading) + (self.header_tokens(page, lines, tokens, table) if table else 0))
        pieces = [piece for block in blocks for piece in self.pieces(page.text, lines, tokens, block, budget)]
        for start, end in self.cutter.packed(page.text, pieces, budget):
            header = "" if table is None else self.header(page, lines, table, start)
            context = self.context(section.path, header) if header else heading
            yield Passage(Span(page.number, start, end), page.text[start:end], section.path, context, table is not None)

    def budget(self, context: int) -> int:
        return max(self.max_tokens // 2, min(self.max_tokens, self.max_tokens + _WINDOW - context))

    def pieces(
        self, text: str, lines: Sequence[tuple[int, int]], tokens: Sequence[int], block: _Block, budget: int
    ) -> Iterator[Piece]:
        """Give the stretches of a block that fit: the whole paragraph, else sentences; a table's rows one by one."""
        start, end = lines[block.first][0], lines[block.last - 1][1]
        if not block.is_table:
            whole = sum(tokens[block.first : block.last])
            if whole <= budget and self.cutter.fits(text[start:end], budget):
                yield Piece(start, end, whole)
                return
            for first, last in sentence_spans(text[start:end]):
                yield from self.cutter.fitting(text, start + first, start + last, budget)
            return
        first = block.first
        for line in range(block.first, block.last):
            following = line + 1
            if (
                block.table is None
                and following < block.last
                and goes_on(text[slice(*lines[line])], text[slice(*lines[following])])
                and sum(tokens[first : following + 1]) <= budget // 2
            ):
                continue
            yield from self.cutter.fitting(text, lines[first][0], lines[line][1], budget)
            first = following

    def header_tokens(self, page: Page, lines: Sequence[tuple[int, int]], tokens: Sequence[int], table: _Block) -> int:
        """Count what the header rows will take of the context, where the table needs more than one passage."""
        if sum(tokens[table.first : table.last]) <= self.max_tokens // 2:
            return 0
        return min(self.count(self.header(page, lines, table, lines[table.last - 1][0])), _CONTEXT // 2)

    def header(self, page: Page, lines: Sequence[tuple[int, int]], table: _Block, start: int) -> str:
        """Give the header rows of a table for a passage that begins below them, '' for one that holds them."""
        text = page.text
        if table.table is not None:
            rows = table.table.header_rows
            above = [text[first:last] for first, last in lines[table.first : table.first + rows] if last <= start]
            caption = table.table.caption
            return "\n".join([caption, *above] if caption and above else above)
        found: list[str] = []
        unit = ""
        nearest: int | None = None
        here = bisect_left(lines, (start, start))
        for index in range(here - 1, max(table.first - 6, here - _HEADER_REACH, 0) - 1, -1):
            line = text[slice(*lines[index])]
            if is_header(line) and len(found) < 6 and (nearest is None or nearest - index <= 2):
                found.insert(0, line)
                nearest = index
            elif not unit and is_unit(line):
                unit = line
        return "\n".join([unit, *found] if unit and found and not any(map(is_unit, found)) else found)

    def context(self, path: Sequence[str], header: str) -> str:
        """Compose what stands before the text in the embedding: title line, section, header rows, within limits."""
        section = " > ".join(_short(part, 90) for part in path[-3:] if part != self.document.metadata.title)
        used = self.count_again(self.title) + self.count_again(section)
        parts = [self.title, section]
        for line in header.split("\n") if header else ():
            used += self.count_again(line)
            if used > _CONTEXT:
                break
            parts.append(line)
        return "\n".join(part for part in parts if part)


def _title(metadata: Metadata, name: str) -> str:
    """Give the first line of the context: whose document it is, what it is and for when."""
    stated = metadata.title or name.replace("_", " ")
    parts = [metadata.company or "", _short(stated, 90)]
    if metadata.period is not None:
        parts.append(str(metadata.period))
    if metadata.kind.value in ("annual report", "quarterly report", "current report"):
        parts.insert(2, metadata.kind.value)
    return ", ".join(part for part in parts if part)


def _short(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0] + " …"


def _lines(text: str) -> list[tuple[int, int]]:
    """Give the ranges of the lines that aren't blank, without white space around them."""
    found = []
    offset = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            start = offset + len(line) - len(line.lstrip())
            found.append((start, start + len(stripped)))
        offset += len(line) + 1
    return found
