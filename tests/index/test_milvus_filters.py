"""Filter expressions of document ids, read back as a server would."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.milvus import filters as module
from index.milvus.filters import filters

IDS = st.sets(st.integers(1, 400), max_size=60)


def admitted(expression: str, every: set[int]) -> list[int]:
    """The documents that an expression admits: ranges and lists of ids, joined by "or"."""
    if not expression:
        return sorted(every)
    found = []
    for part in expression.split(" or "):
        if listed := re.fullmatch(r"document in \[([\d, ]+)\]", part):
            found += [int(key) for key in listed[1].split(", ")]
        else:
            bounds = re.fullmatch(r"\(document >= (\d+) and document <= (\d+)\)", part)
            assert bounds, part
            found += [key for key in sorted(every) if int(bounds[1]) <= key <= int(bounds[2])]
    return found


@given(wanted=IDS, every=IDS, most=st.integers(1, 50))
def test_together_they_admit_what_is_wanted_and_none_twice(wanted: set[int], every: set[int], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_TERMS", most)
        expressions = filters(np.asarray(sorted(wanted), np.int64), np.asarray(sorted(every), np.int64))
    found = [key for expression in expressions for key in admitted(expression, every)]
    assert sorted(found) == sorted(wanted & every)


def test_all_but_a_few_of_very_many_is_short() -> None:
    every = np.arange(1, 100_001)
    assert len("".join(filters(every[every % 30_000 != 0], every))) < 300
