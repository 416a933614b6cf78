"""Overviews of real documents: everything shown is cited, every question shown is answered, nothing is made twice."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answer import AnswerKind
from app.evidence import Pages
from app.export import citations_of
from app.footnote import Footnote
from app.overview import Overview, overview_object
from app.overview import make as making
from app.overview import questions as trying
from app.overview.contents import from_json, stamp, to_json
from app.settings import Settings
from corpus.errors import UnknownDocument
from tests.app.conftest import sample_home

FIGURE = re.compile(r"\d[\d,.]*\d|\d")


def overviews(engine: Footnote) -> list[Overview]:
    return [engine.overview(record.id) for record in engine.documents()]


@pytest.fixture(scope="module", autouse=True)
def patient() -> Iterator[None]:
    """Questions are tried for as long as they take: what is shown doesn't depend on the machine's other work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trying, "SECONDS", 600)
        yield


@pytest.fixture(scope="module", params=["sample", "reports"])
def engine(request: pytest.FixtureRequest) -> Footnote:
    found: Footnote = request.getfixturevalue(request.param)
    return found


def test_every_citation_is_the_text_at_its_place(engine: Footnote) -> None:
    for overview in overviews(engine):
        assert overview.citations
        for one in overview.citations:
            assert engine.page_text(one.document, one.page)[one.start : one.end] == one.quote
            assert one.document == overview.document


def test_every_sentence_and_figure_has_a_citation_that_holds_its_numbers(engine: Footnote) -> None:
    for overview in overviews(engine):
        for said in (*overview.says, *overview.figures, *overview.terms):
            assert said.citations
            quoted = " ".join(one.quote for one in said.citations)
            amount = said.text.partition(": ")[2] if said in overview.figures and ", FY" in said.text else said.text
            assert all(number in quoted for number in FIGURE.findall(amount)), (amount, quoted)


def test_every_question_shown_is_answered_by_the_document_alone(engine: Footnote) -> None:
    shown = 0
    for overview in overviews(engine):
        key = engine.store.document(overview.document).id
        for question in overview.questions:
            answer = engine.ask(question, (), frozenset([key]))
            assert answer.kind is not AnswerKind.REFUSAL, question
            assert {one.document for one in citations_of(answer)} == {overview.document}
            shown += 1
    assert shown >= 2 * len(engine.documents())


def test_a_report_shows_its_main_figures_as_its_statements_have_them(reports: Footnote) -> None:
    for overview in overviews(reports):
        facts = {
            (one.page, one.start): one for one in reports.store.facts([reports.store.document(overview.document).id])
        }
        assert any(one.text.startswith("Revenue, FY") for one in overview.figures), overview.document
        for one in overview.figures:
            fact = facts[one.citations[0].page, one.citations[0].start]
            assert not fact.failed
            assert f"{fact.value:,f}" in one.text
        assert len(overview.parts) >= 2


def test_it_is_made_once_and_again_when_the_document_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Footnote(Settings(home=sample_home(tmp_path / "home")))
    first = engine.overview("cambricon-q1-2026")
    with monkeypatch.context() as patched:
        patched.setattr(making, "_made", lambda *_: pytest.fail("made again"))
        assert engine.overview("cambricon-q1-2026") == first
    note = tmp_path / "note.txt"
    note.write_text("The quay of Marrow is 300 metres long. Its cranes lift 40 tonnes each.")
    engine.ingest([note])
    assert "300 metres" in engine.overview("note").says[0].text
    note.write_text("The quay of Marrow is 320 metres long. Its cranes lift 40 tonnes each.")
    engine.ingest([note])
    assert "320 metres" in engine.overview("note").says[0].text
    engine.store.remove(engine.store.document("note").id)
    with pytest.raises(UnknownDocument):
        engine.overview("note")
    engine.close()


def test_what_is_kept_comes_back_equal_and_of_another_version_not_at_all(sample: Footnote) -> None:
    record = sample.store.document("cambricon-q1-2026")
    overview = sample.overview(record.id)
    text = to_json(overview, stamp(record))
    assert from_json(text, stamp(record)) == overview
    assert from_json(text, "another") is None
    for damaged in ("", "{}", "[]", '{"stamp": "x"}', text[:-9]):
        assert from_json(damaged, stamp(record)) is None


def test_trying_questions_ends_in_time(sample: Footnote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.overview.questions.SECONDS", 0.0)
    record = sample.store.document("cambricon-q1-2026")
    assert making._made(sample, record).questions == ()


def test_a_document_of_next_to_nothing_has_an_overview(tmp_path: Path) -> None:
    engine = Footnote(Settings(home=tmp_path / "home"))
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    (tmp_path / "y.txt").write_text("Hm")
    engine.ingest([tmp_path / "x.csv", tmp_path / "y.txt"])
    for overview in overviews(engine):
        assert overview.questions == ()
        assert overview_object(overview)["pages"] == 1
    assert Pages(engine.store)
    engine.close()
