"""The chat in a real browser: ask, cite, step, look up, keep, by mouse, touch and keyboard."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import screenshots
from app.export import citations_of
from app.screenshots import ask, settled
from tests.browser.conftest import Site, Visit, exported_as, serve

pytestmark = pytest.mark.browser
CAUSES = "What drove the jump in Cambricon's revenue?"
BASE = "What was Cambricon's revenue in the same quarter of the year before?"
WIDTHS = pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])


def shown_mark(page: Page) -> str:
    """The marked text, once the source is there and the mark lies inside what is visible of the panel."""
    page.wait_for_selector("body[data-source=open] #panel:not([data-waiting]) mark")
    page.wait_for_function(
        """() => {
          const body = document.querySelector('#panel .source-body').getBoundingClientRect();
          const target = document.querySelector('#panel .box, #panel mark').getBoundingClientRect();
          const still = document.querySelector('#panel').getAnimations().length === 0;
          const bottom = Math.min(body.bottom, innerHeight);
          return still && body.width > 0 && target.top >= body.top - 1 && target.top < bottom
            && target.left >= 0 && target.right <= innerWidth + 1;
        }"""
    )
    return page.locator("#pane-source mark:visible").text_content() or ""


@WIDTHS
def test_a_clicked_citation_shows_its_exact_words(visit: Visit, site: Site, width: int, height: int) -> None:
    page = visit(width, height)
    ask(page, CAUSES)
    citations = citations_of(site.last_answer())
    assert citations
    buttons = page.locator("#live .cite")
    for number, citation in enumerate(citations, 1):
        buttons.and_(page.locator(f"[data-n='{number}']")).first.click()
        page.wait_for_selector(f"#panel .source[data-key$=':{number}']")
        assert shown_mark(page) == citation.quote
        page.locator("#panel .close").click()
        page.wait_for_selector("body:not([data-source])")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_answer_is_streamed(visit: Visit) -> None:
    page = visit()
    page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const answer = document.querySelector('#live .streaming');
            if (answer) window.seen.push(answer.textContent);
          }).observe(document.querySelector('#live'), {childList: true, subtree: true, characterData: true});
        }"""
    )
    ask(page, CAUSES)
    seen = list(dict.fromkeys(page.evaluate("window.seen")))
    assert len(seen) >= 3
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))


def test_previous_and_next_step_through_the_citations(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, CAUSES)
    citations = citations_of(site.last_answer())
    assert len(citations) > 1
    page.locator("#live .cite[data-n='1']").first.click()
    assert shown_mark(page) == citations[0].quote
    page.get_by_role("button", name="Next citation").click()
    page.wait_for_selector("#panel .source[data-key$=':2']")
    assert shown_mark(page) == citations[1].quote
    expect(page.locator("#live .cite[data-n='2']").first).to_have_class(re.compile("active"))
    page.get_by_role("button", name="Previous citation").click()
    page.wait_for_selector("#panel .source[data-key$=':1']")
    assert shown_mark(page) == citations[0].quote


def test_a_calculation_shows_its_steps_with_cited_operands(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, BASE)
    table = page.locator("#live .calculation table")
    expect(table).to_contain_text("2.88 billion CNY")
    expect(table).to_contain_text("159%")
    expect(table.locator("tr.result")).to_contain_text("1.112 billion CNY")
    table.locator(".cite").first.click()
    operand = next(
        operand
        for statement in site.last_answer().statements
        if statement.calculation
        for operand in statement.calculation.operands
        if operand.citation
    )
    assert operand.citation is not None
    assert shown_mark(page) == operand.citation.quote


def test_a_refusal_shows_the_nearest_passages(visit: Visit, site: Site) -> None:
    page = visit()
    ask(page, "Who is the chief executive of Cambricon?")
    expect(page.locator("#live .answer")).to_have_class(re.compile("refusal"))
    page.locator("#live .nearest .cite").first.click()
    assert shown_mark(page) == citations_of(site.last_answer())[0].quote


def test_an_example_is_asked_by_a_click(visit: Visit) -> None:
    page = visit()
    question = page.locator(".example").first.text_content() or ""
    page.locator(".example").first.click()
    settled(page, question)
    expect(page.locator("#live .question p")).to_have_text(question)
    expect(page.locator(".welcome")).to_have_count(0)


def test_an_empty_question_gets_a_friendly_line(visit: Visit) -> None:
    page = visit()
    page.fill("#question textarea", "   ")
    page.press("#question textarea", "Enter")
    expect(page.locator("#live .hint")).to_contain_text("Type a question first")


def test_a_term_is_looked_up_and_its_source_opens(visit: Visit) -> None:
    page = visit()
    page.click(".views [data-view=glossary]")
    page.locator(".glossary dt").first.wait_for()  # else none may be there to be counted
    every = page.locator(".glossary dt").count()
    page.get_by_label("Search the glossary").fill("High Bandwidth Memory")
    entry = page.locator(".glossary > div").filter(has=page.locator("dt", has_text="HBM")).first
    entry.wait_for()
    page.wait_for_function("every => document.querySelectorAll('.glossary dt').length < every", arg=every)
    expect(page.locator(".glossary dt").first).to_contain_text("HBM")
    definition = entry.locator("dd > p").first.text_content() or ""
    entry.locator(".source-link").click()
    assert " ".join(definition.split()) in " ".join(shown_mark(page).split())
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).not_to_be_visible()


