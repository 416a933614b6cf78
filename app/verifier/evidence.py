"""What the cited passages say, in pieces that a claim is held against: sentences, and cells of tables as sentences.

A cell is told with its row's label, its column's header and the unit that stands over the table, so that "192.0" in
the second column is what it is and not its neighbour.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.answer import Citation
from app.machinery import mimics_machinery
from app.terms import capitalised
from app.verifier.changes import as_change, cell_changes
from app.verifier.clauses import clauses_of
from app.verifier.converses import converses
from app.verifier.lexicon import lexicon
from app.verifier.propositions import partings
from app.verifier.reading import Reading, read
from app.verifier.verbs import resolved
from corpus.sentences import sentence_spans

_FIGURE = r"[$€£¥]?\s?\(?[-−]?\$?\d(?:[\d,]*\d)?(?:\.\d+)?\)?\s?%?"
_ROW = re.compile(
    rf"^(?P<label>\D.*?[^\d\s$€£¥(,.-].*?|[A-Za-z]\w*)[\s.]+(?P<cells>(?:{_FIGURE}|[—–-])(?:\s+(?:{_FIGURE}|[—–-]))*)\s*$"
)
_ROW_ENDS = frozenset("0123456789)%—–-")
_RULE = re.compile(r"^[\s|:+-]+$")
_UNIT = re.compile(
    r"\b(?:in|\$ in|dollars in|amounts in)\s+[^|;.\n]{0,40}?\b(?:thousands?|millions?|billions?)\b[^|;.\n]{0,24}",
    re.IGNORECASE,
)
_PART_OF_YEAR = re.compile(r"\b(?:quarters?|months|weeks|Q[1-4])\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?。][\"”’)\]]*\s*$")
MOST_LABEL_WORDS = 14
MOST_HEADER_LINES = 4
LONGEST_ROW = 300  # characters
FEW_WORDS = 4  # a line with fewer is no sentence


@dataclass(frozen=True, slots=True)
class Source:
    """A cited passage, and what it stands under: the document's title, company and period, the section's heading."""

    citation: Citation
    about: str = ""
    currency: str = ""  # the one that the page's figures are in, by its sign; "" where it shows none or several


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that the passages say.

    `text` is the source's own, white space apart; `before` stands right before it in the same passage, `around` over
    it. `units` is where a table's scale and currency are stated. `citation` is None where it is put together of several.
    """

    text: str
    before: str = ""
    around: str = ""
    is_cell: bool = False
    units: str = ""
    citation: Citation | None = None
    told: str = ""

    @property
    def plain(self) -> str:
        """The text as a claim is held against it: with whom "it" is."""
        return self.told or self.text

    @property
    def reading(self) -> Reading:
        """`plain`, read."""
        return read(self.plain)


def evidence_of(sources: Sequence[Source]) -> list[Evidence]:
    """All that the sources say, sentences first, without repetition."""
    found: list[Evidence] = []
    rows: list[Source] = []
    for source in sources:
        quote = source.citation.quote
        if _is_part_of_table(quote):
            rows.append(source)
            continue
        found += _of_passage(source)
    if rows:
        found.append(_joined(rows))
        found += [Evidence(_flat(one.citation.quote), "", one.about, True, one.currency, one.citation) for one in rows]
    return list(dict.fromkeys(found))


def page_currency(text: str) -> str:
    """The one currency sign of a page, "" where it has none or several."""
    signs = {sign for sign in "$€£¥" if sign in text}
    return signs.pop() if len(signs) == 1 else ""


def _flat(text: str) -> str:
    return " ".join(text.split())


def _is_part_of_table(quote: str) -> bool:
    """Whether a quote is a row, a header or a caption rather than sentences: one line that doesn't end as one does."""
    lines = [line for line in quote.splitlines() if line.strip()]
    if _SENTENCE.search(quote) or len(quote) > LONGEST_ROW:
        return False
    return len(lines) == 1 or len(quote.split()) < FEW_WORDS or ("|" not in quote and bool(_row(_flat(quote))))


def _joined(rows: Sequence[Source]) -> Evidence:
    """The row, the headers and the caption of a cell that an answer cites one by one; a row's last figure is the cell."""
    parts, units = [], []
    for source in rows:
        quote = _flat(source.citation.quote)
        units.append(quote)
        cells = [cell.strip() for cell in quote.split("|")]
        if len(cells) > 1:
            parts.append(f"{cells[0]} {cells[-1]}")
        elif row := _row(quote):
            parts.append(f"{row['label']} {_figures(row['cells'])[-1]}")
        else:
            parts.append(quote)
    around = " ".join(dict.fromkeys(source.about for source in rows))
    return Evidence(" ; ".join(parts), "", around, True, " ".join([*units, rows[0].currency]))


def _row(line: str) -> re.Match[str] | None:
    """A line that is a row of a table: a label, then figures; a sentence that breaks off at a year is none."""
    if not line or line[-1] not in _ROW_ENDS:
        return None
    match = _ROW.match(line)
    if match and (
        len(match["label"].split()) > MOST_LABEL_WORDS
        or _LONE_YEAR.fullmatch(match["cells"].strip())
        or _DAY_BREAK.search(match["label"])
    ):
        return None
    return match


_LONE_YEAR = re.compile(r"(?:19|20)\d\d(?:\s+(?:19|20)\d\d)*")
_DAY_BREAK = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?$")


