"""Facts asked for by company, line item, year or document; as text and as CSV."""

import csv
import io
from collections.abc import Sequence
from difflib import get_close_matches

from app.csv_cell import safe_cell
from corpus.errors import DataProblem, UnknownDocument
from index.checks import ENOUGH
from index.concepts import concepts, plain_label
from index.fact_build import bring_up_to_date
from index.facts import Fact
from index.store import Store

_FIELDS = (
    "document", "company", "concept", "element", "statement", "label", "section", "period", "year", "quarter", "months", "end",
    "value", "unit", "scale", "text", "page", "start", "stop", "confidence", "failed",
)  # fmt: skip
_EXACT = frozenset(["year", "quarter", "months", "value", "page", "start", "stop", "confidence"])


def stored_facts(
    store: Store,
    company: str = "",
    concept: str = "",
    year: int | None = None,
    document: int | str | None = None,
    every: bool = False,
) -> list[Fact]:
    """The facts of a store; those that are missing or stale are built first. See `Footnote.facts`."""
    item = concept_id(concept) if concept else ""
    records = [store.document(document)] if document is not None else store.documents()
    if company:
        known = sorted({record.metadata.company for record in records if record.metadata.company})
        records = [one for one in records if company.casefold() in (one.metadata.company or "").casefold()]
        if not records:
            shown = "; ".join(known[:20]) or "none is known"
            raise UnknownDocument(f"No document is of a company {company!r}. Companies: {shown}.")
    bring_up_to_date(store, records)
    return store.facts([record.id for record in records], item, year, every)


def concept_id(name: str) -> str:
    """The id of a line item given by id, name or us-gaap element. Raises DataProblem with what is near."""
    known: dict[str, str] = {}
    for one in concepts().values():
        for other in (one.id, one.element, *one.asked):
            known.setdefault(plain_label(other.replace("_", " ")), one.id)
    plain = plain_label(name.replace("_", " "))
    if plain in known:
        return known[plain]
    near = dict.fromkeys(known[one] for one in get_close_matches(plain, known, 5, 0.5))
    hint = f" Did you mean {', '.join(near)}?" if near else " `footnote facts` without --concept lists what there is."
    raise DataProblem(f"No line item is called {name!r}.{hint}")


def facts_csv(facts: Sequence[Fact]) -> str:
    """Facts as CSV with a header: values exact, text that a spreadsheet would take for a formula behind an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_FIELDS)
    for fact in facts:
        data = fact.to_json()
        data["section"] = " > ".join(fact.section)
        writer.writerow(
            [data[name] if name in _EXACT else safe_cell(str(data[name] or ""), numbers=False) for name in _FIELDS]
        )
    return out.getvalue()


def facts_text(facts: Sequence[Fact]) -> str:
    """Facts for a person: a line each, under their document."""
    lines: list[str] = []
    document = None
    for fact in facts:
        if fact.document != document:
            document = fact.document
            lines.append(f"{document} ({fact.company})")
        amount = " ".join(part for part in (format(fact.value, ",f"), fact.scale, fact.unit) if part)
        name = fact.concept or "–"
        label = " ".join(fact.label.split())
        doubt = f"; in doubt: {fact.failed}" if fact.confidence < ENOUGH else ""
        lines.append(f"  {fact.period}  {name}: {amount}  (“{label}”, page {fact.page + 1}{doubt})")
    return "\n".join(lines)


__all__ = ["concept_id", "facts_csv", "facts_text", "stored_facts"]
