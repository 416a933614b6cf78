"""Which part of a whole is the largest, asked of the tables of the passages found (`app/tabletext/parts.py`)."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from app.answer import Statement
from app.calculator import calculate
from app.evidence import Pages
from app.question import Question
from app.table_answers import lines_around, tables_of
from app.tabletext.engine import TableText
from app.tabletext.parts import PartsAsked, largest_part, read_parts
from app.tabletext.reading import read_request
from app.tabletext.reply import Reply
from app.tabletext.request import Form, with_form
from app.tabletext.statements import statements
from app.terms import stems_in
from corpus.document import Table
from corpus.errors import CalculationError
from index.concepts import concepts
from index.hit import Hit
from index.line_items import ItemValue, find_item

_BALANCE = {
    frozenset(["asset"]): "total_assets",
    frozenset(["current", "asset"]): "current_assets",
    frozenset(["liability"]): "total_liabilities",
    frozenset(["current", "liability"]): "current_liabilities",
}


def over_parts(question: Question, hits: Sequence[Hit], pages: Pages) -> list[Statement]:
    """The largest or smallest part of a whole, where that is asked for and a table's parts add up to it; else empty."""
    names = frozenset(part for name in question.names for part in name)
    asked = read_parts(question.text, names)
    if asked is None:
        return []
    base = read_request(question.text)
    found: list[tuple[tuple[int, int, int, int], list[Statement]]] = []
    for hit, table, others in _balance_sheets(asked, hits, pages) if asked.of_balance else tables_of(hits, pages):
        text, metadata = pages.text(hit.document_id, table.span.page), pages.metadata(hit.document_id)
        lines = lines_around(text, table, others)
        over = TableText(table, lines)
        before = [line for line, span in lines if span.end <= table.span.start]
        known = stems_in(metadata.company, metadata.title)
        held = known | stems_in(over.grid.title, *hit.section)
        # "Birch Energy" isn't "Elm Energy", though half of the name is the same.
        named = question.names_in(held) and all(name[0] in held for name in question.names)
        reply = largest_part(asked, over.tableau, "".join(before[-1:]), names | known) if named else None
        if reply is None or not _is_whole(asked, reply, hit.document_id, pages):
            continue
        request = with_form(base, Form.WHICH_ITEM, reply.label, side=asked.side)
        if made := statements(request, reply, partial(pages.cite, hit.document_id), over):
            when = reply.operands[0].entry.when
            found.append((when.order if when else (0, 0, 0, 0), made))
    latest = max((order for order, _ in found), default=None)
    same = [made for order, made in found if order == latest]
    # Two tables of one period that don't agree leave a doubt.
    return same[0] if same and all(_leads(one) == _leads(same[0]) for one in same) else []


def _balance_sheets(asked: PartsAsked, hits: Iterable[Hit], pages: Pages) -> Iterator[tuple[Hit, Table, list[Table]]]:
    """The tables with the total asked for in the balance sheets of the documents found, wherever in them the passages are."""
    for document_id, hit in {hit.document_id: hit for hit in reversed(list(hits))}.items():
        period = pages.metadata(document_id).period
        year = max(asked.years) if asked.years else period.fiscal_year if period else None
        if year and (known := _stated(asked, pages, document_id, year, asked.quarter)):
            tables = pages.tables(document_id, known.line.fact.row.page)
            yield from ((hit, table, tables) for table in tables if table.confident and table.cells)


def _stated(asked: PartsAsked, pages: Pages, document_id: int, year: int, quarter: int) -> ItemValue | None:
    """What the parts must make, as a document's statements give it."""
    item = _BALANCE.get(asked.noun) if asked.of_balance else "revenue" if asked.of_sales else None
    return find_item(pages.lines(document_id), concepts()[item], year, quarter or None) if item else None


def _is_whole(asked: PartsAsked, reply: Reply, document_id: int, pages: Pages) -> bool:
    """Whether the parts make the company's own figure, where its statements tell: a table may be of a segment's regions.

    What segments make up may differ from the company's figure by what belongs to none.
    """
    when = reply.operands[-1].entry.when
    if asked.of_segments or when is None or not (asked.of_balance or pages.lines(document_id)):
        return True
    known = _stated(asked, pages, document_id, max(when.years), when.quarter)
    if known is None:
        return False
    try:
        told, stated = (calculate(text).quantity.base for text in (reply.operands[-1].expression, known.expression))
    except CalculationError:
        return False
    return abs(told - stated) <= abs(stated) / 1000


def _leads(made: Sequence[Statement]) -> str:
    """Which part is told to be the largest."""
    return made[0].text.partition(" for ")[2].partition(" (")[0].casefold()
