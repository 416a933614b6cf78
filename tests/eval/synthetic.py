"""Made-up filings of any number, to measure search at a size that no sample corpus has.

Words follow Zipf's law, as in real text, around the terms that questions ask for; vectors lie in clusters, as those of
real passages do. Everything comes from one seed.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.document import Document, Kind, Metadata, Page, Passage, Period, Span
from index.store import Store

PASSAGES = 1000  # a filing
A_PAGE = 6
WORDS = 60  # a passage
VOCABULARY = 30_000
COMMON = 60  # words more frequent than those asked for
CLUSTERS = 4000
TERMS = (
    "revenue net income operating margin cash flow capital expenditure inventory debt assets liabilities equity dividend "
    "segment growth cost sales tax interest goodwill depreciation lease share customers supply demand risk rate"
).split()
COMPANIES = ("Harrowvale", "Brindlemere", "Castor Mills", "Dunmore", "Eastwick", "Fennimore", "Garrick", "Hollins")
QUESTIONS = (
    "What was Harrowvale's revenue in FY2019?",
    "What drove the growth of operating margin at Dunmore?",
    "Capital expenditure of Castor Mills in FY2021",
    "Which risks does Eastwick name for supply and demand?",
    "How much debt does the company have, and at what interest rate?",
    "What is the net income of Garrick for fiscal 2017?",
    "dividend per share",
    "goodwill and depreciation in the balance sheet of Hollins",
)


def fill(store: Store, count: int, dimension: int, model: str, seed: int = 7) -> None:
    """Put about `count` made-up passages into `store`, as filings of `PASSAGES` each."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(CLUSTERS, dimension)).astype(np.float32)
    made = [f"w{number:x}" for number in range(VOCABULARY)]
    words = np.asarray([*made[:COMMON], *TERMS, *made[COMMON:]])
    shares = 1 / np.arange(1, len(words) + 1)
    shares /= shares.sum()
    for number in range(-(-count // PASSAGES)):
        drawn = random.choice(words, size=(PASSAGES, WORDS), p=shares)
        document, passages = _filing(number, drawn)
        store.add(document, passages, clustered(centres, PASSAGES, random), model)


def clustered(
    centres: NDArray[np.float32], count: int, random: np.random.Generator, spread: float = 0.7
) -> NDArray[np.float32]:
    """(count, d) float32 unit rows around centres drawn at random."""
    rows = centres[random.integers(0, len(centres), count)]
    rows = rows + np.float32(spread) * random.normal(size=rows.shape).astype(np.float32)
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _filing(number: int, drawn: NDArray[np.str_]) -> tuple[Document, list[Passage]]:
    company, year = COMPANIES[number % len(COMPANIES)], 2005 + number // len(COMPANIES) % 20
    name = f"{company}-{year}-{number}"
    context = f"{company}, annual report, FY{year}"
    pages, passages = [], []
    for page, lines in enumerate(_pages(drawn)):
        pages.append(Page(page, "\n".join(lines)))
        start = 0
        for line in lines:
            passages.append(Passage(Span(page, start, start + len(line)), line, (), context, False))
            start += len(line) + 1
    metadata = Metadata(name, company, Period(year), Kind.ANNUAL_REPORT, "en")
    document = Document(
        name=name,
        path=str(Path("/made-up") / f"{name}.txt"),
        sha256=f"{number:064x}",
        media_type="text/plain",
        pages=tuple(pages),
        metadata=metadata,
    )
    return document, passages


def _pages(drawn: NDArray[np.str_]) -> Iterator[list[str]]:
    for first in range(0, len(drawn), A_PAGE):
        yield [" ".join(words) for words in drawn[first : first + A_PAGE]]
