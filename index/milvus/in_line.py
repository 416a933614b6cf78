"""A collection held against the store, and brought in line with it: what is gone goes out, what is new is sent, then it is stamped."""

import json
import logging

import numpy as np
from numpy.typing import NDArray

from index.milvus.server import Collection
from index.store import Store

logger = logging.getLogger(__name__)

LOT = 10_000  # vectors read from the store at once
PROBES = 32  # rows that are held against the store before a stamp is trusted
NEAR = 1e-6  # float32 through a server and back


def stamp(revision: int, model: str, count: int) -> str:
    """What a collection carries that is in line with the store at `revision`."""
    return json.dumps({"revision": revision, "model": model, "count": count}, sort_keys=True)


def stands(collection: Collection, store: Store, ids: NDArray[np.int64], stamped: str) -> bool:
    """Whether the stamp is the one that is due, and what is there is what it says. `ids`: those of the store."""
    if collection.stamp() != stamped or collection.count() != len(ids):
        return False
    return not wrong(collection, store, _probes(ids)).size


def write_what_differs(collection: Collection, store: Store, revision: int, model: str) -> None:
    """Remove what is gone, send what is new, then set the stamp: a crash before leaves the old one, and this again.

    The collection is listed before the store: what isn't in the latter then was removed for good, since ids are never
    used twice, and what another process sends meanwhile isn't taken for it.
    """
    held = collection.keys()
    places = store.passage_places()
    ids = places[:, 0]
    collection.take_out(np.setdiff1d(held, ids, assume_unique=True))
    common = np.intersect1d(held, ids, assume_unique=True)
    if len(common) and wrong(collection, store, _probes(common)).size:
        logger.warning("%s holds other vectors than the store; they are sent again.", collection.name)
        common = np.empty(0, np.int64)
    new = np.setdiff1d(ids, common, assume_unique=True)
    for start in range(0, len(new), LOT):
        some = new[start : start + LOT]
        stored = store.stored_vectors([int(key) for key in some])
        kept = np.asarray([int(key) for key in some if int(key) in stored], np.int64)
        if len(kept):
            documents = places[np.searchsorted(ids, kept), 1]
            vectors = np.stack([stored[int(key)] for key in kept])
            collection.put(kept.tolist(), documents.tolist(), vectors)
    collection.settle(len(new))
    collection.fit_index(len(ids))
    collection.set_stamp(stamp(revision, model, len(ids)))


def wrong(collection: Collection, store: Store, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which of these passages have no vector there, or another one than in the store."""
    wanted = [int(key) for key in keys]
    stored, there = store.stored_vectors(wanted), collection.vectors(wanted)
    found = [
        key for key in wanted if key in stored and (key not in there or np.abs(there[key] - stored[key]).max() > NEAR)
    ]
    return np.asarray(found, np.int64)


def differences(collection: Collection, store: Store, model: str) -> int:
    """How many passages have another vector there than in the store, or are in one of them alone. Reads everything.

    Those in one alone count only where the stamp is that of the store as it is: else it is brought in line when it is needed.
    """
    ids = store.passage_places()[:, 0]
    held = collection.keys()
    common = np.intersect1d(held, ids, assume_unique=True)
    same = collection.stamp() == stamp(store.revision(), model, len(ids))
    count = len(held) + len(ids) - 2 * len(common) if same else 0
    lots = (common[start : start + LOT] for start in range(0, len(common), LOT))
    return count + sum(len(wrong(collection, store, lot)) for lot in lots)


def _probes(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Some of these, spread over all."""
    some: NDArray[np.int64] = ids[np.unique(np.linspace(0, len(ids) - 1, PROBES).astype(int))]
    return some
