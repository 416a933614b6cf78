"""Questions over the tables of the passages found: computed where the table leaves no doubt, else the candidates shown."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from app.answer import Candidate, Statement
from app.evidence import Pages
from app.match import Acronyms
from app.question import Question
from app.tabletext.confidence import confidence, parameters
from app.tabletext.engine import TableText
from app.tabletext.grid import Entry
from app.tabletext.matching import stems
from app.tabletext.reading import read_request
from app.tabletext.reply import Reply
from app.tabletext.request import Form, Request
from app.tabletext.statements import citations, statements
from app.terms import match, stems_in, stems_of, tokens
from corpus.document import Metadata, Span, Table
from index.hit import Hit

MOST_TABLES = 12  # looked at for one question
BEFORE, AFTER = 1500, 800  # characters of a page around a table that may speak of it
MOST_CANDIDATES = 3
MOST_ROWS = 300  # of a table that is read whole
FIRST_ROWS = 8  # of a longer one, which hold its header

_FORMS = frozenset(
    [Form.CHANGE, Form.PERCENT_CHANGE, Form.DIFFERENCE, Form.AVERAGE, Form.SUM, Form.RATIO, Form.SHARE, Form.WHICH_PERIOD, Form.COUNT_PERIODS]
)  # fmt: skip
_PART = re.compile(
    r"\b(?:three|six|nine|3|6|9)[- ]months?\b|\b(?:12|13|16|26|39)[- ]weeks?\b|\bquarters?\b|\bhalf[- ]year|\bfirst half\b|\bsecond half\b|\bQ[1-4]\b|\b[1-4]Q\b|\bH[12]\b",
    re.IGNORECASE,
)
_COMPARE = re.compile(r"^(?:please\s+)?compare\s+", re.IGNORECASE)
_COMMON = frozenset(
    "total net amount value number figure year rate change per cent percentage percent times many".split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the tables give: the answer, or the cells that come near where none is beyond doubt."""

    statements: tuple[Statement, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class _Made:
    reply: Reply
    sure: bool
    statements: tuple[Statement, ...]
    candidates: tuple[Candidate, ...]


def over_tables(question: Question, hits: Sequence[Hit], pages: Pages, short: Acronyms) -> Found:
    """The calculation, comparison or count that a question asks of a table; nothing for another kind of question."""
    request = read_request(question.text)
    if request.form is Form.VALUES and len(request.periods) == 2:
        request = replace(request, form=Form.CHANGE, phrase=_COMPARE.sub("", request.phrase), pairs=())
    if request.form not in _FORMS:
        return Found()
    request = _spelt(request, short)
    made = [
        one
        for hit, table, others in tables_of(hits, pages)
        if (one := _over(question, request, hit, _narrowed(table, question.text), others, pages))
    ]
    sure = sorted((one for one in made if one.sure), key=lambda one: -one.reply.confidence)
    if sure and all(_alike(sure[0], other) for other in sure[1:]):
        return Found(sure[0].statements)
    near = sorted(made, key=lambda one: -one.reply.confidence)
    shown = dict.fromkeys(cell for one in near for cell in one.candidates)
    return Found((), tuple(shown)[:MOST_CANDIDATES])


def _alike(one: _Made, other: _Made) -> bool:
    """Whether two tables give the same result: printed twice, or one in thousands and one in full."""
    first, second = (made.statements[0].calculation for made in (one, other))
    if first is None or second is None:
        return first == second
    return abs(first.value - second.value) <= abs(first.value) / 1000


def tables_of(hits: Iterable[Hit], pages: Pages) -> list[tuple[Hit, Table, list[Table]]]:
    """The tables on the pages of the passages, best page first, each with all those of its page."""
    read: dict[tuple[int, int], list[Table]] = {}
    found: list[tuple[Hit, Table, list[Table]]] = []
    for hit in hits:
        key = (hit.document_id, hit.span.page)
        if key not in read:
            read[key] = pages.tables(*key)
            found += [(hit, table, read[key]) for table in read[key] if table.confident and table.cells]
        if len(found) >= MOST_TABLES:
            break
    return found[:MOST_TABLES]


def _narrowed(table: Table, question: str) -> Table:
    """Of a long table the header and the rows whose label has a telling word of the question, so that its length costs little."""
    if len({cell.row for cell in table.cells}) <= MOST_ROWS:
        return table
    wanted = stems_of(question)
    rows: dict[str, set[int]] = {}
    for cell in table.cells:
        if cell.column == 0 and cell.row >= FIRST_ROWS:
            for word in _words_of(cell.text) & wanted:
                rows.setdefault(word, set()).add(cell.row)
    # A word of every row ("branch") tells none apart.
    telling = [held for held in rows.values() if len(held) <= MOST_ROWS]
    kept = set(range(FIRST_ROWS)).union(*(telling or [set(sorted(held)[:MOST_ROWS]) for held in rows.values()]))
    return replace(table, cells=tuple(cell for cell in table.cells if cell.row in kept))


@lru_cache(maxsize=50_000)
def _words_of(label: str) -> frozenset[str]:
    return stems_of(label)


def _over(
    question: Question, request: Request, hit: Hit, table: Table, others: Sequence[Table], pages: Pages
) -> _Made | None:
    text, metadata = pages.text(hit.document_id, table.span.page), pages.metadata(hit.document_id)
    over = TableText(table, lines_around(text, table, others))
    known = stems_in(metadata.company, metadata.title, *hit.section)
    beside = stems_in(over.grid.title, over.grid.top, over.introduction)
    labels = stems_in(*(text for line in over.grid.lines for text in (line.label, line.head, *line.section)))
    narrowed = _without_names(request, question, (known | beside) - labels)
    reply = over.computed(narrowed) or over.compared(narrowed)
    if reply is None or not reply.operands:
        return None
    cite = partial(pages.cite, hit.document_id)
    held = frozenset(stem for one in reply.operands for stem in _held(one.entry))
    named = question.names_in(known | beside | held)
    covered = _covered(narrowed, held | known | beside)
    dated = _dated(narrowed, reply, metadata)
    said = tuple(statements(narrowed, reply, cite, over))
    sure = named and covered and dated and bool(said) and confidence(reply, as_printed=True) >= parameters().threshold
    cells = [one for one in reply.operands if one.entry.cell.span] if named else []
    near = tuple(
        Candidate(one.entry.label, one.entry.head, one.entry.cell.text, citations(one, cite)[0]) for one in cells
    )
    return _Made(replace(reply, confidence=confidence(reply, as_printed=True)), sure, said, near)


def lines_around(text: str, table: Table, others: Sequence[Table]) -> list[tuple[str, Span]]:
    """The lines of the page shortly before and after a table, other tables left out."""
    page = table.span.page
    found = []
    for start, end in ((max(0, table.span.start - BEFORE), table.span.start), (table.span.end, table.span.end + AFTER)):
        for line in re.finditer(r"[^\n]+", text[start:end]):
            first = start + line.start()
            inside = any(one.span.start <= first < one.span.end for one in others)
            if line[0].strip() and not inside:
                found.append((line[0], Span(page, first, first + len(line[0]))))
    return found


def _held(entry: Entry) -> frozenset[str]:
    found = frozenset(
        stem for text in (entry.label, entry.head, *entry.section) for stem in (*stems(text), *stems_in(text))
    )
    return found | ({"total"} if entry.label_cell is None else frozenset())


def _spelt(request: Request, short: Acronyms) -> Request:
    """The request with each short form (R&D) in the words that it stands for."""
    forms = dict(short.pairs)

    def long(text: str) -> str:
        for token in reversed(tokens(text)):
            if token.text.isupper() and (words_ := forms.get(token.stem)):
                text = f"{text[: token.start]} {' '.join(sorted(words_))} {text[token.end :]}"
        return " ".join(text.split())

    pairs = tuple((long(one), long(two)) for one, two in request.pairs)
    return replace(request, phrase=long(request.phrase), pairs=pairs)


def _without_names(request: Request, question: Question, known: frozenset[str]) -> Request:
    """The request without the names that the document itself bears: no row repeats its company."""
    names = {part for name in question.names for part in name} & known
    if not names:
        return request

    def bare(text: str) -> str:
        kept = text
        for token in reversed(tokens(text)):
            if token.stem in names and not re.match(r"[A-Za-z]", kept[token.end : token.end + 1]):
                rest = re.sub(r"^['’]s?\b", "", kept[token.end :])
                kept = kept[: token.start] + rest
        return " ".join(kept.split())

    pairs = tuple((bare(one), bare(two)) for one, two in request.pairs)
    return replace(request, phrase=bare(request.phrase), pairs=pairs)


def _covered(request: Request, held: frozenset[str]) -> bool:
    """Whether every telling word of what is asked stands in what the cells stand under."""
    texts = [text for pair in request.pairs[:1] for text in pair] if request.pairs else [request.phrase]
    wanted = {stem for text in texts for stem in stems(text)} - _COMMON
    return all(match(one, held) >= 0.8 for one in wanted)


def _of_part(reply: Reply) -> bool:
    """Whether a cell is of a part of a year, as its headers, label or section say."""
    return any(_PART.search(" ".join((one.entry.head, one.entry.label, *one.entry.section))) for one in reply.operands)


def _dated(request: Request, reply: Reply, metadata: Metadata) -> bool:
    """Whether each period asked for is a cell's own; a table without periods may stand under the document's.

    A quarter's or six months' figure is none of the year, and a year's none of a quarter.
    """
    if bool(_PART.search(request.text)) != _of_part(reply):
        return False
    quarters = {when.quarter for when in request.periods if when.quarter}
    if quarters and not quarters <= {one.entry.when.quarter for one in reply.operands if one.entry.when}:
        return False
    years = {year for when in request.periods for year in when.years}
    given = {year for one in reply.operands if one.entry.when for year in one.entry.when.years}
    if given:
        return years <= given or (
            request.spread and bool(years & given) and min(years) in given and max(years) in given
        )
    own = metadata.period.fiscal_year if metadata.period else None
    return not years or years == {own}
