"""Signing in and out in a real browser, and two people side by side who see only their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.chats import Chats
from tests.app.people import PASSWORDS, made, tells
from tests.browser.conftest import WAIT, Watch, serve

QUESTION = "What was the revenue of Quellmar AG in 2025?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("people")
    world = made(home)
    Chats(world.annas.store).begin(world.annas.ask(QUESTION))
    world.whole.close()
    with serve(home, "--no-sample") as address:
        yield address


Context = Callable[..., BrowserContext]


@pytest.fixture
def context(browser: Browser) -> Iterator[Context]:
    """A browser of somebody's own; at the end none of its pages may have erred or asked anyone else."""
    watch, made = Watch(), []

    def fresh(width: int = 1280, height: int = 800, **options: object) -> BrowserContext:
        one = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        one.set_default_timeout(WAIT)
        one.on("page", watch.over)
        made.append(one)
        return one

    yield fresh
    for one in made:
        one.close()
    # A wrong password is answered with a status that the browser reports.
    assert [each for each in watch.problems if "401" not in each] == []


def sign_in(page: Page, address: str, name: str, password: str = "") -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password or PASSWORDS[name])
    page.get_by_role("button", name="Sign in").click()


def opened(page: Page) -> Page:
    page.wait_for_selector("#thread .thread")
    page.wait_for_selector("#document-list .documents", state="attached")
    return page


def test_one_signs_in_with_the_keyboard_and_out_again(address: str, context: Context) -> None:
    page = context().new_page()
    page.goto(address)
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORDS["anna"])
    page.keyboard.press("Enter")
    opened(page)
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_text("report (anna)")).to_have_count(0)


def test_a_wrong_password_is_told_and_the_name_stays(address: str, context: Context) -> None:
    page = context().new_page()
    sign_in(page, address, "anna", "a wrong password")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong. Try again.")
    expect(page.get_by_label("Name")).to_have_value("anna")
    expect(page.get_by_label("Password")).to_be_focused()
    page.get_by_label("Password").fill(PASSWORDS["anna"])
    page.keyboard.press("Enter")
    opened(page)


def test_two_people_side_by_side_see_only_their_own(address: str, context: Context, tmp_path: Path) -> None:
    anna, ben = context().new_page(), context().new_page()
    sign_in(anna, address, "anna")
    sign_in(ben, address, "ben")
    opened(anna)
    opened(ben)
    expect(anna.locator(".account summary")).to_have_text("anna")
    expect(ben.locator(".account summary")).to_have_text("ben")
    assert anna.locator("#document-list li").evaluate_all("all => all.map(each => each.dataset.document)") == [
        "cedar", "report (anna)"]  # fmt: skip
    assert ben.locator("#document-list li").evaluate_all("all => all.map(each => each.dataset.document)") == [
        "cedar", "report (ben)"]  # fmt: skip
    for page, answer in ((anna, "4,711"), (ben, "The documents")):
        page.locator("#question textarea").fill("What was revenue in 2025 of Quellmar AG?")
        page.keyboard.press("Enter")
        page.wait_for_selector("#live .message:not([aria-busy]) .answer")
        expect(page.locator("#live .answer")).to_contain_text(answer)
    # What is everyone's is read, and removed by an admin alone.
    for page, name in ((anna, "anna"), (ben, "ben")):
        removes = page.locator("#document-list [data-event=remove_document]")
        assert removes.evaluate_all("all => all.map(each => each.closest('li').dataset.document)") == [
            f"report ({name})"
        ]
    # Each asks at the same time again, and a file of the same name comes in on both sides.
    for page, name in ((anna, "anna"), (ben, "ben")):
        path = tmp_path / name / "notes.md"
        path.parent.mkdir()
        path.write_text(f"# Notes of {name}\n\nThe meeting of {name} is on Friday.\n", encoding="utf-8")
        page.get_by_role("button", name="Documents", exact=True).click()
        page.locator("#upload input[type=file]").first.set_input_files(path)
    for page, name in ((anna, "anna"), (ben, "ben")):
        expect(page.locator("#upload-status")).to_contain_text(f"Added notes ({name})")
        expect(page.locator(f'#document-list li[data-document="notes ({name})"]')).to_be_visible()
    assert "(anna)" not in ben.content()
    assert not [word for word in tells(ben.content()) if word != "Quellmar"]
    assert "(ben)" not in anna.content()
    # The glossary and the chats, too.
    ben.get_by_role("button", name="Glossary", exact=True).click()
    ben.get_by_label("Search the glossary").fill("Okapibond")
    expect(ben.locator("#glossary-list")).to_contain_text("nothing for")


