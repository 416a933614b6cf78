import hashlib
import json
import os
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Document, Page, Passage, Span
from corpus.errors import DataProblem
from index import vectors as module
from index.store import Store
from index.vectors import FaissVectors

RANDOM = np.random.default_rng(7)
D = 8


def add(store: Store, name: str, count: int) -> int:
    text = "abcdefghij" * 10
    passages = [Passage(Span(0, number, number + 1), text[number]) for number in range(count)]
    vectors = RANDOM.normal(size=(count, D)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return store.add(Document(name, f"/{name}", name, "text/plain", (Page(0, text),)), passages, vectors, "m@1")


def expected(store: Store, vector: np.ndarray, k: int) -> list[int]:
    ids, vectors = store.embeddings()
    if not len(ids):
        return []
    return [int(key) for key in ids[np.argsort(-(vectors @ vector), kind="stable")][:k]]


def a_vector() -> np.ndarray:
    vector = RANDOM.normal(size=D).astype(np.float32)
    return vector / np.linalg.norm(vector)


def test_search_gives_the_nearest_by_cosine_best_first(store: Store) -> None:
    add(store, "a", 50)
    vector = a_vector()
    found = FaissVectors(store).search(vector, 5)
    assert [key for key, _ in found] == expected(store, vector, 5)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_search_in_some_documents_gives_no_others(store: Store) -> None:
    first, second = add(store, "a", 20), add(store, "b", 20)
    vectors = FaissVectors(store)
    mine = {stored.id for stored in store.passages_of(second)}
    assert {key for key, _ in vectors.search(a_vector(), 40, {second})} == mine
    assert len(vectors.search(a_vector(), 40, {first, second})) == 40


@settings(max_examples=15)
@given(steps=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 12)), min_size=1, max_size=8))
def test_follows_any_sequence_of_additions_and_removals(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    store = Store(tmp_path_factory.mktemp("home"))
    vectors = FaissVectors(store)
    for name, count in steps:
        known = store.by_path(f"/{name}")
        if count == 0 and known:
            store.remove(known.id)
        else:
            add(store, name, count)
        vector = a_vector()
        assert [key for key, _ in vectors.search(vector, 7)] == expected(store, vector, 7)
        assert [key for key, _ in FaissVectors(store).search(vector, 7)] == expected(store, vector, 7)
    store.close()


@pytest.mark.parametrize("harm", ["delete", "truncate", "flip", "stamp", "garbage stamp"])
def test_a_missing_or_damaged_file_is_built_again_with_the_same_answers(store: Store, harm: str) -> None:
    add(store, "a", 40)
    vector = a_vector()
    vectors = FaissVectors(store)
    before = vectors.search(vector, 10)
    data = vectors.file.read_bytes()
    if harm == "delete":
        vectors.file.unlink()
    elif harm == "truncate":
        vectors.file.write_bytes(data[: len(data) // 2])
    elif harm == "flip":
        vectors.file.write_bytes(data[:-9] + bytes([data[-9] ^ 255]) + data[-8:])
    elif harm == "stamp":
        vectors.stamp.unlink()
    else:
        vectors.stamp.write_text("[")
    again = FaissVectors(store)
    assert again.search(vector, 10) == before
    assert again.file.read_bytes() == data


def test_a_file_left_from_before_a_crash_is_brought_up_to_date(store: Store) -> None:
    add(store, "a", 10)
    FaissVectors(store).refresh()
    add(store, "b", 10)  # and then the process died
    vector = a_vector()
    assert [key for key, _ in FaissVectors(store).search(vector, 20)] == expected(store, vector, 20)


def test_new_embeddings_under_the_same_ids_are_noticed(store: Store) -> None:
    key = add(store, "a", 10)
    vectors = FaissVectors(store)
    vectors.refresh()
    store.replace_embeddings(key, np.eye(10, D + 2, dtype=np.float32), "m@2")
    vector = np.eye(1, D + 2, 3, dtype=np.float32)[0]
    assert [found for found, _ in vectors.search(vector, 1)] == expected(store, vector, 1)
    store.replace_embeddings(key, np.eye(10, D + 2, 1, dtype=np.float32)[::-1], "m@3")
    assert [found for found, _ in vectors.search(vector, 1)] == expected(store, vector, 1)


def test_an_empty_store_finds_nothing(store: Store) -> None:
    assert FaissVectors(store).search(a_vector(), 5) == []


def test_a_vector_of_another_length_is_refused(store: Store) -> None:
    add(store, "a", 3)
    with pytest.raises(DataProblem, match="dimensions"):
        FaissVectors(store).search(np.ones(3, np.float32), 1)


def test_scores_are_exact_cosines_in_the_order_asked_with_0_for_what_is_not_there(store: Store) -> None:
    first = add(store, "a", 30)
    add(store, "b", 30)
    store.remove(first)
    add(store, "c", 30)
    ids, vectors = store.embeddings()
    vector = a_vector()
    index = FaissVectors(store)
    np.testing.assert_allclose(index.scores(vector, ids), vectors @ vector, atol=1e-6)
    asked = np.asarray([10_000, ids[5], 1, ids[-1], ids[0]], np.int64)
    wanted = [0, vectors[5] @ vector, 0, vectors[-1] @ vector, vectors[0] @ vector]
    np.testing.assert_allclose(index.scores(vector, asked), wanted, atol=1e-6)


def test_vectors_read_lot_by_lot_are_all_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOT", 7)
    vectors = FaissVectors(store)
    for name, count in (("a", 20), ("b", 7), ("c", 1)):
        add(store, name, count)
        vector = a_vector()
        assert [key for key, _ in vectors.search(vector, 30)] == expected(store, vector, 30)
        assert [key for key, _ in FaissVectors(store).search(vector, 30)] == expected(store, vector, 30)


def test_a_large_file_is_written_again_only_after_much_has_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SMALL", 10)
    add(store, "a", 80)
    vectors = FaissVectors(store)
    vectors.refresh()
    written = vectors.file.read_bytes()
    few = add(store, "b", 2)
    vector = a_vector()
    assert [key for key, _ in vectors.search(vector, 82)] == expected(store, vector, 82)
    assert vectors.file.read_bytes() == written
    # Another process starts from the file and takes what it lacks from the store.
    assert [key for key, _ in FaissVectors(store).search(vector, 82)] == expected(store, vector, 82)
    store.remove(few)
    assert [key for key, _ in FaissVectors(store).search(vector, 82)] == expected(store, vector, 82)
    add(store, "c", 20)
    vectors.refresh()
    assert vectors.file.read_bytes() != written


def test_a_large_index_that_outgrows_its_room_is_made_anew_and_never_copied(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SMALL", 10)
    add(store, "a", 80)
    vectors = FaissVectors(store)
    start = faiss.downcast_index(vectors.client.index).get_xb()
    add(store, "b", 10)
    assert int(faiss.downcast_index(vectors.client.index).get_xb()) == int(start)
    add(store, "c", 80)
    vector = a_vector()
    assert [key for key, _ in vectors.search(vector, 170)] == expected(store, vector, 170)
    # One that is read from its file has room too.
    again = FaissVectors(store)
    start = faiss.downcast_index(again.client.index).get_xb()
    add(store, "d", 10)
    assert int(faiss.downcast_index(again.client.index).get_xb()) == int(start)
    assert [key for key, _ in again.search(vector, 180)] == expected(store, vector, 180)


@pytest.mark.parametrize("harm", ["no revision", "revision of words", "no index", "of another store"])
def test_a_stamp_that_fits_vouches_for_nothing_but_an_index_of_this_store(
    store: Store, tmp_path: Path, harm: str
) -> None:
    add(store, "a", 40)
    vector = a_vector()
    vectors = FaissVectors(store)
    before = vectors.search(vector, 10)
    stamp = json.loads(vectors.stamp.read_text())
    if harm == "no revision":
        del stamp["revision"]
    elif harm == "revision of words":
        stamp["revision"] = "many"
    elif harm == "no index":
        vectors.file.write_bytes(b"no index at all" * 100)
        stamp["sha256"] = hashlib.sha256(vectors.file.read_bytes()).hexdigest()
    else:
        other = Store(tmp_path / "other")
        add(other, "a", 40)
        theirs = FaissVectors(other)
        theirs.refresh()
        vectors.file.write_bytes(theirs.file.read_bytes())
        stamp = json.loads(theirs.stamp.read_text())
        other.close()
    vectors.stamp.write_text(json.dumps(stamp))
    assert FaissVectors(store).search(vector, 10) == before
    assert FaissVectors(store).differences() == 0


def test_a_disk_that_takes_no_vectors_stops_no_search(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    add(store, "a", 40)

    def full(index: object, path: str) -> None:
        Path(path).write_bytes(b"a part")
        raise RuntimeError("write error: No space left on device")

    monkeypatch.setattr(faiss, "write_index", full)
    vector = a_vector()
    vectors = FaissVectors(store)
    assert [key for key, _ in vectors.search(vector, 5)] == expected(store, vector, 5)
    assert "free space" in caplog.text
    assert not [path for path in store.home.iterdir() if path.name.endswith(".part")]
    monkeypatch.undo()
    assert FaissVectors(store).search(vector, 5)
    assert vectors.file.exists()


def test_what_a_killed_process_left_of_a_file_goes_when_it_is_written_again(store: Store) -> None:
    add(store, "a", 4)
    left = store.home / "vectors.faiss.999999999.part"
    mine = store.home / f"vectors.other.{os.getpid()}.part"
    for path in (left, mine):
        path.write_bytes(b"half")
    FaissVectors(store).refresh()
    assert not left.exists()
    assert mine.exists()  # its process is alive
