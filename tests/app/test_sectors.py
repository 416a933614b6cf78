"""Annual reports of made-up companies of many sectors, drawn as PDFs: the right figure of each, or none."""

from collections.abc import Iterator

import pytest

from app.answer import AnswerKind
from app.footnote import Footnote
from app.settings import Settings
from tests.app.drawn_filing import companies, draw


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    folder = tmp_path_factory.mktemp("sectors")
    for one in companies():
        draw(one, folder / f"{one.key}.pdf")
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    assert len(engine.ingest([folder]).added) == len(companies())
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("question", "expected"), [ask for one in companies() for ask in one.asks], ids=lambda text: text
)
def test_the_statements_of_every_sector_give_their_figures(engine: Footnote, question: str, expected: str) -> None:
    answer = engine.ask(question)
    results = [one.calculation.result for one in answer.statements if one.calculation]
    if expected:
        assert results == [expected], answer.text
    else:
        assert answer.kind is AnswerKind.REFUSAL, answer.text
