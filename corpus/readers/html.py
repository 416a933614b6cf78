"""HTML as a reader sees it: no scripts, styles or hidden elements; tables with their cells."""

import re
import warnings
from collections.abc import Callable, Iterator

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import Comment, NavigableString, PreformattedString, Tag

from corpus.errors import UnreadableFile
from corpus.pulse import pulse
from corpus.readers.clean import one_line
from corpus.readers.html_hidden import hidden_styles
from corpus.readers.page_writer import CELL_LIMIT, PageWriter

_DROPPED = frozenset(
    "script style noscript template head svg math iframe object embed canvas audio video select button "
    "input textarea datalist ix:header ix:hidden".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption "
    "figure footer form header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead "
    "tr ul".split()
)
_OPENING = re.compile(r"[($€£¥]|\(\s*[$€£¥]|[$€£¥]\s*\(|US\$|RMB")
_CLOSING = re.compile(r"[)%]+|\)\s*%")


def read_html(data: bytes | str) -> PageWriter:
    """Give the one page of an HTML file with its headings and tables; the encoding is the file's own or guessed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        try:
            soup = BeautifulSoup(data, "lxml")
        except ValueError:  # a control character where XML has none: lxml refuses the whole file
            soup = BeautifulSoup(data, "html.parser")
    # Taken out before anything is read, so that titles, tables and captions are without it, too.
    styles = hidden_styles(soup)
    for node in _outermost(soup, styles.hide):
        node.extract()
    writer = PageWriter()
    _Walk(writer).run(soup)
    return writer


def _outermost(soup: BeautifulSoup, hidden: Callable[[Tag], bool]) -> list[Tag]:
    """The hidden elements that aren't inside of others: taking each of those out would look for its end again and again."""
    found = []
    stack = [soup.contents]
    while stack:
        for node in stack.pop():
            if isinstance(node, Tag):
                pulse()
                if hidden(node):
                    found.append(node)
                else:
                    stack.append(node.contents)
    return found


