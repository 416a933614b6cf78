"""What a question over a table gets: figures printed or computed, with the cells they come from and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.tabletext.grid import Entry
from app.tabletext.request import Form
from corpus.document import Span


@dataclass(frozen=True, slots=True)
class Operand:
    """A cell that a reply rests on, with its unit and scale: ("USD", "million")."""

    entry: Entry
    unit: str
    scale: str
    certain: bool = True  # whether unit and scale are stated beyond doubt

    @property
    def expression(self) -> str:
        """The figure in the calculator's grammar: "-5062 thousand USD"."""
        figure = self.entry.figure
        number = format(figure.value, "f") if figure else "0"
        if self.unit == "%":
            return f"{number}%"
        return " ".join(part for part in (number, self.scale, self.unit) if part)


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the text around a table that a reply quotes: their place on the page, and the sentence's."""

    text: str
    span: Span
    sentence: Span


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over a table and its text.

    `texts`: what is given as printed, one or several. `number`: the result of a calculation in `scale` ("million",
    "percent", "" for none), None where nothing is computed. `confidence`: the probability that a computed answer is
    right; below the threshold it isn't to be stated.
    """

    form: Form
    texts: tuple[str, ...] = ()
    number: Decimal | None = None
    scale: str = ""
    unit: str = ""
    expression: str = ""
    operands: tuple[Operand, ...] = ()
    passages: tuple[Passage, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)
    confidence: float = 0.0
    label: str = ""  # what the figure is of: "Net income"

    @property
    def computed(self) -> bool:
        """Whether it is a number from a calculation or a count."""
        return self.number is not None
