"""The states of the page that are looked at for barriers, fit and language: each a name and how to get there.

A new flow is one line more in `STATES`; its function gets a page that has just been opened over `Stocked`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect

from app.chats import Chats
from app.footnote import Footnote
from app.screenshots import ask
from app.settings import Settings
from tests.app.test_filing_search import BALANCE, CASH, INCOME, LATER, filing
from tests.browser.conftest import Site, serve
from tests.browser.test_chat import BASE, CAUSES, shown_mark
from tests.browser.test_documents import turbines

LONG_NAME = "a-report-whose-name-has-no-place-to-break_" + "0123456789" * 7
PLANT = "How many wind turbines did the Lindholm plant make in 2024?"
TREND = "How has Acorn Mills' gross margin developed?"
METRIC = "What was Acorn Mills' inventory turnover in FY2021?"
REFUSED = "What was Acorn Mills' revenue in FY2012?"


@contextmanager
def stocked(home: Path) -> Iterator[Site]:
    """A page over the sample corpus, filings, a PDF and a document with a very long name and figure."""
    engine = Footnote(Settings(home=home))
    with TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "acorn-2021.md").write_text(filing("Acorn Mills", 2021, INCOME, BALANCE, CASH))
        (at / "acorn-2022.md").write_text(filing("Acorn Mills", 2022, LATER))
        (at / f"{LONG_NAME}.txt").write_text(
            "The Quillon bridge cost 1,234,567,890,123,456,789,012,345,678,901,234,567,890 euros in 2021.\n"
        )
        turbines(at / "lindholm-plant.pdf")
        engine.ingest_sample()
        assert len(engine.ingest([at]).added) == 4
    engine.close()
    with serve(home) as address:
        yield Site(address, home)


def _answer(question: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        ask(page, question)
        page.evaluate("document.querySelectorAll('#live details').forEach(each => { each.open = true; })")

    return reach


def _folded(page: Page) -> None:
    ask(page, METRIC)
    page.evaluate("document.querySelectorAll('#live details').forEach(each => { each.open = false; })")


def _series(page: Page) -> None:
    _answer(TREND)(page)
    page.wait_for_selector(".message .chart #chart svg .mark-rect path")


def _choices(page: Page) -> None:
    ask(page, "What was Harrowvale's revenue in Q2 2025?")
    ask(page, "and the margin?")
    expect(page.locator("#live .choices .example")).to_have_count(3)


def _hint(page: Page) -> None:
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#live .hint")


def _definition(page: Page) -> None:
    ask(page, "Who makes HBM?")
    page.locator("#live .term").first.focus()
    expect(page.locator("#definition")).to_be_visible()


def _source(page: Page) -> None:
    ask(page, CAUSES)
    page.locator("#live .cite").first.click()
    shown_mark(page)


def _drawn_source(page: Page) -> None:
    ask(page, PLANT)
    page.locator("#live .cite").first.click()
    shown_mark(page)
    page.wait_for_selector("#panel .pdf-page .box")


def _view(name: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        page.click(f".views [data-view={name}]")
        page.wait_for_selector(f"#view-{name} :is(.glossary, .documents, .notice)")

    return reach


def _looked_up(page: Page) -> None:
    _view("glossary")(page)
    page.fill("#glossary-search :is(input, textarea)", "zzzz")
    page.wait_for_selector("#glossary-list .notice")


def _plain_page(page: Page) -> None:
    _view("documents")(page)
    page.locator(".documents li[data-document=lindholm-plant] [data-event=open_page]").click()
    page.wait_for_selector("#panel:not([data-waiting]) .pdf-page")


def _adding(page: Page) -> None:
    """The status as it stood while a file was read; put back once all is done, so that it stays to be looked at."""
    _view("documents")(page)
    page.evaluate(
        "() => new MutationObserver(() => { const at = document.querySelector('#upload-status .progress');"
        " if (at) window.wasReading = at.outerHTML; }).observe(document.querySelector('#upload-status'),"
        " { childList: true, subtree: true })"
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "long-story.txt"
        path.write_text("\n\n".join(f"Chapter {n}. The harbour was deepened by {n} metres." for n in range(1500)))
        page.set_input_files("#upload input[type=file]", str(path))
        page.wait_for_selector("#upload-status .report", timeout=120_000)
    page.evaluate("document.querySelector('#upload-status .report').outerHTML = window.wasReading")
    page.wait_for_selector("#upload-status .progress progress")


def _added(page: Page) -> None:
    _view("documents")(page)
    with TemporaryDirectory() as folder:
        broken, fine = Path(folder) / "broken-scan.pdf", Path(folder) / "quay.txt"
        broken.write_bytes(b"%PDF-1.7\nthis is not the rest of a PDF\n")
        fine.write_text("The quay is 300 metres long.")
        page.set_input_files("#upload input[type=file]", [str(broken), str(fine)])
        page.wait_for_selector("#upload-status .report .error", timeout=120_000)


def _scope(page: Page) -> None:
    page.click("#scope .scope-button")
    page.wait_for_selector(".scope-picker input[data-scope=document]")


def _scoped(page: Page) -> None:
    _scope(page)
    page.locator(".scope-picker label", has_text=LONG_NAME[:20]).locator("input").check()
    page.wait_for_selector(".scope-picker input[data-scope=document]:checked")
    page.keyboard.press("Escape")


def _drawer(page: Page) -> None:
    ask(page, BASE)
    page.click("#toolbar [data-action=chats]")
    page.wait_for_selector(".chats li")


def _no_chat(page: Page) -> None:
    _drawer(page)
    page.fill("#chat-search :is(input, textarea)", "zzzz")
    page.wait_for_selector("#chat-list .notice")


def _dialog(event: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        _drawer(page)
        page.locator(f".chats [data-event={event}]").first.click()
        page.wait_for_selector("dialog[open]")

    return reach


def _marked(page: Page) -> None:
    """An answer that is pinned and rated, with the box for a remark and the menu of exports open."""
    ask(page, BASE)
    page.locator("#live .rate.bad").click()
    expect(page.locator("#live .remark-box")).to_be_visible()
    page.locator("#live .pin").click()
    expect(page.locator("#live .pin")).to_have_attribute("aria-pressed", "true")
    page.locator("#live").get_by_role("button", name="Export").click()


def _deleted(page: Page) -> None:
    _drawer(page)
    page.locator(".chats [data-event=delete_chat]").first.click()
    page.wait_for_selector(".toast [data-event=undo_delete]")


def _failed(page: Page) -> None:
    """What Gradio shows where an action fails: the chat was deleted elsewhere."""
    _drawer(page)
    title = page.locator(".chats .chat-title").first
    title.evaluate("each => { each.dataset.chat = '987654'; }")
    title.click()
    page.wait_for_selector(".toast-body")
    page.wait_for_function(
        "document.querySelector('.toast-body').getAnimations({ subtree: true }).every(each => each.playState === 'finished')"
    )


STATES: dict[str, Callable[[Page], None]] = {
    "welcome": lambda page: None,
    "hint": _hint,
    "answer": _answer(CAUSES),
    "calculation": _answer(BASE),
    "figures": _answer(METRIC),
    "folded": _folded,
    "series": _series,
    "refusal": _answer("Who is the chief executive of Cambricon?"),
    "near figures": _answer(REFUSED),
    "long figure": _answer("What did the Quillon bridge cost in 2021?"),
    "choices": _choices,
    "definition": _definition,
    "source": _source,
    "source of a PDF": _drawn_source,
    "page of a PDF": _plain_page,
    "scope": _scope,
    "scoped": _scoped,
    "glossary": _view("glossary"),
    "nothing in the glossary": _looked_up,
    "documents": _view("documents"),
    "adding": _adding,
    "added": _added,
    "drawer": _drawer,
    "no such chat": _no_chat,
    "renaming": _dialog("rename_chat"),
    "marked": _marked,
    "deleted": _deleted,
    "failure": _failed,
}


def chats_of(site: Site) -> int:
    """How many chats are kept."""
    from index.store import Store

    store = Store(site.home)
    try:
        return len(Chats(store).list())
    finally:
        store.close()
