"""The best of a sum, with cosines from a server that gives the nearest of some documents: held against all cosines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.milvus import best as module
from index.milvus.best import Sources, cosines_of_the_best


def sources(cosines: NDArray[np.float32], documents: NDArray[np.int64], asked: list[int]) -> Sources:
    """A server over these, exact; `asked` takes how many rows each call gave."""

    def nearest(among: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        rows = np.flatnonzero(np.isin(documents, among))
        rows = rows[np.argsort(-cosines[rows], kind="stable")][:most]
        asked.append(len(rows))
        return rows, cosines[rows]

    def exact(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        asked.append(len(rows))
        return cosines[rows]

    return Sources(nearest, exact)


@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 400),
    best=st.integers(1, 40),
    lift=st.sampled_from([0.0, 0.05, 0.4, 1.5]),
    out=st.sampled_from([0.0, 0.3, 1.0]),
    first=st.integers(1, 60),
)
def test_the_best_are_those_of_all_sums(seed: int, count: int, best: int, lift: float, out: float, first: int) -> None:
    random = np.random.default_rng(seed)
    documents = np.sort(random.integers(0, 20, count))
    cosines = random.uniform(-1, 1, count).astype(np.float32)
    added = (lift * random.random(20)[documents]).astype(np.float32)
    added[np.isin(documents, np.flatnonzero(random.random(20) < out))] = -np.inf
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FIRST", first)
        patch.setattr(module, "FEW", first // 2)
        found = cosines_of_the_best(sources(cosines, documents, []), documents, added, best)
    sums, exact = found + added, cosines + added
    kept = np.isfinite(exact)
    order = np.argsort(-exact[kept], kind="stable")[:best]
    np.testing.assert_array_equal(np.argsort(-sums[kept], kind="stable")[:best], order)
    np.testing.assert_array_equal(sums[kept][order], exact[kept][order])


def test_a_server_is_asked_for_few_where_that_is_certain() -> None:
    random = np.random.default_rng(1)
    cosines = random.uniform(-1, 1, 200_000).astype(np.float32)
    documents = np.repeat(np.arange(2000), 100)
    asked: list[int] = []
    cosines_of_the_best(sources(cosines, documents, asked), documents, np.zeros(len(cosines), np.float32), 60)
    assert asked == [module.FIRST]
