"""The shipped model, loaded ahead of what asks for it."""

import subprocess
import sys
import threading

import numpy as np
import pytest

from corpus.errors import DataProblem
from index import shipped_model
from index.encoder import BertEncoder


def test_an_encoder_that_was_begun_is_given_once() -> None:
    shipped_model.begin_loading()
    begun, other = shipped_model.load_encoder(), shipped_model.load_encoder()
    assert begun is not other
    np.testing.assert_array_equal(begun.encode(["Net sales"]), other.encode(["Net sales"]))
    np.testing.assert_array_equal(begun.encode_queries(["Net sales"]), other.encode_queries(["Net sales"]))


def test_both_of_its_networks_are_built_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    real = BertEncoder._built
    monkeypatch.setattr(BertEncoder, "_built", lambda self, narrow: built.append(narrow) or real(self, narrow))
    shipped_model.begin_loading()
    encoder = shipped_model.load_encoder()
    for thread in threading.enumerate():
        if thread.name == "model":
            thread.join()
    encoder.encode(["Net sales"])
    encoder.encode_queries(["Net sales"])
    encoder.encode_passages(["Net sales"])
    assert built == [True, False]


def test_what_went_wrong_ahead_is_told_where_the_encoder_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped_model, "DEFAULT_SHA256", "0" * 64)
    shipped_model.begin_loading()
    with pytest.raises(DataProblem, match="SHA-256"):
        shipped_model.load_encoder()


def test_loading_it_imports_no_framework() -> None:
    code = "import sys, index.shipped_model as shipped; shipped.load_encoder(); print('llama_index' in sys.modules, 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
