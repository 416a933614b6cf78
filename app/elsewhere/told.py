"""What is said elsewhere, as text for the terminal and for a model."""

from collections.abc import Iterator

from app.elsewhere.search import Elsewhere, Found
from app.export import place

_HEADS = (
    ("contradicting", "Contradicting"),
    ("agreeing", "Agreeing"),
    ("related", "Related, neither agreeing nor contradicting beyond doubt"),
)


def elsewhere_text(found: Elsewhere) -> str:
    """The passages under their relation, each with its place and what differs; a line where there are none."""
    lines = [f"“{found.text}”"]
    for name, head in _HEADS:
        some: tuple[Found, ...] = getattr(found, name)
        if some:
            lines += ["", f"{head}:", *(line for number, one in enumerate(some, 1) for line in _lines(number, one))]
    if len(lines) == 1:
        lines += ["", "The documents say nothing else that is near to it."]
    elif not (found.contradicting or found.agreeing):
        lines += ["", "Nothing agrees with it or contradicts it beyond doubt."]
    return "\n".join(lines)


def _lines(number: int, one: Found) -> Iterator[str]:
    where = one.citation
    yield f"{number}. {place(where)} [{where.start}:{where.end}]: {one.comparison.words}"
    yield f"   {' '.join(one.said.text.split())}"
