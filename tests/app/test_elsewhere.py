"""Where else something is said: what agrees, what contradicts, what is only related; by every way in."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.cli import main
from app.elsewhere import Relation, compare, elsewhere_text, place_cited
from app.footnote import Footnote
from app.settings import Settings
from corpus.errors import BadDraft, UnknownDocument
from index.checks import ENOUGH
from index.citation import Citation
from tests.app.server_process import client, running
from tests.eval.elsewhere import Case, cases, scores

CASES = cases()
NOTES = {
    "first": "# Acorn Mills, second quarter of 2025\n\nAcorn Mills' revenue in the second quarter of 2025 was 480.2 million EUR. "
    "The mill in Hull pays no rent.\n",
    "rounded": "# Acorn Mills\n\nIn the second quarter of 2025 Acorn Mills had revenue of 480 million EUR.\n",
    "other": "# Acorn Mills\n\nAcorn Mills' revenue came to 530 million EUR in the second quarter of 2025.\n",
    "earlier": "# Acorn Mills\n\nAcorn Mills' revenue was 401 million EUR in the second quarter of 2024.\n",
    "birch": "# Birch Foods\n\nBirch Foods' revenue was 530 million EUR in the second quarter of 2025.\n",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, home = tmp_path_factory.mktemp("notes"), tmp_path_factory.mktemp("home")
    for name, text in NOTES.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    engine = Footnote(Settings(home=home))
    assert len(engine.ingest([folder]).added) == len(NOTES)
    engine.close()
    return home


@pytest.fixture(scope="module")
def engine(home: Path) -> Iterator[Footnote]:
    engine = Footnote(Settings(home=home))
    yield engine
    engine.close()


def test_there_are_enough_cases_of_each_relation() -> None:
    assert len(CASES) >= 60
    assert all(sum(case.relation is relation for case in CASES) >= 20 for relation in Relation)


@pytest.mark.parametrize("case", [one for one in CASES if one.relation is Relation.RELATED], ids=lambda one: one.tries)
def test_what_is_in_doubt_is_never_called_agreeing_or_contradicting(case: Case) -> None:
    assert case.found.relation is Relation.RELATED, case.found.words


def test_what_is_called_agreeing_or_contradicting_is_so() -> None:
    agreeing, contradicting = scores(CASES)
    assert agreeing.precision >= 0.95
    assert contradicting.precision >= 0.97
    assert agreeing.recall >= 0.9
    assert contradicting.recall >= 0.9


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.relation is not Relation.RELATED and one.theirs.metadata.company], ids=lambda one: one.tries
)  # fmt: skip
def test_the_relation_is_the_same_from_the_other_side(case: Case) -> None:
    assert compare(case.theirs, case.mine).relation in (case.found.relation, Relation.RELATED)


def test_a_sentence_of_a_document_is_held_against_the_others(engine: Footnote) -> None:
    found = engine.elsewhere(citation=_cited(engine, "first", "Acorn Mills' revenue"))
    assert [one.citation.document for one in found.agreeing] == ["rounded"]
    assert found.agreeing[0].comparison.words == "says 480 million EUR, here 480.2 million EUR: rounds to the same"
    assert [one.citation.document for one in found.contradicting] == ["other"]
    assert found.contradicting[0].comparison.words == "says 530 million EUR, here 480.2 million EUR: another figure"
    related = {one.citation.document: one.comparison.words for one in found.related}
    assert related["earlier"] == "is of another period: Q2 2024, here Q2 2025"
    assert related["birch"].startswith("is of another subject: Birch")


def test_what_is_found_is_a_place_of_its_document(engine: Footnote) -> None:
    found = engine.elsewhere("Acorn Mills' revenue in the second quarter of 2025 was 480 million EUR.")
    every = [*found.agreeing, *found.contradicting, *found.related]
    assert {one.citation.document for one in found.agreeing} == {"first", "rounded"}
    assert every
    for one in every:
        place = one.citation
        assert engine.page_text(place.document, place.page)[place.start : place.end] == place.quote


def test_the_documents_looked_in_can_be_named(engine: Footnote) -> None:
    only = {engine.store.document("other").id}
    found = engine.elsewhere("Acorn Mills' revenue in the second quarter of 2025 was 480 million EUR.", documents=only)
    assert not found.agreeing
    assert [one.citation.document for one in found.contradicting] == ["other"]


@pytest.mark.parametrize("text", ["", "   ", "One is. Two is. Three is. Four is."])
def test_nothing_and_too_much_are_told(engine: Footnote, text: str) -> None:
    with pytest.raises(BadDraft, match="Give"):
        engine.elsewhere(text)


def test_a_place_where_nothing_stands_is_told(engine: Footnote) -> None:
    with pytest.raises(UnknownDocument, match="nothing stands"):
        place_cited(engine, "first", 1, 5, 99_999)


@pytest.mark.parametrize("text", ["¿?", "480", "the of and", "x" * 1500, "收入为480亿元。"])
def test_odd_texts_give_no_relation_that_isnt_there(engine: Footnote, text: str) -> None:
    found = engine.elsewhere(text)
    assert not found.agreeing
    assert not found.contradicting
    assert elsewhere_text(found)


def test_a_figure_of_a_statement_is_found_beside_what_a_sentence_says(reports: Footnote) -> None:
    fact = next(one for one in reports.facts(concept="revenue") if one.confidence >= ENOUGH and one.quarter is None)
    amount = f"{fact.value:,f} {fact.scale} {fact.unit}"
    said = reports.elsewhere(f"{fact.company}'s revenue was {amount} in fiscal {fact.year}.")
    assert (fact.page, fact.start) in {(one.citation.page, one.citation.start) for one in said.agreeing}
    wrong = reports.elsewhere(
        f"{fact.company}'s revenue was {fact.value * 3:,f} {fact.scale} {fact.unit} in fiscal {fact.year}."
    )
    assert (fact.page, fact.start) in {(one.citation.page, one.citation.start) for one in wrong.contradicting}
    assert fact.document not in {one.citation.document for one in wrong.agreeing}


def test_the_command_prints_text_and_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "Acorn Mills' revenue in the second quarter of 2025 was 480 million EUR."
    assert main(["elsewhere", sentence, "--home", str(home)]) == 0
    said = capsys.readouterr().out
    assert "Contradicting:\n1. other, page 1" in said
    assert "another figure" in said
    assert main(["elsewhere", "--citation", "first", "1", "38", "60", "--json", "--home", str(home)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["citation"]["document"] for one in data["contradicting"]] == ["other"]
    assert data["contradicting"][0]["reason"] == "another figure"
    assert main(["elsewhere", "--citation", "first", "1", "x", "60", "--home", str(home)]) == 2
    assert "is no place" in capsys.readouterr().err


def test_the_api_gives_the_same_and_tells_mistakes(home: Path, engine: Footnote) -> None:
    place = {"document": "first", "page": 1, "start": 38, "end": 60}
    with running("serve", home) as server, client(server) as http:
        given = http.post("/api/elsewhere", json={"citation": place}).json()
        assert given == engine.elsewhere(citation=place_cited(engine, "first", 1, 38, 60)).to_json()
        for body, status in (
            ({}, 400),
            ({"citation": {**place, "page": 9}}, 404),
            ({"citation": {**place, "page": 0}}, 400),
            ({"text": "x", "documents": ["missing"]}, 404),
            ({"text": "x", "more": 1}, 400),
        ):
            told: httpx.Response = http.post("/api/elsewhere", json=body)
            assert told.status_code == status, told.text
            assert told.json()["error"]["message"]


def _cited(engine: Footnote, document: str, opening: str) -> Citation:
    start = engine.page_text(document, 0).index(opening)
    return place_cited(engine, document, 1, start, start + len(opening))
