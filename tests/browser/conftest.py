"""A real server process, a real Chromium; every page is watched for errors and for requests to elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

from app.answer import Answer
from app.chats import Chats
from app.screenshots import chromium
from index.store import Store
from tests.app.server_process import running

# What Gradio says of its connection when its page is left or loaded again.
LEFT = ("AbortError: signal is aborted", "Connection errored out", "ERR_INCOMPLETE_CHUNKED_ENCODING")
WAIT = 60_000  # milliseconds: generous, since conditions are waited for, not times


@dataclass
class Site:
    """A running page and the data directory behind it."""

    address: str
    home: Path

    def last_answer(self) -> Answer:
        store = Store(self.home)
        try:
            chats = Chats(store)
            return chats.get(chats.list()[0].id).messages[-1].answer
        finally:
            store.close()


@dataclass
class Watch:
    """What a page did that it mustn't."""

    problems: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        page.on("request", self._request)
        page.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(each in message.text for each in LEFT):
            self.problems.append(f"console: {message.text} ({message.location})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1":
            self.problems.append(f"request to {request.url}")

    def _dialog(self, dialog: Any) -> None:
        self.problems.append(f"a script opened a dialog: {dialog.message}")
        dialog.dismiss()


@contextmanager
def serve(home: Path, *options: str) -> Iterator[str]:
    """The address of the real chat page, a process of its own over `home`."""
    with running("chat", home, "--no-browser", *options) as server:
        yield f"{server.address}/"


# Of the package, not of the session: Playwright holds an event loop that other tests mustn't find running.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    with serve(home) as address:
        yield Site(address, home)


def exported_as(part: Locator, form: str) -> Locator:
    """The link of an export menu in a part of the page, which is opened for it."""
    button = part.get_by_role("button", name="Export")
    if button.get_attribute("aria-expanded") == "false":
        button.click()
    return part.get_by_role("link", name=form)


Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def regular(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that keeps what it has loaded of a page from one test to the next, and nothing else."""
    context = browser.new_context(accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def visit(browser: Browser, site: Site, regular: BrowserContext) -> Iterator[Visit]:
    """Opens the page as a person who never was there; at the end no page may have erred or asked anyone else.

    A second one in the same test, and one whose browser is set up in a way of its own, gets a fresh browser context.
    """
    watch, contexts = Watch(), []

    def open_page(width: int = 1280, height: int = 800, address: str = site.address, **options: Any) -> Page:
        if options or regular.pages:
            context = browser.new_context(accept_downloads=True, **options)
            contexts.append(context)
        else:
            context = regular
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        watch.over(page)
        page.goto(address)
        page.wait_for_selector("#thread .thread")
        page.wait_for_selector("#document-list .documents, #document-list .notice", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    for page in regular.pages:
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.close()
    regular.clear_cookies()
    assert watch.problems == []
