"""The chat's Report: one click saves a file that `footnote replay` reads."""

from pathlib import Path

from app.evidence_report import read_report
from app.screenshots import ask
from tests.browser.conftest import Site, Visit, exported_as

QUESTION = "What was Cambricon's revenue in the same quarter of the year before?"


def test_an_answer_is_reported_with_its_evidence_in_one_file(site: Site, visit: Visit, tmp_path: Path) -> None:
    page = visit()
    ask(page, QUESTION)
    with page.expect_download() as saving:
        exported_as(page.locator("#live"), "Report").click()
    saving.value.save_as(tmp_path / "report.json")
    report = read_report(tmp_path / "report.json")
    assert report.answer == site.last_answer()
    assert report.question == QUESTION
    assert [source.document for source in report.sources] == ["cambricon-q1-2026"]
    # By keyboard as well, and at phone width it fits beside the others.
    page.set_viewport_size({"width": 360, "height": 740})
    link = exported_as(page.locator("#live"), "Report")
    link.focus()
    box = link.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    with page.expect_download():
        page.keyboard.press("Enter")
