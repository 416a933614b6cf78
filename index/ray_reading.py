"""Files read, cut and embedded on a Ray cluster, a file a task, while this process alone writes the store.

Ray Data is used directly: LlamaIndex's pipeline for Ray starts after reading, which is half of the work, and gives nothing
before the last node of all files is done. The files must be at the same path on each machine of the cluster. A worker reads as
this process does, in a process apart with limits (`corpus/reading`), so that a bad file takes no worker down.
"""

import contextlib
import pickle
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from corpus.errors import ClusterProblem, FootnoteError
from corpus.ocr.ocr import load_ocr
from corpus.reading import Limits, set_limits
from corpus.reading import reading as reader_here
from index.ray_cluster import joined, told
from index.reading import Reading
from index.ready import LOOK, Ready, Seen, Work, embed_nodes, make_ready
from index.sources import Source

MOST_BLOCKS = 2000  # files are spread over at most so many tasks
AHEAD = 8  # files that may wait here to be written
END_SECONDS = 10.0  # for tasks to end once nothing more is wanted, before the cluster is left

Outcome = Callable[[], Ready]


@dataclass(frozen=True, slots=True)
class RayReading:
    """Where: a cluster by its address ("" starts one on this machine), and the model that its workers embed with."""

    address: str
    model: str
    precision: str
    model_id: str  # that of this process; workers with another one are refused

    def __call__(self, work: Work, files: Sequence[Source]) -> Iterator[tuple[Source, Outcome]]:
        """Each file, in order, with what gives, or raises, what came of it: ClusterProblem where the cluster can't be used."""
        here: dict[int, Outcome] = {}
        due: dict[int, Seen] = {}
        for number, source in enumerate(files):
            try:
                seen = work.look(source)
            except (FootnoteError, OSError) as error:
                here[number] = partial(_raise, error)
                continue
            if seen.unchanged or (self.address and source.path.is_relative_to(work.unpacked)):
                # The folder that an archive was unpacked to is on this machine alone.
                here[number] = partial(work.read, seen)
            else:
                due[number] = seen
        with contextlib.ExitStack() as stack:
            there = stack.enter_context(_there(self, work, due)) if due else None
            for number, source in enumerate(files):
                yield source, here[number] if there is None or number in here else partial(there.of, number, source)


@contextlib.contextmanager
def _there(where: RayReading, work: Work, due: Mapping[int, Seen]) -> Iterator["_Results"]:
    with joined(where.address) as (ray, data):
        results = _Results(work, partial(_rows, ray, data, where, work, due))
        try:
            yield results
        finally:
            results.end()


class _Results:
    """What comes from the cluster: taken by a thread, so that whoever waits for a file can be told and can call it off."""

    def __init__(self, work: Work, rows: Callable[[], Iterator[tuple[int, Outcome]]]) -> None:
        self._work, self._rows = work, rows
        self._found: dict[int, Outcome] = {}
        self._waiting: queue.Queue[tuple[int, Outcome] | Exception | None] = queue.Queue(AHEAD)
        self._ended = threading.Event()
        self._over: Exception | None = None
        self._thread = threading.Thread(target=self._take, name="cluster", daemon=True)
        self._thread.start()

    def of(self, number: int, source: Source) -> Ready:
        """What came of a file, once it is there. Raises what its reading raised, ClusterProblem, what `waiting` raises."""
        while number not in self._found:
            if self._over:
                raise self._over
            try:
                given = self._waiting.get(timeout=LOOK)
            except queue.Empty:
                self._work.waiting(source)
                continue
            if isinstance(given, tuple):
                # In the order of the files as a rule; one that was tried again may come later, or come twice.
                self._found[given[0]] = given[1]
            else:
                self._over = given or ClusterProblem(
                    f"The Ray cluster lost {source.shown}. Ingest it again; what was finished is kept."
                )
        return self._found.pop(number)()

    def end(self) -> None:
        """Nothing more is wanted; waits a while for what is being done."""
        self._ended.set()
        self._thread.join(END_SECONDS)

    def _take(self) -> None:
        try:
            for row in self._rows():
                if not self._put(row):
                    return
        except Exception as error:  # noqa: BLE001 - whatever it is, who waits for the file must hear of it
            self._put(error)
        else:
            self._put(None)

    def _put(self, given: tuple[int, Outcome] | Exception | None) -> bool:
        """Give something to whoever waits; False where nobody does any more."""
        while not (self._ended.is_set() or self._work.stop.is_set()):
            with contextlib.suppress(queue.Full):
                self._waiting.put(given, timeout=LOOK)
                return True
        return False


def _rows(ray: Any, data: Any, where: RayReading, work: Work, due: Mapping[int, Seen]) -> Iterator[tuple[int, Outcome]]:
    """Number of each file, with what came of it, as they are done. Raises ClusterProblem."""
    rows = [{"number": number, "seen": pickle.dumps(seen)} for number, seen in due.items()]
    order = _Order(where, work.reading, work.max_file_mb, reader_here.limits)
    with told(ray):
        context = data.DataContext.get_current()
        context.enable_progress_bars = False
        # Ids of passages are given in the order of the files, as without a cluster.
        context.execution_options.preserve_order = True
        workers = max(1, min(int(ray.cluster_resources().get("CPU", 1)), len(rows)))
        done = data.from_items(rows, override_num_blocks=min(len(rows), MOST_BLOCKS)).map(
            _Worker, fn_constructor_args=(order,), compute=data.ActorPoolStrategy(size=workers), num_cpus=1
        )
        for row in done.iter_rows():
            # Written by a worker of the cluster that this process was told to trust.
            outcome = pickle.loads(row["outcome"])
            raised = isinstance(outcome, Exception)
            yield int(row["number"]), partial(_raise, outcome) if raised else partial(_give, outcome)


@dataclass(frozen=True, slots=True)
class _Order:
    """How a worker is to read and embed."""

    where: RayReading
    reading: Reading
    max_file_mb: int
    limits: Limits


class _Worker:
    """A process of the cluster: the model loaded once, then file after file."""

    def __init__(self, order: _Order) -> None:
        from index.embedding import load_embedding

        set_limits(order.limits)
        self._embedding = load_embedding(order.where.model, order.where.precision)
        if self._embedding.model_id != order.where.model_id:
            raise ClusterProblem(
                f"a worker embeds with {self._embedding.model_id}, not with {order.where.model_id}: "
                "install this version of Footnote there"
            )
        self._reading, self._max_file_mb = order.reading, order.max_file_mb
        if wanted := order.reading.ocr.tesseract:
            ocr = load_ocr(wanted.languages)
            if ocr.tesseract is None:
                raise ClusterProblem(f"a worker can't recognise scanned pages as this machine does: {ocr.missing}")
            self._reading = replace(order.reading, ocr=ocr)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        seen: Seen = pickle.loads(row["seen"])
        outcome: Ready | Exception
        try:
            found = make_ready(seen.source.path, seen.document_path, self._reading, self._max_file_mb)
            vectors = embed_nodes(found.nodes, self._embedding)
            outcome = replace(found, sha256=seen.sha256, identity=seen.source.identity, vectors=vectors)
        except (FootnoteError, OSError) as error:
            outcome = error
        return {"number": row["number"], "outcome": pickle.dumps(outcome)}


def _give(ready: Ready) -> Ready:
    return ready


def _raise(error: Exception) -> Ready:
    raise error
