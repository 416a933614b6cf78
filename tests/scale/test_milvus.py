"""The vectors on a real Milvus server, held against FAISS and against all products."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from llama_index.core.vector_stores.types import VectorStoreQuery
from pydantic import SecretStr

from app.doctor import examine, mend
from app.footnote import Footnote
from app.settings import Settings
from corpus.document import Document, Page, Passage, Span
from corpus.errors import DataProblem, VectorsProblem
from index.embedding import PassageEmbedding
from index.llama_index_adapters import LlamaIndexVectors
from index.milvus import server as server_module
from index.milvus.vectors import MilvusVectors
from index.store import Store
from index.vector_choice import VectorChoice
from index.vectors import FaissVectors
from tests.scale.milvus_server import ROOT, MilvusServer, free_port

pytestmark = [pytest.mark.milvus, pytest.mark.timeout(900)]  # servers start, on machines that are busy

RANDOM = np.random.default_rng(7)
D = 32
QUESTIONS = (
    "What drove the jump in revenue?",
    "What was revenue in the first quarter of 2026?",
    "What is HBM?",
    "Which export controls apply to accelerators?",
    "How is a run-rate computed, and when does it mislead?",
    "net income",
)


def unit(count: int) -> np.ndarray:
    vectors = RANDOM.normal(size=(count, D)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def add(store: Store, name: str, count: int, model: str = "m@1") -> int:
    text = "abcdefghij" * 10
    passages = [Passage(Span(0, at % 100, at % 100 + 1), text[at % 100]) for at in range(count)]
    return store.add(Document(name, f"/{name}", name, "text/plain", (Page(0, text),)), passages, unit(count), model)


def expected(store: Store, vector: np.ndarray, k: int) -> list[int]:
    ids, vectors = store.embeddings()
    return [int(key) for key in ids[np.argsort(-(vectors @ vector), kind="stable")][:k]]


def found(vectors: MilvusVectors, vector: np.ndarray, k: int) -> list[int]:
    return [key for key, _ in vectors.search(vector, k)]


@pytest.fixture
def vectors(store: Store, milvus: MilvusServer) -> Iterator[MilvusVectors]:
    opened = MilvusVectors(store, milvus.uri)
    yield opened
    opened.close()


def another(vectors: MilvusVectors) -> "contextlib.closing[MilvusVectors]":
    """As a process that starts later sees them."""
    return contextlib.closing(MilvusVectors(vectors.store, vectors._uri))


def test_answers_over_the_sample_corpus_are_those_of_faiss(
    tmp_path: Path, milvus: MilvusServer, embedding: PassageEmbedding
) -> None:
    here = Footnote(Settings(home=tmp_path))
    there = Footnote(Settings(home=tmp_path, vector_store="milvus", milvus_uri=milvus.uri))
    for engine in (here, there):
        engine.use_embedding(embedding)
    here.ingest_sample()
    some = [record.id for record in here.documents()][::2]
    for question in QUESTIONS:
        for documents in (None, some):
            ours, theirs = (engine.search(question, 10, documents) for engine in (here, there))
            assert [hit.passage_id for hit in theirs] == [hit.passage_id for hit in ours]
            np.testing.assert_allclose([hit.score for hit in theirs], [hit.score for hit in ours], atol=1e-5)
    assert there.ask(QUESTIONS[0]).text == here.ask(QUESTIONS[0]).text
    for engine in (here, there):
        engine.close()


def test_documents_go_in_and_out(store: Store, vectors: MilvusVectors) -> None:
    first, second = add(store, "a", 50), add(store, "b", 30)
    vector = unit(1)[0]
    assert found(vectors, vector, 10) == expected(store, vector, 10)
    store.remove(first)
    assert found(vectors, vector, 40) == expected(store, vector, 40)
    assert len(found(vectors, vector, 40)) == 30
    add(store, "b", 20)  # read again: other passages under the same document
    assert found(vectors, vector, 40) == expected(store, vector, 40)
    LlamaIndexVectors(vectors).delete(str(second))
    assert vectors.search(vector, 5) == []
    add(store, "c", 5)
    assert found(vectors, vector, 5) == expected(store, vector, 5)
    assert vectors.differences() == 0


def test_only_what_is_new_is_sent(store: Store, vectors: MilvusVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, "a", 50)
    vectors.refresh()
    sent: list[int] = []
    put = server_module.Collection.put

    def noted(self: server_module.Collection, keys: list[int], *rest: object) -> None:
        sent.extend(keys)
        put(self, keys, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(server_module.Collection, "put", noted)
    add(store, "b", 7)
    with another(vectors) as later:
        later.refresh()
    vectors.refresh()
    assert len(sent) == 7


def test_search_in_some_documents_gives_no_others(store: Store, vectors: MilvusVectors) -> None:
    keys = [add(store, str(number), 5) for number in range(60)]
    vector = unit(1)[0]
    for chosen in (keys[:1], keys[::2], keys[3:50], keys[1:], [*keys, 10_000]):
        wanted = {stored.id for key in chosen if key in keys for stored in store.passages_of(key)}
        assert {key for key, _ in vectors.search(vector, 300, chosen)} == wanted
    assert vectors.search(vector, 10, [10_000]) == []
    result = LlamaIndexVectors(vectors).query(
        VectorStoreQuery(vector.tolist(), similarity_top_k=3, doc_ids=[str(keys[4])])
    )
    assert len(result.ids or []) == 3
    assert {int(key) for key in result.ids or []} <= {stored.id for stored in store.passages_of(keys[4])}


def test_who_may_read_some_documents_is_sent_no_others(
    store: Store, vectors: MilvusVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What isn't seen lies between what is; the server must be asked for the latter alone, in searches of passages and of sums."""
    keys = [add(store, str(number), 20) for number in range(30)]
    places = store.passage_places()
    seen = places[np.isin(places[:, 1], keys[::3])]
    sent: list[int] = []
    nearest = server_module.Collection.nearest

    def noted(self: server_module.Collection, *given: object) -> tuple[np.ndarray, np.ndarray]:
        found, cosines = nearest(self, *given)  # type: ignore[arg-type]
        sent.extend(int(key) for key in found)
        return found, cosines

    monkeypatch.setattr(server_module.Collection, "nearest", noted)
    vector = unit(1)[0]
    ids = seen[:, 0].copy()
    scores = vectors.scores(vector, ids, seen[:, 1].copy(), np.zeros(len(ids), np.float32), 10)
    stored = store.stored_vectors([int(key) for key in ids])
    np.testing.assert_allclose(scores, [stored[int(key)] @ vector for key in ids], atol=1e-5)
    assert len(vectors.search(vector, 300, keys[1::3])) == 200
    assert set(sent) == set(places[np.isin(places[:, 1], [*keys[::3], *keys[1::3]])][:, 0].tolist())


