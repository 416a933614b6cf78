"""Collections, filters, many documents at once, what a chat asks of, overviews: in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.chats import Chats
from app.footnote import Footnote
from app.scope import Scope
from app.screenshots import ask
from app.settings import Settings
from index.store import Store
from tests.app.drawn_filing import companies, draw
from tests.browser.conftest import WAIT, Site, Visit, serve
from tests.browser.test_documents import upload

pytestmark = pytest.mark.browser
TOWNS = 104
expect.set_options(timeout=WAIT)  # conditions are waited for, not times


@pytest.fixture(scope="module")
def harbours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """More documents than one page of the list shows, two of them reports."""
    folder, home = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("home")
    for number in range(1, TOWNS + 1):
        (folder / f"harbour-{number:03}.txt").write_text(
            f"Harbour of town {number}\n\nThe harbour of Town{number} was deepened to {number + 10} metres in 2019."
        )
    for one in companies()[:2]:
        draw(one, folder / f"{one.key}.pdf")
    engine = Footnote(Settings(home=home))
    engine.ingest([folder])
    engine.close()
    with serve(home, "--no-sample") as address:
        yield Site(address, home)


def listed(page: Page) -> None:
    page.click(".views [data-view=documents]")
    page.wait_for_selector(".documents li")


def narrow(page: Page, words: str, count: int) -> None:
    page.fill("#document-list input[type=search]", words)
    expect(page.locator(".documents li")).to_have_count(count)


def put_into_new(page: Page, name: str) -> None:
    page.select_option("[data-put-in]", "new")
    page.fill("dialog[open] input", name)
    page.click("dialog[open] .primary")
    expect(page.locator("#upload-status")).to_contain_text(f"into “{name}”")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_the_list_is_shown_in_parts_and_narrowed_while_typing(
    visit: Visit, harbours: Site, width: int, height: int
) -> None:
    page = visit(width, height, harbours.address)
    listed(page)
    expect(page.locator(".documents li")).to_have_count(100)
    expect(page.locator(".shown")).to_contain_text(f"100 of {TOWNS + 2} documents")
    page.click("[data-event=show_more]")
    expect(page.locator(".documents li")).to_have_count(TOWNS + 2)
    # At one width so slowly that lists of fewer letters come between the keys.
    page.locator("#document-list input[type=search]").press_sequentially(
        "harbour 10", delay=60 if width < 1000 else 300
    )
    expect(page.locator(".documents li")).to_have_count(6)  # 010, 100 to 104
    box = page.locator("#document-list input[type=search]")
    expect(box).to_be_focused()
    expect(box).to_have_value("harbour 10")
    narrow(page, "", 100)
    page.select_option("#document-list [data-filter=kind]", "annual report")
    expect(page.locator(".documents li")).to_have_count(2)
    page.select_option("#document-list [data-filter=order]", "company")
    names = page.locator(".documents .name").all_inner_texts()
    assert len(names) == 2
    narrow(page, "nothing at all like that", 0)
    expect(page.locator("#document-list .notice")).to_contain_text("No document fits")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_collection_is_made_asked_renamed_emptied_and_deleted(visit: Visit, harbours: Site) -> None:
    page = visit(address=harbours.address)
    listed(page)
    narrow(page, "harbour-00", 9)
    page.check("[data-choose-all]")
    expect(page.locator(".chosen-count")).to_have_text("9 chosen")
    put_into_new(page, "First ports")
    page.select_option("#document-list [data-filter=collection]", label="First ports (9)")
    expect(page.locator(".collection-bar")).to_contain_text("First ports")
    narrow(page, "", 9)
    page.get_by_role("button", name="Rename the collection First ports").click()
    page.fill("dialog[open] input", "Ports")
    page.click("dialog[open] .primary")
    expect(page.locator(".collection-bar")).to_contain_text("Ports")
    page.get_by_role("button", name="Ask this collection").click()
    expect(page.locator(".scope-button")).to_contain_text("Ports")
    ask(page, "To how many metres was the harbour of Town4 deepened?")
    expect(page.locator("#live .answer")).to_contain_text("14 metres")
    ask(page, "To how many metres was the harbour of Town50 deepened?")
    assert "60 metres" not in page.locator("#live .answer").inner_text()
    # The choice is kept with the chat, and there again after a reload.
    page.reload()
    page.wait_for_selector("#thread .message")
    expect(page.locator(".scope-button")).to_contain_text("Ports")
    # What is put in later counts at the next question.
    listed(page)
    narrow(page, "harbour 050", 1)
    page.check("[data-choose-all]")
    page.select_option("[data-put-in]", label="Ports (9)")
    expect(page.locator("#upload-status")).to_contain_text("Put 1 document into “Ports”")
    page.click(".views [data-view=chat]")
    ask(page, "To how many metres was the harbour of Town50 deepened?")
    expect(page.locator("#live .answer")).to_contain_text("60 metres")
    store = Store(harbours.home)
    chats = Chats(store)
    chat = chats.get(chats.list()[0].id)
    assert chat.record.scope == Scope.of([store.collection("Ports").id])
    assert [len(one.asked or ()) for one in chat.messages] == [9, 9, 10]
    store.close()
    listed(page)
    page.select_option("#document-list [data-filter=collection]", label="Ports (10)")
    narrow(page, "", 10)
    page.check("[data-choose-all]")
    page.get_by_role("button", name="Take out of “Ports”").click()
    expect(page.locator("dialog[open]")).to_contain_text("Take 10 documents out of “Ports”?")
    page.click("dialog[open] .primary")
    expect(page.locator("#upload-status")).to_contain_text("Took 10 documents out")
    page.click(".views [data-view=chat]")
    page.fill("#question textarea", "And the harbour of Town3?")
    page.press("#question textarea", "Enter")
    expect(page.locator("#live .hint")).to_contain_text("no documents in the collection “Ports”")
    page.click(".views [data-view=documents]")
    page.get_by_role("button", name="Delete the collection Ports").click()
    page.click("dialog[open] .primary")
    expect(page.locator("#upload-status")).to_contain_text("Deleted the collection “Ports”")
    expect(page.locator(".documents li")).to_have_count(100)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_the_picker_narrows_and_each_chat_has_its_own_choice(
    visit: Visit, harbours: Site, width: int, height: int
) -> None:
    page = visit(width, height, harbours.address)
    expect(page.locator(".scope-button")).to_contain_text("All documents")
    page.click(".scope-button")
    page.fill("#scope input[type=search]", "harbour-07")
    expect(page.locator(".scope-picker input[data-scope=document]")).to_have_count(10)
    page.locator(".scope-picker label", has_text="harbour-077").locator("input").check()
    expect(page.locator(".scope-now .tag")).to_have_count(1)
    expect(page.locator(".scope-picker input[data-scope=document]:checked")).to_have_count(1)
    box = page.locator(".scope-picker").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("Escape")
    expect(page.locator(".scope-picker")).not_to_be_visible()
    ask(page, "To how many metres was the harbour of Town77 deepened?")
    expect(page.locator("#live .answer")).to_contain_text("87 metres")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".welcome")).to_be_visible()
    page.click(".scope-button")
    page.get_by_role("button", name="Ask all documents").click()
    expect(page.locator(".scope-button")).to_contain_text("All documents")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Chats", exact=True).click()
    page.locator(".chat-title", has_text="Town77").first.click()
    expect(page.locator(".scope-button")).to_contain_text("harbour-077")


def test_many_are_removed_after_one_question_that_names_the_count(visit: Visit, harbours: Site) -> None:
    page = visit(address=harbours.address)
    listed(page)
    narrow(page, "harbour-09", 10)
    page.check("[data-choose-all]")
    page.locator(".documents [data-choose]").first.uncheck()
    expect(page.locator(".chosen-count")).to_have_text("9 chosen")
    page.locator(".with-chosen").get_by_role("button", name="Remove").click()
    expect(page.locator("dialog[open]")).to_contain_text("Remove 9 documents from the index?")
    page.locator("dialog[open]").get_by_role("button", name="Cancel").click()
    expect(page.locator(".documents li")).to_have_count(10)
    page.locator(".with-chosen").get_by_role("button", name="Remove").click()
    page.locator("dialog[open]").get_by_role("button", name="Remove").click()
    expect(page.locator("#upload-status")).to_contain_text("Removed 9 documents")
    expect(page.locator(".documents li")).to_have_count(1)


def test_nothing_out_of_sight_stays_chosen(visit: Visit, harbours: Site) -> None:
    page = visit(address=harbours.address)
    listed(page)
    narrow(page, "harbour-02", 10)
    page.check("[data-choose-all]")
    narrow(page, "harbour-021", 1)
    expect(page.locator(".chosen-count")).to_have_text("1 chosen")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_an_overview_opens_its_sources_and_asks_its_questions(
    visit: Visit, harbours: Site, width: int, height: int
) -> None:
    page = visit(width, height, harbours.address)
    listed(page)
    name = companies()[0].key
    narrow(page, name, 1)
    page.get_by_role("button", name=f"Overview of {name}").click()
    expect(page.locator(".overview h2")).to_be_focused()
    expect(page.locator(".overview")).to_contain_text("Revenue, FY")
    number = page.locator(".overview .said li", has_text="Revenue, FY")
    amount = re.search(r": ([\d,]+)", number.inner_text())
    number.locator(".cite").click()
    page.wait_for_selector("#panel:not([data-waiting]) mark")
    assert amount
    expect(page.locator("#panel mark").first).to_contain_text(amount[1])
    expect(page.locator("#panel .pdf-page .box").first).to_be_visible()
    page.keyboard.press("Escape")
    question = page.locator(".overview .example").first
    words = question.inner_text()
    question.click()
    page.wait_for_selector("#live .answer:not(.streaming)")
    expect(page.locator("#live .question")).to_contain_text(words)
    expect(page.locator("#live .answer.refusal")).to_have_count(0)
    expect(page.locator(".scope-button")).to_contain_text(name)


def test_the_overview_of_a_new_document_is_shown_at_once(visit: Visit, harbours: Site, tmp_path: Path) -> None:
    file = tmp_path / "marrow-quay.txt"
    file.write_text("The Marrow quay is 300 metres long. Marrow's revenue rose to 12 million euros in 2025.")
    page = visit(address=harbours.address)
    upload(page, file)
    expect(page.locator(".overview")).to_contain_text("12 million euros")
    page.locator(".overview .cite").first.click()
    expect(page.locator("#panel mark")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".overview .close").click()
    expect(page.locator(".overview")).to_have_count(0)


def test_documents_of_an_earlier_reading_are_read_again(visit: Visit, tmp_path: Path) -> None:
    home = tmp_path / "home"
    engine = Footnote(Settings(home=home, passage_tokens=100))
    for number in range(3):
        (tmp_path / f"note-{number}.txt").write_text(f"The quay {number} is {number + 300} metres long.")
        engine.ingest([tmp_path / f"note-{number}.txt"])
    engine.close()
    with serve(home, "--no-sample") as address:
        page = visit(address=address)
        page.click(".views [data-view=documents]")
        expect(page.locator(".outdated")).to_contain_text("3 documents were read by an earlier version")
        page.click(".outdated button")
        expect(page.locator("#upload-status .report")).to_contain_text("Read 3 documents again.")
        expect(page.locator(".outdated")).to_have_count(0)
        page.goto("about:blank")
    store = Store(home)
    assert all(record.reading.endswith("/220") for record in store.documents())
    store.close()
