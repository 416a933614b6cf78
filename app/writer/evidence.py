"""What a model writes from: numbered items, each with the places in the documents that its mark stands for.

The figures come first: the engine has found and computed them, and they are used as they stand. Then the cited sentences
with what surrounds them, then the nearest passages.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.answer import Citation, Statement
from app.extract import trim
from corpus.document import Span
from corpus.sentences import sentence_spans
from index.hit import Hit

PageText = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered piece of evidence: a passage (one citation), or a figure as the engine states it (`figure`)."""

    text: str
    citations: tuple[Citation, ...]
    heading: str = ""  # where a passage stands, in words
    figure: Statement | None = None
    made: bool = False  # a figure that a model had computed, and not the engine's own
    rank: int = 0  # of a passage: 0 cited by the engine's own answer, 1 found by a model's search, then by nearness

    @property
    def is_passage(self) -> bool:
        """Whether it is text of a document."""
        return self.figure is None


def is_figure(statement: Statement) -> bool:
    """Whether a statement is put together from cells or computed, and not a sentence of its source."""
    if statement.calculation or statement.series or len(statement.citations) != 1:
        return True
    return " ".join(statement.citations[0].quote.split()) != statement.text and (
        trim(statement.citations[0].quote) != statement.text
    )


def items_of(statements: Sequence[Statement], hits: Iterable[Hit], page_text: PageText) -> list[Item]:
    """Figures, the passages of the cited sentences, then the nearest passages, each place once."""
    figures = [Item(one.text, one.citations, figure=one) for one in statements if one.citations and is_figure(one)]
    return [*figures, *passages_of(statements, hits, page_text)]


def passages_of(statements: Sequence[Statement], hits: Iterable[Hit], page_text: PageText) -> list[Item]:
    """The passages that hold the statements' sentences, then the others; a sentence that no passage holds by itself."""
    nearest = list(hits)
    cited = [one.citations[0] for one in statements if one.citations and not is_figure(one)]
    holding = [hit for citation in cited if (hit := _holder(citation, nearest))]
    loose = [one for one in cited if not _holder(one, nearest) and not _in_glossary(one)]
    found = [_around(one, page_text) for one in loose]
    taken = {hit.passage_id for hit in holding}
    found += [passage(hit) for hit in dict.fromkeys(holding)]
    found += [passage(hit, 2 + rank) for rank, hit in enumerate(nearest) if hit.passage_id not in taken]
    distinct: list[Item] = []
    for item in found:
        if not any(_within(item.citations[0], other.citations[0]) for other in distinct):
            distinct.append(item)
    return distinct


def in_order(items: Iterable[Item]) -> list[Item]:
    """Figures, then passages by rank."""
    return sorted(items, key=lambda one: (one.is_passage, one.rank))


def passage(hit: Hit, rank: int = 0) -> Item:
    """A passage that a search found."""
    place = Citation(hit.document, hit.span.page, hit.span.start, hit.span.end, hit.text)
    heading = ", ".join([hit.document, f"page {hit.span.page + 1}", *(f"“{part}”" for part in hit.section[-1:])])
    return Item(hit.text, (place,), heading, rank=rank)


def shortened(item: Item, most: int) -> Item | None:
    """A passage cut at the end of a sentence to `most` characters at the most; None where no sentence fits."""
    ends = [end for _, end in sentence_spans(item.text) if end <= most]
    if not ends or not item.is_passage:
        return None
    place, end = item.citations[0], ends[-1]
    cut = Citation(place.document, place.page, place.start, place.start + end, item.text[:end])
    return Item(cut.quote, (cut,), item.heading, rank=item.rank)


def _holder(citation: Citation, hits: Sequence[Hit]) -> Hit | None:
    return next(
        (
            hit
            for hit in hits
            if hit.document == citation.document
            and hit.span.page == citation.page
            and hit.span.start <= citation.start
            and citation.end <= hit.span.end
        ),
        None,
    )


def _in_glossary(citation: Citation) -> bool:
    return citation.document == "glossary"


def _around(citation: Citation, page_text: PageText) -> Item:
    """A sentence with the one before and the one after it."""
    text = page_text(citation.document, citation.page)
    reach = Span(citation.page, max(0, citation.start - AROUND), min(len(text), citation.end + AROUND))
    spans = [(reach.start + start, reach.start + end) for start, end in sentence_spans(text[reach.start : reach.end])]
    near = [span for span in spans if span[1] > citation.start and span[0] < citation.end]
    first = spans.index(near[0]) if near else 0
    last = spans.index(near[-1]) if near else -1
    # The outermost pieces may be cut in the middle: only whole sentences are shown.
    begin = spans[first - 1][0] if first > 1 else citation.start
    stop = spans[last + 1][1] if near and last + 2 < len(spans) else citation.end
    place = Citation(citation.document, citation.page, begin, stop, text[begin:stop])
    return Item(place.quote, (place,), f"{citation.document}, page {citation.page + 1}")


AROUND = 400  # characters in which the sentences before and after a cited one are looked for


def _within(one: Citation, other: Citation) -> bool:
    return (
        (one.document, one.page) == (other.document, other.page) and other.start <= one.start and one.end <= other.end
    )
