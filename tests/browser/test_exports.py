"""Export menus, pins, ratings, the search of chats and undone deletions in a real browser."""

import io
import json
import zipfile
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page, expect

from app.chats import Chats
from app.rating import Rating
from app.screenshots import ask
from index.store import Store
from tests.browser.conftest import Site, Visit, exported_as

pytestmark = pytest.mark.browser

BASE = "What was Cambricon's revenue in the same quarter of the year before?"
WIDTHS = pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])


def kept(site: Site) -> Chats:
    return Chats(Store(site.home))


def drawer(page: Page) -> None:
    page.get_by_role("button", name="Chats", exact=True).click()
    expect(page.locator("#drawer")).to_be_visible()


@WIDTHS
def test_an_answer_is_exported_in_each_format(visit: Visit, width: int, height: int) -> None:
    page = visit(width, height)
    ask(page, BASE)
    got: dict[str, bytes] = {}
    for form in ("PDF", "Word (DOCX)", "Web page (HTML)", "Markdown", "Figures (CSV)", "Report"):
        link = exported_as(page.locator("#live"), form)
        box = link.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        with page.expect_download() as saving:
            link.click()
        got[form] = Path(saving.value.path()).read_bytes()
        expect(page.locator("#live .menu ul")).to_be_hidden()
    with pdfium.PdfDocument(io.BytesIO(got["PDF"])) as document:
        assert "1.112 billion CNY" in document[0].get_textpage().get_text_range()
    assert "word/footnotes.xml" in zipfile.ZipFile(io.BytesIO(got["Word (DOCX)"])).namelist()
    assert b"<!doctype html>" in got["Web page (HTML)"]
    assert got["Markdown"].decode().startswith("# What was Cambricon")
    assert got["Figures (CSV)"].startswith(b"\xef\xbb\xbfquestion,")
    assert json.loads(got["Report"])["question"] == BASE


def test_the_menu_by_keyboard(visit: Visit) -> None:
    page = visit()
    ask(page, BASE)
    button = page.locator("#live").get_by_role("button", name="Export")
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(button).to_have_attribute("aria-expanded", "true")
    focused = page.locator(":focus")
    expect(focused).to_have_text("PDF")
    page.keyboard.press("ArrowUp")
    expect(focused).to_have_text("Report")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_text("Word (DOCX)")
    page.keyboard.press("End")
    expect(focused).to_have_text("Report")
    page.keyboard.press("Home")
    with page.expect_download() as saving:
        page.keyboard.press("Enter")
    assert saving.value.suggested_filename.endswith(".pdf")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(focused).to_have_text("PDF")
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(button).to_have_attribute("aria-expanded", "false")


def test_a_chat_is_exported_when_there_is_one(visit: Visit) -> None:
    page = visit()
    expect(page.locator(".chat-export:visible")).to_have_count(0)
    ask(page, "What is HBM?")
    expect(page.locator("#tools .chat-export")).to_be_visible()
    page.locator("#tools").get_by_role("button", name="Export").click()
    expect(page.locator("#tools").get_by_role("link", name="Figures (CSV)")).to_be_hidden()
    ask(page, BASE)
    with page.expect_download() as saving:
        exported_as(page.locator("#tools"), "Markdown").click()
    text = Path(saving.value.path()).read_text(encoding="utf-8")
    assert text.startswith("# What is HBM?")
    assert "## What was Cambricon's revenue" in text
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".chat-export:visible")).to_have_count(0)


