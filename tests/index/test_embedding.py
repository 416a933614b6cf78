from pathlib import Path

import numpy as np
import pytest

import index.embedding
from corpus.errors import DataProblem
from index import shipped_model
from index.embedding import PassageEmbedding, load_embedding


def test_vectors_are_unit_float32_rows_in_the_order_given(embedding: PassageEmbedding) -> None:
    texts = ["a long passage about revenue " * 20, "HBM", "", "HBM", "export controls on chips"]
    vectors = embedding.embed(texts)
    assert vectors.shape == (5, embedding.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    np.testing.assert_array_equal(vectors[1], vectors[3])
    # A text's vector doesn't depend on what it is batched with, beyond rounding.
    for text, vector in zip(texts, vectors, strict=True):
        assert float(embedding.embed([text])[0] @ vector) > 0.999


def test_what_was_embedded_lately_is_remembered_and_no_more_than_that(
    embedding: PassageEmbedding, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    class Counting:
        dimension = 2

        def encode(self, texts: list[str]) -> np.ndarray:
            read.extend(texts)
            return np.asarray([[len(text), 1] for text in texts], np.float32)

        def encode_queries(self, texts: list[str]) -> np.ndarray:
            read.extend(f"{text}?" for text in texts)
            return np.asarray([[len(text), 2] for text in texts], np.float32)

    monkeypatch.setattr(index.embedding, "RECENT", 2)
    counted = PassageEmbedding(Counting(), "counting", "counting")  # type: ignore[arg-type]
    np.testing.assert_array_equal(counted.embed(["a", "bb", "a"]), [[1, 1], [2, 1], [1, 1]])
    np.testing.assert_array_equal(counted.embed(["ccc", "bb"]), [[3, 1], [2, 1]])
    assert read == ["a", "bb", "ccc"]
    counted.embed(["a"])  # which gave way to "ccc"
    assert read == ["a", "bb", "ccc", "a"]
    np.testing.assert_array_equal(
        counted.embed_queries(["a"]), [[1, 2]]
    )  # read in another way, so not the one remembered
    np.testing.assert_array_equal(counted.embed_queries(["a"]), [[1, 2]])
    np.testing.assert_array_equal(counted.embed(["a"]), [[1, 1]])
    assert read == ["a", "bb", "ccc", "a", "a?"]


def test_no_texts_give_no_rows(embedding: PassageEmbedding) -> None:
    assert embedding.embed([]).shape == (0, embedding.dimension)


def test_nearest_in_meaning_wins(embedding: PassageEmbedding) -> None:
    query, near, far = embedding.embed(["How much money did sales bring in?", "Revenue was 5 million.", "Cats purr."])
    assert query @ near > query @ far + 0.2


def test_a_row_is_embedded_by_its_words_and_a_question_as_it_is(embedding: PassageEmbedding) -> None:
    row = "Net sales 9,288 10,330"
    np.testing.assert_array_equal(embedding.embed_passages([row]), embedding.embed_queries(["Net sales"]))
    assert (embedding.embed_queries([row]) != embedding.embed_queries(["Net sales"])).any()


def test_a_passage_longer_than_the_usual_256_tokens_is_seen_to_its_end(embedding: PassageEmbedding) -> None:
    text = "filler words of a passage " * 60
    assert 256 < embedding.count_tokens(text) < 500
    assert float(embedding.embed([text])[0] @ embedding.embed([text + " Revenue was 5 million."])[0]) < 0.9999


def test_the_words_of_a_question_are_all_kept_and_those_of_a_passage_are_not(embedding: PassageEmbedding) -> None:
    texts = ["The company's revenue, and that of its segments, rose."]
    assert (embedding.embed_passages(texts) != embedding.embed_queries(texts)).any()


def test_weights_other_than_the_known_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped_model, "DEFAULT_SHA256", "0" * 64)
    with pytest.raises(DataProblem, match="SHA-256"):
        load_embedding()


def test_an_unknown_model_is_refused_and_not_looked_for_on_the_network(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="not downloaded"):
        load_embedding("some-company/some-model")
    with pytest.raises(DataProblem, match=r"modules\.json"):
        load_embedding(str(tmp_path))
