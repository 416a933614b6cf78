"""One collection on a Milvus server, through LlamaIndex's store: rows in and out, search, its stamp, its index by size.

Every call ends within a time limit, and what goes wrong is told as a VectorsProblem that says what to do.
"""

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import VectorsProblem
from index.milvus.filters import DOCUMENT

try:
    import grpc
    from llama_index.vector_stores.milvus import MilvusVectorStore
    from pymilvus import DataType, MilvusClient, MilvusException
except ModuleNotFoundError as error:
    raise VectorsProblem(
        f"vector_store = milvus needs the package {error.name}, which isn't installed: pip install 'footnote[milvus]'"
    ) from error

logger = logging.getLogger(__name__)
# What it would say on standard error is told by VectorsProblem.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

REFUSALS = ("unauthenticated", "auth check failure", "permission deny", "privilege")
CALL_SECONDS = 10.0  # for an answer
WRITE_SECONDS = 60.0
BUILD_SECONDS = 3600.0  # to make an index over all rows
KEY, VECTOR = "id", "embedding"
STAMP = "footnote.stamp"  # a property of the collection
LOT = 2000  # rows sent at once: some 4 MB
LISTED = 16_384  # keys read at once
SETTLED_FROM = 2000  # rows written together: fewer wait with the next ones
# By how many passages which index: exact; a graph, with all vectors in memory; lists of vectors in 8 bits, a quarter of that.
# Exact as long as that takes a fraction of a second on idle cores.
GRAPH_FROM = 1_000_000
LISTS_FROM = 10_000_000
MOST_LISTS = 65_536  # that a server makes


def index_for(count: int) -> dict[str, Any]:
    """The index for so many passages, as LlamaIndex's store takes it."""
    if count < GRAPH_FROM:
        return {"index_type": "FLAT"}
    if count < LISTS_FROM:
        return {"index_type": "HNSW", "M": 32, "efConstruction": 200}
    return {"index_type": "IVF_SQ8", "nlist": min(max(4 * int(np.sqrt(count)), 1), MOST_LISTS)}


