"""How the page looks and fits: both widths, both themes, and no serious barrier that axe finds."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.screenshots import ask
from tests.browser.conftest import Visit
from tests.browser.test_chat import BASE, shown_mark

pytestmark = pytest.mark.browser


def barriers(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_no_serious_barrier_in_any_view(visit: Visit, scheme: str, width: int, height: int) -> None:
    page = visit(width, height, color_scheme=scheme, reduced_motion="reduce")
    assert barriers(page) == []
    ask(page, BASE)
    assert barriers(page) == []
    page.locator("#live .cite").first.click()
    shown_mark(page)
    assert barriers(page) == []
    page.locator("#panel .close").click()
    ask(page, "Who is the chief executive of Cambricon?")
    assert barriers(page) == []
    page.get_by_role("button", name="Chats", exact=True).click()
    page.wait_for_selector(".chats li")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    for view in ("glossary", "documents"):
        page.click(f".views [data-view={view}]")
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def brightness(page: Page) -> float:
    return float(
        page.evaluate(
            "() => getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3)"
            ".reduce((sum, each) => sum + Number(each), 0) / 765"
        )
    )


def test_the_theme_follows_the_system_until_it_is_chosen(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    assert brightness(page) < 0.2
    page.get_by_role("button", name="Switch between light and dark").click()
    assert brightness(page) > 0.8
    page.reload()
    page.wait_for_selector(".welcome")
    page.wait_for_function("!document.body.classList.contains('dark')")
    assert brightness(page) > 0.8
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("!document.body.classList.contains('dark')")
    assert brightness(visit(color_scheme="light")) > 0.8


def test_on_a_phone_the_source_covers_the_chat_and_goes_back(visit: Visit) -> None:
    page = visit(390, 844)
    ask(page, BASE)
    page.locator("#live .cite").first.click()
    shown_mark(page)
    page.wait_for_function("document.querySelector('#panel').getBoundingClientRect().left === 0")
    panel = page.locator("#panel").bounding_box()
    assert panel == {"x": 0, "y": 0, "width": 390, "height": 844}
    page.get_by_role("button", name="Back").click()
    expect(page.locator("#panel")).not_to_be_visible()
    expect(page.locator("#live .answer")).to_be_visible()


def test_on_a_desktop_chat_and_source_stand_side_by_side(visit: Visit) -> None:
    page = visit(1280, 800)
    ask(page, BASE)
    page.locator("#live .cite").first.click()
    shown_mark(page)
    main, panel = page.locator("#main").bounding_box(), page.locator("#panel").bounding_box()
    assert main
    assert panel
    assert main["x"] + main["width"] <= panel["x"] + 1
    assert panel["x"] + panel["width"] <= 1281
    assert main["width"] > 500
    expect(page.locator("#live .answer")).to_be_visible()
    expect(page.locator("#question textarea")).to_be_visible()