def test_a_long_list_of_documents_is_searched_in_parts(
    store: Store, vectors: MilvusVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.milvus.filters.MOST_TERMS", 3)
    keys = [add(store, str(number), 4) for number in range(40)]
    vector = unit(1)[0]
    chosen = set(keys[::2])
    wanted = [key for key in expected(store, vector, 160) if store.passages([key])[0].document_id in chosen][:10]
    assert [key for key, _ in vectors.search(vector, 10, chosen)] == wanted


def test_the_best_of_a_sum_are_those_of_all_cosines(
    store: Store, vectors: MilvusVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With limits so small that the server is asked twice and the rest computed here."""
    monkeypatch.setattr("index.milvus.best.FIRST", 20)
    monkeypatch.setattr("index.milvus.best.FEW", 10)
    for number in range(20):
        add(store, str(number), 30)
    places = store.passage_places()
    ids, documents = places[:, 0].copy(), places[:, 1].copy()
    stored = store.embeddings()[1]
    for lift in (0.0, 0.2, 0.8):
        vector = unit(1)[0]
        added = np.where(documents % 4 == 0, np.float32(lift), np.float32(0))
        added[documents == 7] = -np.inf
        exact = stored @ vector + added
        given = vectors.scores(vector, ids, documents, added, 25) + added
        assert list(np.argsort(-given, kind="stable")[:25]) == list(np.argsort(-exact, kind="stable")[:25])


def test_another_model_gets_another_collection_and_the_old_one_goes(
    store: Store, vectors: MilvusVectors, milvus: MilvusServer
) -> None:
    key = add(store, "a", 10)
    vectors.refresh()
    before = vectors.collection
    store.replace_embeddings(key, np.eye(10, D + 2, dtype=np.float32), "m@2")
    vector = np.eye(1, D + 2, 3, dtype=np.float32)[0]
    assert found(vectors, vector, 1) == expected(store, vector, 1)
    there = server_module.reach(milvus.uri, "")
    assert vectors.collection in there
    assert before not in there


@pytest.mark.parametrize("harm", ["dropped", "rows gone", "rows too many", "other vectors", "no stamp", "stale stamp"])
def test_what_was_changed_on_the_server_is_brought_in_line(store: Store, vectors: MilvusVectors, harm: str) -> None:
    add(store, "a", 64)
    vector = unit(1)[0]
    before = found(vectors, vector, 64)
    collection = vectors._collection
    assert collection is not None
    ids = store.passage_places()[:, 0]
    if harm == "dropped":
        collection.drop()
    elif harm == "rows gone":
        collection.take_out(ids[10:30])
    elif harm == "rows too many":
        collection.put([900, 901], [1, 1], unit(2))
    elif harm == "other vectors":
        collection.put(ids.tolist(), [1] * len(ids), unit(len(ids)))
    else:
        collection.set_stamp("" if harm == "no stamp" else collection.stamp().replace("64", "63"))
    with another(vectors) as later:
        assert found(later, vector, 64) == before
        assert later.differences() == 0


def test_doctor_finds_what_differs_and_mends_it(
    tmp_path: Path, milvus: MilvusServer, embedding: PassageEmbedding
) -> None:
    settings = Settings(home=tmp_path, vector_store="milvus", milvus_uri=milvus.uri)
    engine = Footnote(settings)
    engine.use_embedding(embedding)
    engine.ingest_sample()
    engine.search("revenue")

    def said() -> tuple[bool, str]:
        return next((one.ok, one.detail) for one in examine(settings) if one.name == "search vectors")

    assert said() == (True, f"those of the database at {milvus.uri}, or made at the next question")
    vectors = settings.vectors().open(engine.store)
    assert isinstance(vectors, MilvusVectors)
    vectors.refresh()
    assert vectors._collection is not None
    vectors._collection.take_out(engine.store.passage_places()[:3, 0])
    vectors.close()
    ok, detail = said()
    assert not ok
    assert detail.startswith("3 aren't those of the database.")
    assert "Made the search vectors again: 3" in mend(settings)[0].text
    assert said()[0]
    engine.close()


@pytest.mark.parametrize("count", [0, 1, 10**7, 10**9, 10**11])
def test_lists_are_as_many_as_a_server_makes(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "GRAPH_FROM", 0)
    monkeypatch.setattr(server_module, "LISTS_FROM", 0)
    lists = server_module.index_for(count)["nlist"]
    assert lists == {0: 1, 1: 4, 10**7: 12_648}.get(count, 65_536)


@pytest.mark.parametrize("kind", ["HNSW", "IVF_SQ8"])
def test_an_index_for_more_passages_is_made_as_they_come_and_finds_the_same(
    store: Store, vectors: MilvusVectors, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, "a", 1500)
    vectors.refresh()
    assert vectors._collection is not None
    assert vectors._collection.kind == "FLAT"
    monkeypatch.setattr(server_module, "GRAPH_FROM", 2000)
    monkeypatch.setattr(server_module, "LISTS_FROM", 10**9 if kind == "HNSW" else 2000)
    add(store, "b", 2500)
    vectors.refresh()
    assert vectors._collection.kind == kind
    shares = []
    for vector in unit(10):
        hits = vectors.search(vector, 10)
        shares.append(len({key for key, _ in hits} & set(expected(store, vector, 10))) / 10)
        np.testing.assert_allclose(
            [score for _, score in hits],
            [store.stored_vectors([key])[key] @ vector for key, _ in hits],
            atol=1e-5,
        )
    assert np.mean(shares) >= 0.95
    with another(vectors) as later:
        assert found(later, vector, 10) == found(vectors, vector, 10)


def test_a_server_killed_and_started_again_goes_on(tmp_path: Path, store: Store) -> None:
    server = MilvusServer(tmp_path / "milvus").start()
    try:
        with contextlib.closing(MilvusVectors(store, server.uri)) as vectors:
            add(store, "a", 40)
            vector = unit(1)[0]
            before = found(vectors, vector, 10)
            server.kill()
            started = time.monotonic()
            with pytest.raises(VectorsProblem, match=r"can't be used .* Start it, or check milvus_uri"):
                vectors.search(vector, 10)
            assert time.monotonic() - started < 40
            add(store, "b", 40)  # documents come in meanwhile
            server.start()
            assert found(vectors, vector, 10) == expected(store, vector, 10) != before
            server.kill()
            # An empty one in its place, at the same address.
            server = MilvusServer(tmp_path / "other", server.port).start()
            assert found(vectors, vector, 10) == expected(store, vector, 10)
    finally:
        server.kill()


CHILD = """
import sys
from pathlib import Path
from index.milvus import in_line as module
from index.milvus.vectors import MilvusVectors
from index.milvus.server import Collection
from index.store import Store
module.LOT = 50
put = Collection.put
def slow(self, *given):
    put(self, *given)
    print("sent", flush=True)
Collection.put = slow
MilvusVectors(Store(Path(sys.argv[1])), sys.argv[2]).refresh()
print("done", flush=True)
"""


def test_a_process_killed_in_the_middle_of_sending_loses_and_doubles_nothing(
    store: Store, vectors: MilvusVectors, milvus: MilvusServer
) -> None:
    add(store, "a", 1000)
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CHILD, store.home, milvus.uri], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert child.stdout is not None
    for _ in range(5):
        assert child.stdout.readline() == b"sent\n"
    os.kill(child.pid, signal.SIGKILL)
    assert b"done" not in child.stdout.read()
    child.wait()
    vector = unit(1)[0]
    assert found(vectors, vector, 1000) == expected(store, vector, 1000)
    assert vectors._collection is not None
    assert vectors._collection.count() == 1000
    assert vectors.differences() == 0


def test_two_processes_that_bring_it_in_line_at_once_agree(store: Store, vectors: MilvusVectors) -> None:
    add(store, "a", 400)
    children = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", CHILD, store.home, vectors._uri], cwd=ROOT)
        for _ in range(2)
    ]
    assert [child.wait() for child in children] == [0, 0]
    vector = unit(1)[0]
    assert found(vectors, vector, 400) == expected(store, vector, 400)
    assert vectors.differences() == 0


def test_two_data_directories_on_one_server_are_apart(tmp_path: Path, milvus: MilvusServer) -> None:
    names = []
    for name in ("one", "two"):
        store = Store(tmp_path / name)
        add(store, "a", 20)
        with contextlib.closing(MilvusVectors(store, milvus.uri)) as vectors:
            vector = unit(1)[0]
            assert found(vectors, vector, 20) == expected(store, vector, 20)
            names.append(vectors.collection)
        store.close()
    assert len(set(names)) == 2


def test_a_server_that_does_not_answer_is_given_up_in_time(store: Store) -> None:
    add(store, "a", 3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        vectors = MilvusVectors(store, f"http://127.0.0.1:{silent.getsockname()[1]}", "root:hidden-word")
        started = time.monotonic()
        with pytest.raises(VectorsProblem, match="can't be used") as caught:
            vectors.search(unit(1)[0], 3)
        assert time.monotonic() - started < 25
        assert "hidden-word" not in str(caught.value)


def test_without_its_server_all_that_needs_no_vectors_goes_on(tmp_path: Path, embedding: PassageEmbedding) -> None:
    engine = Footnote(Settings(home=tmp_path, vector_store="milvus", milvus_uri=f"http://127.0.0.1:{free_port()}"))
    engine.use_embedding(embedding)
    assert engine.ingest_sample().failed == ()
    assert engine.documents()
    assert engine.ask("What is 12 × 12?").text.startswith("12 × 12 = 144")
    with pytest.raises(VectorsProblem, match="vector_store = faiss"):
        engine.ask("What drove the jump in revenue?")
    engine.close()


def test_a_wrong_token_is_told_and_never_shown(tmp_path: Path, store: Store) -> None:
    server = MilvusServer(tmp_path / "milvus", authorization=True).start()
    try:
        add(store, "a", 20)
        vector = unit(1)[0]
        with pytest.raises(VectorsProblem, match="refused the token") as caught:
            VectorChoice("milvus", server.uri, SecretStr("root:not-the-word")).open(store).refresh()
        assert "not-the-word" not in str(caught.value)
        with contextlib.closing(MilvusVectors(store, server.uri, "root:Milvus")) as vectors:
            assert found(vectors, vector, 5) == expected(store, vector, 5)
    finally:
        server.kill()


def test_more_than_a_server_gives_at_once_is_refused(store: Store, vectors: MilvusVectors) -> None:
    add(store, "a", 3)
    with pytest.raises(DataProblem, match="Ask for fewer"):
        vectors.search(unit(1)[0], 20_000)
    with pytest.raises(DataProblem, match="can't search an index of 32 dimensions"):
        vectors.search(np.ones(5, np.float32), 3)


def test_both_stores_read_one_data_directory_in_turn(store: Store, vectors: MilvusVectors) -> None:
    add(store, "a", 30)
    vector = unit(1)[0]
    ours = FaissVectors(store).search(vector, 10)
    theirs = vectors.search(vector, 10)
    assert [key for key, _ in ours] == [key for key, _ in theirs]
    np.testing.assert_allclose([score for _, score in ours], [score for _, score in theirs], atol=1e-6)
