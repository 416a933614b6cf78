"""The unit and scale of a cell: printed with it, stated by its row, its column, its table or the text around."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from app.tabletext.figure import currency_of
from app.tabletext.grid import Entry, Grid

_SCALE = re.compile(
    r"(?:['’´`]|(?<=[$€£¥]))000\s?['’]?s?(?!\d)|\b000['’]?s\b|\(1,?000s?\)"
    r"|\b(?P<word>thousand|million|billion|trillion)s?\b|(?:^|[\s($€£¥])(?P<short>[$€£¥]\s?(?:mn?|bn|k)\b|(?:US|HK|S|A|C|NT)?[$€£¥]\s?m\b)",
    re.IGNORECASE,
)
_IN = re.compile(
    r"(?:\b(?:in|of)\s+|[($€£]\s*|amounts?\s+|expressed\s+in\s+|\bUS\s*\$?\s*|RMB\s*['’]?|dollars\s+in\s+)(?:US\s|U\.S\.\s|RMB\s?['’]?)?(?P<word>thousand|million|billion|trillion)s?\b",
    re.IGNORECASE,
)
_RATIO = re.compile(
    r"\bratio\b|\btimes\b|per share|per common|earnings per|\bEPS\b|\(years?\)|in years|\byears?\)|useful li|life expectanc|\bper (?:unit|ordinary|employee)|weighted[- ]average (?:exercise|grant|price|fair)|\bprice\b|exchange rate",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"%|\bper ?cent(?:age)?\b|(?<!exchange )(?<!hedged )\brates?\b(?! swap)|\byield\b|\bvolatility\b|\bmargin\b",
    re.IGNORECASE,
)
_PERCENT_MARK = re.compile(r"%|\bper ?cent(?:age)?s?\b", re.IGNORECASE)
_COUNT = re.compile(
    r"\bnumber\b|\bheadcount\b|\b(?:employees|customers|stores|restaurants|subscribers|vehicles|units|warrants|shares|options|rights)\b(?! (?:price|value|expense|cost|capital|premium|based))"
    r"|\bno\. of\b|\((?:k|m|g)?wh\)|\btonn?es\b|\btons\b",
    re.IGNORECASE,
)
_NOT_THE_TABLE = re.compile(r"\bexcept\b.*", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def stated_scale(text: str) -> str:
    """The scale that a header or caption states: "(in thousands, except per share)" → "thousand"; "" for none."""
    match = _SCALE.search(text)
    if not match:
        return ""
    if match["word"]:
        return match["word"].lower()
    if match["short"]:
        letters = re.sub(r"[^a-z]", "", match["short"].lower().removeprefix("us"))
        return "billion" if letters.endswith("bn") else "thousand" if letters.endswith("k") else "million"
    return "thousand"


def text_scale(texts: Sequence[str]) -> str:
    """The scale that the text around a table states for it: "the following table … (in thousands)"; "" for none."""
    found: list[tuple[int, str]] = []
    for text in texts:
        for match in _IN.finditer(text):
            before = text[max(0, match.start() - 12) : match.start()]
            if re.search(r"\d[\s-]*$", before):
                continue  # "4.8 million" is an amount
            bracket = "(" in text[max(0, match.start() - 28) : match.start() + 1]
            near = re.search(r"table|follow|below|summar|present", text, re.IGNORECASE)
            found.append((2 * bracket + bool(near), match["word"].lower()))
        if re.search(r"(?:['’$€£]000|\b000['’]s|\bin 000)", text):
            found.append((2, "thousand"))
    return max(found, key=lambda one: one[0])[1] if found else ""


@lru_cache(maxsize=20_000)
def label_unit(label: str) -> str:
    """What a row's or column's own words say of its figures: "%" "ratio" "count" or "" for nothing."""
    if _PERCENT_MARK.search(label):
        return "%"
    if _RATIO.search(label):
        return "ratio"
    return "count" if _COUNT.search(label) else ""


_IN_FULL = 10**7
_LARGE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_TOLD = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s?(?P<word>thousand|million|billion)\b", re.IGNORECASE)


def told_scale(grid: Grid, around: Sequence[str]) -> str:
    """The scale in which the text around gives figures of the table again: "$7.4 million" beside a cell of 7.4."""
    held = {
        f"{abs(one.figure.value):f}"
        for one in grid.entries
        if one.figure and one.figure.unit != "%" and len(f"{one.figure.value:f}") > 2
    }
    votes = Counter(
        match["word"].lower()
        for text in around
        for match in _TOLD.finditer(text)
        if match["number"].replace(",", "") in held
    )
    return votes.most_common(1)[0][0] if votes else ""


def in_full(grid: Grid, around: Sequence[str]) -> bool:
    """Whether a table that states no scale plainly prints its figures in full.

    It does where one is too large to be in thousands, or where the text around gives one again without a scale.
    """
    figures = [one.figure for one in grid.entries if one.figure and one.figure.unit != "%"]
    if any(abs(one.value) >= _IN_FULL for one in figures):
        return True
    held = {f"{abs(one.value):,f}" for one in figures if abs(one.value) >= 1000}
    return any(
        match[0] in held and not _TOLD.match(text, match.start()) for text in around for match in _LARGE.finditer(text)
    )


def table_scale(grid: Grid, around: Sequence[str]) -> str:
    """The scale of the table's amounts: header, caption, then the text around it."""
    return (
        stated_scale(_NOT_THE_TABLE.sub("", f"{grid.title} {grid.top}"))
        or text_scale(around)
        or told_scale(grid, around)
    )


