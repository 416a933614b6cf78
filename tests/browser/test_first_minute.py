"""The first minute in a real browser: from nothing to a cited answer; what is dropped, pasted, protected or stopped."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.screenshots import ask
from tests.app.test_adding import locked
from tests.browser.conftest import Visit, serve
from tests.browser.test_chat import shown_mark
from tests.browser.test_documents import turbines, upload
from tests.corpus.scanned import scan

pytestmark = pytest.mark.browser

# Hands files to the page as a drop does: [[name in the folder, text], …], in folders where the name has a slash.
DROP = """(files) => {
  const transfer = new DataTransfer();
  const tree = {};
  for (const [path, text] of files) {
    const parts = path.split("/");
    let at = tree;
    parts.slice(0, -1).forEach((part) => { at = at[part] ||= {}; });
    at[parts.at(-1)] = new File([text], parts.at(-1));
  }
  const entry = (name, held) => held instanceof File
    ? { name, isFile: true, file: (done) => done(held) }
    : { name, isFile: false, createReader: () => {
        const lots = Object.entries(held).map((one) => [entry(...one)]);
        return { readEntries: (done) => done(lots.shift() || []) };
      } };
  const items = Object.entries(tree).map(([name, held]) => ({ webkitGetAsEntry: () => entry(name, held) }));
  const event = new Event("drop", { bubbles: true, cancelable: true });
  event.dataTransfer = { types: ["Files"], items, files: [] };
  document.querySelector("#main").dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page over an empty data directory."""
    with serve(tmp_path_factory.mktemp("empty"), "--no-sample") as address:
        yield address


def drop(page: Page, files: list[list[str]]) -> None:
    page.evaluate(DROP, files)
    page.wait_for_selector("#upload-status .report", timeout=120_000)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_from_nothing_to_a_cited_answer_in_three_actions(visit: Visit, tmp_path: Path, width: int, height: int) -> None:
    with serve(tmp_path / "home", "--no-sample") as address:  # 1: start
        page = visit(width, height, address=address)
        expect(page.locator(".welcome.begin")).to_contain_text("Three steps")
        upload(page, turbines(tmp_path / "lindholm-plant.pdf"))  # 2: add a PDF
        line = page.locator("#upload-status .added li")
        expect(line).to_contain_text("Added lindholm-plant")
        expect(line).to_contain_text("Lindholm plant: production in 2024 · article · 1 page")
        expect(page.locator("#upload-status .example").first).to_be_visible()
        page.click(".views [data-view=chat]")
        expect(page.locator(".welcome")).to_contain_text("1 document ready")
        ask(page, "How many wind turbines did the Lindholm plant make in 2024?")  # 3: ask
        expect(page.locator("#live .answer")).to_contain_text("4,310")
        page.locator("#live .cite").first.click()
        assert "4,310" in shown_mark(page)
        expect(page.locator("#panel .pdf-page .box").first).to_be_visible()
        page.goto("about:blank")


def test_the_sample_is_loaded_in_one_click_and_its_questions_work(visit: Visit, tmp_path: Path) -> None:
    with serve(tmp_path / "home", "--no-sample") as address:
        page = visit(address=address)
        page.get_by_role("button", name="Load the sample documents").click()
        page.wait_for_selector("#upload-status .report", timeout=240_000)
        page.locator("#upload-status .example").first.click()
        expect(page.locator("#view-chat")).to_be_visible()
        page.wait_for_selector("#live .answer .cite", timeout=60_000)
        page.goto("about:blank")


def test_a_dropped_folder_keeps_its_files_apart_and_counts_what_is_left_out(visit: Visit, empty: str) -> None:
    page = visit(address=empty)
    files = [
        ["mills/2023/report.txt", "The mill ground 300 tonnes in 2023."],
        ["mills/2024/report.txt", "The mill ground 350 tonnes in 2024."],
        ["mills/.hidden.txt", "hidden"],
        ["mills/setup.exe", "x"],
    ]
    drop(page, files)
    expect(page.locator("#upload-status .added li")).to_have_count(2)
    expect(page.locator("#upload-status")).to_contain_text("2 files left out")
    drop(page, files)
    expect(page.locator("#upload-status .added")).to_contain_text("Already there report")


def test_several_hundred_files_are_handed_over(visit: Visit, empty: str) -> None:
    page = visit(address=empty)
    drop(page, [[f"many/note-{number}.txt", f"Buoy {number} lies {number + 3} metres deep."] for number in range(200)])
    expect(page.locator("#upload-status .added li")).to_have_count(200, timeout=120_000)
    page.click(".views [data-view=chat]")
    ask(page, "How deep does buoy 117 lie?")
    expect(page.locator("#live .answer")).to_contain_text("120 metres")


def test_a_text_is_pasted_and_an_address_is_not_fetched(visit: Visit, empty: str) -> None:
    page = visit(address=empty)
    for text, shown in (
        ("https://example.org/page", "fetches nothing from the web"),
        ("# Weirs\n\nThe weir at Ormen is 27 metres wide.", "Added Weir note"),
    ):
        page.click(".views [data-view=documents]")
        page.get_by_role("button", name="Paste text").click()
        page.get_by_role("textbox", name="Title (may be left empty)").fill("Weir note")
        page.get_by_label("Text, Markdown").fill(text)
        page.locator("dialog").get_by_role("button", name="Add").click()
        expect(page.locator("#upload-status")).to_contain_text(shown)
    page.click(".views [data-view=chat]")
    ask(page, "How wide is the weir at Ormen?")
    expect(page.locator("#live .answer")).to_contain_text("27 metres")


def test_a_protected_pdf_opens_with_the_password_that_is_asked_for(visit: Visit, empty: str, tmp_path: Path) -> None:
    page = visit(address=empty)
    upload(page, locked(tmp_path / "vault.pdf"))
    for password, shown in (("wrong", "opens with another password"), ("open sesame", "Added vault")):
        page.get_by_role("button", name="Give the password").click()
        field = page.locator("dialog input[type=password]")
        field.fill(password)
        field.press("Enter")
        expect(page.locator("#upload-status .report")).to_contain_text(shown, timeout=60_000)


def test_an_archive_and_a_scan_are_read_and_a_scan_says_so(visit: Visit, empty: str, tmp_path: Path) -> None:
    scanned = scan(tmp_path / "harbour-lamps.pdf")
    with zipfile.ZipFile(tmp_path / "papers.zip", "w") as made:
        made.write(scanned, "scans/harbour-lamps.pdf")
        made.writestr("scans/data.bin", b"x")
    page = visit(address=empty)
    upload(page, tmp_path / "papers.zip")
    expect(page.locator("#upload-status .added li")).to_contain_text("page 1 read by OCR")
    expect(page.locator("#upload-status")).to_contain_text("1 file left out")
    page.click(".views [data-view=chat]")
    ask(page, "How many people did the company of the harbour lamps employ at the end of the year?")
    expect(page.locator("#live .answer")).to_contain_text("4,310")
    expect(page.locator("#live .by-ocr")).to_contain_text("read by OCR from a scanned page")
    page.locator("#live .cite").first.click()
    expect(page.locator("#panel .where")).to_contain_text("read by OCR")
    expect(page.locator("#panel .pdf-page .box").first).to_be_visible()


def test_reading_is_stopped_and_what_is_read_stays(visit: Visit, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with serve(home, "--no-sample") as address:
        page = visit(address=address)
        words = " ".join(f"Word {number} is said of pier {number % 97}." for number in range(400))
        page.evaluate(DROP, [[f"long/part-{number}.txt", f"Part {number}. {words}"] for number in range(30)])
        page.wait_for_selector("#upload-status .adding .added li", timeout=120_000)
        page.get_by_role("button", name="Stop").click()
        page.wait_for_selector("#upload-status .report", timeout=120_000)
        expect(page.locator("#upload-status")).to_contain_text("you stopped before it")
        listed = page.locator(".documents li").count()
        assert 0 < listed < 30
        assert not list((home / "uploads").rglob("*.txt"))
        page.goto("about:blank")


def test_the_server_reads_no_file_that_was_not_handed_over(visit: Visit, empty: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The secret of the pier.")
    page = visit(address=empty)
    page.click(".views [data-view=documents]")
    sent = json.dumps([{"path": str(tmp_path / "secret.txt"), "name": "secret.txt"}])
    # A button of the page's own that names another file.
    page.evaluate(
        """(files) => { const button = document.createElement("button"); button.dataset.event = "add_files";
        button.dataset.files = files; document.querySelector("#upload .drop").append(button); button.click(); }""",
        sent,
    )
    expect(page.locator("#upload-status")).to_contain_text("no longer here")
    assert (tmp_path / "secret.txt").exists()
