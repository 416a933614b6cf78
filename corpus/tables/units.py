"""Units of a table's rows: what the table states ("in millions, except per share amounts") and which rows it excepts."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_SIGN = re.compile(r"(?:US|CA|HK|NT|C|A)?\$|[€£¥₹₩]")
_WORD = re.compile(r"\b(?:USD|EUR|GBP|dollars|euros|pounds|yen)\b", re.IGNORECASE)
_RATE = re.compile(r"[(,]?\s*(?:of\s+)?[$€£]?\s?\d[\d.,]*\s+per\s+(?:\w+\s+){0,2}(?:share|unit)\)?", re.IGNORECASE)
_MOST = 0.6  # share of a text
_SINGLE = 6  # digits that a number of single shares has at least


@dataclass(frozen=True, slots=True)
class Statement:
    """What a line states of a table: the scale word in the singular ("" for percent), where in the line it stands."""

    text: str
    start: int
    end: int
    scale: str
    percent: bool = False


@dataclass(frozen=True, slots=True)
class _Names:
    statements: tuple[re.Pattern[str], ...]
    percent: tuple[re.Pattern[str], ...]
    per_share_words: re.Pattern[str]
    shares_scaled: re.Pattern[str]
    per_share: re.Pattern[str]
    shares: re.Pattern[str]
    shares_or_money: re.Pattern[str]
    money: re.Pattern[str]
    money_first: re.Pattern[str]
    other: re.Pattern[str]
    shares_of_a_whole: re.Pattern[str]
    columns: re.Pattern[str]
    currency: dict[str, str]


@cache
def _names() -> _Names:
    data = tomllib.loads((Path(__file__).parent / "units.toml").read_text(encoding="utf-8"))
    rows = data["rows"]

    def any_of(patterns: Sequence[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)

    return _Names(
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in data["statements"]),
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in data["percent"]),
        re.compile(data["per_share_words"], re.IGNORECASE),
        re.compile(data["shares_scaled"], re.IGNORECASE),
        any_of(rows["per_share"]),
        any_of(rows["shares"]),
        any_of(rows["shares_or_money"]),
        any_of(rows["money"]),
        any_of(rows["money_first"]),
        any_of(rows["other"]),
        any_of(rows["shares_of_a_whole"]),
        any_of(data["columns"]["other"]),
        data["currency"],
    )


def read_statement(line: str) -> Statement | None:
    """What a line states of the unit of a table's figures, with the brackets around it; None where it states nothing."""
    for pattern in _names().statements:
        match = pattern.search(line)
        if match:
            word = match[1].lower()
            scale = "thousand" if "000" in word else word.removesuffix("s")
            start, end = _bracketed(line, match.start(), match.end())
            return Statement(line[start:end], start, end, scale)
    for pattern in _names().percent:
        match = pattern.search(line)
        if match:
            return Statement(match[0], match.start(), match.end(), "", True)
    return None


def is_unit_only(text: str) -> bool:
    """Whether a text states a unit and little else."""
    statement = read_statement(text)
    return statement is not None and len(statement.text) > _MOST * len(text)


def _bracketed(line: str, start: int, end: int) -> tuple[int, int]:
    """Widen a match to the brackets around it, or to what is excepted behind it."""
    opened = line.rfind("(", 0, start + 1)
    closed = line.find(")", end - 1)
    if opened >= 0 and closed >= 0 and ")" not in line[opened:start]:
        return opened, closed + 1
    behind = re.match(r",?\s+except\b[^.;()]{0,80}?(?=\s{2,}|\b(?:19|20)\d\d\b|$|[.;(])", line[end:])
    return start, end + len(behind[0].rstrip()) if behind else end


def currencies(statement: str, values: Sequence[str]) -> frozenset[str]:
    """The currencies that a statement or the signs at the values name."""
    known = _names().currency
    found = {known.get(sign.upper()) or known.get(sign.lower()) for sign in _WORD.findall(statement)}
    signs = {sign for text in (statement, *values) for sign in _SIGN.findall(text)}
    found |= {known.get(sign) for sign in signs}
    return frozenset(one for one in found if one)


