"""A question over a table as read: what is asked of which lines and periods."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.tabletext.when import When


class Form(StrEnum):
    """What is asked."""

    VALUE = "value"
    VALUES = "values"
    CHANGE = "change"
    PERCENT_CHANGE = "percentage change"
    DIFFERENCE = "difference"  # of two lines
    AVERAGE = "average"
    SUM = "sum"
    RATIO = "ratio"
    SHARE = "share"
    WHICH_PERIOD = "which period"
    WHICH_ITEM = "which item"
    COUNT_PERIODS = "count of periods"
    COUNT_ITEMS = "count of items"
    PERIODS = "periods listed"
    ITEMS = "items listed"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Request:
    """A question as read. `phrase` names the line, `pairs` the ways to part it into two lines, best guess first.

    `spread`: the periods are the ends of a stretch. `side`: 1 for most or above, -1 for least or below; `limit` is the
    number compared with, in `limit_scale`.
    """

    text: str
    form: Form
    phrase: str
    periods: tuple[When, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    spread: bool = False
    side: int = 0
    limit: Decimal | None = None
    limit_scale: str = ""  # as the question names it: "thousand"
    averaged: bool = False  # each of the two lines as its average over the periods
    noun: str = ""  # what is listed: "countries"


def with_form(base: Request, form: Form, phrase: str, **more: object) -> Request:
    """The same question, read as one of `form` about `phrase`."""
    return Request(base.text, form, phrase, base.periods, spread=base.spread, **more)  # type: ignore[arg-type]
