"""Documents in a real browser: upload, ask, see the boxed page, remove; broken and hostile files."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from app.export import citations_of
from app.screenshots import ask
from tests.browser.conftest import Site, Visit, serve
from tests.browser.test_chat import shown_mark

pytestmark = pytest.mark.browser

HOSTILE = """The Marrow programme, a note with tricks

The Marrow programme costs 77 million euros <img src=x onerror="window.hacked=1"> in <b>2031</b>.

<script>window.hacked = 2</script>
The Marrow programme employs **940** people [a](javascript:window.hacked=3) ![b](http://evil.invalid/p.png).

${window.hacked = 4} {{constructor.constructor('window.hacked=5')()}}
<svg onload=window.hacked=6> </mark></div><h1>broken out</h1>
"""


def turbines(path: Path) -> Path:
    drawing = canvas.Canvas(str(path), pagesize=A4)
    drawing.setFont("Helvetica-Bold", 16)
    drawing.drawString(72, 760, "Lindholm plant: production in 2024")
    drawing.setFont("Helvetica", 11)
    for line, text in enumerate(
        (
            "The Lindholm plant made 4,310 wind turbines in 2024.",
            "The year before it had made 3,880 wind turbines.",
            "A second assembly line opened in March 2024 and now builds the largest model.",
            "Most of the blades come from a supplier in the same town.",
        )
    ):
        drawing.drawString(72, 700 - 40 * line, text)
    drawing.save()
    return path


def upload(page: Page, *paths: Path) -> None:
    page.click(".views [data-view=documents]")
    page.set_input_files("#upload input[type=file]", [str(path) for path in paths])
    page.wait_for_selector("#upload-status .report", timeout=120_000)


def ask_of(page: Page, name: str) -> None:
    page.click(".scope-button")
    page.locator(".scope-picker label", has_text=name).locator("input").check()
    expect(page.locator(".scope-button")).to_contain_text(name)
    page.keyboard.press("Escape")


def remove(page: Page, name: str) -> None:
    page.click(".views [data-view=documents]")
    page.get_by_role("button", name=f"Remove {name}").click()
    page.locator("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator(f".documents li[data-document='{name}']")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_an_uploaded_pdf_is_asked_shown_boxed_and_removed(
    visit: Visit, site: Site, tmp_path: Path, width: int, height: int
) -> None:
    page = visit(width, height)
    upload(page, turbines(tmp_path / "lindholm-plant.pdf"))
    expect(page.locator("#upload-status .done")).to_contain_text("lindholm-plant")
    expect(page.locator(".documents li[data-document='lindholm-plant']")).to_be_visible()
    assert not list((site.home / "uploads").glob("*.pdf"))

    page.click(".views [data-view=chat]")
    ask(page, "How many wind turbines did the Lindholm plant make in 2024?")
    expect(page.locator("#live .answer")).to_contain_text("4,310")
    citations = citations_of(site.last_answer())
    number = next(index for index, each in enumerate(citations, 1) if each.document == "lindholm-plant")
    page.locator(f"#live .cite[data-n='{number}']").first.click()
    assert shown_mark(page) == citations[number - 1].quote
    assert "4,310" in citations[number - 1].quote
    picture = page.locator("#panel .pdf-page")
    page.wait_for_function("document.querySelector('#panel .pdf-page img').naturalWidth > 500")
    frame = picture.bounding_box()
    boxes = [box for each in picture.locator(".box").all() if (box := each.bounding_box())]
    assert frame
    places = [((box["x"] - frame["x"]) / frame["width"], (box["y"] - frame["y"]) / frame["height"]) for box in boxes]
    # The line is drawn 700 points up a page of 842, from 72 of 595 points on.
    assert any(place == pytest.approx((72 / 595, 1 - 709 / 842), abs=0.02) for place in places), places
    page.locator("#panel .close").click()

    remove(page, "lindholm-plant")
    expect(page.locator("#upload-status")).to_contain_text("Removed lindholm-plant")
    page.click(".views [data-view=chat]")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, "How many wind turbines did the Lindholm plant make in 2024?")
    assert "4,310" not in page.locator("#live .answer").inner_text()


def test_a_broken_pdf_is_reported_and_the_others_are_added(visit: Visit, tmp_path: Path) -> None:
    broken = tmp_path / "broken-scan.pdf"
    broken.write_bytes(b"%PDF-1.7\nthis is not the rest of a PDF\n")
    fine = tmp_path / "fine-note.txt"
    fine.write_text("The fine note says that the harbour was deepened to 14 metres in 2019.", encoding="utf-8")
    page = visit()
    upload(page, broken, fine)
    error = page.locator("#upload-status .error")
    expect(error).to_contain_text("broken-scan.pdf")
    expect(error).to_contain_text("wasn’t added")
    assert str(tmp_path) not in error.inner_text()
    assert "/" not in error.inner_text()
    expect(page.locator("#upload-status .done")).to_contain_text("fine-note")
    expect(page.locator(".documents li[data-document='broken-scan']")).to_have_count(0)
    remove(page, "fine-note")


def test_a_file_that_is_too_large_is_reported_and_the_others_are_added(visit: Visit, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("max_file_mb = 1\n")
    (tmp_path / "large.txt").write_text("The large file says a lot. " * 90_000)
    (tmp_path / "small.txt").write_text("The small file says that the quay is 300 metres long.")
    with serve(home, "--no-sample") as address:
        page = visit(address=address)
        upload(page, tmp_path / "large.txt", tmp_path / "small.txt")
        expect(page.locator("#upload-status .error")).to_contain_text("large.txt is too large")
        expect(page.locator("#upload-status .done")).to_contain_text("small")
        assert not list((home / "uploads").rglob("*.txt"))
        page.goto("about:blank")


def test_a_hostile_document_shows_as_text(visit: Visit, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "marrow-programme.txt"
    path.write_text(HOSTILE, encoding="utf-8")
    page = visit()
    upload(page, path)
    page.locator(".documents li[data-document='marrow-programme']").get_by_role("button", name="Open").click()
    page.wait_for_selector("#panel:not([data-waiting]) .page-text")
    shown = page.locator("#panel .page-text").text_content() or ""
    for trick in ("<script>window.hacked = 2</script>", "<svg onload=window.hacked=6>", "{{constructor", "${window"):
        assert trick in shown
    page.keyboard.press("Escape")
    page.click(".views [data-view=chat]")
    for question in ("What does the Marrow programme cost?", "How many people does the Marrow programme employ?"):
        ask(page, question)
        for number, citation in enumerate(citations_of(site.last_answer()), 1):
            page.locator(f"#live .cite[data-n='{number}']").first.click()
            page.wait_for_selector(f"#panel .source[data-key$=':{number}']")
            assert shown_mark(page) == citation.quote
            page.keyboard.press("Escape")
    cited = {citation.document for citation in citations_of(site.last_answer())}
    assert "marrow-programme" in cited
    assert page.evaluate("window.hacked === undefined")
    assert page.locator("#main script, #main img, #panel script, #main svg[onload], #panel svg").count() == 0
    assert page.locator("#panel h1, #main h1").count() == 0
    remove(page, "marrow-programme")


def test_the_question_can_be_kept_to_some_documents(visit: Visit, site: Site) -> None:
    page = visit()
    ask_of(page, "inside-an-ai-cluster")
    ask(page, "What is an AI accelerator cluster made of?")
    cited = {citation.document for citation in citations_of(site.last_answer())}
    assert cited
    assert cited <= {"inside-an-ai-cluster", "glossary"}
