"""The fewer neurons that texts are read by: what their file holds, and what becomes of one that is damaged."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from corpus.errors import DataProblem
from index import bert_graph
from index.bert_graph import Weights
from index.encoder import BertEncoder
from index.feeds import Feed, Feeds
from index.narrowed import FILE, SHA256, narrowed, save, sha256
from tests.eval.narrowing import NEURONS, Model
from tests.index.test_encoder import FOLDER, passages

LAYERS = json.loads((FOLDER / "config.json").read_text())["num_hidden_layers"]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load_file(FOLDER / "model.safetensors")


@pytest.fixture(scope="module")
def feeds(weights: Weights) -> list[Feed]:
    feeds = Feeds(FOLDER, weights)
    return [feeds.merged(text) for text in passages()]


def test_the_layers_have_the_neurons_that_are_said(weights: Weights) -> None:
    fewer = narrowed(weights)
    assert set(fewer) == set(weights)
    for layer in range(LAYERS):
        neurons = NEURONS.get(layer, 1536)
        assert fewer[f"encoder.layer.{layer}.intermediate.dense.weight"].shape == (neurons, 384)
        assert fewer[f"encoder.layer.{layer}.intermediate.dense.bias"].shape == (neurons,)
        assert fewer[f"encoder.layer.{layer}.output.dense.weight"].shape == (384, neurons)
    assert all(fewer[name].dtype == np.float32 for name in fewer if weights[name].dtype == np.float32)
    assert FILE.stat().st_size < 1 << 19


def test_eight_bits_keep_close_to_float32_in_passages(weights: Weights, feeds: list[Feed]) -> None:
    exact = Model(narrowed(weights), LAYERS)(feeds).numpy()
    cosines = (BertEncoder(FOLDER).encode_passages(passages()) * exact).sum(axis=1)
    assert cosines.min() > 0.97
    assert cosines.mean() > 0.985


def test_no_neuron_but_the_known_ones_exceeds_the_steps_of_its_layer(weights: Weights, feeds: list[Feed]) -> None:
    peaks = bert_graph._PEAKS
    for model in (Model(weights, LAYERS), Model(narrowed(weights), LAYERS)):
        model.seen = {layer: [] for layer in range(LAYERS)}
        model(feeds)
        for layer, (rows,) in model.seen.items():
            highest = rows.numpy().max(axis=(0, 1))
            assert set(np.flatnonzero(highest > 8.5).tolist()) <= set(peaks[layer] if layer < len(peaks) else ())


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "some.safetensors"
    chance = np.random.default_rng(1)
    matrix, bias = chance.normal(size=(5, 32)).astype(np.float32), chance.normal(size=5).astype(np.float32)
    turned = np.asfortranarray(matrix)  # as what was multiplied from the right comes
    save({"a.weight": matrix, "a.bias": bias, "c.weight": turned}, file)
    other = np.ones(3, np.float32)
    found = narrowed({"a.weight": matrix[:3], "b": other}, file, sha256(file))
    np.testing.assert_allclose(found["a.weight"], matrix, atol=float(np.abs(matrix).max()) / 250)
    np.testing.assert_array_equal(found["c.weight"], found["a.weight"])
    np.testing.assert_allclose(found["a.bias"], bias, atol=2e-3)
    np.testing.assert_array_equal(found["b"], other)


def test_a_file_that_is_damaged_or_missing_is_named(tmp_path: Path, weights: Weights) -> None:
    other, cut, stepless = (tmp_path / f"{name}.safetensors" for name in ("other", "cut", "stepless"))
    data = bytearray(FILE.read_bytes())
    data[-100] ^= 1  # a single bit
    other.write_bytes(data)
    cut.write_bytes(data[:-100])
    save_file({"a.weight": np.ones((2, 2), np.int8)}, stepless)
    for file, known in ((other, SHA256), (cut, sha256(cut)), (stepless, sha256(stepless)), (tmp_path / "none", SHA256)):
        with pytest.raises(DataProblem, match=file.name):
            narrowed(weights, file, known)
