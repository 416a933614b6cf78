"""A question for a figure, answered from the primary statements of the filings of the company that it names."""

import re
import threading
from collections.abc import Collection, Iterable, Sequence

from app.companies import named_companies, one_company
from app.company_comparison import Side, sides_of
from app.fiscal_dates import with_fiscal_periods
from app.item_comparison import items_of, sets_items
from app.metrics import Metric, find_measures
from app.operands import Filing
from app.plan import Plan
from app.plan_reader import read_plan
from corpus.document import Kind
from index.fact_build import lines_of
from index.query import is_named
from index.statement_cells import FILINGS, Line
from index.store import DocumentRecord, Store

_FORMER = re.compile(r"\b(?:formerly|previously|now)\b", re.IGNORECASE)
_BY_ANOTHER = re.compile(
    r"\byears?\s+(?:after|before|following|preceding|prior\s+to)\s+(?:FY\s?|fiscal\s+(?:year\s+)?)?(?:19|20)\d\d",
    re.IGNORECASE,
)
MOST_KEPT = 300  # filings whose statements are kept in memory


class FilingSearch:
    """The primary statements of a store's filings, as its facts give them, kept in memory while nothing changes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._reading = threading.Lock()
        self._revision = -1
        self._lines: dict[int, list[Line]] = {}

    def asked(self, question: str, documents: Collection[int] | None = None) -> tuple[Plan, list[Filing]] | None:
        """The plan of a question and the filings that it is asked of; None where it asks for no figure of theirs."""
        found = plan_for(question, self._records(documents))
        if found is None:
            return None
        plan, chosen = found
        return plan, self._filings(chosen)

    def asked_of_each(self, question: str, documents: Collection[int] | None = None) -> list[Side]:
        """What is asked of each of several companies; empty where the question isn't for one figure of each."""
        records = self._records(documents)
        among = named_companies({record.metadata.company or "" for record in records}, question)
        named = [one for one in _companies(records) if among & set(one)]
        if len(named) < 2 or _FORMER.search(question):
            return []
        chosen: dict[str, tuple[Filing, ...]] = {}
        for names in named:
            called = next(name for name in names if is_named(name, question))
            chosen[called] = tuple(self._filings([one for one in records if one.metadata.company in names]))
        return sides_of(question, chosen)

    def asked_of_items(self, question: str, documents: Collection[int] | None = None) -> list[Side]:
        """What is asked of each of several figures of one company; empty where the question isn't that."""
        records = self._records(documents)
        named = _named(question, records)
        if not named or not one_company(named):
            return []
        chosen = [record for record in records if record.metadata.company in named]
        return items_of(question, sorted(named), self._filings(chosen)) if sets_items(question) else []

    def _filings(self, records: Iterable[DocumentRecord]) -> list[Filing]:
        with self._reading:
            return [Filing(one.name, one.metadata, self._statements(one)) for one in records]

    def _records(self, documents: Collection[int] | None) -> list[DocumentRecord]:
        return [
            record
            for record in self.store.documents()
            if record.metadata.kind in FILINGS
            and record.metadata.company
            and (documents is None or record.id in documents)
        ]

    def leaves_no_table(self, question: str, documents: Collection[int] | None = None) -> bool:
        """Whether a question names a metric, or a year by another one, of a company whose annual report is at hand.

        Such a metric is of the whole company, and so of its statements: a small table would give that of a part or a
        quarter. And no table's header tells of "the year after FY2020".
        """
        reported = any(
            record.metadata.kind is Kind.ANNUAL_REPORT and is_named(record.metadata.company or "", question)
            for record in self._records(documents)
        )
        if not reported:
            return False
        return bool(_BY_ANOTHER.search(question)) or any(
            isinstance(one.measure, Metric) for one in find_measures(question)
        )

    def _statements(self, record: DocumentRecord) -> list[Line]:
        revision = self.store.revision()
        if revision != self._revision or len(self._lines) >= MOST_KEPT:
            self._revision, self._lines = revision, {}
        if record.id not in self._lines:
            self._lines[record.id] = lines_of(self.store, record)
        return self._lines[record.id]


def plan_for(question: str, records: Sequence[DocumentRecord]) -> tuple[Plan, list[DocumentRecord]] | None:
    """What a question asks for and the filings of the one company it is about; None where either isn't plain."""
    named = _named(question, records)
    if not named or not (one_company(named) or _FORMER.search(question)):
        return None
    chosen = [record for record in records if record.metadata.company in named]
    plan = read_plan(with_fiscal_periods(question, [one.metadata for one in chosen]), sorted(named))
    return (plan, chosen) if plan else None


def _named(question: str, records: Iterable[DocumentRecord]) -> Collection[str]:
    """The companies that a question names; where it names none and the records are of one, that one."""
    companies = {record.metadata.company or "" for record in records}
    return named_companies(companies, question) or (companies if one_company(companies) else ())


def _companies(records: Iterable[DocumentRecord]) -> list[list[str]]:
    """The companies of filings, each with the names that its filings write."""
    found: list[list[str]] = []
    for name in sorted({record.metadata.company or "" for record in records}):
        same = next((names for names in found if one_company([*names, name])), None)
        if same is None:
            found.append([name])
        else:
            same.append(name)
    return found
