"""The list of documents: which of them are sought, in which order, and how many there are of each company, year and kind."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from corpus.document import Kind
from corpus.errors import BadQuestion
from index.store import DocumentRecord

Name = TypeVar("Name", bound=str)


class Order(StrEnum):
    """What the list is sorted by."""

    NAME = "name"
    COMPANY = "company"
    PERIOD = "period"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which documents are listed; what is left empty narrows nothing."""

    words: str = ""  # each of them in the name, title or company
    company: str = ""  # a whole name means that company alone, else any whose name holds it
    year: int | None = None  # fiscal
    kind: Kind | None = None
    members: frozenset[int] | None = None  # the documents of a collection

    @property
    def everything(self) -> bool:
        """Whether nothing narrows it."""
        return self == Sought()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many documents a further choice would leave, each the most frequent first, years from the latest."""

    companies: tuple[tuple[str, int], ...]
    years: tuple[tuple[int, int], ...]
    kinds: tuple[tuple[Kind, int], ...]


def kind_named(text: str) -> Kind:
    """A kind of document by its name: "annual report", "annual_report". Raises BadQuestion for one that there isn't."""
    wanted = " ".join(text.replace("_", " ").replace("-", " ").lower().split())
    for kind in Kind:
        if wanted == kind.value:
            return kind
    known = ", ".join(kind.value.replace(" ", "_") for kind in Kind)
    raise BadQuestion(f"There is no kind of document {text!r}. Say one of: {known}.")


def chosen(records: Iterable[DocumentRecord], sought: Sought) -> list[DocumentRecord]:
    """The documents that are sought, in the order given."""
    records = list(records)
    words = sought.words.casefold().split()
    company = _plain(sought.company)
    whole = bool(company) and any(_plain(one.metadata.company) == company for one in records)

    def fits(record: DocumentRecord) -> bool:
        metadata = record.metadata
        named = _plain(metadata.company)
        if company and not (named == company if whole else company in named):
            return False
        if sought.year is not None and _year(record) != sought.year:
            return False
        if sought.kind is not None and metadata.kind is not sought.kind:
            return False
        if sought.members is not None and record.id not in sought.members:
            return False
        text = f"{record.name} {metadata.title or ''} {metadata.company or ''}".casefold()
        return all(word in text for word in words)

    return [record for record in records if fits(record)]


def ordered(records: Iterable[DocumentRecord], order: Order, descending: bool = False) -> list[DocumentRecord]:
    """The documents sorted; those that have no company or period come last, either way."""
    by_name = sorted(records, key=lambda one: (one.name.casefold(), one.id), reverse=descending)
    if order is Order.ADDED:
        return sorted(by_name, key=lambda one: one.added, reverse=descending)
    if order is Order.COMPANY:
        told = [one for one in by_name if one.metadata.company]
        told.sort(key=lambda one: _plain(one.metadata.company), reverse=descending)
        return [*told, *(one for one in by_name if not one.metadata.company)]
    if order is Order.PERIOD:
        dated = [one for one in by_name if _moment(one)]
        dated.sort(key=lambda one: _moment(one) or (0, 0, date.min), reverse=descending)
        return [*dated, *(one for one in by_name if not _moment(one))]
    return by_name


def counts(records: Collection[DocumentRecord], sought: Sought) -> Counts:
    """What each further choice would leave: of companies, those of the documents sought but for the company, and so on."""
    companies: Counter[str] = Counter()
    written: dict[str, str] = {}
    for record in chosen(records, replace(sought, company="")):
        if name := record.metadata.company:
            companies[_plain(name)] += 1
            written.setdefault(_plain(name), " ".join(name.split()))
    years = Counter(year for one in chosen(records, replace(sought, year=None)) if (year := _year(one)) is not None)
    kinds = Counter(one.metadata.kind for one in chosen(records, replace(sought, kind=None)))
    return Counts(
        tuple((written[name], number) for name, number in _frequent(companies)),
        tuple(sorted(years.items(), reverse=True)),
        tuple(_frequent(kinds)),
    )


def _frequent(counter: "Counter[Name]") -> list[tuple[Name, int]]:
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))


def _plain(name: str | None) -> str:
    return " ".join((name or "").casefold().split())


def _year(record: DocumentRecord) -> int | None:
    return record.metadata.period.fiscal_year if record.metadata.period else None


def _moment(record: DocumentRecord) -> tuple[int, int, date] | None:
    """When a period ends, to sort by: a whole year after its quarters."""
    period = record.metadata.period
    if period is None:
        return None
    year = period.fiscal_year or (period.end.year if period.end else 0)
    return (year, period.quarter or 4 + (period.fiscal_year is not None), period.end or date.min) if year else None
