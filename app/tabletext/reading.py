"""A question over a table, read into a request."""

import re

from app.tabletext.asks_calculation import read_computed, read_value
from app.tabletext.asks_comparison import read_counted, read_listed, read_which
from app.tabletext.phrase import phrase_of
from app.tabletext.request import Form, Request
from app.tabletext.when import Mention, When, mentions

LONGEST = 1500  # characters of a question over a table; its wording is looked for in time that grows with their square


def read_request(question: str) -> Request:
    """Read a question; what is no question over figures is `PROSE`, a plain "what was X" is `VALUE`."""
    text = " ".join(question.replace("?", " ").replace("“", "'").replace("”", "'").split())
    text = re.sub(r"(?<=[a-z])(?=\d{2,3},\d{3})", " ", text)
    if len(text) > LONGEST:
        return Request(text, Form.PROSE, "")
    low = text.lower()
    found = mentions(text)
    periods = _periods(found, text)
    spread = _is_spread(found, text)
    base = Request(text, Form.VALUE, phrase_of(text), periods, (), spread)
    return (
        read_counted(base, low)
        or read_which(base, low)
        or read_listed(base, low)
        or read_computed(base, low)
        or read_value(base, low)
    )


def _periods(found: tuple[Mention, ...], text: str) -> tuple[When, ...]:
    return tuple(dict.fromkeys(one.when for one in found))


def _is_spread(found: tuple[Mention, ...], text: str) -> bool:
    """Whether the two periods are the ends of a stretch: "2017 to 2019", "2017-2019", "between 2017 and 2019"."""
    if len(found) == 1:
        return len(found[0].when.years) == 2
    if len(found) != 2:
        return False
    between = text[found[0].end : found[1].start].strip(" ,").lower()
    before = text[max(0, found[0].start - 22) : found[0].start].lower()
    return (
        between in ("to", "-", "–", "through", "until")
        or (between == "and" and "between" in before)
        or "from" in before.split()
    )
