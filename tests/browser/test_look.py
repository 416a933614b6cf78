"""How the page looks and fits: both widths, both themes."""

import pytest
from playwright.sync_api import Page, expect

from app.screenshots import ask
from tests.browser.conftest import Visit
from tests.browser.test_chat import BASE, shown_mark

pytestmark = pytest.mark.browser


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
