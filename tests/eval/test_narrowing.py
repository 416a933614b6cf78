"""How neurons are left out, and what the ones that are left are taught with."""

import json
import random
from itertools import islice

import numpy as np
import pytest
from safetensors.numpy import load_file

from index.bert_graph import Weights
from index.encoder import BertEncoder, SentenceEncoder
from index.feeds import Feeds
from index.narrowed import narrowed
from tests.eval import narrowing
from tests.eval.narrowing import LONG, QUESTIONS, SHORT, Model, Teaching, drawn, left, own_texts
from tests.index.test_encoder import FOLDER

LAYERS = json.loads((FOLDER / "config.json").read_text())["num_hidden_layers"]
TEXTS = [
    "Net sales rose.",
    "Sales of the segment fell, and sales of the other segment rose by a tenth of the sales.",
    "",
]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load_file(FOLDER / "model.safetensors")


def test_a_neuron_that_others_make_good_is_left_out_first() -> None:
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(4000, 6))
    rows[:, 2] = rows[:, 0] - 2 * rows[:, 4] + 1  # the others and 1 say it all
    rows[:, 3] *= 0.01  # says little
    output = chance.normal(size=(7, 3))
    rows = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    gram = rows.T @ rows / len(rows)
    kept, made = left(gram, output, 4)
    assert len(kept) == 4 == len(set(kept))
    assert 3 not in kept
    assert len({0, 2, 4} & set(kept)) == 2
    assert np.abs(rows[:, [*kept, 6]] @ made - rows @ output).mean() < 0.05


def test_the_network_that_teaches_is_the_whole_model(weights: Weights) -> None:
    feeds = Feeds(FOLDER, weights)
    found = Model(weights, LAYERS)([feeds.whole(text) for text in TEXTS]).numpy()
    np.testing.assert_allclose(found, SentenceEncoder(FOLDER).encode(TEXTS), atol=1e-5)


def test_the_network_that_learns_is_the_one_that_reads(weights: Weights) -> None:
    feeds, encoder, model = Feeds(FOLDER, weights), BertEncoder(FOLDER), Model(narrowed(weights), LAYERS)
    whole = model([feeds.whole(text) for text in TEXTS]).numpy()
    merged = model([feeds.merged(text) for text in TEXTS]).numpy()
    assert ((whole * encoder.encode_queries(TEXTS)).sum(axis=1) > 0.98).all()
    assert ((merged * encoder.encode_passages(TEXTS)).sum(axis=1) > 0.98).all()


def test_the_texts_are_the_project_s_own_drawn_by_the_seed() -> None:
    own = own_texts()
    assert sum(map(len, own)) > 100_000
    some = list(islice(drawn(own, random.Random(2)), 400))
    assert some == list(islice(drawn(own, random.Random(2)), 400))
    questions = [text for text, passage in some if not passage]
    assert abs(len(questions) / len(some) - QUESTIONS) < 0.1
    assert max(len(text.split(" ")) for text in questions) < SHORT.stop
    assert max(len(text.split(" ")) for text, _ in some) < LONG.stop + 20


def test_neurons_are_left_out_and_the_others_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FOR_GRAMS": 8, "A_STEP": 8, "AT_ONCE": 4, "WARMING": 1}.items():
        monkeypatch.setattr(narrowing, name, value)
    teaching, far = Teaching(), []
    same = teaching.some(8)  # step after step, so that what is learnt shows at once
    monkeypatch.setattr(teaching, "some", lambda count: same)
    step = teaching.step
    monkeypatch.setattr(teaching, "step", lambda *those: far.append(step(*those)) or far[-1])
    found = teaching.narrowed({5: 1500}, 4)
    assert set(found) == narrowing.learning(teaching.weights, {5})
    assert not any(np.array_equal(value, teaching.weights[name]) for name, value in found.items())
    assert found["encoder.layer.5.intermediate.dense.weight"].shape == (1500, 384)
    assert far[-1] < 0.8 * far[0]
