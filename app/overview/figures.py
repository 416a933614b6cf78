"""The figures of a document: of a report those of its statements, of a text the sentences that give one."""

from collections.abc import Sequence

from app import extract
from app.answer import Statement
from app.evidence import Pages, Sentence
from app.measure import find_measures
from index.checks import ENOUGH
from index.citation import Citation
from index.concepts import concepts
from index.facts import Fact
from index.store import DocumentRecord

MOST_SENTENCES = 5
TEXT_PAGES = 20  # that are looked through for sentences with figures
SHORTEST = 6  # words of a sentence that says something


def main_facts(facts: Sequence[Fact], wanted: Sequence[str]) -> list[Fact]:
    """Of each line item wanted, the figure of the latest whole year, else of the latest quarter, that is beyond doubt."""
    found = []
    for concept in wanted:
        sound = [one for one in facts if one.concept == concept and one.confidence >= ENOUGH and not one.failed]
        yearly = [one for one in sound if one.quarter in (None, 4) and one.months in (None, 12)]
        latest = max(yearly or sound, key=lambda one: (one.year, one.quarter or 4, one.confidence), default=None)
        if latest:
            found.append(latest)
    return found


def fact_statement(fact: Fact, pages: Pages, record: DocumentRecord) -> Statement | None:
    """A fact as a line with its cell; None where the page doesn't hold it as printed."""
    text = pages.text(record.id, fact.page)
    quote = text[fact.start : fact.stop]
    if fact.text.strip("()") not in quote:
        return None
    item = concepts().get(fact.concept)
    name = item.asked[0] if item and item.asked else fact.label
    name = name if name.isupper() else name[:1].upper() + name[1:]
    unit = " ".join(part for part in (fact.scale, fact.unit) if part)
    unit += " a share" if item and item.kind == "per share" else ""
    amount = f"{fact.value:,f}"
    citation = Citation(record.name, fact.page, fact.start, fact.stop, quote)
    return Statement(f"{name}, {fact.period}: {amount} {unit}".rstrip(), (citation,))


def figure_sentences(record: DocumentRecord, pages: Pages) -> list[Sentence]:
    """Sentences of a text that give a figure of some measure, in its order, no two that say the same."""
    found: list[Sentence] = []
    for page in range(min(record.pages, TEXT_PAGES)):
        for stored in pages.store.passages_of(record.id, page):
            if not stored.passage.is_table:
                inside = pages.sentences_in(record.id, stored.passage.span, stored.passage.section)
                found += [one for one in inside if _gives_figure(one) and one not in found]
    return extract.best_of(extract.distinct(found), MOST_SENTENCES)


def _gives_figure(sentence: Sentence) -> bool:
    text = sentence.text
    return bool(
        sentence.quantities and find_measures(text) and text.endswith((".", "。")) and len(text.split()) >= SHORTEST
    )
