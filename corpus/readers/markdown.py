"""Markdown shown clean: no marks, tables as rows of cells, HTML inside as literal text."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.readers.clean import clean
from corpus.readers.page_writer import PageWriter

_FRONT_MATTER = re.compile(r"\A---\n((?:[^\n]*\n)*?)---\n")

_STEPS = 1_000_000  # of the parser, a few seconds: for each bracket that nothing closes it goes through the rest of its block
_BLOCK = re.compile(r"\n[^\S\n]*\n|\n(?=[^\S\n]*(?:[-*+#]|\d+[.)])\s)")
_STOP = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]")  # where the parser looks for a mark


def read_markdown(text: str) -> PageWriter:
    """Give the one page of a Markdown text with its headings and tables."""
    text = clean(text)
    writer = PageWriter()
    front = _FRONT_MATTER.match(text)
    if front and ":" in front.group(1):
        writer.block(front.group(1))
        text = text[front.end() :]
    parser = (
        MarkdownIt("commonmark", {"html": False, "maxNesting": 100})
        .enable(["table", "strikethrough"])
        .disable("html_block")
    )
    if any(_steps(block) > _STEPS for block in _BLOCK.split(text)):
        parser.disable(["link", "image"])
    _Walk(writer).run(parser.parse(text))
    return writer


def _steps(block: str) -> int:
    return max(0, block.count("[") - block.count("]")) * len(_STOP.findall(block))


class _Walk:
    """One pass over the block tokens of markdown-it."""

    def __init__(self, writer: PageWriter) -> None:
        self.writer = writer
        self.lists: list[int | None] = []  # the next number of each open list, None for bullets
        self.marker: str | None = None  # waits for the first text of a list item
        self.first = True  # of the outermost list
        self.level: int | None = None
        self.rows: list[list[str | None]] | None = None
        self.header_rows = 0

    def run(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            match token.type:
                case "heading_open":
                    self.level = int(token.tag[1])
                case "heading_close":
                    self.level = None
                case "inline":
                    self.inline(plain(token.children or []))
                case "fence" | "code_block":
                    self.text(token.content)
                case "bullet_list_open" | "ordered_list_open":
                    self.first = not self.lists
                    numbered = token.type.startswith("ordered")
                    self.lists.append(int(token.attrGet("start") or 1) if numbered else None)
                case "bullet_list_close" | "ordered_list_close":
                    self.lists.pop()
                case "list_item_open":
                    number = self.lists[-1]
                    self.marker = "- " if number is None else f"{number}. "
                    if number is not None:
                        self.lists[-1] = number + 1
                case "list_item_close":
                    self.marker = None
                case _:
                    self.table(token.type)

    def table(self, kind: str) -> None:
        match kind:
            case "table_open":
                self.rows, self.header_rows = [], 0
            case "tr_open" if self.rows is not None:
                self.rows.append([])
            case "thead_close" if self.rows is not None:
                self.header_rows = len(self.rows)
            case "table_close" if self.rows is not None:
                self.writer.table(self.rows, self.header_rows)
                self.rows = None

    def inline(self, text: str) -> None:
        if self.level is not None:
            self.writer.heading(text, self.level)
        elif self.rows is not None:
            self.rows[-1].append(text)
        else:
            self.text(text)

    def text(self, text: str) -> None:
        if not self.lists:
            self.writer.block(text)
        elif self.marker is not None:
            if self.writer.item(self.marker + text, self.first):
                self.first = False
            self.marker = None
        else:
            self.writer.item(text, False)


def plain(tokens: Sequence[Token]) -> str:
    """Give the text of inline tokens without their marks; an image gives its description."""
    parts = []
    for token in tokens:
        match token.type:
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "image":
                parts.append(plain(token.children or []))
            case _:
                parts.append(token.content)
    return "".join(parts)
