"""The page by keyboard alone: every control is reached, seen and used, and the focus is never lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.screenshots import settled
from tests.browser.conftest import Site, Visit
from tests.browser.states import METRIC, stocked
from tests.browser.test_chat import CAUSES, shown_mark

pytestmark = pytest.mark.browser
MOST = 120  # presses of Tab: more than any view has stops
WIDTHS = pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)], ids=["desktop", "phone"])

# What has the focus: whether it can be seen there, with a ring or a border that shows it.
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getClientRects()[0] || at.getBoundingClientRect(), style = getComputedStyle(at);
  const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 40), 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== 'none'
    || at.closest('#scope') && getComputedStyle(at.closest('#scope')).display !== 'none';
  return {
    what: at.outerHTML.slice(0, 140), area: at.closest('#header, #toolbar, #scroll, #composer, #panel, #drawer, #view-glossary, #view-documents')?.id,
    ring: Boolean(ring), seen: Boolean(top) && (at.contains(top) || top.contains(at)) && box.right > 0 && box.bottom > 0,
  };
}"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with stocked(tmp_path_factory.mktemp("home")) as site:
        yield site


def focus_is_in(page: Page, selector: str) -> bool:
    return bool(page.evaluate("selector => Boolean(document.activeElement?.matches(selector))", selector))


def press_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press `key` until what `selector` names has the focus; each stop on the way must be seen."""
    for _ in range(MOST):
        if focus_is_in(page, selector):
            return
        page.keyboard.press(key)
        stop = page.evaluate(FOCUSED)
        if stop and not stop["seen"]:  # a list that has just come anew may still move
            page.wait_for_timeout(500)
            stop = page.evaluate(FOCUSED)
        assert stop is None or (stop["ring"] and stop["seen"]), stop
    raise AssertionError(f"{key} doesn't reach {selector}")


def asked(page: Page, question: str) -> None:
    page.wait_for_function("document.activeElement?.closest('#question')")
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    settled(page, question)


@WIDTHS
def test_tab_goes_through_the_page_in_its_order_and_out_of_it(
    visit: Visit, filled: Site, width: int, height: int
) -> None:
    page = visit(width, height, address=filled.address)
    asked(page, METRIC)
    press_to(page, ".skip", "Shift+Tab")
    areas: list[str] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or focus_is_in(page, ".skip"):
            break
        assert stop["ring"], stop
        assert stop["seen"], stop
        areas += [stop["area"]] if areas[-1:] != [stop["area"]] else []
    else:
        raise AssertionError("Tab doesn't come out of the page")
    assert areas == ["header", "toolbar", "scroll", "composer"]


def test_the_question_box_is_one_key_away(visit: Visit, filled: Site) -> None:
    page = visit(address=filled.address)
    page.click(".views [data-view=glossary]")
    press_to(page, ".skip", "Shift+Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.matches('#question textarea')")
    assert page.evaluate("document.body.dataset.view") == "chat"


