"""Texts → unit vectors, without a framework: what `PassageEmbedding` (`index/embedding.py`) gives its callers.

`BertEncoder` runs the shipped model on ONNX Runtime in 8 bits; `SentenceEncoder` runs any model of sentence-transformers.
"""

import json
import os
from collections.abc import Callable, Sequence
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

    In passages, words that occur again and light word pieces are looked at by the first layer; then a word goes on as its first
    occurrence and counts as often as it occurs, and light pieces are one row, their mean.
    """

    VERSION = 6  # grows when it gives other vectors for the same texts

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
        return self._encode(texts, self._whole)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same, at half of the cost: a word that occurs again goes on as the first, light pieces as one row."""
        return self._encode(texts, self._merged)

    def _encode(self, texts: Sequence[str], vector: Callable[[str], NDArray[np.float32]]) -> NDArray[np.float32]:
        # Long ones first, so that no core is left with one at the end.
        order = sorted(range(len(texts)), key=lambda one: -len(texts[one]))
        result = np.empty((len(texts), self.dimension), np.float32)
        for number, row in zip(order, self._workers.map(lambda one: vector(texts[one]), order), strict=True):
            result[number] = row
        return result

    def _whole(self, text: str) -> NDArray[np.float32]:
        tokens = self._cut(self._pieces.of(text))
        return self._run(tokens, np.arange(len(tokens)), np.ones(len(tokens)), 0)

    def _merged(self, text: str) -> NDArray[np.float32]:
        pieces, firsts = self._pieces.repeated(text)
        tokens = self._cut(pieces)
        places = np.arange(len(tokens))
        first = np.asarray([*firsts[: len(tokens) - 1], places[-1]])
        light = self._light[tokens]
        # Those that go on, repeated ones, light ones.
        order = np.argsort(np.where(light, 2, first < places), kind="stable")
        times = np.bincount(first[~light])
        return self._run(tokens, order, times[times > 0], int(np.count_nonzero(light)))

    def _cut(self, pieces: list[int]) -> NDArray[np.int64]:
        """As many pieces as the model has positions; the one that ends a text stays its last."""
        return np.asarray(pieces if len(pieces) <= self._longest else [*pieces[: self._longest - 1], pieces[-1]])

    def _run(
        self, tokens: NDArray[np.int64], order: NDArray[np.int64], times: NDArray[np.generic], light: int
    ) -> NDArray[np.float32]:
        """The vector of a text whose pieces are read in `order`: the first of them count `times`, the last ones are light."""
        graph, joined = self._graph, int(light > 0)
        feed = {
            graph.ROWS: self._words[tokens[order]] + self._places[order],
            graph.FULL: np.asarray([len(times)]),
            graph.LIGHT: np.asarray([(len(tokens) - light) * joined]),
            graph.JOINED: np.asarray([joined]),
            graph.TIMES: np.append(times, [1] * joined).astype(np.float32),
        }
        found: NDArray[np.float32] = self._session.run(None, feed)[0]
        return found / np.float32(max(float(np.linalg.norm(found)), 1e-12))

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