@WIDTHS
def test_a_pinned_answer_is_opened_from_the_list_where_it_stands(
    visit: Visit, site: Site, width: int, height: int
) -> None:
    page = visit(width, height)
    ask(page, BASE)
    pin = page.locator("#live .pin")
    expect(pin).to_have_attribute("aria-pressed", "false")
    pin.click()
    expect(pin).to_have_attribute("aria-pressed", "true")
    for question in ("What drove the jump in revenue?", "Who makes HBM?", "What are export controls?"):
        ask(page, question)
    page.get_by_role("button", name="New chat").click()
    drawer(page)
    listed = page.locator(".pinned .chat-title").first
    expect(listed).to_have_text(BASE)
    listed.click()
    message = page.locator("#thread .message").first
    expect(message.locator(".question p")).to_be_in_viewport()
    expect(message.locator(".pin")).to_have_attribute("aria-pressed", "true")
    # From the chat that is shown already, too.
    page.locator("#scroll").evaluate("element => { element.scrollTop = element.scrollHeight; }")
    drawer(page)
    page.locator(".pinned .chat-title").first.click()
    expect(message.locator(".question p")).to_be_in_viewport()
    drawer(page)
    page.locator(".pinned").get_by_role("button", name="Unpin").first.click()
    expect(message.locator(".pin")).to_have_attribute("aria-pressed", "false")
    assert BASE not in [one.question for one in kept(site).pinned()]


def test_an_answer_is_rated_with_a_remark_changed_and_taken_back(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, BASE)
    good = page.locator("#live").get_by_role("button", name="Good answer", exact=True)
    bad = page.locator("#live").get_by_role("button", name="Not a good answer")
    bad.click()
    expect(bad).to_have_attribute("aria-pressed", "true")
    remark = page.get_by_label("A remark on it (optional)")
    expect(remark).to_be_focused()
    remark.fill('<b>"not" audited</b>')
    save = page.locator("#live").get_by_role("button", name="Save remark")
    save.click()
    expect(page.locator("#live .remark-box button")).to_have_text("Saved")
    rated = kept(site).rated()[0].message
    assert (rated.question, rated.rating, rated.remark) == (BASE, Rating.BAD, '<b>"not" audited</b>')
    page.reload()
    message = page.locator("#thread .message").last
    expect(message.locator(".remark-box textarea")).to_have_value('<b>"not" audited</b>')
    good, bad = message.locator(".rate.good"), message.locator(".rate.bad")
    expect(bad).to_have_attribute("aria-pressed", "true")
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    expect(bad).to_have_attribute("aria-pressed", "false")
    good.click()
    expect(good).to_have_attribute("aria-pressed", "false")
    expect(message.locator(".remark-box")).to_be_hidden()
    assert BASE not in [one.message.question for one in kept(site).rated()]


def test_a_deleted_chat_is_brought_back(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, "What is HBM?")
    drawer(page)
    before = page.locator("#chat-list .chats li").count()
    row = page.locator("#chat-list .chats li").filter(has=page.locator("[aria-current]"))
    row.get_by_role("button", name="Delete").click()
    expect(page.locator(".toast")).to_contain_text("Deleted “What is HBM?”.")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#chat-list .chats li")).to_have_count(before - 1)
    undo.click()
    expect(page.locator("#chat-list .chats li")).to_have_count(before)
    expect(page.locator("#thread .question p")).to_have_text("What is HBM?")
    expect(page.locator(".toast")).to_have_count(0)


def test_a_deletion_is_final_when_its_time_is_over(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, "What is DRAM?")
    chat = kept(site).list()[0].id
    drawer(page)
    row = page.locator("#chat-list .chats li").filter(has=page.locator("[aria-current]"))
    row.get_by_role("button", name="Delete").click()
    expect(page.locator(".toast")).to_be_visible()
    assert chat not in [one.id for one in kept(site).list()]
    expect(page.locator(".toast")).to_be_hidden(timeout=20_000)


def test_a_search_shows_where_the_words_stand_and_opens_there(visit: Visit) -> None:
    page = visit()
    ask(page, "What is a covenant?")
    ask(page, "Who makes HBM?")
    for question in ("What drove the jump in revenue?", "What are export controls?", "What is DRAM?"):
        ask(page, question)
    page.get_by_role("button", name="New chat").click()
    drawer(page)
    page.get_by_label("Search chats").fill("hynix micron")
    found = page.locator("#chat-list .chat-title").filter(has_text="What is a covenant?")
    expect(found.locator("mark")).to_have_text("hynix")
    expect(found.locator(".found")).to_contain_text("SK hynix, Samsung and Micron")
    found.click()
    expect(page.locator("#thread .question p").filter(has_text="Who makes HBM?")).to_be_in_viewport()
