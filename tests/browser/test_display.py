"""The page as people set their screens: enlarged, in forced colours, without motion, for fingers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.screenshots import ask
from tests.browser.conftest import Site, Visit
from tests.browser.states import METRIC, STATES, stocked
from tests.browser.test_accessibility import too_wide
from tests.browser.test_chat import CAUSES, shown_mark

pytestmark = pytest.mark.browser
# A window of 1280 by 1024 px enlarged twice and four times (WCAG 1.4.4 and 1.4.10).
ENLARGED = pytest.mark.parametrize(("width", "height"), [(640, 512), (320, 256)], ids=["200%", "400%"])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with stocked(tmp_path_factory.mktemp("home")) as site:
        yield site


@ENLARGED
def test_nothing_is_lost_when_the_page_is_enlarged(visit: Visit, filled: Site, width: int, height: int) -> None:
    page = visit(width, height, address=filled.address)
    for name in ("chat", "glossary", "documents"):
        expect(page.locator(f".views [data-view={name}]")).to_be_in_viewport(ratio=1)
    expect(page.locator(".theme")).to_be_in_viewport(ratio=1)
    expect(page.locator("#send")).to_be_in_viewport(ratio=1)
    ask(page, METRIC)
    expect(page.locator("#live .answer")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#scroll').clientHeight") >= 96, "a few lines of the answer"
    assert too_wide(page) == []
    page.locator("#live .cite").first.click()
    shown_mark(page)
    expect(page.locator("#panel .close")).to_be_in_viewport(ratio=1)
    assert too_wide(page) == []
    page.keyboard.press("Escape")
    page.click("#toolbar [data-action=chats]")
    page.wait_for_selector(".chats li")
    page.locator(".chats [data-event=delete_chat]").first.click()
    for button in page.locator("dialog[open] button").all():
        expect(button).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    for name in ("glossary", "documents"):
        page.click(f".views [data-view={name}]")
        assert too_wide(page) == []
        last = page.locator(f"#view-{name} button").last
        last.scroll_into_view_if_needed()
        expect(last).to_be_in_viewport()


def bounded(page: Page, selector: str) -> bool:
    """Whether an element has a border or an outline that is drawn."""
    return bool(
        page.locator(selector).first.evaluate(
            "each => { const style = getComputedStyle(each); return ['border', 'outline'].some(kind =>"
            " style[kind + 'Style'] !== 'none' && parseFloat(style[kind + 'Width']) >= 1); }"
        )
    )


def test_in_forced_colours_lines_stand_for_grounds(visit: Visit, filled: Site) -> None:
    page = visit(address=filled.address, forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    ask(page, CAUSES)
    assert bounded(page, "#live .cite")
    assert bounded(page, "#send")
    assert bounded(page, ".question p")
    assert bounded(page, ".views [aria-current]")
    current, other = (
        page.locator(f".views button{which}").first.evaluate("each => getComputedStyle(each).outlineStyle")
        for which in ("[aria-current]", ":not([aria-current])")
    )
    assert current != other, "the open view is told apart without its ground"
    page.locator("#live .cite").first.click()
    shown_mark(page)
    colours = page.locator("#panel mark").evaluate(
        "each => [getComputedStyle(each).backgroundColor, getComputedStyle(each.parentElement).backgroundColor]"
    )
    assert colours[0] != colours[1], "what is cited stands out"
    page.keyboard.press("Escape")
    STATES["source of a PDF"](page)
    assert bounded(page, "#panel .box")


def test_nothing_moves_for_who_asked_for_less_motion(visit: Visit, filled: Site) -> None:
    page = visit(address=filled.address, reduced_motion="reduce")
    page.evaluate(
        "() => { window.moved = []; document.addEventListener('animationstart', (event) => window.moved.push(event.animationName), true);"
        " document.addEventListener('transitionstart', (event) => window.moved.push(event.propertyName), true); }"
    )
    ask(page, CAUSES)
    page.locator("#live .cite").first.click()
    shown_mark(page)
    page.keyboard.press("Escape")
    page.click("#toolbar [data-action=chats]")
    page.wait_for_selector(".chats li")
    page.keyboard.press("Escape")
    assert page.evaluate("window.moved") == []


@pytest.mark.parametrize("state", ["figures", "refusal", "source", "drawer", "documents", "glossary"])
def test_what_is_pressed_is_as_large_as_a_fingertip_needs(visit: Visit, filled: Site, state: str) -> None:
    page = visit(360, 740, address=filled.address)
    STATES[state](page)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], summary, input:not([type=file]), textarea, [role=combobox]')]
          .filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.getBoundingClientRect().right > 0 && !each.matches('.skip'))
          .map((each) => [each.outerHTML.slice(0, 100), each.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html, box]) => `${html} ${box.width}×${box.height}`)"""
    )
    assert small == []