def test_a_chat_is_shared_and_no_longer(address: str, context: Context) -> None:
    anna, ben = context().new_page(), context().new_page()
    sign_in(anna, address, "anna")
    sign_in(ben, address, "ben")
    opened(anna).locator("[data-action=chats]").first.click()
    shared = anna.locator(".chats li", has_text=QUESTION)
    shared.get_by_role("button", name="Let the others read").click()
    anna.locator("dialog").get_by_role("button", name="Share").click()
    expect(shared).to_contain_text("shared")
    opened(ben).reload()
    opened(ben).locator("[data-action=chats]").first.click()
    theirs = ben.locator(".chats li", has_text=QUESTION)
    expect(theirs).to_contain_text("of anna")
    expect(theirs.get_by_role("button")).to_have_count(1)
    theirs.get_by_role("button").click()
    expect(ben.locator("#thread .whose")).to_contain_text("This chat is of anna")
    expect(ben.locator("#thread .answer")).to_contain_text("4,711")
    ben.keyboard.press("Escape")
    ben.locator("#thread .cite").first.click()
    expect(ben.locator("#source")).to_contain_text("another person’s")
    assert "Zanderling" not in ben.content()
    ben.keyboard.press("Escape")
    ben.locator("#question textarea").fill("How many employees has Cedar Foods?")
    ben.keyboard.press("Enter")
    expect(ben.locator("#live .answer")).to_contain_text("900")
    shared.get_by_role("button", name="no longer").click()
    expect(shared).not_to_contain_text("shared")
    assert shared.locator(".when").inner_text().endswith("1 question")
    ben.reload()
    opened(ben)
    assert QUESTION not in ben.content()


def test_the_password_is_changed(address: str, context: Context) -> None:
    page = context().new_page()
    sign_in(page, address, "ben")
    opened(page).locator(".account summary").click()
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Present password").fill(PASSWORDS["ben"])
    page.get_by_label("New password, at least 10 characters").fill("a new long password")
    page.get_by_label("New password once more").fill("a new long password")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Password changed")).to_be_visible()
    page.get_by_role("link").click()
    opened(page)
    page.goto(f"{address}password")  # and back, for the tests after it
    page.get_by_label("Present password").fill("a new long password")
    page.get_by_label("New password, at least 10 characters").fill(PASSWORDS["ben"])
    page.get_by_label("New password once more").fill(PASSWORDS["ben"])
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", name="Password changed")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_is_accessible_and_fits_a_small_phone(address: str, context: Context, scheme: str) -> None:
    page = context(360, 640, color_scheme=scheme).new_page()
    for path in ("", "sign-in?next=/x"):
        page.goto(address + path)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sign_in(page, address, "anna", "a wrong password")
    assert Axe().run(page).response["violations"] == []
    sign_in(page, address, "anna")
    opened(page)
    for path in ("password", "sign-out"):
        page.goto(address + path)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_signing_in_is_in_the_visitors_language(address: str, context: Context) -> None:
    page = context(locale="zh-CN").new_page()
    page.goto(address)
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_the_page_that_was_wanted_is_opened(address: str, context: Context) -> None:
    page = context().new_page()
    page.goto(f"{address}?chat=1")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORDS["anna"])
    page.keyboard.press("Enter")
    opened(page)
    assert page.url == f"{address}?chat=1"
    expect(page.locator("#thread .answer")).to_contain_text("4,711")
