"""Pages are drawn and measured in the process that draws, so that a bad one can't take the program down."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from corpus.document import Span
from corpus.reading import BeyondLimits, drawing

if TYPE_CHECKING:
    from corpus.readers.pdf import Box

P = ParamSpec("P")
R = TypeVar("R")

_BEYOND: dict[tuple[Path, int], str] = {}  # pages that can't be drawn, and why


def apart(path: Path, page: int, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `function` gives in the process that draws. A page that took too much once isn't tried again.

    Raises UnreadableFile, and BeyondLimits for such a page.
    """
    if (path, page) in _BEYOND:
        raise BeyondLimits(_BEYOND[path, page])
    try:
        return drawing.call(f"page {page + 1}", function, *args, **kwargs)
    except BeyondLimits as error:
        _BEYOND[path, page] = str(error)
        raise


def boxes_of(path: Path, page: int, spans: Sequence[Span]) -> "list[list[Box]]":
    """The boxes of each of several spans of one page of a kept PDF. Raises UnreadableFile."""
    return _boxes(path, page, tuple(spans))


@lru_cache(maxsize=256)
def _boxes(path: Path, page: int, spans: tuple[Span, ...]) -> "list[list[Box]]":
    from corpus.readers.pdf import spans_boxes

    return apart(path, page, spans_boxes, path, page, spans)
