"""What a model writes and an answer shows has nothing stray in it: a liar as the writer, and a small model that invents.

The whole evaluation is `python -m tests.eval.written`.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.footnote import Footnote
from app.settings import Settings
from tests.eval.liar import TRUE, Liar
from tests.eval.written import Tally, language_model, run, sample_questions


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    found = Footnote(Settings(home=tmp_path_factory.mktemp("written")))
    found.ingest_sample()
    yield found
    found.close()


@pytest.fixture(scope="module")
def lied(engine: Footnote) -> Tally:
    return run(engine, sample_questions(random.Random(5), 60), Liar(5), Tally(model="liar"))


def test_a_liar_gets_nothing_stray_into_an_answer(lied: Tally) -> None:
    assert lied.questions >= 60
    assert lied.asked_of_model > 20
    assert sum(count for kind, count in lied.lies.items() if kind != TRUE) > 60
    assert lied.strays == []


def test_no_lie_is_shown_in_its_own_words(lied: Tally) -> None:
    assert lied.lies_shown == []


def test_the_engines_figures_stay(lied: Tally) -> None:
    assert lied.lost_figures == []


def test_a_liar_lies_the_same_again() -> None:
    prompt = "[1] From note, page 1: Revenue was 5.2 million USD in 2024. Staff grew to 1,200 people in May 2023."
    first, second = Liar(3), Liar(3)
    assert first.draft(prompt, random.Random(1)) == second.draft(prompt, random.Random(1))
    assert first.said == second.said
    assert {kind for kind, _ in _kinds(prompt)} >= {TRUE, "invented", "markup", "splice", "digit"}


def _kinds(prompt: str) -> list[tuple[str, str]]:
    liar, found = Liar(1), []
    for number in range(60):
        liar.draft(prompt, random.Random(number))
        found += [(kind, text) for text, kind in liar.said]
    return found


def test_a_small_model_gets_nothing_stray_into_an_answer(engine: Footnote, tmp_path: Path) -> None:
    model = language_model("smollm2", "", 8, tmp_path, tokens=96, context=1024)
    try:
        tally = run(engine, sample_questions(random.Random(8), 6), model, Tally(model=model.name))
    finally:
        model.close()
    assert tally.asked_of_model >= 4
    assert tally.drafted > 0
    assert tally.strays == []
    assert tally.lost_figures == []