@WIDTHS
def test_an_answer_its_sources_and_its_calculation(visit: Visit, filled: Site, width: int, height: int) -> None:
    page = visit(width, height, address=filled.address)
    asked(page, CAUSES)
    press_to(page, "#live .cite", "Shift+Tab")
    opened = page.evaluate("document.activeElement.dataset.n")
    page.keyboard.press("Enter")
    shown_mark(page)
    page.wait_for_function("document.activeElement?.matches('#panel h2')")
    press_to(page, "#panel [data-step=after]", "Shift+Tab")
    before = page.locator("#panel .stepping span").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "before => document.querySelector('#panel .stepping span').textContent !== before", arg=before
    )
    assert focus_is_in(page, "#panel [data-step=after]"), "the button can be pressed again"
    expect(page.locator("#announcer")).to_have_text(page.locator("#panel .stepping span").inner_text())
    page.keyboard.press("Escape")
    page.wait_for_selector("body:not([data-source])")
    assert page.evaluate("document.activeElement.dataset.n") == opened
    press_to(page, "#question textarea")
    page.keyboard.type(METRIC)
    page.keyboard.press("Enter")
    settled(page, METRIC)
    press_to(page, "#live .calculation > summary", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#live .calculation > table")).not_to_be_visible()
    page.keyboard.press("Space")
    expect(page.locator("#live .calculation > table")).to_be_visible()


def test_on_a_phone_nothing_behind_the_source_is_reached(visit: Visit, filled: Site) -> None:
    page = visit(360, 740, address=filled.address)
    asked(page, CAUSES)
    press_to(page, "#live .cite", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.matches('#panel h2')")
    for _ in range(20):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        assert stop is None or stop["area"] == "panel", stop
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement?.matches('#live .cite')")


def test_a_definition_shows_on_focus_and_escape_hides_it(visit: Visit, filled: Site) -> None:
    page = visit(address=filled.address)
    asked(page, "Who makes HBM?")
    press_to(page, "#live .term", "Shift+Tab")
    expect(page.locator("#definition")).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "definition"
    page.keyboard.press("Escape")
    expect(page.locator("#definition")).not_to_be_visible()
    assert focus_is_in(page, "#live .term")


@WIDTHS
def test_chats_are_found_renamed_and_deleted(visit: Visit, filled: Site, width: int, height: int) -> None:
    page = visit(width, height, address=filled.address)
    asked(page, "What is HBM?")
    press_to(page, "#toolbar [data-action=chats]", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.closest('#chat-search')")
    page.keyboard.type("HBM")
    page.wait_for_function(
        "document.querySelectorAll('.chats li').length && [...document.querySelectorAll('.chats li')].every(each => /HBM/.test(each.textContent))"
    )
    press_to(page, ".chats [data-event=rename_chat]")
    chat = page.evaluate("document.activeElement.dataset.chat")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.matches('dialog input')")
    page.keyboard.type("Memory, HBM")
    page.keyboard.press("Enter")
    expect(page.locator(f".chat-title[data-chat='{chat}'] > bdi")).to_have_text("Memory, HBM")
    page.wait_for_function(
        "chat => document.activeElement?.matches(`[data-event=rename_chat][data-chat='${chat}']`)", arg=chat
    )
    for _ in ("undone", "for good"):
        press_to(page, f".chats [data-event=delete_chat][data-chat='{chat}']")
        page.keyboard.press("Enter")
        expect(page.locator(f".chat-title[data-chat='{chat}']")).to_have_count(0)
        page.wait_for_function("document.activeElement?.matches('#undo button')")
        if _ == "undone":
            page.keyboard.press("Enter")
            expect(page.locator(f".chat-title[data-chat='{chat}']")).to_have_count(1)
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement?.matches('#toolbar [data-action=chats]')")


def test_the_drawer_goes_when_the_keyboard_leaves_it_and_its_button_gives_the_place_back(
    visit: Visit, filled: Site
) -> None:
    page = visit(address=filled.address)
    press_to(page, "#toolbar [data-action=chats]", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.closest('#chat-search')")
    press_to(page, "#drawer .close", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.matches('#toolbar [data-action=chats]')")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.closest('#chat-search')")
    for _ in range(6):
        page.keyboard.press("Shift+Tab")
        if not page.evaluate("document.activeElement?.closest('#drawer') !== null"):
            break
    page.wait_for_selector("body:not([data-drawer])")


@WIDTHS
def test_the_glossary_and_the_documents(visit: Visit, filled: Site, width: int, height: int) -> None:
    page = visit(width, height, address=filled.address)
    press_to(page, ".views [data-view=glossary]", "Shift+Tab")
    page.keyboard.press("Enter")
    press_to(page, "#glossary-search :is(input, textarea)")
    page.keyboard.type("run-rate")
    page.wait_for_function("document.querySelector('.glossary dt')?.textContent.toLowerCase().includes('run-rate')")
    press_to(page, ".glossary .source-link")
    page.keyboard.press("Enter")
    shown_mark(page)
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement?.matches('.glossary .source-link')")
    press_to(page, ".views [data-view=documents]", "Shift+Tab")
    page.keyboard.press("Enter")
    press_to(page, "#upload button")
    press_to(page, ".documents [data-event=open_page]")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.matches('#panel h2')")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement?.matches('.documents [data-event=open_page]')")
    press_to(page, ".documents [data-event=remove_document]")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.matches('dialog button.plain')")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.matches('.documents [data-event=remove_document]')")


def test_documents_to_ask_are_chosen(visit: Visit, filled: Site) -> None:
    page = visit(address=filled.address)
    press_to(page, "#scope .scope-button", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".scope-picker input[data-scope=document]")
    press_to(page, ".scope-picker input[data-scope=document]")
    page.keyboard.press("Space")
    expect(page.locator(".scope-picker input[data-scope=document]:checked")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".scope-picker")).not_to_be_visible()
    assert focus_is_in(page, "#scope .scope-button")
