"""`/api/documents` and `/api/collections`: what there is, what comes in and goes, what is put together."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request

from app.document_list import Order, Sought, chosen, kind_named, ordered
from app.json_objects import collection_object, document_object
from app.overview import overview_object
from app.server.access import UPLOAD
from app.server.conversation import document_key
from app.server.errors import ApiError
from app.server.requests import CollectionChange, CollectionRequest
from app.server.upload import checked_name, receive_file
from app.server.workers import Workers
from corpus.errors import BadQuestion
from index.part_files import working_folder

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.store import CollectionRecord, Store

Short = Annotated[str, Query(max_length=500)]


def document_routes(engine: "Footnote", workers: Workers, readers: Workers) -> APIRouter:
    """The routes over an engine; `readers` bring documents in."""
    routes = APIRouter(prefix="/api")
    store = engine.store

    @routes.get("/documents", tags=["Documents"], summary="The documents in the index, narrowed and sorted")
    async def documents(
        company: Short = "",
        year: Annotated[int | None, Query(ge=1, le=9999)] = None,
        kind: Short = "",
        collection: Short = "",
        words: Short = "",
        sort: Order = Order.NAME,
        descending: bool = False,
        start: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        most: Annotated[int | None, Query(ge=1, le=100_000)] = None,
    ) -> dict[str, Any]:
        """`total` counts those that `start` and `most` leave out, too."""
        try:
            wanted = kind_named(kind) if kind else None
        except BadQuestion as error:
            raise ApiError(400, "unknown_kind", str(error), "kind") from error

        def listed() -> dict[str, Any]:
            members = frozenset(store.members(store.collection(_key(store, collection)).id)) if collection else None
            found = ordered(chosen(engine.documents(), Sought(words, company, year, wanted, members)), sort, descending)
            shown = found[start : None if most is None else start + most]
            return {"total": len(found), "documents": [document_object(record) for record in shown]}

        return await workers.run(listed)

    body = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}

    @routes.post(
        UPLOAD.removeprefix("/api"), tags=["Documents"], summary="Bring a file into the index",
        openapi_extra={"requestBody": body},
    )  # fmt: skip
    async def add(
        request: Request, name: Annotated[str, Query(max_length=1000)], collection: Short = ""
    ) -> dict[str, Any]:
        """The body is the file itself, `name` its name. A file of the same name takes the earlier one's place.

        `collection`: one that is there, into which it is put.
        """
        checked_name(name)
        into = store.collection(_key(store, collection)) if collection else None
        with working_folder(engine.settings.home) as folder:
            path = folder / name
            await receive_file(request, path, engine.settings.max_file_mb << 20)
            done = await readers.run(lambda: engine.ingest([path], uploaded=True))
        if done.failed:
            raise ApiError(400, "unreadable_file", done.failed[0][1], "name")
        record = [*done.added, *done.replaced, *done.unchanged][0]
        if into:
            store.put_in(into.id, [record.id])
        became = "added" if done.added else "replaced" if done.replaced else "unchanged"
        return {"status": became, **document_object(record)}

    @routes.delete("/documents/{key:path}", tags=["Documents"], summary="Take a document out, by id or name")
    async def remove(key: str) -> dict[str, Any]:
        record = await workers.run(lambda: engine.remove(document_key(key)))
        return {"removed": record.name, "id": record.id}

    @routes.get("/documents/{key:path}/overview", tags=["Documents"], summary="What a document holds, with citations")
    async def overview(key: str) -> dict[str, Any]:
        """What it is, its parts, its key figures, the terms it defines, and questions that it answers."""
        return overview_object(await workers.run(lambda: engine.overview(document_key(key))))

    @routes.get("/collections", tags=["Collections"], summary="The collections")
    async def collections() -> dict[str, Any]:
        return {"collections": [collection_object(one) for one in await workers.run(store.collections)]}

    @routes.post("/collections", tags=["Collections"], summary="Make a collection")
    async def make(request: CollectionRequest) -> dict[str, Any]:
        def made() -> dict[str, Any]:
            ids = [store.document(key).id for key in request.documents]
            record = store.make_collection(request.name)
            store.put_in(record.id, ids)
            return _whole(store, store.collection(record.id))

        return await workers.run(made)

    @routes.get(
        "/collections/{key:path}", tags=["Collections"], summary="A collection with its documents, by id or name"
    )
    async def collection(key: str) -> dict[str, Any]:
        return await workers.run(lambda: _whole(store, store.collection(_key(store, key))))

    @routes.patch(
        "/collections/{key:path}", tags=["Collections"], summary="Rename a collection, put documents in, take out"
    )
    async def change(key: str, request: CollectionChange) -> dict[str, Any]:
        """All that is named is looked up first: where a document isn't there, nothing is changed."""

        def changed() -> dict[str, Any]:
            record = store.collection(_key(store, key))
            into, out = ([store.document(one).id for one in keys] for keys in (request.add, request.remove))
            if request.name is not None:
                store.rename_collection(record.id, request.name)
            if request.shared is not None:
                store.set_shared(record.id, request.shared)
            store.put_in(record.id, into)
            store.take_out(record.id, out)
            return _whole(store, store.collection(record.id))

        return await workers.run(changed)

    @routes.delete("/collections/{key:path}", tags=["Collections"], summary="Delete a collection; its documents stay")
    async def delete(key: str) -> dict[str, Any]:
        record = await workers.run(lambda: store.delete_collection(_key(store, key)))
        return {"deleted": record.name, "id": record.id}

    return routes


def _whole(store: "Store", record: "CollectionRecord") -> dict[str, Any]:
    members = set(store.members(record.id))
    return {
        **collection_object(record),
        "documents": [document_object(one) for one in store.documents() if one.id in members],
    }


def _key(store: "Store", text: str) -> int | str:
    """A collection's name where there is one of that name, else its id."""
    digits = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if digits and all(one.name != text for one in store.collections()) else text
