"""Figures in a real browser: the table with its cells, the chart, how a question was read, CSV, near cells."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.footnote import Footnote
from app.screenshots import ask
from app.settings import Settings
from tests.app.test_filing_search import BALANCE, CASH, INCOME, LATER, filing
from tests.browser.conftest import Site, Visit, exported_as, serve
from tests.browser.test_chat import shown_mark

pytestmark = pytest.mark.browser
SERIES = "What was Acorn Mills' revenue from 2019 to 2022?"
TREND = "How has Acorn Mills' gross margin developed?"
METRIC = "What was Acorn Mills' inventory turnover in FY2021?"
REFUSED = "What was Acorn Mills' revenue in FY2012?"
WIDTHS = pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)], ids=["desktop", "phone"])


@pytest.fixture(scope="module")
def filings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("filings")
    (folder / "acorn-2021.md").write_text(filing("Acorn Mills", 2021, INCOME, BALANCE, CASH))
    (folder / "acorn-2022.md").write_text(filing("Acorn Mills", 2022, LATER))
    engine = Footnote(Settings(home=home))
    assert len(engine.ingest([folder]).added) == 2
    engine.close()
    with serve(home, "--no-sample") as address:
        yield Site(address, home)


def drawn(page: Page) -> str:
    """The title of the chart, once it is drawn inside its answer."""
    page.wait_for_selector(".message .chart #chart svg .mark-rect path")
    return page.locator(".message .chart #chart svg .role-title-text").text_content() or ""


def bars(page: Page) -> list[float]:
    return [float(each) for each in page.evaluate(
        "[...document.querySelectorAll('.chart svg .mark-rect path')].map(each => each.getBBox().height)"
    )]  # fmt: skip


@WIDTHS
def test_a_series_is_drawn_in_its_answer_with_bars_as_long_as_their_figures(
    visit: Visit, filings: Site, width: int, height: int
) -> None:
    page = visit(width, height, address=filings.address)
    ask(page, SERIES)
    assert drawn(page) == "Revenue"
    assert "million USD" in (page.locator(".chart svg").text_content() or "")
    heights = bars(page)
    assert [round(each / heights[0], 2) for each in heights] == [1.0, 1.25, 1.51, 1.88]
    assert page.locator(".chart").get_attribute("aria-label") == (
        "Chart of revenue in million USD, FY2019 to FY2022. The table above has its figures."
    )
    box = page.locator(".chart svg").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_is_loaded_for_charts_before_there_is_one(visit: Visit, filings: Site) -> None:
    page = visit(address=filings.address)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.reload()
    page.wait_for_selector(".welcome")
    page.wait_for_selector("#document-list .documents", state="attached")
    assert not [url for url in loaded if "embed-" in url or "vega" in url.lower()]
    ask(page, SERIES)
    drawn(page)
    assert [url for url in loaded if "embed-" in url]


def test_a_chart_is_there_again_after_a_reload_and_an_earlier_one_when_asked_for(visit: Visit, filings: Site) -> None:
    page = visit(address=filings.address)
    ask(page, SERIES)
    drawn(page)
    ask(page, TREND)
    page.wait_for_function("document.querySelector('#live .chart svg')")
    assert drawn(page) == "Gross margin"
    ask(page, METRIC)  # one figure: the chart stays with its answer
    page.wait_for_function("document.querySelector('#thread .chart #chart svg')")
    assert drawn(page) == "Gross margin"
    page.reload()
    page.wait_for_selector("#thread .message")
    assert drawn(page) == "Gross margin"
    page.locator(".chart").first.get_by_role("button", name="Show the chart").click()
    page.wait_for_function("document.querySelector('.chart svg .role-title-text')?.textContent === 'Revenue'")
    assert page.locator(".chart").first.locator("svg").count() == 1
    page.get_by_role("button", name="New chat").click()
    page.wait_for_selector(".welcome")
    expect(page.locator("#chart")).not_to_be_visible()


@pytest.mark.parametrize("question", [METRIC, TREND, SERIES])
@WIDTHS
def test_each_figure_of_the_table_opens_its_place(
    visit: Visit, filings: Site, question: str, width: int, height: int
) -> None:
    page = visit(width, height, address=filings.address)
    ask(page, question)
    cells = page.locator("#live .figures td:has(.cite)")
    assert cells.count() >= 3
    for index in range(cells.count()):
        figure = (cells.nth(index).text_content() or "").split("[")[0]
        cells.nth(index).locator(".cite").click()
        assert figure in shown_mark(page)
        page.locator("#panel .close").click()
        page.wait_for_selector("body:not([data-source])")


@WIDTHS
def test_how_the_question_was_read_unfolds(visit: Visit, filings: Site, width: int, height: int) -> None:
    page = visit(width, height, address=filings.address)
    ask(page, "What was Acorn Mills' DPO in FY2021? Round to one decimal place.")
    read = page.locator("#live .understood dl")
    expect(read).not_to_be_visible()
    page.get_by_text("How the question was read").click()
    expect(read).to_be_visible()
    said = read.inner_text()
    assert "Acorn Mills" in said
    assert "1 decimal place, as asked" in said
    assert "averaged" in said


@WIDTHS
def test_figures_are_downloaded_of_an_answer_and_of_the_chat(
    visit: Visit, filings: Site, width: int, height: int
) -> None:
    page = visit(width, height, address=filings.address)
    ask(page, SERIES)
    ask(page, METRIC)
    with page.expect_download() as one:
        exported_as(page.locator("#live"), "Figures (CSV)").click()
    rows = read_csv(one.value.path())
    assert [(row["figure"], row["period"], row["value"]) for row in rows][:1] == [
        ("cost of goods sold", "FY2021", "720")
    ]
    if width < 860:
        page.get_by_role("button", name="Chats", exact=True).click()
    with page.expect_download() as whole:
        exported_as(page.locator(".chat-export:visible").first, "Figures (CSV)").click()
    rows = read_csv(whole.value.path())
    assert {row["question"] for row in rows} == {SERIES, METRIC}
    assert [row["value"] for row in rows if row["question"] == SERIES] == ["800", "1000", "1210", "1500"]


def read_csv(path: Path) -> list[dict[str, str]]:
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in written
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))


@WIDTHS
def test_a_refused_figure_shows_near_cells_that_open(visit: Visit, filings: Site, width: int, height: int) -> None:
    page = visit(width, height, address=filings.address)
    ask(page, REFUSED)
    near = page.locator("#live .candidates td")
    assert "800 million USD" in (near.first.text_content() or "")
    near.first.locator(".cite").click()
    assert "800" in shown_mark(page)


def test_a_chart_follows_the_theme(visit: Visit, filings: Site) -> None:
    page = visit(address=filings.address, color_scheme="light")
    ask(page, SERIES)
    drawn(page)
    colour = "getComputedStyle(document.querySelector('.chart svg text')).fill"
    before = page.evaluate(colour)
    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_function(f"{colour} !== {before!r}")
