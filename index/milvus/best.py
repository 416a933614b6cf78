"""The best of a sum without all of its terms: cosines come from a server some at a time, the rest is known here.

The threshold algorithm (Fagin, Lotem and Naor, 2001): what the server hasn't given has at most the least cosine that it gave.
Once no passage can pass the last of the best any more, the others needn't be asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIRST = 2048  # passages asked for at first
MOST = 16_384  # that a Milvus server gives at once
FEW = 2048  # passages whose cosines are computed here, from their stored vectors, rather than asked for
NOISE = np.float32(1e-5)  # by which two ways of multiplying differ at most
LOWEST = np.float32(-1)  # no cosine is less


@dataclass(frozen=True, slots=True)
class Sources:
    """Where cosines come from."""

    # Documents (n,), how many → rows of `ids` and their cosines, the best of these documents; fewer where there are no more.
    nearest: Callable[[NDArray[np.int64], int], tuple[NDArray[np.int64], NDArray[np.float32]]]
    # Rows of `ids` → their cosines.
    exact: Callable[[NDArray[np.int64]], NDArray[np.float32]]


def cosines_of_the_best(
    sources: Sources, documents: NDArray[np.int64], added: NDArray[np.float32], count: int
) -> NDArray[np.float32]:
    """(n,) float32: the cosines of all passages that can be among the `count` best of cosine + `added`; -1 for others.

    `documents` ((n,) int64) tells the document of each passage, `added` ((n,) float32) what else counts for it: -inf for one
    that is out of the question.
    """
    found = np.full(len(added), np.nan, np.float32)

    def asked(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
        """Ask for the best of the documents of `rows`; gives which of these can still be among the best of all."""
        given, cosines = sources.nearest(np.unique(documents[rows]), most)
        found[given] = cosines
        bound = cosines.min() + NOISE if len(cosines) else np.float32(1)
        left = rows[np.isnan(found[rows])]
        return left[bound + added[left] >= _last_of_the_best(found, added, count)]

    left = np.flatnonzero(np.isfinite(added))
    if left.size:
        left = asked(left, FIRST)
    if left.size > FEW:
        left = asked(left, MOST)
    # More than a server gives at once, all of them lifted alike: those lifted most.
    left = left[np.argsort(-added[left], kind="stable")[:MOST]]
    if left.size:
        found[left] = sources.exact(left)
    return np.where(np.isnan(found), LOWEST, found)


def _last_of_the_best(found: NDArray[np.float32], added: NDArray[np.float32], count: int) -> np.float32:
    """The `count`-th greatest of the sums that are known; -inf where there are fewer."""
    sums = (found + added)[~np.isnan(found)]
    sums = sums[np.isfinite(sums)]
    return np.float32(-np.inf) if len(sums) < count else np.float32(np.partition(sums, -count)[-count])
