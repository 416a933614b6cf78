"""Which part of a whole is the largest or smallest: "Which segment had the highest net sales in 2022?".

A table answers only where its parts add up to a total that it prints: then none is missing, and what is largest among them is
the largest there is.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.tabletext.compare import MARKS
from app.tabletext.grid import Entry
from app.tabletext.matching import stems
from app.tabletext.reply import Reply
from app.tabletext.request import Form
from app.tabletext.tableau import Tableau
from app.tabletext.when import mentions, without
from app.terms import match

MOST_PARTS = 15
_NOUN = (
    r"(?:(?:business|reportable|operating|reporting)\s+)?segments?|business\s+units?|divisions?|businesses|regions?|geograph(?:y|ies)|geographic\s+(?:areas?|regions?|markets?|segments?)"
    r"|countr(?:y|ies)|markets?|(?:product|service|merchandise|revenue|sales)\s+(?:lines?|categor(?:y|ies)|groups?|famil(?:y|ies)|types?|streams?)|categor(?:y|ies)"
    r"|(?:(?:non-?)?current\s+)?(?:assets?|liabilit(?:y|ies))|products?|brands?|channels?|customer\s+(?:types?|groups?|categor(?:y|ies))"
)
_MOST = r"highest|largest|biggest|greatest|most|best|top"
_LEAST = r"lowest|smallest|least|worst"
_SIZE = rf"(?:{_MOST}|{_LEAST})"
_WHICH = re.compile(
    rf"\b(?:which|what)\b(?P<who>[^?]{{0,80}}?)\b(?P<noun>{_NOUN})\b(?P<rest>[^?]*\b{_SIZE}\b[^?]*)", re.IGNORECASE
)
_WHAT = re.compile(
    rf"\b(?:which|what)\s+(?:is|was|are|were)\s+(?P<who>[^?]{{0,80}}?)\b{_SIZE}\s+(?:[a-z]+\s+)??(?P<noun>{_NOUN})\b(?P<rest>[^?]*)",
    re.IGNORECASE,
)
_LEAST_OF = re.compile(rf"\b(?:{_LEAST})\b", re.IGNORECASE)
# Of a change or a share of it another question is asked, and "second largest" isn't the largest.
_OTHER = re.compile(
    r"\b(?:gr[eo]w\w*|growth|increas\w*|decreas\w*|declin\w*|chang\w*|improv\w*|fastest|second|third|next|margins?|percent\w*|dragged|than|more|less)\b|%",
    re.IGNORECASE,
)
# What says nothing of the measure: of the question, and of the whole that the parts are of.
_SILENT = frozenset(
    "the a an of in on at for to by from and or its their his it that which what had has have having did do does was were is are be been perform "
    "performed contribute contributed contributing generate generated generating report reported record recorded make made bring brought earn earned "
    "account accounted term terms during year fiscal fy quarter period end ended measured based company firm group s all any each among "
    "most least highest lowest largest smallest biggest greatest best worst top line balance sheet".split()
)
_WHOLE = frozenset("total net consolidate consolidated company amount each all report as".split())
_OF_SEGMENTS = frozenset("business segment reportable operating reporting external".split())
_TOTAL = re.compile(r"^\W*(?:total\b|consolidated\b|net\s+total\b)", re.IGNORECASE)
_NO_PART = re.compile(r"eliminat|unallocated|inter-?segment|adjustment", re.IGNORECASE)
# A row of a reconciliation: what it adds up isn't the parts.
_SUM = re.compile(r"reconcil|\bsegments\b|\btotals?\b|sub-?total|\bcurrency\b", re.IGNORECASE)
# What a label of a balance sheet says besides: "(Note 6)", ", net of allowance of $42 and $46".
_ASIDE = re.compile(
    r"\s*\([^)]*\)|,?\s+(?:(?:net|less)\s+)?of\s+(?:accumulated|allowances?|doubtful)\b.*$|[:,;]\s*$", re.IGNORECASE
)
_FAMILIES = (
    frozenset("segment division business unit".split()),
    frozenset("region geography geographic area market geographical".split()),
    frozenset(["country"]),
    frozenset("product category line merchandise service type group family stream brand disaggregation".split()),
    frozenset("customer channel type".split()),
)
_SALES = frozenset("revenue sale".split())
_OF_BALANCE = frozenset("asset liability".split())
_KIND = re.compile(r"\s*\b(?:liabilit|asset).*$", re.IGNORECASE)
_SUBTOTAL = re.compile(r"^\W*total\s+(?:(?:other\s+)?(?:non-?)?current|long[- ]term|other)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PartsAsked:
    """A question as read. `side`: 1 for the largest, -1 for the smallest. `words`: what the measure and the whole are called."""

    noun: frozenset[str]
    words: frozenset[str]
    side: int
    years: frozenset[int]
    quarter: int

    @property
    def of_balance(self) -> bool:
        """Whether assets or liabilities are asked for."""
        return bool(self.noun & _OF_BALANCE)

    @property
    def of_segments(self) -> bool:
        """Whether segments or divisions are asked for."""
        return bool(self.noun & _FAMILIES[0])

    @property
    def of_sales(self) -> bool:
        """Whether they are compared by their sales, as where nothing is said."""
        return all(match(word, _SALES) >= 0.8 for word in self.words - {"net", "total"})


@dataclass(frozen=True, slots=True)
class _Run:
    """Parts that add up to `total`; `names` say what they are parts of."""

    parts: tuple[tuple[str, Entry], ...]
    total: Entry
    names: tuple[str, ...]
    alone: bool  # whether its total isn't the total of parts the other way as well


def read_parts(question: str, names: Collection[str]) -> PartsAsked | None:
    """A question for the largest or smallest part; `names` are the stems of what it names (a company). None for any other."""
    text = " ".join(question.split())
    found = _WHAT.search(text) or _WHICH.search(text)
    if found is None or _OTHER.search(text):
        return None
    periods = [one.when for one in mentions(text)]
    years = frozenset(year for when in periods for year in when.years)
    quarters = {when.quarter for when in periods if when.quarter}
    if len(years) > 1 or len(quarters) > 1 or any(when.month for when in periods):
        return None
    held = stems(without(f"{found['who']} {found['rest']}"))
    words = frozenset(one for one in held if one not in _SILENT | set(names) and not one.isdigit())
    side = -1 if _LEAST_OF.search(text) else 1
    return PartsAsked(frozenset(stems(found["noun"])), words, side, years, next(iter(quarters), 0))


def largest_part(asked: PartsAsked, table: Tableau, before: str, names: Collection[str]) -> Reply | None:
    """The part asked for, the others after it and the total, each with its cell; None where no parts of such a whole add up to their total.

    `before`: the line above the table. `names`: stems of the names that the question and the document bear.
    """
    title = frozenset(stem for text in (table.grid.title, table.grid.top, before) for stem in stems(without(text)))
    for run in _runs(table, asked):
        if not _is_meant(asked, run, title if run.alone else (), names) or not _of_period(asked, run):
            continue
        if any(_SUM.search(name) or set(stems(name)) & asked.words for name, _ in run.parts):
            continue
        parts = [(name, entry) for name, entry in run.parts if not _NO_PART.search(name)]
        operands = table.operands([*(entry for _, entry in parts), run.total])
        units = {(one.unit, one.scale) for one in operands}
        if (
            len(parts) < 2
            or len(units) != 1
            or operands[0].unit in ("", "%")
            or not all(one.certain for one in operands)
        ):
            continue
        order = sorted(range(len(parts)), key=lambda at: -asked.side * _value(parts[at][1]))
        if _value(parts[order[0]][1]) == _value(parts[order[1]][1]):
            continue  # no one is the largest
        return Reply(
            Form.WHICH_ITEM, tuple(parts[at][0] for at in order), None, "", operands[0].unit, "",
            (*(operands[at] for at in order), operands[-1]), (), {}, 0.0, _called(run),
        )  # fmt: skip
    return None


def _called(run: _Run) -> str:
    """What the parts are of, as printed: "Net sales"."""
    named = [re.sub(r"^\W*(?:total|consolidated)\s+", "", name, flags=re.IGNORECASE).strip() for name in run.names]
    return next((f"{name[0].upper()}{name[1:]}" for name in named if stems(name)), "Total")


def _is_meant(asked: PartsAsked, run: _Run, around: Collection[str], names: Collection[str]) -> bool:
    """Whether the parts are of the kind and of the measure asked for, and of nothing narrower.

    `around`: stems of the table's caption, where that can only mean these parts.
    """
    own = frozenset(stem for name in run.names for stem in stems(without(name)))
    if asked.of_balance:
        return asked.noun <= own and all(word in _WHOLE | _SILENT | asked.noun | set(names) for word in own)
    kinds = frozenset().union(*(family for family in _FAMILIES if family & asked.noun)) | asked.noun
    other = frozenset().union(*_FAMILIES) - kinds
    held = own | frozenset(around)
    if not kinds & own and (not kinds & held or other & held):
        return False  # parts of another kind, or it isn't said of which
    wanted = asked.words - kinds
    measured = {word for word in wanted if match(word, own) >= 0.8}
    if not all(match(word, held) >= 0.8 for word in wanted - measured):
        return False
    if not measured and (wanted or not own & _SALES):
        return False
    silent = _SILENT | _WHOLE | kinds | set(names) | (_OF_SEGMENTS if kinds & _OF_SEGMENTS else frozenset())
    return all(word in silent or match(word, wanted or _SALES) >= 0.8 for word in own)


def _of_period(asked: PartsAsked, run: _Run) -> bool:
    when = run.total.when
    if when is None:
        return False
    # "June 30, 2023" is the end of the second quarter, for whom a year ends in December.
    quarter = when.quarter or (asked.of_balance and asked.quarter and when.month // 3)
    return (not asked.years or asked.years == set(when.years)) and asked.quarter == quarter


def _runs(table: Tableau, asked: PartsAsked) -> Iterator[_Run]:
    """Parts that add up to a total, down a column or along a row."""
    columns: dict[int, list[Entry]] = {}
    rows: dict[int, list[Entry]] = {}
    for entry in table.grid.entries:
        if entry.figure and entry.cell.span:
            columns.setdefault(entry.column, []).append(entry)
            rows.setdefault(entry.row, []).append(entry)
    down: dict[Entry, list[Entry]] = {}
    for held in columns.values():
        down |= _sums(sorted(held, key=lambda one: one.row), asked)
    along: dict[Entry, list[Entry]] = {}
    for held in rows.values():
        held.sort(key=lambda one: one.column)
        for at, total in enumerate(held):
            parts = [one for one in held[:at] if one.heads and one.when == total.when]
            if total.heads and _TOTAL.match(without(total.head)) and _adds_up(parts, total):
                along[total] = parts
    for total, parts in down.items():
        names = (total.label, *total.section[-1:], without(total.head))
        yield _Run(tuple(zip(_labels(parts), parts, strict=True)), total, names, total not in along)
    for total, parts in along.items():
        heads = _distinct([without(one.head) for one in parts])
        yield _Run(tuple(zip(heads, parts, strict=True)), total, (total.label, *total.section[-1:]), total not in down)


def _sums(column: Sequence[Entry], asked: PartsAsked) -> dict[Entry, list[Entry]]:
    """Total → the rows or subtotals above it that make it, the fewest that do."""
    found: dict[Entry, list[Entry]] = {}
    above: list[Entry] = []
    for one in column:
        parts = next((above[-count:] for count in range(2, MOST_PARTS + 1) if _adds_up(above[-count:], one)), [])
        if parts and _may_be_total(one, asked):
            # Of a balance sheet the rows are the parts, not current and other ones.
            leaves = [leaf for part in parts for leaf in _rows_of(part, found)] if asked.of_balance else parts
            if not (asked.of_balance and any(_SUBTOTAL.match(leaf.label) for leaf in leaves)):
                found[one] = leaves
            del above[-len(parts) :]
        above.append(one)
    return found


def _rows_of(part: Entry, found: Mapping[Entry, list[Entry]]) -> list[Entry]:
    return found[part] if part in found and _SUBTOTAL.match(part.label) else [part]


def _may_be_total(entry: Entry, asked: PartsAsked) -> bool:
    """Whether a row calls itself a total, or by nothing but the measure asked for: "Revenue" at the end of its parts."""
    if _TOTAL.match(entry.label):
        return True
    wanted = asked.words or _SALES
    own = {one for one in stems(without(entry.label)) if one not in _SILENT | _WHOLE | _OF_SEGMENTS}
    return bool(own) and all(match(one, wanted) >= 0.8 for one in own)


def _labels(parts: Sequence[Entry]) -> list[str]:
    """The rows' labels, with what their section is where two are called the same: "Debt (long-term)"."""
    plain = [_TOTAL.sub("", _ASIDE.sub("", MARKS.sub("", one.label))).strip() or one.label for one in parts]
    return [
        f"{label} ({_KIND.sub('', one.section[-1]).lower()})" if plain.count(label) > 1 and one.section else label
        for label, one in zip(plain, parts, strict=True)
    ]


def _distinct(heads: Sequence[str]) -> list[str]:
    """Column headers without the words that all of them begin with."""
    words = [head.split() for head in heads]
    same = 0
    while all(len(one) > same + 1 for one in words) and len({one[same] for one in words}) == 1:
        same += 1
    return [" ".join(one[same:]) for one in words]


def _adds_up(parts: Sequence[Entry], total: Entry) -> bool:
    """Whether distinct parts make the total, but for what rounding takes."""
    if not 2 <= len(parts) <= MOST_PARTS or len({(one.label, one.section, one.head) for one in parts}) != len(parts):
        return False
    figures = [_value(one) for one in (*parts, total)]
    places = max(-int(one.as_tuple().exponent) for one in figures)
    slack = max(Decimal(1), Decimal(len(parts)) / 2) * Decimal(1).scaleb(-max(places, 0))
    return bool(figures[-1]) and abs(sum(figures[:-1], Decimal(0)) - figures[-1]) <= slack


def _value(entry: Entry) -> Decimal:
    return entry.figure.value if entry.figure else Decimal(0)
