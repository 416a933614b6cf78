"""The measure of a ranking by questions that an index makes itself."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.footnote import Footnote
from app.settings import Settings
from tests.eval.page_questions import Sought, drawn, main, reciprocal_ranks, row

REPORT = """# Annual report 2021

Company: {company}.
Period: fiscal year 2021.

## Consolidated statements of income

| In millions of USD | FY2021 | FY2020 |
|---|---|---|
| Net sales | 1,200 | 1,000 |
| Cost of sales | 720 | 610 |
| Net income | 162 | 136 |

## Competition and markets

Paper mills of other countries compete on price.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, home = tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("home")
    for company in ("Acorn Mills", "Birch Stores"):
        (folder / f"{company.split()[0].lower()}.md").write_text(REPORT.format(company=company))
    (folder / "article.md").write_text(
        "# Paper and shoes\n\n## A market of many\n\nSales rose to 12 million USD in 2021.\n"
    )
    engine = Footnote(Settings(home=home))
    assert len(engine.ingest([folder]).added) == 3
    engine.close()
    return home


@pytest.fixture
def engine(home: Path) -> Iterator[Footnote]:
    engine = Footnote(Settings(home=home))
    yield engine
    engine.close()


def test_each_report_is_asked_for_its_figures_and_its_headings(engine: Footnote) -> None:
    asked = drawn(engine.store, 3)
    assert asked == drawn(engine.store, 3)
    assert asked != drawn(engine.store, 4)
    for kind, count in (("figures", 3), ("headings", 2)):
        for company in ("Acorn Mills", "Birch Stores"):
            own = [one for one in asked[kind] if company in one.text]
            assert len(own) >= count
            assert {one.pages for one in own} == {frozenset({(company.split()[0].lower(), 0)})}
    assert any("competition and markets" in one.text for one in asked["headings"])


def test_a_question_counts_by_the_rank_of_its_first_page(engine: Footnote) -> None:
    text = "What was the revenue of Acorn Mills in FY2021?"
    pages = [
        frozenset({("acorn", 0)}),
        frozenset({("birch", 0)}),
        frozenset({("birch", 0), ("acorn", 0)}),
        frozenset({("acorn", 7)}),
    ]
    found = reciprocal_ranks(engine, [Sought(text, one) for one in pages])
    assert found[[0, 2, 3]].tolist() == [1, 1, 0]
    assert found[1] in (1 / 2, 1 / 3)


def test_a_row_tells_hits_and_the_difference_with_its_error() -> None:
    found = np.asarray([1, 1 / 2, 1 / 5, 1 / 10, 0])
    assert row("headings", found, None) == "| headings | 5 | 0.200 | 0.600 | 0.800 | 0.360 |"
    assert row("headings", found, np.asarray([1, 1, 1, 1, 0])).endswith("| -0.440 ± 0.171 |")


def test_a_run_is_held_against_an_earlier_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*options: object) -> str:
        monkeypatch.setattr(sys, "argv", ["page_questions", "--home", str(home), *map(str, options)])
        main()
        return capsys.readouterr().out

    kept = tmp_path / "ranks.json"
    first = run("--keep", kept)
    again = run("--beside", kept)
    assert [line.removesuffix("+0.000 ± 0.000 |") for line in again.splitlines()[2:]] == [
        f"{line.removesuffix('|')}| " for line in first.splitlines()[2:]
    ]
    worse = json.loads(kept.read_text())
    worse["headings"]["reciprocal"] = [0.0] * len(worse["headings"]["reciprocal"])
    kept.write_text(json.dumps(worse))
    assert "| +0.000 ± 0.000 |" not in run("--beside", kept).splitlines()[-1]
    with pytest.raises(SystemExit):
        run("--seed", 4, "--beside", kept)
    assert "of other questions" in capsys.readouterr().err
