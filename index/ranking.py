"""What a question's cues are worth: scope, kind of page and rows, as numbers to add to a passage's cosine.

Every cue adds, and none takes away, so that each is soft: a wrong guess costs places and hides nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.document import Kind, Metadata, Period
from index.lexicon import Item, row
from index.query import Query
from index.statements import known_statements
from index.store import DocumentRecord

Pages = Sequence[tuple[int, int]]  # (document id, page)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each cue adds to a cosine at most; docs/retrieval.md tells what each is worth.

    Round numbers, near to those that most folds of a cross-validation over companies chose (tests/eval/folds.py).
    """

    company: float = 0.35  # the document is of a company that is named
    period: float = 0.30  # the document is of the period asked about
    kind: float = 0.10  # the document is of the kind named, or of the kind that usually reports it
    statement: float = 0.10  # the page is the statement that is named, or that holds the line items
    topic: float = 0.15  # the page treats the topic; less where many pages do
    lexical: float = 0.20  # of the best BM25 score
    row: float = 0.04  # for each line item, up to MOST_ROWS: a row of the passage begins with it; again for its page
    second: float = 0.10  # of the page's second-best passage: a page that fits in two places fits better
    sought: float = 0.50  # share of the cosine to what is sought in a filing's words, rather than to the question


MOST_ROWS = 3
FEW_PAGES = 3  # of a document with a feature: there it tells most

# How well a document of another period serves, against 1 for the period asked about.
YEAR_AFTER = 0.5  # its statements show the year before as a comparison
TWO_YEARS_AFTER = 0.35  # an annual report's income statement goes back three years
YEAR_OF_QUARTER = 0.5  # the annual report, for a quarter asked about
QUARTER_OF_YEAR = 0.3  # a quarterly report, for a year asked about
SAME_CALENDAR_YEAR = 0.5  # the document is of another fiscal year, or of none, but ends in the calendar year
NEWEST = 0.5  # nothing asked: the newest annual report


def scope(read: Query, records: Sequence[DocumentRecord], weights: Weights) -> NDArray[np.float32]:
    """What company, period and kind add, per document: (len(records),) float32."""
    of_company = [record.metadata.company in read.companies for record in records]
    newest = _newest(records) if not (read.periods or read.dates) else frozenset()
    kinds = read.kinds or read.likely_kinds
    return np.asarray(
        [
            weights.company * named
            + weights.period * (NEWEST * (record.id in newest) or period_fit(read, record.metadata))
            + weights.kind * (record.metadata.kind in kinds)
            for record, named in zip(records, of_company, strict=True)
        ],
        np.float32,
    )


def _newest(records: Sequence[DocumentRecord]) -> frozenset[int]:
    """The newest annual report of each company."""
    best: dict[str, tuple[int, int]] = {}
    for record in records:
        metadata = record.metadata
        if metadata.company and metadata.kind is Kind.ANNUAL_REPORT and metadata.period:
            name, year = metadata.company.casefold(), metadata.period.fiscal_year or 0
            best[name] = max(best.get(name, (0, 0)), (year, record.id))
    return frozenset(key for _, key in best.values())


def period_fit(read: Query, metadata: Metadata) -> float:
    """How well a document's period fits the question's, 0 to 1.

    Of several periods asked about the last counts: its report shows those before it too.
    """
    own = metadata.period
    if own is None:
        return 0.0
    if own.end in read.dates:
        return 1.0
    quarters = [one for one in read.periods if one.quarter and one.fiscal_year]
    years = [one.fiscal_year for one in read.periods if one.fiscal_year] + [day.year for day in read.dates]
    if quarters:
        return max(_fit_quarter(one, own, metadata.kind) for one in quarters)
    return _fit_year(max(years), own, metadata.kind) if years else 0.0


def _fit_quarter(asked: Period, own: Period, kind: Kind) -> float:
    if own.fiscal_year is None or asked.fiscal_year is None:
        return SAME_CALENDAR_YEAR if own.end and own.end.year == asked.fiscal_year else 0.0
    after = own.fiscal_year - asked.fiscal_year
    whole = own.quarter is None
    if after == 0:
        if own.quarter == asked.quarter or (whole and asked.quarter == 4 and kind is not Kind.ANNUAL_REPORT):
            return 1.0
        return YEAR_OF_QUARTER if whole else QUARTER_OF_YEAR
    if after == 1:
        return YEAR_AFTER if own.quarter == asked.quarter else 0.5 * YEAR_AFTER
    return 0.0


def _fit_year(asked: int, own: Period, kind: Kind) -> float:
    if own.fiscal_year is None:
        return SAME_CALENDAR_YEAR if own.end and own.end.year == asked else 0.0
    after = own.fiscal_year - asked
    whole = own.quarter is None or (own.quarter == 4 and kind is Kind.EARNINGS_RELEASE)
    fit = {0: 1.0, 1: YEAR_AFTER, 2: TWO_YEARS_AFTER}.get(after, 0.0)
    if not whole:
        fit = {0: QUARTER_OF_YEAR, 1: QUARTER_OF_YEAR}.get(after, 0.0)
    return max(fit, SAME_CALENDAR_YEAR * whole) if own.end and own.end.year == asked else fit


@dataclass(frozen=True, slots=True)
class FeaturePages:
    """Of one feature: rows of pages that have it, and how much it tells there, 0 to 1."""

    rows: NDArray[np.int64]
    telling: NDArray[np.float32]


def feature_pages(pages: Pages, features: Mapping[tuple[int, int], Collection[str]]) -> dict[str, FeaturePages]:
    """Feature → pages, as rows in `pages`. What is on many pages of a document tells less of each."""
    rows: dict[str, list[int]] = {}
    counts: dict[tuple[int, str], int] = {}
    for number, key in enumerate(pages):
        for feature in features.get(key, ()):
            rows.setdefault(feature, []).append(number)
            counts[key[0], feature] = counts.get((key[0], feature), 0) + 1
    return {
        feature: FeaturePages(
            np.asarray(found, np.int64),
            np.asarray([min(1.0, (FEW_PAGES / counts[pages[one][0], feature]) ** 0.5) for one in found], np.float32),
        )
        for feature, found in rows.items()
    }


def page_bonus(read: Query, features: Mapping[str, FeaturePages], count: int, weights: Weights) -> NDArray[np.float32]:
    """What it adds, per page, to be of a kind that the question leads to: (count,) float32."""
    bonus = np.zeros(count, np.float32)
    for feature in read.features & features.keys():
        found = features[feature]
        weight = weights.statement if feature in known_statements() else weights.topic
        np.maximum.at(bonus, found.rows, weight * found.telling)
    return bonus


def rows_held(text: str, items: Sequence[Item]) -> frozenset[int]:
    """Which of the line items (as numbers in `items`) begin a row of the text."""
    return frozenset(number for number, item in enumerate(items) if row(item).search(text))