_OTHER_DOLLARS = frozenset(["CAD", "AUD", "HKD", "TWD"])


def unit_of(entry: Entry, grid: Grid, around: Sequence[str]) -> tuple[str, str, bool]:
    """(unit, scale, whether it is certain) of a cell: ("USD", "million", True), ("%", "", True), ("", "", False)."""
    figure = entry.figure
    if entry.cell.unit is not None:
        scale, unit = stated_scale(entry.cell.unit), ""
        unit = (
            "%"
            if "%" in entry.cell.unit
            else re.sub(r"\b(?:thousand|million|billion|trillion)\b", "", entry.cell.unit).strip()
        )
        return unit, scale, True
    if figure is None:
        return "", "", False
    if figure.unit == "%":
        return "%", "", True
    currency = figure.unit or currency_of(entry.head) or currency_of(grid.title) or currency_of(grid.top)
    if figure.unit == "USD" and "US" not in entry.cell.text:
        # A bare dollar sign is of the dollars that the table names: "(in Canadian dollars)".
        under = (entry.label, entry.head, *entry.section, grid.title, grid.top)
        currency = next((code for text in under if (code := currency_of(text)) in _OTHER_DOLLARS), currency)
    if figure.scale:
        return currency, figure.scale, True
    own = f"{entry.label} {entry.section[-1] if entry.section and not entry.label else ''}"
    beside = stated_scale(own)
    if beside:
        return currency, beside, True
    above = entry.section[-1] if entry.section else ""
    over = next((kind for text in (entry.head, entry.label, above) if (kind := label_unit(text))), "")
    if over == "%" and not figure.unit and abs(figure.value) < 1000:
        return "%", "", True
    if over == "%":
        over = ""
    if over == "ratio":
        return figure.unit, "", True
    if not over and (column := _column_unit(entry, grid)):
        return column, "", True
    scale = stated_scale(_NOT_THE_TABLE.sub("", entry.head)) or table_scale(grid, around)
    if over == "count":
        return figure.unit, scale, True
    return currency, scale, bool(scale) or in_full(grid, around)


def _column_unit(entry: Entry, grid: Grid) -> str:
    """ "%" where the first figures of a column or row print it and the others leave it off."""
    column = [one.figure for one in grid.entries if one.column == entry.column and one.figure and not one.figure.nil]
    if column and column[0].unit == "%" and all(one.unit in ("%", "") and abs(one.value) <= 1000 for one in column):
        return "%"
    row = [one.figure for one in grid.entries if one.row == entry.row and one.figure and not one.figure.nil]
    if len(row) > 1 and row[0].unit == "%" and all(one.unit in ("%", "") and abs(one.value) <= 1000 for one in row):
        return "%"
    return ""
