"""Document ids → filter expressions of Milvus, short enough for its server also where there are very many."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

DOCUMENT = "document"  # the field
MOST_TERMS = 2000  # ids and ranges in one expression: its server reads 100,000 ids in more than a second


def filters(wanted: NDArray[np.int64], every: NDArray[np.int64]) -> list[str]:
    """Expressions that together, and none twice, admit the documents `wanted` of `every` one there is.

    Neighbours among those that there are become one range, so that "all but a few" is short too. `[""]` for all, empty for
    none; several where one would be too long: each is a search of its own.
    """
    every = np.unique(every)
    rows = np.flatnonzero(np.isin(every, wanted))
    if len(rows) == len(every):
        return [""] if len(every) else []
    terms = list(_terms(every, rows))
    return [_expression(terms[start : start + MOST_TERMS]) for start in range(0, len(terms), MOST_TERMS)]


def _terms(every: NDArray[np.int64], rows: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """First and last document of each run of neighbours."""
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
        if len(run):
            yield int(every[run[0]]), int(every[run[-1]])


def _expression(terms: list[tuple[int, int]]) -> str:
    single = [str(first) for first, last in terms if first == last]
    parts = [f"({DOCUMENT} >= {first} and {DOCUMENT} <= {last})" for first, last in terms if first != last]
    if single:
        parts.append(f"{DOCUMENT} in [{', '.join(single)}]")
    return " or ".join(parts)
