"""Questions whose pages an index knows itself, by the hundred: what its ranking finds, where FinanceBench's are too few to tell.

Of each annual report: for each line item its statements give, a question after it in a drawn wording, to be led to the pages of those
statements; and questions after headings that stand on few of its pages, to be led to those. What is asked for stands in the report
in nearly these words, so that the figures compare rankings and vectors with each other and say little about readers' questions.

    python -m tests.eval.page_questions --home DIR [--seed N] [--keep FILE] [--beside FILE]

`--keep` writes each question's reciprocal rank; `--beside` tells the mean difference to those of such a file, with its standard error.
"""

import argparse
import json
import random
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.evaluation import RANKS, first_rank
from app.footnote import Footnote
from app.settings import Settings
from corpus.document import Kind
from index.concepts import concepts
from index.store import DocumentRecord, Store
from tests.eval.figure_questions import FILE as WORDINGS

DRAWN = 400  # questions after figures
HEADINGS = 16  # of a report
FEW_PAGES = 4  # on which a heading that is asked for stands
LENGTHS = range(9, 60)  # of such a heading, in characters
ABOUT = (
    "What does {company} say about {heading} in FY{year}?",
    "{heading} at {company}, fiscal {year}",
    "How does {company} describe {heading} as of FY{year}?",
)

_Pages = frozenset[tuple[str, int]]


class Sought(NamedTuple):
    """A question, and the pages (document, number from 0) that it is after."""

    text: str
    pages: _Pages


def of_figures(
    store: Store, record: DocumentRecord, year: int, wordings: Sequence[str], chance: random.Random
) -> Iterator[Sought]:
    """A question for each line item that the report's statements give for its own year."""
    pages: dict[str, set[int]] = defaultdict(set)
    for fact in store.facts([record.id]):
        if fact.concept and fact.year == year and fact.months in (12, None):
            pages[fact.concept].add(fact.page)
    for concept, found in pages.items():
        name = chance.choice(concepts()[concept].asked)
        text = chance.choice(wordings).format(company=record.metadata.company, name=name, year=year)
        yield Sought(text, frozenset((record.name, page) for page in found))


def of_headings(store: Store, record: DocumentRecord, year: int, chance: random.Random) -> list[Sought]:
    """Questions for headings that stand on few pages of the report."""
    pages: dict[str, set[int]] = defaultdict(set)
    for stored in store.passages_of(record.id):
        if section := stored.passage.section:
            pages[section[-1].strip(" .").lower()].add(stored.passage.span.page)
    told = sorted(
        heading
        for heading, found in pages.items()
        if len(found) <= FEW_PAGES
        and len(heading) in LENGTHS
        and len(heading.split()) > 1
        and sum(map(str.isdigit, heading)) < 2
    )
    return [
        Sought(
            chance.choice(ABOUT).format(company=record.metadata.company, heading=heading, year=year),
            frozenset((record.name, page) for page in pages[heading]),
        )
        for heading in chance.sample(told, min(len(told), HEADINGS))
    ]


def drawn(store: Store, seed: int) -> dict[str, list[Sought]]:
    """The questions of both kinds, the same for the same documents and seed."""
    chance = random.Random(seed)
    wordings = tomllib.loads(WORDINGS.read_text(encoding="utf-8"))["value"]
    figures: list[Sought] = []
    headings: list[Sought] = []
    for record in sorted(store.documents(), key=lambda one: one.name):
        metadata = record.metadata
        year = metadata.period and metadata.period.fiscal_year
        if metadata.kind is Kind.ANNUAL_REPORT and metadata.company and year:
            figures += of_figures(store, record, year, wordings, chance)
            headings += of_headings(store, record, year, chance)
    return {"figures": chance.sample(figures, min(len(figures), DRAWN)), "headings": headings}


def reciprocal_ranks(engine: Footnote, asked: list[Sought]) -> NDArray[np.float64]:
    """(n,) of the first page sought among the first ten distinct pages; 0 where none is among them."""
    ranks = [first_rank(engine, one.text, one.pages) for one in asked]
    return np.asarray([1 / rank if 0 < rank <= RANKS[-1] else 0.0 for rank in ranks])


def row(kind: str, found: NDArray[np.float64], before: NDArray[np.float64] | None) -> str:
    """A line of the table; with the mean difference to `before` and its standard error, where that is given."""
    hits = [float((found >= 1 / k - 1e-9).mean()) for k in (1, 5, 10)]
    line = f"| {kind} | {len(found)} | " + " | ".join(f"{figure:.3f}" for figure in (*hits, found.mean()))
    if before is None:
        return line + " |"
    difference = found - before
    return line + f" | {difference.mean():+.3f} ± {difference.std() / len(difference) ** 0.5:.3f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="data directory with annual reports in its index")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="write each question's reciprocal rank to this file")
    parser.add_argument("--beside", type=Path, help="a file of --keep, of the same documents and seed")
    options = parser.parse_args()
    engine = Footnote(Settings(home=options.home.resolve()))
    before = json.loads(options.beside.read_text(encoding="utf-8")) if options.beside else {}
    kept = {}
    print("| questions after | | hit@1 | hit@5 | hit@10 | MRR |" + (" difference |" if before else ""))
    print("|---|---|---|---|---|---|" + ("---|" if before else ""))
    for kind, asked in drawn(engine.store, options.seed).items():
        if before and [one.text for one in asked] != before[kind]["questions"]:
            parser.error(f"{options.beside} is of other questions: give both the same documents and the same --seed.")
        found = reciprocal_ranks(engine, asked)
        print(row(kind, found, np.asarray(before[kind]["reciprocal"]) if before else None), flush=True)
        kept[kind] = {"questions": [one.text for one in asked], "reciprocal": found.tolist()}
    if options.keep:
        options.keep.write_text(json.dumps(kept), encoding="utf-8")
    engine.close()


if __name__ == "__main__":
    main()
