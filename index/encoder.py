"""Texts → unit vectors, without a framework: what `PassageEmbedding` (`index/embedding.py`) gives its callers.

`BertEncoder` runs the shipped model on ONNX Runtime in 8 bits; `SentenceEncoder` runs any model of sentence-transformers.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import DataProblem
from index.word_pieces import SEQUENCE_TOKENS

if TYPE_CHECKING:
    from index.feeds import Feed

BATCH = 32


class Encoder(Protocol):
    """What turns texts to vectors. Safe to use from several threads."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) float32, rows of unit length, in the order given."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for what is sought among passages; in one space with `encode_passages`."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for passages, which may be read more cheaply."""

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model sees it, without the two that frame it."""


class BertEncoder:
    """A BERT model of sentence-transformers (mean of the last layer), 8-bit, one text at a time on each core.

    Passages, and what is sought among them, are read by a network whose last layers have fewer neurons (`index/narrowed.py`), other
    texts by the model's own; each is built when it is first asked for. In passages, words that occur again and light word pieces
    are looked at by the first layer; then a word goes on as its first occurrence and counts as often as it occurs, and light pieces
    are one row, their mean.
    """

    VERSION = 7  # grows when it gives other vectors for the same texts

    def __init__(self, folder: Path) -> None:
        """Of the model in `folder`. Raises DataProblem where a file of it is missing or isn't as it should be."""
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from index.feeds import Feeds

        self._folder = folder
        with _loading(folder):
            self._feeds = Feeds(folder, self._weights("embeddings."))
        self._networks: dict[bool, Any] = {}  # by whether it is the narrowed one
        self._building = {True: threading.Lock(), False: threading.Lock()}
        self._workers = ThreadPoolExecutor(_cores(), thread_name_prefix="encoder")

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._feeds.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) float32, rows of unit length, in the order given; a text's vector depends on the text alone."""
        return self._encode(texts, self._feeds.whole, False)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for what is sought among passages, read to its last word, too."""
        return self._encode(texts, self._feeds.whole, True)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same, at a third of the cost: a word that occurs again goes on as the first, light pieces as one row."""
        return self._encode(texts, self._feeds.merged, True)

    def ready(self, narrowed: bool) -> None:
        """Build a network that would else be waited for. Raises DataProblem where that can't be done."""
        self._network(narrowed)

    def _encode(self, texts: Sequence[str], feed: Callable[[str], "Feed"], narrowed: bool) -> NDArray[np.float32]:
        network = self._network(narrowed)

        def vector(text: str) -> NDArray[np.float32]:
            found: NDArray[np.float32] = network.run(None, feed(text))[0]
            return found / np.float32(max(float(np.linalg.norm(found)), 1e-12))

        # Long ones first, so that no core is left with one at the end.
        order = sorted(range(len(texts)), key=lambda one: -len(texts[one]))
        result = np.empty((len(texts), self.dimension), np.float32)
        for number, row in zip(order, self._workers.map(lambda one: vector(texts[one]), order), strict=True):
            result[number] = row
        return result

    def _network(self, narrowed: bool) -> Any:
        """ONNX Runtime over one of the two graphs."""
        with self._building[narrowed]:
            if narrowed not in self._networks:
                self._networks[narrowed] = self._built(narrowed)
            return self._networks[narrowed]

    def _built(self, narrow: bool) -> Any:
        import onnxruntime

        from index import bert_graph
        from index.narrowed import narrowed

        with _loading(self._folder):
            shape = json.loads((self._folder / "config.json").read_text(encoding="utf-8"))
            weights = self._weights("embeddings.LayerNorm.", "encoder.")
            size = shape["num_hidden_layers"], shape["num_attention_heads"], shape["layer_norm_eps"]
            graph = bert_graph.build(narrowed(weights) if narrow else weights, *size)
        options = onnxruntime.SessionOptions()
        # The cores share the texts, not the products of one text: those are too small to be worth it.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def _weights(self, *prefixes: str) -> dict[str, NDArray[np.float32]]:
        from safetensors import safe_open

        with safe_open(self._folder / "model.safetensors", "numpy") as file:
            return {name: file.get_tensor(name) for name in list(file.keys()) if name.startswith(prefixes)}

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model sees it, without the two that frame it."""
        return len(self._feeds.pieces.bare(text))


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

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same."""
        return self.encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same."""
        return self.encode(texts)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model sees it, without the two that frame it."""
        return len(self._model.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"])


@contextmanager
def _loading(folder: Path) -> Iterator[None]:
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise DataProblem(f"{folder} isn't a BERT model that can be loaded: {error!r}.") from error


def _cores() -> int:
    """Cores that this process may use; as many as OMP_NUM_THREADS says, where a cluster runs several processes on a machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    said = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(said)) if said.isdecimal() and int(said) else cores
