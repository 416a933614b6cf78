"""What passages and queries are read with: the shipped model with fewer neurons in its last layers, taught by the whole one.

`narrowed.safetensors` holds the tensors that differ from the model's own; `python -m tests.eval.narrowing` makes it. Sentences that are
compared with each other are read with the model itself, whose vectors these only come near to.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import DataProblem
from index.bert_graph import Weights

FILE = Path(__file__).parent / "narrowed.safetensors"
SHA256 = "4f74ca890921c1673cb5b0f535dcb8a7f331a32b528497a6383c7b6b8a685ff3"  # of the file; where it changes, `BertEncoder.VERSION` grows
STEP = ".step"  # (out,) float32, beside a matrix (out, in) of int8: what one step of a row is worth


def narrowed(weights: Weights, file: Path = FILE, known: str = SHA256) -> Weights:
    """The model's weights with those of `file` in their place. Raises DataProblem where it isn't the known one."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        if (found := sha256(file)) != known:
            raise ValueError(f"its SHA-256 is {found}, not {known}")
        kept = load_file(file)
        return {**weights, **{name: _whole(name, kept) for name in kept if not name.endswith(STEP)}}
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise DataProblem(f"{file.name} can't be used: {error!r}. Install Footnote again.") from error


def sha256(file: Path) -> str:
    """Of what a file holds. OSError where it can't be read."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _whole(name: str, kept: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float32]:
    values = kept[name].astype(np.float32)
    return values * kept[name + STEP].astype(np.float32)[:, None] if kept[name].dtype == np.int8 else values


def save(changed: Weights, file: Path) -> None:
    """Write the tensors that differ: matrices in 8 bits, a row having a step of its own, the rest in 16 bits."""
    from safetensors.numpy import save_file

    kept: dict[str, NDArray[np.generic]] = {}
    for name, value in changed.items():
        if value.ndim == 1:
            kept[name] = value.astype(np.float16)
        else:
            step = np.abs(value).max(axis=1, keepdims=True) / np.float32(127)
            # In the order of its rows: safetensors writes the memory as it lies.
            kept[name] = np.ascontiguousarray(np.rint(value / step).astype(np.int8))
            kept[name + STEP] = step[:, 0].astype(np.float32)
    save_file(kept, file)
