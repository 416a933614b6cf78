"""Files read, cut and embedded on a Ray cluster, a file a task.

Ray Data is used directly: LlamaIndex's pipeline for Ray starts after reading, which is half of the work, and gives nothing
before the last node of all files is done. A worker reads as a single machine does, in a process apart with limits
(`corpus/reading`), so that a bad file takes no worker down.
"""

import contextlib
import importlib
import pickle
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.errors import ClusterProblem, FootnoteError
from corpus.ocr.ocr import load_ocr
from corpus.reading import Limits, set_limits
from index.preparing import prepare_apart
from index.reading import Reading
from index.ready import Seen, embed_nodes, ready_of

ROOT = Path(__file__).parents[2]  # of the code that the workers of a cluster started here run
CONNECT_SECONDS = 10.0
MOST_BLOCKS = 2000  # files are spread over at most so many tasks


@dataclass(frozen=True, slots=True)
class Order:
    """Where and how files are read and embedded. `address` is the cluster's, "" for one that is started on this machine."""

    address: str
    model: str
    precision: str
    model_id: str  # of the process that gives the order; workers with another model are refused
    reading: Reading
    max_file_mb: int
    limits: Limits


def outcomes(order: Order, due: Mapping[int, Seen]) -> Iterator[tuple[int, bytes]]:
    """Number of each file, with what came of it as `_Worker` tells it, as they are done. Raises ClusterProblem."""
    try:
        # By name: its types come and go with the extra.
        ray: Any = importlib.import_module("ray")
        data: Any = importlib.import_module("ray.data")
    except ModuleNotFoundError as error:
        raise ClusterProblem(
            f"ingest_on = ray needs the package {error.name}, which isn't installed: pip install 'footnote[ray]'"
        ) from error
    rows = [{"number": number, "seen": pickle.dumps(seen)} for number, seen in due.items()]
    with _told(ray):
        _join(ray, order.address)
        context = data.DataContext.get_current()
        context.enable_progress_bars = False
        # Ids of passages are given in the order of the files, as without a cluster.
        context.execution_options.preserve_order = True
        workers = max(1, min(int(ray.cluster_resources().get("CPU", 1)), len(rows)))
        done = data.from_items(rows, override_num_blocks=min(len(rows), MOST_BLOCKS)).map(
            _Worker, fn_constructor_args=(order,), compute=data.ActorPoolStrategy(size=workers), num_cpus=1
        )
        for row in done.iter_rows():
            yield int(row["number"]), bytes(row["outcome"])


def _join(ray: Any, address: str) -> None:
    if address:
        _reach(address)
        ray.init(address=address, log_to_driver=False, logging_level="ERROR")
        return
    # A cluster that is started here runs the code of this process.
    environment = {"env_vars": {"PYTHONPATH": str(ROOT)}}
    ray.init(
        address="local", log_to_driver=False, logging_level="ERROR", include_dashboard=False, runtime_env=environment
    )


def _reach(address: str) -> None:
    """Raise OSError where nobody listens at HOST:PORT: Ray would try again for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdecimal() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()


@contextlib.contextmanager
def _told(ray: Any) -> Iterator[None]:
    """Turn what goes wrong with a cluster into a ClusterProblem."""
    try:
        yield
    except (ray.exceptions.RayError, OSError, RuntimeError) as error:
        lines = str(error).strip().splitlines()
        raise ClusterProblem(lines[-1][:300] if lines else type(error).__name__) from error


class _Worker:
    """A process of the cluster: the model loaded once, then file after file."""

    def __init__(self, order: Order) -> None:
        from index.embedding import load_embedding

        set_limits(order.limits)
        self._embedding = load_embedding(order.model, order.precision)
        if self._embedding.model_id != order.model_id:
            raise ClusterProblem(f"a worker embeds with {self._embedding.model_id}, not with {order.model_id}")
        self._reading, self._max_file_mb = order.reading, order.max_file_mb
        if wanted := order.reading.ocr.tesseract:
            ocr = load_ocr(wanted.languages)
            if ocr.tesseract is None:
                raise ClusterProblem(f"a worker can't recognise scanned pages as this machine does: {ocr.missing}")
            self._reading = replace(order.reading, ocr=ocr)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        seen: Seen = pickle.loads(row["seen"])
        told: tuple[Any, ...]
        try:
            path, reading = seen.source.path, self._reading
            found = prepare_apart(path, self._max_file_mb << 20, reading.passage_tokens, ocr=reading.ocr)
            vectors = embed_nodes(ready_of(found, seen.document_path, reading).nodes, self._embedding)
            told = "prepared", found, vectors.shape, vectors.astype("<f4").tobytes()
        except (FootnoteError, OSError) as error:
            told = "error", type(error).__name__, str(error)
        return {"number": row["number"], "outcome": pickle.dumps(told)}
