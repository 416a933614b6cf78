"""Texts → unit vectors, without a framework: what `PassageEmbedding` (`index/embedding.py`) gives its callers.

`BertEncoder` runs the shipped model on ONNX Runtime in 8 bits; `SentenceEncoder` runs any model of sentence-transformers.
"""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import DataProblem

# A passage of 220 tokens and its context header fit whole; the model's positions reach 512.
SEQUENCE_TOKENS = 512
BATCH = 32


class Encoder(Protocol):
    """What turns texts to vectors. Safe to use from several threads."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) float32, rows of unit length, in the order given."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for passages, which may be read more cheaply; in one space with `encode`."""

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model sees it, without the two that frame it."""


class BertEncoder:
    """A BERT model of sentence-transformers (mean of the last layer), 8-bit, one text at a time on each core.

    In passages, light word pieces are looked at by the first layer and then become one row, their mean.
    """

    VERSION = 5  # grows when it gives other vectors for the same texts

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`. Raises DataProblem where a file of it is missing or isn't as it should be."""
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import onnxruntime
        from safetensors.numpy import load_file

        from index import bert_graph
        from index.light_words import light_pieces
        from index.word_pieces import WordPieces

        try:
            shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            weights = load_file(folder / "model.safetensors")
            heads = shape["num_attention_heads"]
            graph = bert_graph.build(weights, shape["num_hidden_layers"], heads, shape["layer_norm_eps"])
            self._pieces = WordPieces(folder / "tokenizer.json")
            self._words = weights["embeddings.word_embeddings.weight"]
            # All tokens are of the first of BERT's two kinds.
            self._places = weights["embeddings.position_embeddings.weight"]
            self._places = self._places + weights["embeddings.token_type_embeddings.weight"][0]
        except (OSError, ValueError, KeyError) as error:
            raise DataProblem(f"{folder} isn't a BERT model that can be loaded: {error!r}.") from error
        light = light_pieces(self._pieces.vocabulary, frozenset({self._pieces.first, self._pieces.last}))
        self._light = np.isin(np.arange(len(self._words)), list(light))
        self._none = np.zeros(len(self._words), np.bool_)
        self._longest = min(SEQUENCE_TOKENS, len(self._places))
        options = onnxruntime.SessionOptions()
        # The cores share the texts, not the products of one text: those are too small to be worth it.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._graph = bert_graph
        self._workers = ThreadPoolExecutor(_cores(), thread_name_prefix="encoder")

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._words.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) float32, rows of unit length, in the order given; a text's vector depends on the text alone."""
        return self._encode(texts, self._none)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same, at less than two thirds of the cost: light pieces go on as one row."""
        return self._encode(texts, self._light)

    def _encode(self, texts: Sequence[str], light: NDArray[np.bool_]) -> NDArray[np.float32]:
        # Long ones first, so that no core is left with one at the end.
        order = sorted(range(len(texts)), key=lambda one: -len(texts[one]))
        result = np.empty((len(texts), self.dimension), np.float32)
        vectors = self._workers.map(lambda one: self._vector(texts[one], light), order)
        for number, vector in zip(order, vectors, strict=True):
            result[number] = vector
        return result

    def _vector(self, text: str, light: NDArray[np.bool_]) -> NDArray[np.float32]:
        ids = self._pieces.of(text)
        tokens = np.asarray(ids if len(ids) <= self._longest else [*ids[: self._longest - 1], ids[-1]])
        left = light[tokens]
        order = np.argsort(left, kind="stable")
        full = len(tokens) - int(np.count_nonzero(left))
        joined = int(full < len(tokens))
        graph = self._graph
        feed = {
            graph.ROWS: self._words[tokens[order]] + self._places[order],
            graph.FULL: np.asarray([full]),
            graph.LIGHT: np.asarray([full * joined]),
            graph.JOINED: np.asarray([joined]),
        }
        mean: NDArray[np.float32] = self._session.run(None, feed)[0]
        return mean / np.float32(max(float(np.linalg.norm(mean)), 1e-12))

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model sees it, without the two that frame it."""
        return len(self._pieces.bare(text))


class SentenceEncoder:
    """Any model that sentence-transformers can load from a folder, in float32."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`. Raises DataProblem where that can't be done."""
        # Set before the libraries are imported: they would otherwise look for newer files on the network, and count
        # weights on the screen.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise DataProblem(f"{folder} isn't a sentence-transformers model that can be loaded: {error}.") from error
        transformer: Any = model[0]
        longest = getattr(transformer.auto_model.config, "max_position_embeddings", SEQUENCE_TOKENS)
        model.max_seq_length = min(SEQUENCE_TOKENS, longest)
        self._model: Any = model.eval()

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) float32, rows of unit length, in the order given."""
        # encode() sorts by length, so that a batch is padded to its own longest text.
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same."""
        return self.encode(texts)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model sees it, without the two that frame it."""
        return len(self._model.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"])


def _cores() -> int:
    """Cores that this process may use; as many as OMP_NUM_THREADS says, where a cluster runs several processes on a machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    said = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(said)) if said.isdecimal() and int(said) else cores
