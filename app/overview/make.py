"""An overview made from what the store holds of a document, and kept there until the document or this code changes."""

import tomllib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app import definitions, extract
from app.answer import Statement
from app.evidence import Pages, Sentence
from app.overview.contents import Overview, from_json, stamp, to_json
from app.overview.figures import fact_statement, figure_sentences, main_facts
from app.overview.parts import MOST_PARTS, parts_of
from app.overview.questions import answered, candidates
from app.summary import is_boilerplate, main_sentences
from corpus.errors import DataProblem
from index.fact_build import bring_up_to_date

if TYPE_CHECKING:
    from app.footnote import Footnote
    from corpus.glossary_entry import GlossaryEntry
    from index.store import DocumentRecord

FILE = Path(__file__).with_name("overview.toml")
NAMES = ("figures", "filing", "measure", "nameless", "heading", "term", "whole")
MOST_SENTENCES = 4
MOST_TERMS = 8
LONGEST = 400  # characters of a sentence


@cache
def forms() -> dict[str, list[str]]:
    """What overview.toml says. Raises DataProblem where it can't be read."""
    try:
        data = tomllib.loads(FILE.read_text(encoding="utf-8"))
        return {name: [str(one) for one in data[name]] for name in NAMES}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise DataProblem(f"{FILE} can't be read: {error}. Mend that line, or restore the file.") from error


def overview_of(engine: "Footnote", key: int | str) -> Overview:
    """What a document holds, by its id or name; kept from the first time on. Raises UnknownDocument."""
    store = engine.store
    record = store.document(key)
    with suppress(DataProblem):  # in a directory that can only be read
        bring_up_to_date(store, [record])
    record = store.document(record.id)
    made_from = stamp(record)
    if kept := from_json(store.overview(record.id), made_from):
        return kept
    made = _made(engine, record)
    with suppress(DataProblem):
        store.keep_overview(record.id, record.sha256, to_json(made, made_from))
    return made


def _made(engine: "Footnote", record: "DocumentRecord") -> Overview:
    store, pages = engine.store, Pages(engine.store)
    metadata = record.metadata
    facts = main_facts(store.facts([record.id]), forms()["figures"])
    figures = [one for fact in facts if (one := fact_statement(fact, pages, record))]
    sentences = [] if figures else figure_sentences(record, pages)
    parts = parts_of(record, pages)
    entries = [entry for entry in store.glossary() if entry.source == record.name]
    main = [
        one for one in main_sentences(record, pages, 2 * MOST_SENTENCES) if _stands_alone(one) and one not in sentences
    ]
    says = extract.statements(main[:MOST_SENTENCES])
    groups = candidates(record, forms(), facts, sentences, parts, entries)
    return Overview(
        record.name,
        metadata.title,
        metadata.company,
        str(metadata.period) if metadata.period else None,
        str(metadata.kind),
        metadata.language,
        record.pages,
        len(store.tables(record.id)),
        tuple(parts[:MOST_PARTS]),
        len(parts),
        tuple(says),
        tuple(figures or extract.statements(sentences)),
        tuple(_terms(engine, entries)),
        answered(engine, record, groups),
    )


def _stands_alone(sentence: Sentence) -> bool:
    """Whether a sentence is one, and says something without the one before it."""
    text = sentence.text
    return text.endswith((".", "。")) and len(text) <= LONGEST and not sentence.before and not is_boilerplate(text)


def _terms(engine: "Footnote", entries: "list[GlossaryEntry]") -> list[Statement]:
    found = []
    for entry in entries[:MOST_TERMS]:
        if citation := engine.cite_entry(entry):
            found.append(definitions.statement(citation))
    return found
