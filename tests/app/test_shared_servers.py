"""Two servers over one PostgreSQL database, as behind a balancer: each request goes to the other one in turn."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.chats import Chats
from app.footnote import Footnote
from app.people.person import Person
from app.people.sessions import Sessions
from app.people.tokens import Tokens
from app.people.users import Users
from app.server.gate import CALLER, Gate
from app.settings import Settings
from index.embedding import PassageEmbedding
from tests.postgres_server import PostgresServer

REPORT = "# Quellmar AG\n\nRevenue of Quellmar in 2025 was 12 million EUR.\n"
QUESTION = "What was Quellmar's revenue in 2025?"
PASSWORD = "a long password"


@dataclass
class Pair:
    """Two servers for one who is known to both, and their engines; a third engine over the same database."""

    one: TestClient
    other: TestClient
    engines: tuple[Footnote, Footnote]
    third: Footnote
    database: PostgresServer


@pytest.fixture
def pair(tmp_path: Path, embedding: PassageEmbedding) -> Iterator[Pair]:
    from app.server.headless import application

    with ExitStack() as stack:
        database = PostgresServer(tmp_path / "pg")
        stack.callback(database.stop)
        uri = database.make()
        engines = [Footnote(Settings(home=tmp_path / name, postgres_uri=uri)) for name in ("third", "one", "other")]
        for engine in engines:
            engine.use_embedding(embedding)
            stack.callback(engine.close)
        third, *served = engines
        ada = Users(third.store).add("ada", PASSWORD)
        headers = {"authorization": f"Bearer {Tokens(third.store).make(ada.id)}"}
        one, other = (
            stack.enter_context(TestClient(application(engine, "127.0.0.1"), "http://127.0.0.1", headers=headers))
            for engine in served
        )
        yield Pair(one, other, (served[0], served[1]), third, database)


def upload(http: TestClient, name: str, text: str) -> None:
    response = http.post("/api/documents", params={"name": name}, content=text.encode())
    assert response.status_code < 300, response.text


def ask(http: TestClient) -> Any:
    return http.post("/api/ask", json={"question": QUESTION}).json()


def documents(http: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get("/api/documents").json()["documents"]
    return found


async def no_page(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("nobody is let through")


def visit(engine: Footnote, page: Any, secret: str = "") -> tuple[int, bytes]:
    """Open the page of a server with a session's cookie; gives the status and the body."""
    gate = Gate(engine, page, networked=False)
    scope = {"type": "http", "path": "/", "method": "GET", "query_string": b"", "scheme": "http", "headers": []}
    scope["headers"] = [(b"cookie", f"{gate.cookie.name}={secret}".encode())]
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    asyncio.run(gate(scope, None, send))
    return told[0]["status"], b"".join(message.get("body", b"") for message in told)


def test_what_one_server_was_given_the_next_request_finds_on_the_other(pair: Pair) -> None:
    assert ask(pair.other)["kind"] == "refusal"
    upload(pair.one, "quellmar.md", REPORT)
    answers = [ask(http) for http in (pair.other, pair.one)]
    assert "12 million EUR" in answers[0]["text"]
    assert answers[0]["citations"] == answers[1]["citations"] != []
    (document,) = documents(pair.other)
    assert pair.other.delete(f"/api/documents/{document['id']}").status_code == 200
    assert documents(pair.one) == []
    assert ask(pair.one)["kind"] == "refusal"


def test_a_chat_goes_on_where_the_next_request_comes_to(pair: Pair) -> None:
    upload(pair.one, "quellmar.md", REPORT)
    ada = Users(pair.third.store).authenticate("ada", PASSWORD)
    assert ada
    chat = 0
    for engine, question in zip(cycle(pair.engines), (QUESTION, "And in 2024?", "And its costs?"), strict=False):
        engine.store.follow()
        chats = Chats(engine.store)
        answer = engine.ask(question, chats.get(chat).history if chat else ())
        chat = chats.append(chat, answer).chat_id if chat else chats.begin(answer).chat_id
    Users(pair.third.store).own(ada.id, [], chats=True)
    for http in (pair.one, pair.other):
        asked = [one["question"] for one in http.get(f"/api/chats/{chat}").json()["exchanges"]]
        assert asked == [QUESTION, "And in 2024?", "And its costs?"]
        assert [one["id"] for one in http.get("/api/chats", params={"query": "quellmar"}).json()["chats"]] == [chat]


def test_a_token_that_is_ended_on_one_server_is_no_good_on_any(pair: Pair) -> None:
    store = pair.third.store
    bob = Users(store).add("bob", "another long password")
    headers = {"authorization": f"Bearer {Tokens(store).make(bob.id)}"}
    assert [http.get("/api/documents", headers=headers).status_code for http in (pair.one, pair.other)] == [200, 200]
    Tokens(store).end(bob.id)
    assert [http.get("/api/documents", headers=headers).status_code for http in (pair.other, pair.one)] == [401, 401]


def test_who_signs_in_by_one_server_meets_the_page_of_the_other_as_who_they_are(pair: Pair) -> None:
    store = pair.third.store
    ada = Users(store).authenticate("ada", PASSWORD)
    assert ada
    secret = Sessions(store, 24).begin(ada)
    seen: list[Person] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope[CALLER])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert [visit(engine, page, secret)[0] for engine in pair.engines] == [200, 200]
    assert [person.name for person in seen] == ["ada", "ada"]
    Sessions(store, 24).end(secret)
    assert [visit(engine, page, secret)[0] for engine in pair.engines] == [303, 303]


NEWER = "UPDATE footnote.corpus SET schema_version = 99"
ANOTHER = "UPDATE footnote.corpus SET id = 'another'"


@pytest.mark.parametrize(
    ("change", "code", "words"), [(NEWER, "index", "newer"), (ANOTHER, "database", "isn't the one")]
)
def test_what_stops_a_server_from_following_is_told_alike_on_the_page_and_the_api(
    pair: Pair, change: str, code: str, words: str
) -> None:
    name = pair.third.settings.postgres_uri.split("/")[3].split("?")[0]
    pair.database.run(change, database=name)
    asked = pair.one.get("/api/documents")
    status, body = visit(pair.engines[1], no_page)
    assert (asked.status_code, status) == (503, 503)
    for told in (asked.json(), json.loads(body)):
        assert told["error"]["code"] == code
        assert words in told["error"]["message"]


def test_requests_in_turn_while_documents_come_and_go_see_what_was_done_before_them(pair: Pair) -> None:
    turns = cycle((pair.one, pair.other))
    for number in range(5):
        upload(
            next(turns), f"report{number}.md", f"# Mill {number}\n\nMill {number} sold {number + 3} looms in 2024.\n"
        )
        assert len(documents(next(turns))) == number + 1
        next(turns)  # so that each server does both
    for document in documents(next(turns)):
        assert next(turns).delete(f"/api/documents/{document['id']}").status_code == 200
    assert documents(next(turns)) == []


def test_while_the_database_is_away_questions_are_answered_and_a_write_is_refused_in_words(pair: Pair) -> None:
    upload(pair.one, "quellmar.md", REPORT)
    assert "12 million EUR" in ask(pair.other)["text"]
    pair.database.kill()
    assert "12 million EUR" in ask(pair.other)["text"]
    refused = pair.other.post("/api/documents", params={"name": "late.md"}, content=b"# Late\n\nToo late.\n")
    assert refused.status_code == 503
    assert "can't be used" in refused.json()["error"]["message"]
    pair.database.start()
    upload(pair.other, "late.md", "# Late\n\nIn time.\n")
    assert len(documents(pair.other)) == 2
