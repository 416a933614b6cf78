"""What a page of a filing is: a primary statement, a part such as risk factors, a note on debt, the cover.

Recognised by titles in the page's short lines and, for a primary statement, by the rows that it must have, so that a
page that only mentions the balance sheet isn't taken for it.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from corpus.document import Document, Page
from corpus.errors import DataProblem

VERSION = 3  # of what is recognised; pages recognised by another are stale
FILE = Path(__file__).parent / "statements.toml"
CONTENTS = "table of contents"
TITLE_LINES = 14  # from the top of a page, in which a statement's title stands
SHORT = 110  # characters of a line that can be a title
ROWS_NEEDED = 0.5  # of a statement's rows
FIGURES_NEEDED = 12
AS_GOOD = 0.75  # of a document's best page for a statement: others are mentions, summaries or another company's
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+|\(\d[\d,.]*\)|\b\d+\.\d+\b|\b\d{2,3}\b")
_ENTRY = re.compile(
    r"^[^\S\n]*(?:item\s+\d+[abc]?\b|note\s+\d+\b|part\s+[iv]+\b).{0,140}$", re.IGNORECASE | re.MULTILINE
)
_CONTENTS = re.compile(r"table of contents|\bindex\b|contents\W*$", re.IGNORECASE)
_PARENT = re.compile(
    r"parent(?:\s+company)?\s+only|\(\s*parent(?:\s+company)?(?:\s+only)?\s*\)|registrant\s+only|\bschedule\s+I\b"
    r"|condensed financial information of (?:the )?(?:registrant|parent)|pro forma|guarantor",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[^\S\n\r ]")
_SENTENCE = re.compile(r"[a-z]{2,}[.;]\s+[A-Z]")


@dataclass(frozen=True, slots=True)
class _Statement:
    name: str
    title: re.Pattern[str]
    rows: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class _Titles:
    statements: tuple[_Statement, ...]
    topics: tuple[tuple[str, re.Pattern[str]], ...]
    parts: tuple[str, ...]
    part: re.Pattern[str]  # a group for each of them


@cache
def _titles() -> _Titles:
    try:
        data = tomllib.loads(FILE.read_text(encoding="utf-8"))
        return _Titles(
            tuple(
                _Statement(
                    one["name"],
                    re.compile(one["title"], re.IGNORECASE),
                    tuple(re.compile(rf"^\W*(?:{row})", re.IGNORECASE | re.MULTILINE) for row in one["rows"]),
                )
                for one in data["statement"]
            ),
            # Without IGNORECASE a search skips to a pattern's first letters.
            tuple((one["name"], re.compile(one["title"], re.MULTILINE)) for one in data["topic"]),
            tuple(one["name"] for one in data["part"]),
            re.compile("|".join(f"({one['title']})" for one in data["part"]), re.IGNORECASE),
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise DataProblem(f"{FILE.name} can't be used: {error}. Compare it with the one that is shipped.") from error


def known_features() -> frozenset[str]:
    """Every feature that a page can have."""
    titles = _titles()
    names = [one.name for one in titles.statements]
    return frozenset([*names, CONTENTS, *(name for name, _ in titles.topics), *titles.parts])


def page_features(document: Document) -> dict[int, frozenset[str]]:
    """Page number (from 0) → what it was recognised as; pages that are nothing in particular are left out."""
    return recognise(document.pages)


def recognise(pages: Sequence[Page]) -> dict[int, frozenset[str]]:
    """The same from a document's pages, in their order."""
    # Some files hold a no-break space between all words; here it must part them as a plain one does.
    pages = [replace(page, text=_SPACE.sub(" ", page.text)) for page in pages]
    found: dict[int, set[str]] = {page.number: set() for page in pages}
    scores: dict[str, dict[int, float]] = {one.name: {} for one in _titles().statements}
    part = None
    for page in pages:
        if len(page.text) < 60:
            continue
        if is_contents(page.text):
            found[page.number].add(CONTENTS)
            continue
        lines = [line.strip() for line in page.text.splitlines()]
        begun = _parts_begun(lines)
        found[page.number].update(name for name in [part, *begun] if name)
        part = begun[-1] if begun else part
        found[page.number] |= _topics(lines)
        for one in _titles().statements:
            score = _statement_score(one, page.text, lines)
            if score:
                scores[one.name][page.number] = score
    for name, by_page in scores.items():
        best = max(by_page.values(), default=0.0)
        for number, score in by_page.items():
            if score >= AS_GOOD * best:
                found[number].add(name)
    return {number: frozenset(features - {"other"}) for number, features in found.items() if features - {"other"}}


def is_contents(text: str) -> bool:
    """Tell whether a page is a table of contents: headings, most of them with the number of their page."""
    entries = [match[0].strip() for match in _ENTRY.finditer(text)]
    numbered = sum(entry[-1:].isdigit() for entry in entries)
    return len(entries) >= 8 and (numbered >= 5 or bool(_CONTENTS.search(text[:400])))


def _statement_score(one: _Statement, text: str, lines: Sequence[str]) -> float:
    """How much a page looks like the statement, 0 where it isn't it: the share of its rows, a little for figures."""
    shown = [line for line in lines if line][:TITLE_LINES]
    top = "\n".join(shown)
    titled = next((line for line in shown if len(line) <= SHORT and one.title.search(line)), None)
    if titled is None or _PARENT.search(top):
        return 0.0
    figures = len(_FIGURE.findall(text))
    held = sum(bool(row.search(text)) for row in one.rows) / len(one.rows)
    if figures < FIGURES_NEEDED or held < ROWS_NEEDED:
        return 0.0
    # A statement is nearly free of sentences; a discussion that quotes its rows isn't.
    prose = min(len(_SENTENCE.findall(text)) / 10, 1.0)
    return held * (1 - 0.5 * prose)


def _topics(lines: Sequence[str]) -> set[str]:
    short = [line.lower() for line in lines if 3 < len(line) <= SHORT and not line.endswith((".", ";", ","))]
    together = "\n".join(short)  # what isn't found in it is in no line
    return {
        name
        for name, pattern in _titles().topics
        if pattern.search(together) and any(pattern.search(line) for line in short)
    }


def _parts_begun(lines: Sequence[str]) -> list[str]:
    """The parts whose heading stands on the page, in order; a heading may be broken after its number."""
    titles = _titles()
    begun = []
    for number, line in enumerate(lines):
        if not line or len(line) > SHORT:
            continue
        following = next((more for more in lines[number + 1 : number + 3] if more), "")
        for text in (line, f"{line} {following}"[:SHORT]):
            match = titles.part.match(text)
            if match and match.lastindex:
                begun.append(titles.parts[match.lastindex - 1])
                break
    return begun


@cache
def known_statements() -> frozenset[str]:
    """The features that are primary statements."""
    return frozenset(one.name for one in _titles().statements)
