"""Facts for a person: listed, exported, asked for by a tool; a figure of a statement that doesn't add up is refused."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.answer import AnswerKind
from app.cli import main
from app.fact_list import concept_id, facts_csv, facts_text
from app.footnote import Footnote
from app.settings import Settings
from app.tools import tools
from corpus.errors import DataProblem, UnknownDocument

REPORT = """# Annual report {year}

Company: {company}.
Period: fiscal year {year}.

## Consolidated balance sheets

| In millions of USD | FY2021 | FY2020 |
|---|---|---|
| Cash and cash equivalents | 90.50 | 80 |
| =HYPERLINK("http://x") | 9 | 9 |
| Inventories | 200 | 160 |
| Total assets | {assets} | 900 |
| Total liabilities | 500 | 400 |
| Total liabilities and equity | 1,100 | 900 |
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Footnote:
    folder = tmp_path_factory.mktemp("filings")
    (folder / "acorn-2021.md").write_text(REPORT.format(company="Acorn Mills", year=2021, assets="1,100"))
    (folder / "birch-2021.md").write_text(REPORT.format(company="Birch Stores", year=2021, assets="1,700"))
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    assert len(engine.ingest([folder]).added) == 2
    return engine


def test_facts_are_asked_for_by_company_item_and_year(engine: Footnote) -> None:
    found = engine.facts("acorn", "Total assets", 2021)
    assert [(fact.document, fact.value) for fact in found] == [("acorn-2021", 1100)]
    assert engine.facts(concept="Assets", document="acorn-2021", year=2021) == found
    assert len(engine.facts(every=True)) > len(engine.facts())


def test_what_isnt_known_is_said_with_what_is(engine: Footnote) -> None:
    with pytest.raises(UnknownDocument, match="Acorn Mills; Birch Stores"):
        engine.facts("Oak Hill")
    with pytest.raises(UnknownDocument, match="footnote documents"):
        engine.facts(document="oak-2021")
    with pytest.raises(DataProblem, match="inventories"):
        engine.facts(concept="inventorys")
    assert concept_id("Capex") == "capital_expenditure"


def test_csv_is_exact_and_starts_no_formula(engine: Footnote) -> None:
    rows = list(csv.DictReader(io.StringIO(facts_csv(engine.facts("Acorn", every=True)))))
    cash = next(row for row in rows if row["concept"] == "cash" and row["year"] == "2021")
    assert (cash["value"], cash["unit"], cash["scale"], cash["text"]) == ("90.50", "USD", "million", "90.50")
    assert any("HYPERLINK" in row["label"] for row in rows)
    for row in rows:
        for name, text in row.items():
            assert not text.startswith(("=", "+", "@")), (name, text)
            assert not text.startswith("-") or Decimal(text) < 0


def test_the_command_lists_and_writes_facts(
    engine: Footnote, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(engine.settings.home)]
    assert main(["facts", "--company", "Acorn", "--year", "2021", *home]) == 0
    shown = capsys.readouterr().out
    assert "FY2021  cash: 90.50 million USD  (“Cash and cash equivalents”, page 1)" in shown
    assert main(["facts", "--concept", "cash", "--json", *home]) == 0
    assert len(json.loads(capsys.readouterr().out)["facts"]) == 4
    for name in ("facts.csv", "facts.json"):
        assert main(["facts", "--out", str(tmp_path / name), *home]) == 0
    assert len((tmp_path / "facts.csv").read_text().splitlines()) == 1 + len(
        json.loads((tmp_path / "facts.json").read_text())["facts"]
    )
    capsys.readouterr()
    assert main(["facts", "--out", str(tmp_path / "no" / "facts.csv"), *home]) == 1
    assert "--out" in capsys.readouterr().err
    assert main(["facts", "--concept", "goodwil", *home]) == 1
    assert "goodwill" in capsys.readouterr().err


def test_the_tool_gives_facts_with_their_place_or_an_error_to_act_on(engine: Footnote) -> None:
    tool = next(one for one in tools(engine) if one.metadata.name == "facts")
    said = str(tool.call(concept="total assets", company="Acorn", year=2021))
    assert said.startswith("Acorn Mills, FY2021: 1,100 million USD [acorn-2021, page 1,")
    assert "in doubt" in str(tool.call(concept="total assets", company="Birch", year=2021))
    assert str(tool.call(concept="nonsense of sorts")).startswith("error:")
    assert str(tool.call(concept="goodwill")) == "no fact"


def test_a_figure_of_a_statement_that_does_not_add_up_is_refused_with_its_cells(engine: Footnote) -> None:
    answer = engine.ask("What were Birch Stores' total assets in FY2021?")
    assert answer.kind is AnswerKind.REFUSAL
    assert "isn't the sum of its parts" in answer.text
    assert "1,700" not in answer.text
    assert any("1,700" in citation.quote for citation in answer.nearest)
    right = engine.ask("What were Birch Stores' total assets in FY2020?")
    assert right.kind is AnswerKind.ANSWER
    assert "900 million USD" in right.text


def test_facts_in_doubt_are_listed_as_such(engine: Footnote) -> None:
    found = engine.facts("Birch", "total_assets", 2021)
    assert found[0].confidence < 0.5
    assert "1,700 is not 1,100" in found[0].failed
    assert "in doubt: total assets" in facts_text(found)