def currency_of(statement: str, values: Sequence[str]) -> str:
    """The currency that a statement or the signs at the values name, "" where none is or several are."""
    found = currencies(statement, values)
    return next(iter(found)) if len(found) == 1 else ""


def row_unit(
    statement: Statement | None,
    label: str,
    section: Sequence[str],
    values: Sequence[str],
    currency: str,
    whole: bool = False,
) -> str | None:
    """The unit of a row's figures: "million USD", "USD", "thousand shares", "%"; None where it isn't known.

    A row of amounts a share, of numbers of shares or of counts isn't in the table's scale, or only as the statement
    says. `whole` tells that the table's amounts have no decimals: a row that has is something else. "" is a plain number
    in a table that knows no money.
    """
    names = _names()
    signed = any(_SIGN.search(value) for value in values)
    cents = any("." in value for value in values)
    for number, text in enumerate((label, *reversed(section))):
        kind = _kind(text, signed)
        if kind == "per share" and (cents or not number):
            # Amounts a share have cents; where none has, the label speaks of something else.
            return (currency or None) if cents else None
        if kind == "shares" and number <= 1:
            return _share_unit(statement, values)
        if kind == "money" and number:
            break
    if whole and cents:
        return None
    if statement is None:
        return None if currency or signed else ""
    if statement.percent:
        return None if signed else "%"
    if names.other.search(label) and not signed and not _large(label, values):
        return None
    if re.search(r"\bshares?\b", label, re.IGNORECASE) and not signed and not names.money.search(label):
        return None
    return f"{statement.scale} {currency}".strip()


def _large(label: str, values: Sequence[str]) -> bool:
    """Whether a row that may be of ratios or percentages has figures that none is."""
    return (
        bool(values)
        and _names().shares_of_a_whole.search(label) is not None
        and all(re.search(r"\d,\d{3}", value) for value in values)
    )


def _kind(text: str, signed: bool) -> str:
    """What a label or heading makes of its rows: "money", "per share" or "shares", "" where it doesn't tell.

    A rate in a label ("Dividends, $0.24 per share") is no rate of the row; of "average shares for earnings per share" the
    first word counts.
    """
    names = _names()
    text = _RATE.sub("", text)
    per_share, shares = names.per_share.search(text), names.shares.search(text)
    money = names.money.search(text)
    if not shares and not money:
        shares = names.shares_or_money.search(text)
    if shares and not signed and not (per_share and per_share.start() < shares.start()):
        return "shares"
    if per_share and not names.money_first.search(text):
        return "per share"
    return "money" if money or per_share else ""


def cell_unit(value: str, row: str | None, header: str, percent: bool) -> str | None:
    """The unit of one figure of a row whose unit is `row`, in a column of that header, mostly of percentages or not.

    A "%" at the figure, or at most of its column, goes before the row; a column of shares, prices or rates isn't in the
    table's scale.
    """
    if "%" in value:
        return "%"
    return None if percent or _is_apart(header) else row


@lru_cache(maxsize=1 << 12)
def _is_apart(header: str) -> bool:
    """Whether a column's header tells of shares, prices or rates; a column asks for each of its figures."""
    names = _names()
    return bool(names.per_share.search(header) or names.columns.search(header))


def _share_unit(statement: Statement | None, values: Sequence[str]) -> str | None:
    """The unit of numbers of shares under a statement."""
    if statement is None or statement.percent:
        return None
    names = _names()
    scaled = names.shares_scaled.search(statement.text)
    if scaled:
        return f"{next(group for group in scaled.groups() if group).lower().rstrip('s')} shares"
    excepted = re.search(r"\bexcept\b(.*)", statement.text, re.IGNORECASE | re.DOTALL)
    if excepted and not excepted[1].strip(" ,)"):
        return None  # what is excepted goes on elsewhere
    rest = names.per_share_words.sub("", excepted[1]) if excepted else ""
    if re.search(r"\bshares?\b", rest, re.IGNORECASE):
        # Excepted from the scale, they are single shares, if they look like it: "except share data" is used loosely.
        return "shares" if all(len(re.sub(r"\D", "", value)) >= _SINGLE for value in values) else None
    return f"{statement.scale} shares"
