"""A short load in every run of the tests; the full one is `make soak`."""

from pathlib import Path

import pytest

from tests.app.conftest import sample_home
from tests.load.memory import Memory
from tests.load.run import load


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return sample_home(tmp_path)


def test_many_chats_at_once_each_get_their_own_answers_while_documents_come_and_go(home: Path) -> None:
    result = load(home, chats=12, seconds=600, most=60)
    assert result.errors == []
    assert len(result.seconds) >= 60
    assert result.documents >= 1
    assert result.busy == 0


def test_a_page_that_is_asked_too_much_says_so_and_goes_on(home: Path) -> None:
    result = load(home, chats=12, seconds=600, most=30, documents=False, FOOTNOTE_PAGE_QUEUE="2")
    assert result.errors == []
    assert result.busy > 0
    assert len(result.seconds) >= 30


def test_growth_is_told_from_its_absence() -> None:
    flat, leaking = Memory(1), Memory(1)
    for second in range(100):
        flat.samples.append((second, 10 * second, 500_000_000 + 1_000_000 * (second % 3)))
        leaking.samples.append((second, 10 * second, 500_000_000 + 50_000 * second + 1_000_000 * (second % 3)))
    slope, error = flat.growth()
    assert abs(slope) < 2 * error + 1
    slope, error = leaking.growth()
    assert slope > 3 * error
    assert slope == pytest.approx(5000, rel=0.2)
