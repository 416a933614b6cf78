"""What a screen reader gets: names and roles, headings in order, tables with heads, and news told once."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.screenshots import ask
from tests.browser.conftest import Site, Visit
from tests.browser.states import METRIC, STATES, stocked
from tests.browser.test_chat import CAUSES
from tests.browser.test_documents import upload

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with stocked(tmp_path_factory.mktemp("home")) as site:
        yield site


def listen(page: Page) -> None:
    """Keep what every live region says from now on."""
    page.evaluate(
        """() => {
          window.heard = [];
          const lives = '[aria-live=polite], [aria-live=assertive], [role=status], [role=alert]';
          new MutationObserver((changes) => {
            for (const { target } of changes) {
              const live = (target.nodeType === 1 ? target : target.parentElement)?.closest(lives);
              const text = live?.textContent.trim();
              if (text && window.heard.at(-1) !== text) window.heard.push(text);
            }
          }).observe(document.body, { childList: true, subtree: true, characterData: true });
        }"""
    )


def heard(page: Page) -> list[str]:
    return [str(each) for each in page.evaluate("window.heard")]


def test_an_answer_is_told_once_and_whole(visit: Visit, filled: Site) -> None:
    page = visit(address=filled.address)
    listen(page)
    ask(page, CAUSES)
    expect(page.locator("#announcer")).to_contain_text("2.88 billion CNY")
    said = heard(page)
    assert said[0] == "Looking through your documents …"
    assert len(said) == 2, said
    assert "[1]" not in said[1]
    assert said[1].startswith(page.locator("#live .statement").first.inner_text()[:40])


def test_reading_a_file_is_told_by_its_name_and_its_end(visit: Visit, filled: Site, tmp_path: Path) -> None:
    page = visit(address=filled.address)
    listen(page)
    (tmp_path / "pier.txt").write_text("\n\n".join(f"Pier {n} is {n} metres long." for n in range(800)))
    upload(page, tmp_path / "pier.txt")
    expect(page.locator("#announcer")).to_have_text("Added pier")
    said = heard(page)
    assert len(said) <= 3, said
    assert said[-1] == "Added pier"


def test_a_file_that_failed_is_an_alert(visit: Visit, filled: Site, tmp_path: Path) -> None:
    page = visit(address=filled.address)
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.7\nnothing\n")
    upload(page, tmp_path / "torn.pdf")
    expect(page.get_by_role("alert").filter(has_text="torn.pdf")).to_be_visible()


def test_every_control_has_a_name(visit: Visit, filled: Site) -> None:
    page = visit(address=filled.address)
    ask(page, METRIC)
    page.locator("#live .cite").first.click()
    page.wait_for_selector("#panel:not([data-waiting]) mark")
    roles = "button", "link", "textbox", "combobox", "region", "navigation", "table", "dialog"
    for role in roles:
        for each in page.get_by_role(role).all():  # type: ignore[arg-type]
            assert each.aria_snapshot().split("\n")[0].removeprefix(f"- {role}").strip(" :"), each.evaluate(
                "e => e.outerHTML"
            )
    expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    expect(page.get_by_role("button", name="Ask of")).to_be_visible()
    expect(page.get_by_role("region", name="Text of the source")).to_be_visible()
    expect(page.get_by_role("log", name="Newest answer")).to_be_visible()


def test_headings_go_down_by_one_and_tell_question_from_answer(visit: Visit, filled: Site) -> None:
    page = visit(address=filled.address)
    ask(page, "Who is the chief executive of Cambricon?")
    heads = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].filter(each => each.checkVisibility({ visibilityProperty: true }))"
        ".map(each => [Number(each.tagName[1]), each.textContent])"
    )
    assert [text for _, text in heads] == ["Footnote1", "You asked", "Answer", "Nearest passages"]
    levels = [level for level, _ in heads]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), heads


def test_tables_have_captions_and_head_cells(visit: Visit, filled: Site) -> None:
    page = visit(address=filled.address)
    STATES["figures"](page)
    tables = page.locator("#live table")
    assert tables.count() >= 2
    for table in tables.all():
        assert (table.locator("caption").text_content() or "").strip()
        for row in table.locator("tbody tr").all():
            assert row.locator("th[scope=row]").count() == 1
    assert page.locator("#live .figures thead th[scope=col]").count() >= 3
