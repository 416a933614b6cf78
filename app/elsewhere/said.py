"""Something said, with what it stands under: a sentence of a document, a cell of one of its tables, or a person's words."""

from dataclasses import dataclass, field
from functools import cached_property

from app.elsewhere.when import When, period_of_header
from app.evidence import Sentence
from app.terms import stem, tokens
from app.verifier.verbs import resolved
from corpus.document import Kind, Metadata
from index.cells import CellFact
from index.citation import Citation

REPORTS = frozenset({Kind.ANNUAL_REPORT, Kind.QUARTERLY_REPORT})
LEGAL = frozenset("inc corp corporation ltd limited plc company co group holdings llc ag sa nv se the and of".split())


@dataclass(frozen=True)
class Said:
    """What is said (`text`), where (`citation`, None for a person's own words), and what it stands under.

    `when` is given for a cell, whose column tells it; None leaves it to the text and the document. `certain` is False
    where it may agree with something and never contradict it: a cell that no statement bears out.
    """

    text: str
    metadata: Metadata = field(default_factory=Metadata)
    section: tuple[str, ...] = ()
    before: str = ""
    citation: Citation | None = None
    when: When | None = None
    is_cell: bool = False
    certain: bool = True
    names: tuple[str, ...] = ()  # other names of what a cell is of: those of its line item

    @property
    def document(self) -> str:
        """The name of the document; "" for a person's own words."""
        return self.citation.document if self.citation else ""

    @property
    def is_report(self) -> bool:
        """Whether it stands in a report, which speaks of many periods and parts of a company."""
        return self.metadata.kind in REPORTS

    @cached_property
    def plain(self) -> str:
        """The text with whom "it" is, white space apart."""
        text = " ".join(self.text.split())
        before = " ".join(self.before.split())
        return (resolved(text, before, self.metadata.company or "") if before else "") or text

    @cached_property
    def company(self) -> frozenset[str]:
        """Stems of the company's name, without what all companies are called."""
        return _stems(self.metadata.company or "") - LEGAL

    @cached_property
    def headings(self) -> frozenset[str]:
        """Stems of the headings that it stands under."""
        return frozenset(one for text in self.section for one in _stems(text))

    @cached_property
    def about(self) -> str:
        """What the document is and the headings, as the verifier takes it."""
        metadata = self.metadata
        period = str(metadata.period) if metadata.period else ""
        return " ; ".join(one for one in (metadata.title, metadata.company, period, *self.section) if one)


def said_in_sentence(sentence: Sentence) -> Said:
    """A sentence of a passage."""
    return Said(
        sentence.text, sentence.metadata, sentence.section, sentence.before or sentence.previous, sentence.citation
    )


def said_in_cell(cell: CellFact, *, certain: bool = False, names: tuple[str, ...] = ()) -> Said:
    """A figure of a table: "Net sales: 14,694 million USD", of the period that its column's header names."""
    label = " ".join(cell.label.split()).rstrip(":")
    return Said(
        f"{label}: {' '.join(cell.text.split())} {cell.unit}".strip(),
        cell.metadata,
        cell.section,
        "",
        cell.row,
        period_of_header(cell.header, cell.metadata.period),
        True,
        certain,
        names,
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(token.text.removesuffix("'s").removesuffix("’s")) for token in tokens(text))
