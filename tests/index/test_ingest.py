import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import DataProblem, IndexMismatch
from index.embedding import PassageEmbedding
from index.ingest import Progress, ingest
from index.reindex import reindex
from index.store import Store
from index.vectors import FaissVectors

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "corpus" / "sample"
SEED = ROOT.parent / "shared" / "seed"


def snapshot(store: Store) -> list[object]:
    connection = store.connect()
    tables = ("documents", "pages", "passages", "embeddings", "glossary", "page_tables", "page_features")
    return [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


def test_ingesting_twice_changes_nothing(store: Store, embedding: PassageEmbedding) -> None:
    first = ingest([SAMPLE, SEED], store, embedding)
    assert len(first.added) == 6
    assert first.failed == ()
    before, revision = snapshot(store), store.revision()
    second = ingest([SAMPLE, SEED], store, embedding)
    assert len(second.unchanged) == 6
    assert (second.added, second.replaced, second.passages) == ((), (), 0)
    assert (snapshot(store), store.revision()) == (before, revision)
    assert store.check() == []


def test_every_passage_is_the_text_at_its_place(store: Store, embedding: PassageEmbedding) -> None:
    ingest([SAMPLE, SEED], store, embedding)
    seen = 0
    for record in store.documents():
        for stored in store.passages_of(record.id):
            span = stored.passage.span
            assert store.page(record.id, span.page).text[span.start : span.end] == stored.passage.text
            seen += 1
    assert seen > 40


def test_the_glossary_at_the_end_of_an_article_becomes_entries(store: Store, embedding: PassageEmbedding) -> None:
    ingest([SEED], store, embedding)
    assert {"AI Accelerator", "Run-rate", "HBM"} <= {entry.term for entry in store.glossary()}


def test_a_changed_file_replaces_its_old_passages(store: Store, embedding: PassageEmbedding, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("The walrus earned 5 million.")
    ingest([file], store, embedding)
    file.write_text("The narwhal earned 6 million.")
    report = ingest([file], store, embedding)
    assert [record.name for record in report.replaced] == ["note"]
    assert store.match('"walrus"', 5) == []
    assert len(store.match('"narwhal"', 5)) == 1
    assert len(list((store.home / "files").iterdir())) == 1


def test_of_a_changed_file_only_the_new_passages_are_embedded(
    store: Store, embedding: PassageEmbedding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "note.md"
    sections = [f"# Part {number}\n\nThe walrus of part {number} earned {number} million.\n\n" for number in range(5)]
    file.write_text("".join(sections))
    ingest([file], store, embedding)
    embedded: list[str] = []
    real = PassageEmbedding.embed_passages

    def counting(self: PassageEmbedding, texts: Sequence[str]) -> object:
        embedded.extend(texts)
        return real(self, texts)

    monkeypatch.setattr(PassageEmbedding, "embed_passages", counting)
    sections[3] = sections[3].replace("walrus", "narwhal")
    file.write_text("".join(sections))
    ingest([file], store, embedding)
    assert len(embedded) == 1
    assert "narwhal" in embedded[0]
    stored = [one.passage.embedded_text for one in store.passages_of(store.documents()[0].id)]
    np.testing.assert_allclose(store.embeddings()[1], real(embedding, stored), atol=1e-6)


def test_the_same_bytes_under_another_name_are_not_taken_twice(
    store: Store, embedding: PassageEmbedding, tmp_path: Path
) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("The same words.")
    report = ingest([tmp_path], store, embedding)
    assert (len(report.added), len(report.unchanged)) == (1, 1)


def test_an_upload_of_the_same_name_replaces_wherever_it_lay(
    store: Store, embedding: PassageEmbedding, tmp_path: Path
) -> None:
    for folder, words in (("a", "First words."), ("b", "Second words.")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "note.txt").write_text(words)
        ingest([tmp_path / folder / "note.txt"], store, embedding, uploaded=True)
    assert [record.name for record in store.documents()] == ["note"]
    assert store.page(store.document("note").id, 0).text.strip() == "Second words."


def test_files_that_fail_are_reported_and_the_others_go_on(
    store: Store, embedding: PassageEmbedding, tmp_path: Path
) -> None:
    (tmp_path / "a-broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (tmp_path / "b-empty.txt").write_bytes(b"")
    (tmp_path / "c-fine.txt").write_text("A fine file.")
    report = ingest([tmp_path, tmp_path / "missing.pdf"], store, embedding)
    assert [record.name for record in report.added] == ["c-fine"]
    assert {path.name for path, _ in report.failed} == {"a-broken.pdf", "b-empty.txt", "missing.pdf"}
    assert all(reason.strip() for _, reason in report.failed)


def test_progress_reaches_the_end_and_never_goes_back(store: Store, embedding: PassageEmbedding) -> None:
    seen: list[Progress] = []
    ingest([SAMPLE], store, embedding, seen.append)
    done = [progress.pages_done for progress in seen]
    assert done == sorted(done)
    last = seen[-1]
    assert (last.files_done, last.files_total, last.pages_done, last.pages_total) == (5, 5, 5, 5)
    assert last.pages_per_second > 0
    shares = [progress.share for progress in seen if progress.share is not None]
    assert shares[0] < 0.5
    assert shares[-1] == 1
    assert last.seconds_left == 0


def test_another_model_is_refused_until_the_documents_are_embedded_again(
    store: Store, embedding: PassageEmbedding, tmp_path: Path
) -> None:
    ingest([SEED], store, embedding)
    record = store.documents()[0]
    store.replace_embeddings(record.id, np.ones((record.passages, 5), np.float32), "other@1")
    (tmp_path / "new.txt").write_text("New words.")
    with pytest.raises(IndexMismatch, match="footnote reindex"):
        ingest([tmp_path], store, embedding)
    assert len(reindex(store, embedding).replaced) == 1
    assert store.model() == embedding.model_id
    assert store.embeddings()[1].shape == (record.passages, embedding.dimension)
    assert len(ingest([tmp_path], store, embedding).added) == 1


def test_killed_in_the_middle_the_next_start_is_consistent_and_goes_on(
    embedding: PassageEmbedding, tmp_path: Path
) -> None:
    files, home = tmp_path / "files", tmp_path / "home"
    files.mkdir()
    for number in range(40):
        (files / f"{number:02}.txt").write_text(f"Document {number}. " + f"Item {number} cost {number} euros. " * 150)
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "ingest", str(files), "--home", str(home)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    done = 0
    while time.monotonic() < deadline and process.poll() is None and done < 3:
        time.sleep(0.02)
        if (home / "footnote.db").exists():
            look = Store(home)
            done = len(look.documents())
            look.close()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    store = Store(home)
    kept = len(store.documents())
    assert 3 <= kept < 40
    assert store.check() == []
    report = ingest([files], store, embedding)
    assert len(report.unchanged) == kept
    assert len(report.added) == 40 - kept
    assert store.check() == []
    assert FaissVectors(store).client.ntotal == len(store.passage_places())
    store.close()


def folder(parent: Path) -> Path:
    """An empty folder beside the store's own directory."""
    made = parent / "files"
    made.mkdir()
    return made


def test_a_name_of_any_bytes_is_taken_and_shown_as_one_line(
    store: Store, embedding: PassageEmbedding, tmp_path: Path
) -> None:
    files = folder(tmp_path)
    names = [
        b"caf\xe9.txt",
        'a\nline \U0001f600 "quoted" <b>.txt'.encode(),
        "turned-\u202egpj.txt".encode(),
        b"esc\x1b[31m.txt",
    ]
    for number, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(files) + b"/" + name)).write_text(f"Tower {number} is {number}0 metres high.")
    report = ingest([files], store, embedding)
    assert report.failed == ()
    assert {record.name for record in report.added} == {
        "caf\ufffd",
        'a line \U0001f600 "quoted" <b>',
        "turned-gpj",
        "esc [31m",
    }
    assert len(ingest([files], store, embedding).unchanged) == 4


def test_what_is_no_file_is_reported_and_never_waited_for(
    store: Store, embedding: PassageEmbedding, tmp_path: Path
) -> None:
    files = folder(tmp_path)
    os.mkfifo(files / "pipe.txt")
    (files / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    (files / "circle.txt").symlink_to(files / "circle.txt")
    (files / "again").symlink_to(files)
    (files / "fine.txt").write_text("A fine file.")
    report = ingest([files], store, embedding)
    assert [record.name for record in report.added] == ["fine"]
    reasons = {path.name: reason for path, reason in report.failed}
    assert set(reasons) == {"pipe.txt", "dangling.txt", "circle.txt"}
    assert "no regular file" in reasons["pipe.txt"]
    assert "leads to no file" in reasons["dangling.txt"]


def test_a_file_that_became_a_copy_of_another_no_longer_says_what_it_said(
    store: Store, embedding: PassageEmbedding, tmp_path: Path
) -> None:
    files = folder(tmp_path)
    for name, words in (("one", "The walrus earned 5 million."), ("two", "The narwhal earned 6 million.")):
        (files / f"{name}.txt").write_text(words)
    ingest([files], store, embedding)
    (files / "one.txt").write_text("The narwhal earned 6 million.")
    ingest([files], store, embedding)
    assert store.match('"walrus"', 5) == []
    assert len(ingest([files], store, embedding).unchanged) == 2


def test_a_file_deleted_since_it_was_listed_is_reported_and_the_others_go_on(
    store: Store, embedding: PassageEmbedding, tmp_path: Path
) -> None:
    files = folder(tmp_path)
    # One file is read ahead, so that the last of four is sure to be deleted before it is looked at.
    for name in ("a", "b", "c", "d"):
        (files / f"{name}.txt").write_text(f"The file {name}.")
    report = ingest([files], store, embedding, lambda _: (files / "d.txt").unlink(missing_ok=True))
    assert [record.name for record in report.added] == ["a", "b", "c"]
    assert "can't be opened" in report.failed[0][1]


def test_a_data_directory_that_takes_no_more_ends_it_with_what_to_do(
    store: Store, embedding: PassageEmbedding, tmp_path: Path
) -> None:
    files = folder(tmp_path)
    (files / "kept.txt").write_text("What was there before.")
    ingest([files], store, embedding)
    (files / "more.txt").write_text("More words than there is room for. " * 9000)
    pages = store.connect().execute("PRAGMA page_count").fetchone()[0]
    store.connect().execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DataProblem, match="Free space"):
        ingest([files], store, embedding)
    assert [record.name for record in store.documents()] == ["kept"]
    assert store.check() == []


def test_two_processes_at_once_leave_one_whole_index(tmp_path: Path) -> None:
    files, home = tmp_path / "files", tmp_path / "home"
    files.mkdir()
    for number in range(12):
        (files / f"{number:02}.txt").write_text(f"Document {number}. " + f"Item {number} cost {number} euros. " * 30)
    command = [sys.executable, "-m", "app", "ingest", str(files), "--home", str(home), "--json"]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in both:
        _, said = process.communicate(timeout=240)
        assert process.returncode == 0, said
    store = Store(home)
    assert len(store.documents()) == 12
    assert store.check() == []
    assert len(list((home / "files").iterdir())) == 12
    store.close()
