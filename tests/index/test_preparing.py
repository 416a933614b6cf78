"""Files that crash, hang or fill the memory fail by themselves, and the others go on."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from corpus.errors import PasswordNeeded
from corpus.ocr.ocr import NO_OCR, load_ocr
from corpus.reading import READERS, Limits, reading, set_limits
from index.embedding import PassageEmbedding
from index.ingest import Progress, ingest
from index.preparing import prepare, prepare_apart
from index.reading import Reading
from index.ready import Ready, Seen, Work, read_here
from index.sources import Source
from index.store import Store
from tests.corpus import misbehaving
from tests.corpus.scanned import page_picture

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"


@pytest.fixture
def small_limits() -> Iterator[None]:
    set_limits(Limits(memory_mb=300, seconds=2))
    yield
    set_limits(Limits())


@pytest.mark.usefixtures("small_limits")
def test_a_file_that_takes_its_process_down_fails_and_the_others_go_on(
    store: Store, embedding: PassageEmbedding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.preparing.prepare", misbehaving.prepare)
    files = tmp_path / "files"
    files.mkdir()
    for name in ("a-fine", "crash", "d-fine", "grow", "hang", "z-fine"):
        (files / f"{name}.md").write_text(f"The mill {name} has 5 wheels.")
    told: list[Progress] = []
    report = ingest([files], store, embedding, told.append)
    assert [record.name for record in report.added] == ["a-fine", "d-fine", "z-fine"]
    reasons = {path.stem: reason for path, reason in report.failed}
    assert "SIGSEGV" in reasons["crash"]
    assert "Split it" in reasons["grow"]
    assert "reader_seconds" in reasons["hang"]
    assert store.check() == []
    assert told[-1].files_done == 6


def test_what_is_read_apart_is_what_is_read_here() -> None:
    for path in sorted(SAMPLE.glob("*.md")):
        assert prepare_apart(path, 1 << 30, 220) == prepare(path, 1 << 30, 220)


def test_small_plain_text_is_read_without_a_process(tmp_path: Path) -> None:
    reading.end()
    (tmp_path / "a.txt").write_text("The mill has 5 wheels.")
    assert prepare_apart(tmp_path / "a.txt", 1 << 30, 220).passages[0].text == "The mill has 5 wheels."
    assert reading.process_ids == ()
    (tmp_path / "a.txt").write_bytes(b"<html><p>The mill has 5 wheels.")
    prepare_apart(tmp_path / "a.txt", 1 << 30, 220)
    assert len(reading.process_ids) == 1


def test_a_scan_with_a_password_is_recognised_in_the_process_that_reads(tmp_path: Path) -> None:
    path = tmp_path / "lamps.pdf"
    drawing = canvas.Canvas(str(path), pagesize=A4, encrypt="open sesame")
    for _ in range(2):
        drawing.drawImage(ImageReader(page_picture()), 0, 0, *A4)
        drawing.showPage()
    drawing.save()
    with pytest.raises(PasswordNeeded):
        prepare_apart(path, 1 << 30, 220, "", load_ocr())
    heard: list[tuple[int, int | None]] = []

    def tell(done: int, total: int | None, scanned: bool) -> None:
        if scanned:
            heard.append((done, total))

    ready = prepare_apart(path, 1 << 30, 220, "open sesame", load_ocr(), tell)
    assert "4,310" in ready.document.pages[1].text
    assert ready.document.recognised[1]
    assert heard == [(1, 2), (2, 2)]


def test_files_are_read_at_once_and_given_in_their_order(tmp_path: Path) -> None:
    sources = [Source(tmp_path / name, name, name) for name in ("a", "b", "c", "d")]
    both = threading.Barrier(READERS, timeout=20)
    begun: list[str] = []

    def read_one(seen: Seen) -> Ready:
        begun.append(seen.source.identity)
        both.wait()
        return Ready("", seen.source.identity)

    work = Work(
        look=lambda source: Seen(source, "", source.identity, unchanged=False),
        read=read_one,
        waiting=lambda source: None,
        stop=threading.Event(),
        reading=Reading(220, NO_OCR),
        max_file_mb=1,
        unpacked=tmp_path,
    )
    given = []
    for source, preparing in read_here(work, sources):
        given.append((source.identity, preparing().identity))
        assert len(begun) <= len(given) + READERS  # no more is held ahead than can be read at once
    assert given == [(name, name) for name in ("a", "b", "c", "d")]