@pytest.mark.parametrize("way", ["hover", "focus", "tap"])
def test_a_term_in_an_answer_shows_its_definition(visit: Visit, way: str) -> None:
    page = visit(390 if way == "tap" else 1280, has_touch=way == "tap")
    ask(page, CAUSES)
    term = page.locator("#live .term").first
    if way == "hover":
        term.hover()
    elif way == "focus":
        term.focus()
    else:
        term.tap()
    tip = page.locator("#definition")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(term.get_attribute("data-definition") or "no definition")
    box, size = tip.bounding_box(), page.viewport_size
    assert box
    assert size
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_an_answer_is_copied_and_exported_with_its_sources(visit: Visit, site: Site) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, BASE)
    quote = citations_of(site.last_answer())[0]
    page.locator("#live [data-action=copy]").click()
    expect(page.locator("#live [data-action=copy]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"[1] {quote.document}, page {quote.page + 1}" in copied
    with page.expect_download() as download:
        exported_as(page.locator("#live"), "Markdown").click()
    assert download.value.suggested_filename.endswith(".md")
    exported = Path(download.value.path()).read_text(encoding="utf-8")
    assert exported.startswith("# What was Cambricon")
    assert "[^1]:" in exported


def test_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.wait_for_function("document.activeElement?.closest('#question')")
    page.keyboard.type(CAUSES)
    page.keyboard.press("Enter")
    settled(page, CAUSES)
    for _ in range(60):
        if page.evaluate("document.activeElement?.matches('#live .cite')"):
            break
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement?.matches('#live .cite')")
    focused = page.evaluate("document.activeElement.dataset.n")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring != "none"
    page.keyboard.press("Enter")
    shown_mark(page)
    page.wait_for_function("document.activeElement?.closest('#panel')")
    page.keyboard.press("Escape")
    page.wait_for_selector("body:not([data-source])")
    assert page.evaluate("document.activeElement.dataset.n") == focused


def test_chats_are_kept_opened_renamed_and_deleted(visit: Visit) -> None:
    page = visit()
    ask(page, "What is HBM?")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".welcome")).to_be_visible()
    page.get_by_role("button", name="Chats", exact=True).click()
    row = page.locator(".chats li").filter(has_text="What is HBM?").first
    row.get_by_role("button", name="Rename What is HBM?").click()
    box = page.locator("dialog input")
    expect(box).to_have_value("What is HBM?")
    box.fill("Stacked memory <b>")
    box.press("Enter")
    row = page.locator(".chats li").filter(has_text="Stacked memory <b>")
    expect(row).to_have_count(1)
    page.get_by_label("Search chats").fill("stacked")
    expect(page.locator(".chats li")).to_have_count(1)
    row.locator(".chat-title").click()
    expect(page.locator("#thread .question p")).to_have_text("What is HBM?")
    assert "?chat=" in page.url
    page.reload()
    expect(page.locator("#thread .question p")).to_have_text("What is HBM?")
    page.get_by_role("button", name="Chats", exact=True).click()
    row = page.locator(".chats li").filter(has_text="Stacked memory <b>")
    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()


def test_a_follow_up_is_answered_in_its_chat(visit: Visit) -> None:
    page = visit()
    ask(page, "How much revenue did Cambricon report for the first quarter of 2026?")
    ask(page, "And in the same quarter of the year before?")
    expect(page.locator("#live .answer")).to_contain_text("1.11")
    expect(page.locator("#thread .message")).to_have_count(1)


def test_a_restart_finds_the_chat_again(visit: Visit, tmp_path: Path) -> None:
    # As for the pictures: the command as it starts from nothing, which reads the sample first.
    home = tmp_path / "home"
    with screenshots.serve(home) as address:
        page = visit(address=address)
        ask(page, CAUSES)
        answer = page.locator("#live .answer").inner_text()
        page.goto("about:blank")
    with serve(home) as address:
        page = visit(address=address)
        page.get_by_role("button", name="Chats", exact=True).click()
        page.locator(".chats .chat-title").filter(has_text=CAUSES).click()
        expect(page.locator("#thread .question p")).to_have_text(CAUSES)
        assert page.locator("#thread .answer").inner_text() == answer
        quote = citations_of(Site(address, home).last_answer())[0].quote
        page.locator("#thread .cite[data-n='1']").first.click()
        assert shown_mark(page) == quote
        page.goto("about:blank")


def test_a_reading_that_is_offered_is_asked_by_a_click(visit: Visit) -> None:
    page = visit()
    ask(page, "What was Harrowvale's revenue in Q2 2025?")
    ask(page, "and the margin?")
    choices = page.locator("#live .choices .example")
    assert choices.count() == 3
    choices.filter(has_text="operating margin").click()
    page.wait_for_function("document.querySelector('#live .answer.answer')?.textContent.includes('15%')")
    assert "operating margin" in (page.locator("#live .question").text_content() or "")