class _Walk:
    """A walk without recursion: documents nest deeper than Python's stack."""

    def __init__(self, writer: PageWriter) -> None:
        self.writer = writer
        self.buffer: list[str] = []
        self.marker = ""
        self.in_list = False
        self.numbers: dict[int, int] = {}  # of the last item of each numbered list, by the list's id

    def run(self, root: Tag) -> None:
        stack: list[tuple[object, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            pulse()
            if isinstance(node, NavigableString):
                if not isinstance(node, (Comment, PreformattedString)):
                    self.buffer.append(re.sub(r"\s+", " ", node))
            elif isinstance(node, Tag):
                if leaving:
                    self.flush()
                elif not _hidden(node) and not self.enter(node):
                    if node.name in _BLOCKS:
                        stack.append((node, True))
                    stack.extend((child, False) for child in reversed(node.contents))
        self.flush()

    def enter(self, node: Tag) -> bool:
        """Begin an element; True where it's done with."""
        name = node.name
        if name == "br":
            self.buffer.append("\n")
            return True
        if name == "img":
            self.buffer.append(str(node.get("alt") or ""))
            return True
        if re.fullmatch(r"h[1-6]", name):
            self.flush()
            self.writer.heading(visible_text(node), int(name[1]))
            return True
        if name == "pre":
            self.flush()
            self.writer.block(node.get_text())
            return True
        if name == "table" and is_data_table(node):
            self.flush()
            rows, header_rows, caption = table_rows(node)
            self.writer.table(rows, header_rows, caption)
            return True
        if name in _BLOCKS:
            self.flush()
            if name == "li":
                self.marker = self.item_marker(node)
        return False

    def item_marker(self, item: Tag) -> str:
        parent = item.parent
        if parent is None or parent.name != "ol":
            return "- "
        start = str(parent.get("start") or "1")
        first = int(start) if start.isdecimal() and len(start) < 10 else 1
        number = self.numbers[id(parent)] = self.numbers.get(id(parent), first - 1) + 1
        return f"{number}. "

    def flush(self) -> None:
        text = "".join(self.buffer)
        self.buffer.clear()
        lines = [line for line in (one_line(part) for part in text.split("\n")) if line]
        if not lines:
            return
        block = "\n".join(lines)
        if self.marker:
            self.writer.item(self.marker + block, first=not self.in_list)
        else:
            self.writer.block(block)
        self.in_list = bool(self.marker)
        self.marker = ""


def _hidden(node: Tag) -> bool:
    return node.name in _DROPPED


def visible_text(node: Tag) -> str:
    """Give the text below an element on one line, without what is hidden."""
    parts = []
    stack: list[object] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, NavigableString):
            if not isinstance(current, (Comment, PreformattedString)):
                parts.append(str(current))
        elif isinstance(current, Tag) and not _hidden(current):
            if current.name in ("br", "p", "div", "li"):
                parts.append(" ")
            stack.extend(reversed(current.contents))
    return one_line("".join(parts))


def is_data_table(table: Tag) -> bool:
    """Tell a table of data from one that lays out a page: no table inside, two columns and no long texts."""
    if _holds_table(table):
        return False
    widths = [len(list(_row_cells(row))) for row in table.find_all("tr", limit=200)]
    if not widths or max(widths) < 2:
        return False
    return table.find(["h1", "h2", "h3", "h4", "ul", "ol"]) is None


def _holds_table(table: Tag) -> bool:
    # bs4 would first look for the end of the table, through all tables inside of it.
    stack = list(table.contents)
    while stack:
        node = stack.pop()
        if isinstance(node, Tag):
            if node.name == "table":
                return True
            stack += node.contents
    return False


def table_rows(table: Tag) -> tuple[list[list[str | None]], int, str | None]:
    """Give the rows of a table, how many of them are headers, and the caption.

    Columns that are empty throughout are left out; a currency sign or a bracket in a cell of its own joins its figure.
    """
    grid: list[dict[int, str]] = []
    taken: dict[int, int] = {}  # a column → the last row in which a cell from above fills it
    header_rows = 0
    for index, row in enumerate(tag for tag in table.find_all("tr") if not _hidden(tag)):
        cells: dict[int, str] = {}
        column = 0
        headers = True
        for cell in _row_cells(row):
            while taken.get(column, -1) >= index:
                column += 1
            width, height = _extent(cell, "colspan", 100), _extent(cell, "rowspan", 1000)
            if height > 1:
                taken |= dict.fromkeys(range(column, column + width), index + height - 1)
            cells[column] = visible_text(cell)
            headers = headers and cell.name == "th"
            column += width
        grid.append(_joined(cells))
        if (headers or _within(row, "thead")) and header_rows == index:
            header_rows = index + 1
    used = sorted({column for cells in grid for column, text in cells.items() if text})
    if len(grid) * len(used) > CELL_LIMIT:
        raise UnreadableFile(
            f"A table of this page has more than {CELL_LIMIT:,} cells. Keep the rows and columns that you ask about, or split it."
        )
    rows: list[list[str | None]] = [[cells.get(column) for column in used] for cells in grid]
    caption = table.find("caption")
    first = next((row for row in rows if any(row)), [])
    if header_rows == 0 and not any(_is_figure(cell) for cell in first if cell):
        header_rows = rows.index(first) + 1 if first else 0
    return rows, header_rows, visible_text(caption) if isinstance(caption, Tag) else None


def _row_cells(row: Tag) -> Iterator[Tag]:
    return (cell for cell in row.find_all(["td", "th"], recursive=False) if not _hidden(cell))


def _extent(cell: Tag, name: str, most: int) -> int:
    value = str(cell.get(name) or "1")
    return min(max(int(value), 1), most) if value.isdecimal() and len(value) < 6 else 1


def _within(row: Tag, name: str) -> bool:
    return row.parent is not None and row.parent.name == name


def _is_figure(text: str) -> bool:
    return bool(re.fullmatch(r"[($€£¥+\-–− ]*[\d,]*\.?\d+\s*[%)]*", text)) and not re.fullmatch(r"(19|20)\d\d", text)


def _joined(cells: dict[int, str]) -> dict[int, str]:
    """Join '$' to the figure after it and ')' or '%' to the one before."""
    joined: dict[int, str] = {}
    opening = ""
    last: int | None = None
    for column in sorted(cells):
        text = cells[column]
        if not text:
            continue
        if last is not None and _CLOSING.fullmatch(text) and joined[last][-1:].isdigit():
            joined[last] += text
        elif _OPENING.fullmatch(text):
            opening += text
        else:
            joined[column], opening, last = opening + text, "", column
    if opening:
        joined[max(cells)] = opening
    return joined
