"""Documents brought to another model or reading: the old vectors answer until the new ones are all there."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.errors import IndexMismatch
from corpus.ocr.ocr import NO_OCR
from index.embedding import PassageEmbedding, embedding_for, load_embedding
from index.encoder import Encoder
from index.ingest import ingest
from index.outdated import outdated
from index.progress import Progress
from index.reading import Reading
from index.reindex import PLAIN, reindex
from index.retriever import Retriever
from index.store import Store
from index.vectors import FaissVectors

ROOT = Path(__file__).parents[2]


class Hashed(Encoder):
    """A model of its own kind: words to one of sixteen directions."""

    dimension = 16

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), 16), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[hashlib.sha256(word.encode()).digest()[0] % 16] += 1
            row /= np.linalg.norm(row) or 1
        return rows

    encode_queries = encode_passages = encode

    def count_tokens(self, text: str) -> int:
        return len(text.split())


OLD = PassageEmbedding(Hashed(), "hashed", "hashed@1")
NEW = PassageEmbedding(Hashed(), "hashed", "hashed@2")


def notes(folder: Path, count: int = 3) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"note-{number}.txt").write_text(f"Note {number}. The walrus earned {number} million euros.")
    return folder


def test_what_needs_it_is_told_by_model_and_by_reading(store: Store, tmp_path: Path) -> None:
    ingest([notes(tmp_path / "in")], store, OLD)
    records = store.documents()
    assert outdated(records, OLD.model_id, Reading(220, NO_OCR)).documents == ()
    assert outdated(records, NEW.model_id, Reading(220, NO_OCR)).embedded == tuple(records)
    assert outdated(records, OLD.model_id, Reading(100, NO_OCR)).read == tuple(records)
    assert outdated(records, NEW.model_id, Reading(100, NO_OCR)).documents == tuple(records)


def test_old_vectors_answer_until_all_new_ones_are_there(store: Store, tmp_path: Path) -> None:
    ingest([notes(tmp_path / "in")], store, OLD)
    before = store.embeddings()[1].copy()
    looked: list[str | None] = []

    def look(_: Progress) -> None:
        looked.append(store.model())
        if store.model() == OLD.model_id:
            np.testing.assert_array_equal(store.embeddings()[1], before)
            assert len(Retriever(store, FaissVectors(store), OLD).search("walrus", 5)) == 3

    report = reindex(store, NEW, look)
    assert {OLD.model_id} == set(looked[:-1])
    assert len(report.replaced) == 3
    assert store.model() == NEW.model_id
    assert store.connect().execute("SELECT count(*) FROM staged_embeddings").fetchone() == (0,)
    assert len(reindex(store, NEW).unchanged) == 3


def test_what_was_staged_is_not_made_again_and_that_of_another_model_is_dropped(store: Store, tmp_path: Path) -> None:
    ingest([notes(tmp_path / "in")], store, OLD)
    first = store.documents()[0]
    ids = [one.id for one in store.passages_of(first.id)]
    store.stage(ids, np.ones((len(ids), 16), np.float32) / 4, NEW.model_id)
    assert store.unstaged(first.id, NEW.model_id) == []
    assert not store.adopt_staged(NEW.model_id)
    reindex(store, NEW)
    kept = store.stored_vectors(ids)
    assert all(np.allclose(vector, 0.25) for vector in kept.values())
    store.stage(ids, np.ones((len(ids), 16), np.float32), "hashed@3")
    reindex(store, OLD)
    assert store.connect().execute("SELECT count(*) FROM staged_embeddings").fetchone() == (0,)
    assert store.model() == OLD.model_id


def test_a_document_of_the_old_model_that_comes_in_meanwhile_is_seen_to(store: Store, tmp_path: Path) -> None:
    ingest([notes(tmp_path / "in")], store, OLD)
    late = tmp_path / "late.txt"
    late.write_text("A late walrus.")
    done: list[int] = []

    def bring(progress: Progress) -> None:
        if progress.files_done == 2 and not done:
            done.append(1)
            ingest([late], store, OLD)

    reindex(store, NEW, bring)
    assert done
    assert {record.model for record in store.documents()} == {NEW.model_id}
    assert len(store.documents()) == 4


def test_what_was_read_otherwise_is_read_again_from_its_kept_file(store: Store, tmp_path: Path) -> None:
    folder = notes(tmp_path / "in")
    ingest([folder], store, OLD, passage_tokens=100)
    collection = store.make_collection("Kept")
    keys = [record.id for record in store.documents()]
    store.put_in(collection.id, keys)
    for path in folder.iterdir():
        path.unlink()
    report = reindex(store, OLD)
    assert [record.id for record in report.replaced] == keys
    assert {record.reading for record in store.documents()} == {PLAIN.stamp}
    assert [record.name for record in store.documents()] == ["note-0", "note-1", "note-2"]
    assert store.members(collection.id) == keys


def test_one_that_can_not_be_read_again_is_reported_and_stays(store: Store, tmp_path: Path) -> None:
    ingest([notes(tmp_path / "in")], store, OLD, passage_tokens=100)
    lost, damaged, fine = store.documents()
    store.source_file(lost.id).unlink()
    store.source_file(damaged.id).write_text("Something else.")
    report = reindex(store, OLD)
    assert [record.id for record in report.replaced] == [fine.id]
    assert len(report.failed) == 2
    assert "missing" in report.failed[0][1]
    assert "damaged" in report.failed[1][1]
    assert "walrus" in store.page(lost.id, 0).text
    assert "walrus" in store.page(damaged.id, 0).text


def test_every_document_can_be_read_again_with_fresh_vectors(store: Store, tmp_path: Path) -> None:
    ingest([notes(tmp_path / "in")], store, OLD)
    record = store.documents()[0]
    right = store.embeddings()[1].copy()
    store.replace_embeddings(record.id, np.ones((record.passages, 16), np.float32) / 4, OLD.model_id)
    assert reindex(store, OLD).replaced == ()
    assert len(reindex(store, OLD, every=True).replaced) == 3
    np.testing.assert_allclose(store.embeddings()[1], right)


def test_progress_never_goes_back_and_reaches_the_end(store: Store, tmp_path: Path) -> None:
    ingest([notes(tmp_path / "in")], store, OLD, passage_tokens=100)
    seen: list[Progress] = []
    reindex(store, NEW, seen.append)
    done = [one.pages_done for one in seen]
    assert done == sorted(done)
    assert (done[-1], seen[-1].pages_total, seen[-1].share) == (6, 6, 1.0)


def test_without_the_model_of_the_index_passages_are_found_by_their_words(store: Store, tmp_path: Path) -> None:
    ingest([notes(tmp_path / "in")], store, OLD)
    assert embedding_for([OLD.model_id], NEW) is None
    assert embedding_for([OLD.model_id, NEW.model_id], NEW) is None
    assert embedding_for([NEW.model_id], NEW) is NEW
    by_words = Retriever(store, FaissVectors(store), None).search("what did the walrus of note 2 earn", 3)
    assert by_words[0].document == "note-2"
    with pytest.raises(IndexMismatch, match="footnote reindex"):
        ingest([tmp_path], store, NEW)


def test_the_shipped_model_that_built_the_index_reads_its_questions(embedding: PassageEmbedding) -> None:
    found = embedding_for([embedding.model_id], NEW)
    assert found is not None
    np.testing.assert_allclose(found.embed(["a walrus"]), load_embedding().embed(["a walrus"]))


KILLED = """
import sys
from pathlib import Path
from index.reindex import reindex
from index.store import Store
from tests.index.test_reindex import NEW
import tests.index.test_reindex as module
module.Hashed.encode_passages = lambda self, texts: (__import__('time').sleep(0.05), self.encode(texts))[1]
store = Store(Path(sys.argv[1]))
print('ready', flush=True)
reindex(store, NEW)
"""


@pytest.mark.parametrize("after", [0.0, 0.15, 0.4, 0.9])
def test_killed_at_any_moment_it_is_searchable_and_goes_on(tmp_path: Path, after: float) -> None:
    home = tmp_path / "home"
    store = Store(home)
    ingest([notes(tmp_path / "in", 12)], store, OLD)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(home)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert process.stdout
    process.stdout.readline()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    models = store.models()
    assert models in ([OLD.model_id], [NEW.model_id])
    used = OLD if models == [OLD.model_id] else NEW
    assert len(Retriever(store, FaissVectors(store), used).search("walrus", 20)) == 12
    assert store.check() == []
    reindex(store, NEW)
    assert store.models() == [NEW.model_id]
    assert len(Retriever(store, FaissVectors(store), NEW).search("walrus", 20)) == 12
    store.close()
