"""What comes in between: a second question, a reload, another tab, the command line, in the middle of an answer."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.screenshots import ask, settled
from tests.browser.conftest import Site, Visit
from tests.browser.test_chat import BASE, CAUSES
from tests.browser.test_documents import ask_of
from tests.started import footnote

pytestmark = pytest.mark.browser
TERM = "What is HBM?"
BUSY = "#live [aria-busy=true]"


def begin(page: Page, question: str) -> None:
    """Send a question and return while its answer is on its way."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(BUSY)


def test_a_question_sent_during_an_answer_is_asked_after_it(visit: Visit) -> None:
    page = visit()
    begin(page, CAUSES)
    page.fill("#question textarea", TERM)
    page.press("#question textarea", "Enter")
    settled(page, TERM)
    expect(page.locator("#thread .question p")).to_have_text([CAUSES])
    expect(page.locator("#question textarea")).to_have_value("")
    assert page.locator("body[data-next]").count() == 0


def test_an_answer_outlives_the_reload_of_its_page(visit: Visit) -> None:
    page = visit()
    begin(page, CAUSES)
    page.wait_for_function("location.search.includes('chat=')")
    page.reload()
    expect(page.locator("#thread .question p")).to_have_text([CAUSES])
    expect(page.locator("#thread .cite").first).to_be_visible()


def test_an_answer_that_is_left_arrives_in_no_other_chat(visit: Visit) -> None:
    page = visit()
    begin(page, "What drove the jump in Cambricon's revenue, and why?")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, TERM)
    expect(page.locator(".question p")).to_have_text([TERM])
    page.get_by_role("button", name="Chats", exact=True).click()
    page.locator(".chat-title").filter(has_text="jump in Cambricon's revenue, and why?").first.click()
    expect(page.locator("#thread .question p")).to_have_text(["What drove the jump in Cambricon's revenue, and why?"])
    expect(page.locator("#thread .cite").first).to_be_visible()


def test_an_empty_question_leaves_the_last_answer_in_sight(visit: Visit) -> None:
    page = visit()
    ask(page, TERM)
    address = page.url
    page.press("#question textarea", "Enter")
    expect(page.locator("#live .hint")).to_be_visible()
    expect(page.locator("#thread .question p")).to_have_text([TERM])
    assert page.url == address


def test_a_very_long_question_leaves_its_answer_in_sight(visit: Visit) -> None:
    page = visit(390, 844)
    ask(page, "why " * 4999 + "now?")
    expect(page.locator("#live .answer")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_source_of_a_deleted_chat_is_no_other_source(visit: Visit) -> None:
    page = visit()
    ask(page, BASE)
    page.locator("#live .cite").first.click()
    page.wait_for_selector("#panel:not([data-waiting]) mark")
    page.keyboard.press("Escape")
    ask(page, TERM)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Chats", exact=True).click()
    row = other.locator(".chats li").filter(has=other.locator("[aria-current]"))
    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    page.locator("#live .cite").first.click()
    expect(page.locator("#panel [role=alert]")).to_contain_text("deleted")
    expect(page.locator("#panel mark")).to_have_count(0)


def test_documents_of_the_command_line_appear_and_go(visit: Visit, site: Site, tmp_path: Path) -> None:
    page = visit()
    file = tmp_path / "vireo-depot.txt"
    file.write_text("The Vireo depot holds 912 crates of lamps.")
    assert footnote("ingest", str(file), home=site.home).returncode == 0
    page.click(".views [data-view=documents]")
    expect(page.locator(".documents li[data-document=vireo-depot]")).to_be_visible()
    page.click(".views [data-view=chat]")
    ask_of(page, "vireo-depot")
    ask(page, "How many crates does the Vireo depot hold?")
    expect(page.locator("#live .answer")).to_contain_text("912")
    assert footnote("remove", "vireo-depot", home=site.home).returncode == 0
    page.locator("#live .cite").first.click()
    expect(page.locator("#source .notice")).to_contain_text("no longer in the index")
    expect(page.locator("#panel mark")).to_contain_text("912 crates")
    page.keyboard.press("Escape")
    page.fill("#question textarea", "And how many lamps?")
    page.press("#question textarea", "Enter")
    expect(page.locator("#live .hint")).to_contain_text("no longer in the index")


def test_a_glossary_file_that_is_broken_is_said_and_the_page_goes_on(visit: Visit, site: Site) -> None:
    own = site.home / "glossary.toml"
    own.write_text("[[term]\nbad", encoding="utf-8")
    try:
        page = visit()
        expect(page.locator(".welcome")).to_be_visible()
        page.click(".views [data-view=glossary]")
        expect(page.locator("#glossary-list [role=alert]")).to_contain_text("TOML")
    finally:
        own.unlink()
    page.click(".views [data-view=documents]")
    page.click(".views [data-view=glossary]")
    expect(page.locator(".glossary dt").first).to_be_visible()