def search_for(kind: str, count: int, most: int) -> dict[str, Any]:
    """How widely an index of a kind, over `count` passages, is searched for `most` of them."""
    if kind == "HNSW":
        return {"ef": min(max(2 * most, 4096), 32_768)}
    # A part of the lists; at least enough for what is asked to be in them several times over.
    return {"nprobe": max(64, int(np.sqrt(count)) // 4)} if kind == "IVF_SQ8" else {}


class Collection:
    """A collection under a name, made where it isn't there. Safe to use from several threads."""

    def __init__(self, uri: str, token: str, name: str, dimension: int, expected: int) -> None:
        """Connect; `expected` passages decide on the index of a new one. Raises VectorsProblem."""
        self.name, self.uri, self.dimension = name, uri, dimension
        with told(uri):
            self._store = MilvusVectorStore(
                uri=uri,
                token=token,
                collection_name=name,
                dim=dimension,
                similarity_metric="IP",
                scalar_field_names=[DOCUMENT],
                scalar_field_types=[DataType.INT64],
                index_config=index_for(expected),
                upsert_mode=True,
                use_async_client=False,
                timeout=CALL_SECONDS,
            )
            self.client: MilvusClient = self._store.client
            self.client.load_collection(name, timeout=WRITE_SECONDS)
            self.kind = self._kind()

    def put(self, keys: Sequence[int], documents: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Write rows, whether they are there or not. Texts stay in the store: only keys and vectors leave the machine."""
        rows = [
            {KEY: str(key), "doc_id": str(document), "text": "", DOCUMENT: int(document), VECTOR: vector}
            for key, document, vector in zip(keys, documents, vectors, strict=True)
        ]
        for start in range(0, len(rows), LOT):
            with told(self.uri):
                self.client.upsert(self.name, rows[start : start + LOT], timeout=WRITE_SECONDS)

    def take_out(self, keys: NDArray[np.int64]) -> None:
        """Remove rows; those that aren't there are no matter."""
        for start in range(0, len(keys), LOT):
            with told(self.uri):
                some = [str(key) for key in keys[start : start + LOT]]
                self.client.delete(self.name, ids=some, timeout=WRITE_SECONDS)

    def nearest(
        self, vector: NDArray[np.float32], most: int, count: int, expression: str, strong: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Keys and inner products of the best `most` of `count` rows among those that `expression` admits, best first.

        `strong`: with all that was written until now; it waits for the server's next tick, a fraction of a second.
        """
        with told(self.uri):
            found = self.client.search(
                self.name,
                data=[vector],
                anns_field=VECTOR,
                limit=most,
                filter=expression,
                search_params={"metric_type": "IP", "params": search_for(self.kind, count, most)},
                consistency_level="Strong" if strong else "Bounded",
                timeout=CALL_SECONDS,
            )[0]
        keys = np.fromiter((int(hit[KEY]) for hit in found), np.int64)
        return keys, np.fromiter((hit["distance"] for hit in found), np.float32)

    def keys(self) -> NDArray[np.int64]:
        """The keys of all rows, rising."""
        found: list[int] = []
        with told(self.uri):
            listed = self.client.query_iterator(
                self.name, batch_size=LISTED, output_fields=[KEY], consistency_level="Strong", timeout=WRITE_SECONDS
            )
            try:
                while rows := listed.next():
                    found.extend(int(row[KEY]) for row in rows)
            finally:
                listed.close()
        return np.unique(np.asarray(found, np.int64))

    def vectors(self, keys: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """Key → vector of those asked for that are there."""
        found: dict[int, NDArray[np.float32]] = {}
        for start in range(0, len(keys), LOT):
            with told(self.uri):
                rows = self.client.query(
                    self.name,
                    ids=[str(key) for key in keys[start : start + LOT]],
                    output_fields=[KEY, VECTOR],
                    consistency_level="Strong",
                    timeout=WRITE_SECONDS,
                )
            found |= {int(row[KEY]): np.asarray(row[VECTOR], np.float32) for row in rows}
        return found

    def count(self) -> int:
        """How many rows there are."""
        with told(self.uri):
            rows = self.client.query(
                self.name, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=CALL_SECONDS
            )
        return int(rows[0]["count(*)"])

    def stamp(self) -> str:
        """What was last noted of its state; "" for nothing."""
        with told(self.uri):
            described = self.client.describe_collection(self.name, timeout=CALL_SECONDS)
        return str(described.get("properties", {}).get(STAMP, ""))

    def set_stamp(self, stamp: str) -> None:
        """Note its state."""
        with told(self.uri):
            self.client.alter_collection_properties(self.name, properties={STAMP: stamp}, timeout=CALL_SECONDS)

    def fit_index(self, count: int) -> None:
        """Make the index that is right for so many passages, where it has another one. Searches wait meanwhile."""
        wanted = index_for(count)
        if wanted["index_type"] == self.kind:
            return
        logger.warning("The vectors in %s get an index for %d passages (%s).", self.name, count, wanted["index_type"])
        with told(self.uri):
            parameters = self.client.prepare_index_params()
            kind = wanted.pop("index_type")
            parameters.add_index(VECTOR, index_name=VECTOR, index_type=kind, metric_type="IP", params=wanted)
            self.client.flush(self.name, timeout=WRITE_SECONDS)
            self.client.release_collection(self.name, timeout=WRITE_SECONDS)
            self.client.drop_index(self.name, VECTOR, timeout=WRITE_SECONDS)
            self.client.create_index(self.name, parameters, timeout=BUILD_SECONDS)
            self.client.load_collection(self.name, timeout=BUILD_SECONDS)
            self.kind = kind

    def settle(self, count: int) -> None:
        """Have the server index the `count` rows that were just written, if they are many and the index isn't exact.

        It indexes what it has laid down, of its own accord much later. Until then an interim index of its own is searched
        (`queryNode.segcore.interimIndex`: 16 of 128 lists), which misses two thirds of what lies far from everything.
        """
        if self.kind != "FLAT" and count >= SETTLED_FROM:
            with told(self.uri):
                self.client.flush(self.name, timeout=BUILD_SECONDS)

    def pending(self) -> int:
        """How many rows its index doesn't have yet; they are searched one by one."""
        with told(self.uri):
            described = self.client.describe_index(self.name, VECTOR, timeout=CALL_SECONDS)
        # It counts what it has still to do differently: twice where segments were joined.
        return int(described["total_rows"]) - int(described["indexed_rows"]) if described else 0

    def _kind(self) -> str:
        described = self.client.describe_index(self.name, VECTOR, timeout=CALL_SECONDS)
        return str((described or {}).get("index_type", ""))

    def drop_others(self, prefix: str) -> None:
        """Remove the collections of this data directory that other models' vectors are in."""
        with told(self.uri):
            for name in self.client.list_collections(timeout=CALL_SECONDS):
                if name.startswith(prefix) and name != self.name:
                    self.client.drop_collection(name, timeout=WRITE_SECONDS)

    def drop(self) -> None:
        """Remove it from the server."""
        with told(self.uri):
            self.client.drop_collection(self.name, timeout=WRITE_SECONDS)

    def close(self) -> None:
        """Close the connection."""
        self.client.close()


@contextlib.contextmanager
def told(uri: str) -> Iterator[None]:
    """Turn what goes wrong with a server into a VectorsProblem that says what to do."""
    try:
        yield
    except (MilvusException, grpc.RpcError, OSError, TimeoutError) as error:
        if any(word in f"{each}".lower() for each in _chain(error) for word in REFUSALS):
            raise VectorsProblem(
                f"The Milvus server at {uri} refused the token, or its user may not do this. Put the right one into "
                "milvus_token: USER:PASSWORD, or an API key."
            ) from error
        said = str(getattr(error, "message", "") or error).split("\n")[0][:200]
        raise VectorsProblem(
            f"The Milvus server at {uri} can't be used ({said}). Start it, or check milvus_uri; without it, search on this "
            "machine with vector_store = faiss. What needs no search by vectors works meanwhile."
        ) from error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came of, each once: the client raises errors from themselves."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def reach(uri: str, token: str) -> list[str]:
    """The names of the collections at a server. Raises VectorsProblem where it can't be used."""
    with told(uri), contextlib.closing(MilvusClient(uri=uri, token=token, timeout=CALL_SECONDS)) as client:
        return [str(name) for name in client.list_collections(timeout=CALL_SECONDS)]
