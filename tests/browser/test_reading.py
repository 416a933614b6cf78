"""Reading in the source panel, in a real browser at desktop and phone width: keys, sizes, search, two panes, elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.footnote import Footnote
from app.screenshots import ask
from app.settings import Settings
from tests.browser.conftest import Visit, serve

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
WIDE = 1100
QUESTION = "What was Acorn Mills' revenue in the second quarter of 2025?"
PAGES = (
    ("Results", "Acorn Mills' revenue in the second quarter of 2025 was 480.2 million EUR."),
    ("Outlook", "The board of Acorn Mills looks for a new grinder."),
    ("Staff", "Staff of Acorn Mills are content. A grinder was ordered in May."),
    ("Debt", "Acorn Mills has no debt."),
)
NOTES = {
    "rounded": "# Acorn Mills\n\nIn the second quarter of 2025 Acorn Mills had revenue of 480 million EUR.\n",
    "other": "# Acorn Mills\n\n## Outlook\n\nIt is grey.\n\n## Results\n\nAcorn Mills' revenue came to 530 million EUR in the second quarter of 2025.\n",
}


def drawn(path: Path) -> None:
    canvas = Canvas(str(path), pagesize=A4)
    for heading, text in PAGES:
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(72, 760, heading)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("files")
    drawn(folder / "acorn-report.pdf")
    for name, text in NOTES.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    engine = Footnote(Settings(home=home))
    assert len(engine.ingest([folder]).added) == 3
    engine.close()
    with serve(home, "--no-sample") as address:
        yield address


@pytest.fixture
def opened(visit: Visit, address: str, request: pytest.FixtureRequest) -> Page:
    """A page whose panel shows the first page of the drawn report."""
    width, height = request.getfixturevalue("width"), request.getfixturevalue("height")
    page = visit(width, height, address)
    page.click(".views [data-view=documents]")
    page.locator(".documents li[data-document='acorn-report'] [data-event=open_page]").click()
    shows(page, 1)
    return page


def shows(page: Page, number: int, pane: str = "source") -> None:
    page.wait_for_selector(f"body[data-source=open] #panel:not([data-waiting]) #{pane} .pdf-page[data-page='{number}']")
    page.wait_for_function(f"document.querySelector('#{pane} .pdf-page img').complete")


def in_sight(page: Page, selector: str) -> bool:
    return bool(
        page.evaluate(
            """selector => {
              const at = document.querySelector(selector)?.getBoundingClientRect();
              return Boolean(at) && at.width > 0 && at.top >= 0 && at.bottom <= innerHeight && at.left >= 0 && at.right <= innerWidth + 1;
            }""",
            selector,
        )
    )


@WIDTHS
def test_pages_are_turned_by_keys_buttons_and_number(opened: Page, width: int, height: int) -> None:
    page = opened
    page.keyboard.press("ArrowRight")
    shows(page, 2)
    page.get_by_role("button", name="Next page").click()
    shows(page, 3)
    page.locator("#source h2").focus()
    page.keyboard.press("ArrowLeft")
    shows(page, 2)
    page.locator("#source h2").focus()
    page.keyboard.press("g")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    shows(page, 4)
    page.locator("#source .go-to input").fill("99")
    page.keyboard.press("Enter")
    expect(page.locator("#source .go-to input")).to_have_value("4")
    shows(page, 4)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@WIDTHS
def test_citations_are_stepped_by_keys_and_found_again(visit: Visit, address: str, width: int, height: int) -> None:
    page = visit(width, height, address)
    ask(page, QUESTION)
    page.locator("#live .cite").first.click()
    source = page.locator("#source .source")
    expect(source).to_have_attribute("data-n", "1")
    total = int(source.get_attribute("data-total") or 0)
    assert total > 1
    page.keyboard.press("]")
    expect(source).to_have_attribute("data-n", "2")
    page.keyboard.press("p")
    expect(source).to_have_attribute("data-n", "1")
    if page.locator("#source .turning").count() == 0:
        page.keyboard.press("n")
        expect(source).to_have_attribute("data-n", "2")
    number = source.get_attribute("data-n")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#source .source[data-key^='page:']")
    page.get_by_role("button", name="Back to citation").click()
    expect(source).not_to_have_attribute("data-key", "page:")
    expect(page.locator(f"#source .source[data-n='{number}'] mark:visible").first).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector("body:not([data-source])")


@WIDTHS
def test_the_page_grows_and_its_picture_sharpens_around_what_is_marked(
    visit: Visit, address: str, width: int, height: int
) -> None:
    page = visit(width, height, address, device_scale_factor=2)
    ask(page, QUESTION)
    numbers = page.locator("#live .cite")
    numbers.first.click()
    page.wait_for_selector("#panel:not([data-waiting]) #source .source")
    for _ in range(4):
        if page.locator("#source .pdf-page .box").count():
            break
        page.keyboard.press("]")
        page.wait_for_timeout(300)
    before = page.locator("#source .pdf-page").bounding_box()
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.get_by_role("button", name="Larger").click()
    expect(page.locator("#source .percent")).to_have_text("200%")
    after = page.locator("#source .pdf-page").bounding_box()
    assert before
    assert after
    assert after["width"] == pytest.approx(2 * before["width"], rel=0.02)
    assert after["height"] / after["width"] == pytest.approx(before["height"] / before["width"], rel=0.01)
    page.wait_for_function(
        "(() => { const img = document.querySelector('#source .pdf-page img'); return img.naturalWidth >= Math.min(3200, img.clientWidth * 2 * 0.9); })()"
    )
    box = page.locator("#source .pdf-page .box").first.bounding_box()
    body = page.locator("#source .source-body").bounding_box()
    assert box
    assert body
    assert body["y"] - 1 <= box["y"] <= body["y"] + body["height"]
    page.locator("#source .source-body").focus()
    page.keyboard.press("0")
    expect(page.locator("#source .percent")).to_have_text("100%")
    page.locator("#source .source-body").hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    expect(page.locator("#source .percent")).not_to_have_text("100%")
    assert page.evaluate("visualViewport.scale") == 1


@WIDTHS
def test_the_text_takes_the_picture_s_place_and_can_be_selected(opened: Page, width: int, height: int) -> None:
    page = opened
    page.keyboard.press("t")
    expect(page.locator("#source .pdf-page")).to_be_hidden()
    text = page.locator("#source .whole .page-text")
    expect(text).to_contain_text("480.2 million EUR")
    assert text.evaluate(
        "each => { getSelection().selectAllChildren(each); return getSelection().toString(); }"
    ).strip()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#source .source[data-page='1']")
    expect(page.locator("#source .whole .page-text")).to_contain_text("grinder")
    page.get_by_role("button", name="Text", exact=True).click()
    expect(page.locator("#source .pdf-page")).to_be_visible()


@WIDTHS
def test_the_outline_leads_to_its_pages(opened: Page, width: int, height: int) -> None:
    page = opened
    page.get_by_role("button", name="Outline").click()
    page.locator("#source-found .sections button", has_text="Staff").click()
    shows(page, 3)
    assert page.evaluate("document.documentElement.scrollTop + document.body.scrollTop") == 0
    page.keyboard.press("Escape")
    expect(page.locator("#source-found")).to_be_hidden()
    expect(page.locator("#source .source")).to_be_visible()


@WIDTHS
def test_a_search_lists_boxes_and_steps_through_its_hits(opened: Page, width: int, height: int) -> None:
    page = opened
    page.keyboard.press("/")
    page.keyboard.type("grinder")
    hits = page.locator("#source-found .hits .hit")
    expect(hits.first).to_contain_text("p. 2")
    page.keyboard.press("Enter")
    shows(page, 2)
    expect(page.locator("#source-find .count")).to_contain_text("1 / ")
    assert in_sight(page, "#source .pdf-page .box")
    page.keyboard.press("Enter")
    shows(page, 3)
    expect(page.locator("#source-find .count")).to_contain_text("2 / ")
    expect(page.locator("#source-find input")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    shows(page, 2)
    page.locator("#source-find input").fill("zzzz qqqq")
    expect(page.locator("#source-found .found")).not_to_contain_text("grinder was ordered")
    page.keyboard.press("Escape")
    expect(page.locator("#source-find")).to_be_hidden()


@WIDTHS
def test_two_documents_stand_side_by_side_or_behind_tabs(opened: Page, width: int, height: int) -> None:
    page = opened
    page.get_by_role("button", name="Beside", exact=True).first.click()
    shows(page, 1, "beside")
    both = page.locator("#pane-source"), page.locator("#pane-beside")
    if width >= WIDE:
        expect(both[0]).to_be_visible()
        expect(both[1]).to_be_visible()
        expect(page.locator("#pane-tabs")).to_be_hidden()
    else:
        expect(both[0]).to_be_hidden()
        expect(both[1]).to_be_visible()
    page.locator("#beside select.another").select_option(label="other")
    expect(page.locator("#beside .page-text")).to_contain_text("530 million")
    page.locator("#beside h2").focus()
    page.keyboard.press("+")
    expect(page.locator("#beside .percent")).to_have_text("125%")
    if width < WIDE:
        page.locator("#pane-tabs [data-pane=source]").click()
    shows(page, 1)
    expect(page.locator("#source .percent")).to_have_text("100%")
    page.locator("#source h2").focus()
    page.keyboard.press("ArrowRight")
    shows(page, 2)
    expect(page.locator("#beside .source")).to_have_attribute("data-page", "0")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width < WIDE:
        page.locator("#pane-tabs [data-pane=beside]").click()
    page.locator("#beside .close").click()
    expect(page.locator("#pane-beside")).to_be_hidden()
    expect(page.locator("#pane-source")).to_be_visible()


@WIDTHS
def test_where_else_a_citation_is_said_is_listed_and_opens_beside(
    visit: Visit, address: str, width: int, height: int
) -> None:
    page = visit(width, height, address)
    ask(page, QUESTION)
    page.locator("#live .cite").first.click()
    page.wait_for_selector("#panel:not([data-waiting]) #source .source[data-n='1']")
    page.get_by_role("button", name="Where else?").click()
    found = page.locator("#source-found .found[data-kind=elsewhere]")
    expect(found.locator(".contradicting, .agreeing").first).to_be_visible()
    expect(found.locator(".contradicting")).to_contain_text("another figure")
    expect(found.locator(".agreeing")).to_contain_text("rounds to the same")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found.locator(".contradicting .to-beside").first.click()
    page.wait_for_selector("#panel:not([data-waiting]) #beside .source[data-start]")
    expect(page.locator("#beside mark:visible").first).to_be_visible()


@WIDTHS
def test_where_else_a_selected_sentence_is_said(opened: Page, width: int, height: int) -> None:
    page = opened
    page.keyboard.press("e")
    expect(page.locator("#source-found [role=alert]")).to_contain_text("Select a sentence")
    page.keyboard.press("t")
    page.locator("#source .whole .page-text").evaluate(
        """each => {
          const node = [...each.childNodes].find(one => one.textContent.includes('480.2')), at = node.textContent.indexOf('Acorn');
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, node.textContent.indexOf('EUR.') + 4);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }"""
    )
    page.keyboard.press("e")
    found = page.locator("#source-found .found[data-kind=elsewhere]")
    expect(found.locator(".contradicting")).to_contain_text("530 million EUR")
    expect(found.locator(".agreeing")).to_contain_text("480 million EUR")


@WIDTHS
def test_the_keys_are_listed(opened: Page, width: int, height: int) -> None:
    page = opened
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    assert in_sight(page, "#keys-dialog button")
    page.keyboard.press("Escape")
    expect(page.locator("#keys-dialog")).to_be_hidden()
    expect(page.locator("#source .source")).to_be_visible()


def test_keys_typed_in_a_field_are_text(visit: Visit, address: str) -> None:
    page = visit(address=address)
    page.click(".views [data-view=documents]")
    page.locator(".documents li[data-document='acorn-report'] [data-event=open_page]").click()
    shows(page, 1)
    page.keyboard.press("/")
    page.keyboard.type("notbe?")
    expect(page.locator("#source-find input")).to_have_value("notbe?")
    expect(page.locator("#keys-dialog")).to_be_hidden()
    expect(page.locator("#pane-beside")).to_be_hidden()


def test_a_citation_opens_beside_with_shift(visit: Visit, address: str) -> None:
    page = visit(address=address)
    ask(page, QUESTION)
    cites = page.locator("#live .cite")
    cites.first.click()
    page.wait_for_selector("#panel:not([data-waiting]) #source .source[data-n='1']")
    cites.last.click(modifiers=["Shift"])
    page.wait_for_selector("#panel:not([data-waiting]) #beside .source[data-n]")
    expect(page.locator("#source .source")).to_have_attribute("data-n", "1")