def _figures(text: str) -> list[str]:
    return [match[0].strip() for match in re.finditer(rf"{_FIGURE}|[—–]|(?<=\s)-(?=\s|$)", text)]


@lru_cache(maxsize=256)
def _of_passage(source: Source) -> tuple[Evidence, ...]:
    return tuple(_read_passage(source))


def _read_passage(source: Source) -> Iterator[Evidence]:
    """The sentences and cells of one passage, in its order."""
    quote, before, heading = source.citation.quote, "", ""
    header: list[str] = []
    units = " ; ".join([*_UNIT.findall(quote), *_UNIT.findall(source.about), source.currency])
    for start, end in _blocks(quote):
        block = quote[start:end]
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if any("|" in line for line in lines) or (len(lines) > 1 and sum(bool(_row(line)) for line in lines) > 1):
            around = f"{source.about} {heading}".strip()
            yield from _of_table(lines, around, units, header)
            continue
        if len(lines) == 1 and lines[0].startswith("#"):
            heading = lines[0].lstrip("# ")
            continue
        if not _SENTENCE.search(block):
            header = lines[-MOST_HEADER_LINES:]
            if len(lines) == 1 and (row := _row(lines[0])):
                yield from _of_table([row[0]], source.about, units, [])
        for first, last in sentence_spans(block):
            text = _flat(block[first:last])
            if mimics_machinery(text):
                continue
            place = source.citation
            own = Citation(
                place.document, place.page, place.start + start + first, place.start + start + last, block[first:last]
            )
            around = f"{source.about} {heading}".strip()
            told = resolved(text, before, source.about)
            yield Evidence(text, before, around, False, "", own, told)
            yield from _pieces(told or text, text, before, around)
            before = told or text


def _pieces(told: str, text: str, before: str, around: str) -> Iterator[Evidence]:
    """What is said within a sentence or across two: on each side of a semicolon, in a clause, and what "That is …" adds."""
    # What stands on one side of a semicolon is a sentence too.
    parts = told.split("; ")
    yield from (Evidence(part, before, around) for part in parts if len(parts) > 1)
    clauses = [told[start:end] for start, end in clauses_of(told)]
    if len(clauses) > 1 and clauses != parts and not lexicon().binding.search(told):
        first = clauses[0]
        for clause in clauses:
            alone = resolved(capitalised(clause), first) if clause is not first else ""
            yield Evidence(alone or clause, before if clause is first else first, around)
    yield from (Evidence(change, before, around) for one in (told, *clauses) if (change := as_change(one)))
    yield from (
        Evidence(turned, before, around) for one in dict.fromkeys((told, *clauses)) for turned in converses(one)
    )
    if len(clauses) == 1 and not lexicon().binding.search(told):
        yield from (Evidence(part, before, around) for parts in partings(told) for part in parts)
    if before and (match := _THAT_IS.match(text)):
        added = re.split(r"; ", text[match.end() :])[0]
        yield Evidence(f"{before.rstrip('.')}, {match[1].lower()} {added}", "", around)


_THAT_IS = re.compile(r"(?:That|This)\s+(is|was)\s+(?=an?\s)")


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs: parted by empty lines, items of lists, headings, and where rows of a table begin or end."""
    lines = text.splitlines(keepends=True)
    start, kind, at = 0, "", 0
    for number, line in enumerate(lines):
        bare = line.strip()
        goes_on = number + 1 < len(lines) and bool(re.match(r"\s*[a-z]", lines[number + 1]))
        row = "row" if "|" in line or (_row(bare) and not goes_on) else "text"
        fresh = not bare or bare.startswith(("#", "- ", "* ", "• ")) or (kind and row != kind)
        if fresh and text[start:at].strip():
            yield start, at
            start = at
        kind = "" if not bare or bare.startswith("#") else row
        at += len(line)
        if bare.startswith("#"):
            yield start, at
            start = at
    if text[start:].strip():
        yield start, len(text)


def _of_table(lines: Sequence[str], around: str, units: str, header: list[str]) -> Iterator[Evidence]:
    """Each cell as "label, header: value unit"; a cell whose column isn't known without a header."""
    heads, titles = list(header), list[str]()
    for line in lines:
        if _RULE.match(line):
            continue
        if "|" in line:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if not titles:
                titles = cells
                continue
            label, values = cells[0], cells[1:]
            columns = titles[1:] if len(titles) == len(cells) else []
        elif row := _row(line):
            label, values = row["label"], _figures(row["cells"])
            columns = _columns(heads, len(values))
        else:
            heads = [*heads, line][-MOST_HEADER_LINES:]
            continue
        corner = titles[0] if titles else ""
        yield from (
            Evidence(_flat(text), "", f"{around} {corner}".strip(), False, f"{units} {corner} {label}".strip())
            for text in cell_changes(label, columns, values)
        )
        for number, value in enumerate(values):
            if columns:
                text = f"{label}, {columns[number]}: {value}"
            elif len(values) == 1:
                text = f"{label}: {value}"
            else:
                continue  # which column it is can't be told
            yield Evidence(_flat(text), "", f"{around} {corner}".strip(), True, f"{units} {corner} {label}".strip())


def _columns(heads: Sequence[str], count: int) -> list[str]:
    """The headers of a row's figures where the last header line names as many years; none of parts of a year."""
    if any(_PART_OF_YEAR.search(line) for line in heads):
        return []
    for line in reversed(heads):
        years = [line[one.start : one.end] for one in read(line).times if one.key[0] == "year"]
        if len(years) == count:
            return years
    return []
