"""Signing in to a real server, and every route of it: what it gives to nobody, and what to another person."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.chats import Chats
from app.footnote import Footnote
from app.people.attempts import OF_A_NAME, OF_AN_ADDRESS
from app.people.tokens import Tokens
from app.people.users import Users
from app.server.gate import STARTED
from app.settings import Settings
from tests.app.people import ANNAS, PASSWORDS, SECRETS, made, tells
from tests.app.server_process import Server, client, running
from tests.started import footnote

KEY = "the server's own key"
PUBLIC = {"/sign-in", STARTED, "/api/health", "/api/docs", "/api/openapi.json"}
HTML = {"accept": "text/html"}


@dataclass(frozen=True)
class Site:
    """A running page with what is Anna's in it, and tokens of both."""

    server: Server
    home: Path
    document: int
    chat: int
    message: int
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("people")
    world = made(home)
    kept = Chats(world.annas.store).begin(world.annas.ask("What was the revenue of Quellmar AG in 2025?"))
    document = world.annas.store.document("report (anna)").id
    tokens = {one.name: Tokens(world.whole.store).make(one.id) for one in (world.anna, world.ben)}
    world.whole.close()
    with running("chat", home, "--no-browser", "--no-sample", FOOTNOTE_API_KEY=KEY) as server:
        yield Site(server, home, document, kept.chat_id, kept.id, tokens)


@contextmanager
def signed_in(site: Site, name: str) -> Iterator[httpx.Client]:
    with client(site.server) as http:
        response = sign_in(http, name, PASSWORDS[name])
        assert response.status_code == 303, response.text
        yield http


def sign_in(http: httpx.Client, name: str, password: str, **more: str) -> httpx.Response:
    return post(http, "/sign-in", name=name, password=password, **more)


def post(http: httpx.Client, path: str, **form: str) -> httpx.Response:
    return http.post(path, data=form, headers={"origin": str(http.base_url).rstrip("/")})


# The forms


def test_the_page_sends_who_is_not_signed_in_to_sign_in(site: Site) -> None:
    with client(site.server) as http:
        there = http.get("/?chat=1", headers=HTML)
        assert (there.status_code, there.headers["location"]) == (303, "/sign-in?next=/%3Fchat%3D1")
        form = http.get(there.headers["location"], headers=HTML)
        assert 'name="next" value="/?chat=1"' in form.text
        assert http.get("/config").status_code == 401
        done = sign_in(http, "anna", PASSWORDS["anna"], next="/?chat=1")
        assert (done.status_code, done.headers["location"]) == (303, "/?chat=1")
        assert http.get("/", headers=HTML).status_code == 200
        assert http.get("/sign-in", headers=HTML).headers["location"] == "/"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/x", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(site: Site, wanted: str) -> None:
    with client(site.server) as http:
        assert "evil" not in http.get("/sign-in", params={"next": wanted}).text
        assert sign_in(http, "anna", PASSWORDS["anna"], next=wanted).headers["location"] == "/"


def test_the_cookie_is_for_the_server_alone(site: Site) -> None:
    with client(site.server) as http:
        held = sign_in(http, "anna", PASSWORDS["anna"]).headers["set-cookie"]
    name, _, rest = held.partition("=")
    assert re.fullmatch(r"footnote-[0-9a-f]{8}", name)
    assert len(rest.partition(";")[0]) == 43
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in held.split(";")}
    assert "Secure" not in held  # over plain HTTP it would not come back


def test_a_wrong_password_and_an_unknown_name_are_told_alike(site: Site) -> None:
    with client(site.server) as http:
        wrong, unknown = sign_in(http, "anna", "not her password"), sign_in(http, "nobody", "not her password")
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.text.replace("anna", "nobody").split("nonce")[2:] == unknown.text.split("nonce")[2:]
        assert "The name or the password is wrong" in wrong.text
        assert "set-cookie" not in wrong.headers


def test_what_was_typed_is_shown_as_text(site: Site) -> None:
    with client(site.server) as http:
        shown = sign_in(http, '"><script>alert(1)</script>', "x", next='/"><b>')
    assert "<script" not in shown.text
    assert "<b>" not in shown.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/password"])
def test_a_form_of_another_site_is_not_taken(site: Site, path: str, headers: dict[str, str]) -> None:
    with signed_in(site, "anna") as http:
        fields = {"name": "anna", "password": PASSWORDS["anna"], "new": "x" * 12, "again": "x" * 12}
        response = http.post(path, data=fields, headers=headers)
        assert response.status_code == 403
        assert "set-cookie" not in response.headers
        assert http.get("/", headers=HTML).status_code == 200


def test_signing_out_ends_the_session_itself(site: Site) -> None:
    with signed_in(site, "anna") as http:
        held = dict(http.cookies)
        assert "Sign out" in http.get("/sign-out").text
        gone = post(http, "/sign-out")
        assert "Max-Age=0" in gone.headers["set-cookie"]
        with client(site.server) as again:
            again.cookies.update(held)
            assert again.get("/", headers=HTML).status_code == 303


def test_forms_that_are_odd_are_refused_in_words(site: Site) -> None:
    with client(site.server) as http:
        origin = {"origin": str(http.base_url).rstrip("/")}
        assert http.post("/sign-in", json={"name": "anna"}, headers=origin).status_code == 415
        assert post(http, "/sign-in", name="a", password="x" * 100_000).status_code == 413
        assert http.put("/sign-in", headers=origin).status_code == 405
        assert http.post("/sign-in", content=b"%ff=%00&" * 50, headers={
            **origin, "content-type": "application/x-www-form-urlencoded"}).status_code in (401, 413)  # fmt: skip
        assert post(http, "/password", password="x").headers["location"] == "/sign-in"


def test_too_many_attempts_wait_and_are_told_how_long(site: Site) -> None:
    with client(site.server) as http:
        for _ in range(OF_A_NAME):
            assert sign_in(http, "mallory", "guess after guess").status_code == 401
        refused = sign_in(http, "Mallory", "guess after guess")
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 900
        assert "Too many attempts. Wait 15 minutes" in refused.text
        assert sign_in(http, "ben", PASSWORDS["ben"]).status_code == 303


def test_no_secret_is_in_what_it_prints_or_keeps(site: Site) -> None:
    typed = "a password that is nobody's 4711"
    with client(site.server) as http:
        assert sign_in(http, "anna", typed).status_code == 401
        assert post(http, "/sign-in", name="anna", password=typed * 2000).status_code == 413
        assert sign_in(http, "anna", PASSWORDS["anna"]).status_code == 303
        cookie = next(iter(http.cookies.values()))
        http.post("/gradio_api/queue/join", content=cookie)  # a request that fails
    with client(site.server, site.tokens["anna"]) as http:
        assert http.get("/api/documents").status_code == 200
        http.post("/api/ask", content=site.tokens["anna"])
    secrets = [typed, cookie, KEY, *site.tokens.values(), *PASSWORDS.values()]
    assert site.server.address in site.server.log.read_text()
    written = {path: path.read_bytes() for path in site.home.rglob("*") if path.is_file()}
    assert {site.server.log, site.home / "footnote.db"} <= written.keys()
    assert [path for path, data in written.items() for secret in secrets if secret.encode() in data] == []


def test_another_password_signs_out_everywhere_else(tmp_path: Path) -> None:
    with (
        open_home(tmp_path) as home,
        running("chat", home, "--no-browser", "--no-sample") as server,
        client(server) as here,
        client(server) as elsewhere,
    ):
        for http in (here, elsewhere):
            assert sign_in(http, "anna", PASSWORDS["anna"]).status_code == 303
        assert "For anna" in here.get("/password").text
        said = {
            "wrong": post(here, "/password", password="wrong one", new="n" * 12, again="n" * 12),
            "unlike": post(here, "/password", password=PASSWORDS["anna"], new="n" * 12, again="m" * 12),
            "short": post(here, "/password", password=PASSWORDS["anna"], new="n", again="n"),
        }
        assert [one.status_code for one in said.values()] == [401, 400, 400]
        assert "at least 10" in said["short"].text
        assert elsewhere.get("/", headers=HTML).status_code == 200
        done = post(here, "/password", password=PASSWORDS["anna"], new="n" * 12, again="n" * 12)
        assert done.status_code == 200
        assert here.get("/", headers=HTML).status_code == 200
        assert elsewhere.get("/", headers=HTML).status_code == 303
        assert sign_in(elsewhere, "anna", PASSWORDS["anna"]).status_code == 401
        assert sign_in(elsewhere, "anna", "n" * 12).status_code == 303


@contextmanager
def open_home(home: Path) -> Iterator[Path]:
    engine = Footnote(Settings(home=home))
    Users(engine.store).add("anna", PASSWORDS["anna"])
    engine.close()
    yield home


def test_behind_a_proxy_the_cookie_is_for_tls(tmp_path: Path) -> None:
    with (
        open_home(tmp_path) as home,
        running("chat", home, "--no-browser", "--no-sample", FOOTNOTE_BEHIND_PROXY="true") as server,
    ):
        with client(server) as http:
            headers = {"origin": str(http.base_url).rstrip("/"), "x-forwarded-proto": "https"}
            form = {"name": "anna", "password": PASSWORDS["anna"]}
            assert "; Secure" in http.post("/sign-in", data=form, headers=headers).headers["set-cookie"]
        with client(server) as http:  # attempts are counted by the browser's address
            for number in range(OF_AN_ADDRESS + 2):
                headers = {"origin": str(http.base_url).rstrip("/"), "x-forwarded-for": f"1.1.1.1, 10.0.{number}.1"}
                assert (
                    http.post("/sign-in", data={"name": f"n{number}", "password": "x"}, headers=headers).status_code
                    == 401
                )


@pytest.mark.parametrize("path", ["/", "/sign-in", "/config", "/api/documents", "/report/1", "/nothing"])
def test_security_headers_are_on_all_that_is_sent(site: Site, path: str) -> None:
    with signed_in(site, "anna") as http:
        found = http.get(path, headers=HTML).headers
    assert found["x-content-type-options"] == "nosniff"
    assert found["x-frame-options"] == "DENY"
    assert found["referrer-policy"] == "same-origin"
    assert found["cross-origin-opener-policy"] == found["cross-origin-resource-policy"] == "same-origin"
    assert "microphone=()" in found["permissions-policy"]
    assert "frame-ancestors 'none'" in found["content-security-policy"]
    assert found["cache-control"] == "no-store"


# Starting


@pytest.mark.parametrize("command", ["chat", "serve"])
def test_nobody_listens_to_the_network_without_users(tmp_path: Path, command: str) -> None:
    options = ["--no-browser", "--no-sample"] if command == "chat" else []
    done = footnote(command, "--host", "0.0.0.0", "--port", "7911", *options, home=tmp_path)
    assert done.returncode == 1
    assert "footnote user add NAME" in done.stderr


def test_users_who_are_made_while_it_runs_are_asked_for_at_once(tmp_path: Path) -> None:
    home = tmp_path
    with running("chat", home, "--no-browser", "--no-sample") as server, client(server) as http:
        assert http.get("/", headers=HTML).status_code == 200
        assert http.get("/sign-in").headers["location"] == "/"
        assert http.get("/api/documents").status_code == 200
        with open_home(home):
            assert http.get("/", headers=HTML).status_code == 303
            assert http.get("/api/documents").status_code == 401
            assert sign_in(http, "anna", PASSWORDS["anna"]).status_code == 303
            assert http.get("/", headers=HTML).status_code == 200


# Every route


def routes(site: Site) -> list[tuple[str, str]]:
    """Method and path of each route of the page, of the APIs, and of what stands before them, with Anna's ids in it."""
    from gradio.routes import App

    from app.page.layout import build
    from app.people.seen import for_callers
    from app.server.application import Interfaces

    engine = Footnote(Settings(home=site.home))
    found: set[tuple[str, str]] = set()
    try:
        gradio = App.create_app(build(for_callers(engine)))
        interfaces = Interfaces(engine, "127.0.0.1")
        for route in every(gradio.routes) + every(interfaces._api.routes):
            for method in sorted(getattr(route, "methods", None) or {"GET"}):
                found.add((method, filled(route.path, site)))
    finally:
        engine.close()
    found |= {("GET", f"/report/{site.message}"), ("GET", "/sign-in"), ("GET", "/sign-out"), ("GET", "/password")}
    found |= {("POST", "/sign-in"), ("POST", "/sign-out"), ("POST", "/password"), ("GET", "/nothing/here")}
    return sorted(found)


def every(listed: list[Any]) -> list[Any]:
    """Routes with those of routers in them."""
    found = []
    for route in listed:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        found += every(list(inner)) if inner else [route] if hasattr(route, "path") else []
    return found


def filled(path: str, site: Site) -> str:
    known = {"key": str(site.document), "name": "footnote", "api_name": "ask", "session_hash": "annas"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: known.get(match[1], "1"), path)


def test_every_route_refuses_who_is_not_signed_in(site: Site) -> None:
    listed = routes(site)
    assert len(listed) > 60, listed
    paths = {path for _, path in listed}
    assert {"/", "/gradio_api/queue/join", "/gradio_api/upload", "/api/ask", "/v1/chat/completions", "/mcp"} <= paths
    opened = set()
    with client(site.server) as http:
        for method, path in listed:
            with http.stream(method, path, headers=HTML, timeout=20) as response:
                if response.status_code in (401, 403):
                    continue
                if response.status_code == 303 and response.headers["location"].startswith("/sign-in"):
                    continue
                assert not tells(response.read().decode("utf-8", "replace")), path
                opened.add(path)
    assert opened <= PUBLIC, opened - PUBLIC


def test_no_route_gives_ben_anything_of_annas(site: Site) -> None:
    answered = 0
    bodies: dict[str, Any] = {
        "/api/ask": {"question": "What was revenue in 2025?"},
        "/api/search": {"query": "revenue of the company in 2025", "k": 100},
        "/api/calculate": {"expression": "1 + 1"},
        "/v1/chat/completions": {
            "model": "footnote",
            "messages": [{"role": "user", "content": "Who is the chief executive?"}],
        },
    }
    with signed_in(site, "ben") as http:
        for method, path in routes(site):
            program = path.startswith(("/api", "/v1", "/mcp"))
            headers = {"authorization": f"Bearer {site.tokens['ben']}"} if program else {}
            if path == "/sign-out":
                continue
            # Nothing is said to who listens there before something happens.
            patience = 2 if (method, path) == ("GET", "/mcp") else 20
            try:
                with http.stream(method, path, headers=headers, json=bodies.get(path), timeout=patience) as response:
                    said = "".join(_first(response))
            except httpx.ReadTimeout:
                said = ""
            assert not tells(said), (method, path, tells(said))
            answered += response.status_code < 300
    assert answered > 15


def _first(response: httpx.Response) -> Iterator[str]:
    """What comes in a second: some routes stream without end."""
    seen = 0
    try:
        for piece in response.iter_text():
            yield piece
            seen += len(piece)
            if seen > 5_000_000 or response.headers.get("content-type", "").startswith("text/event-stream"):
                return
    except httpx.ReadTimeout:
        return


def events(http: httpx.Client, function: int, inputs: list[Any], data: dict[str, Any], tab: str) -> str:
    """All that comes of one event of the page."""
    joined = http.post(
        "/gradio_api/queue/join",
        json={"data": inputs, "event_data": data, "fn_index": function, "trigger_id": 1, "session_hash": tab},
    )
    if joined.status_code != 200:
        return joined.text
    said = ""
    with http.stream("GET", "/gradio_api/queue/data", params={"session_hash": tab}, timeout=60) as stream:
        for line in stream.iter_lines():
            said += line + "\n"
            if '"process_completed"' in line or '"close_stream"' in line:
                break
    return json.dumps(
        [json.loads(line[6:]) for line in said.splitlines() if line.startswith("data: ")], ensure_ascii=False
    )


def test_no_event_of_the_page_gives_ben_anything_of_annas(site: Site) -> None:
    aimed = {"chat": site.chat, "message": site.message, "document": site.document, "page": 0, "n": 1, "term": "bond",
             "source": "report (anna)", "question": "Who is the chief executive?", "value": "renamed", "shared": "1"}  # fmt: skip
    with signed_in(site, "ben") as ben, signed_in(site, "anna") as anna:
        config = anna.get("/config").json()
        types = {one["id"]: one["type"] for one in config["components"]}
        hers = ""
        for number, dependency in enumerate(config["dependencies"]):
            inputs: list[Any] = []
            for key in dependency["inputs"]:
                inputs.append({"dropdown": [site.document], "state": None}.get(types[key], "revenue in 2025"))
            if dependency["targets"] and dependency["targets"][0][1] == "add_sample":
                continue  # it reads what is shipped, which would answer the questions below
            if dependency["targets"] and dependency["targets"][0][1] in ("remove_document", "delete_chat"):
                said = events(ben, dependency["id"], inputs, aimed, f"bens{number}")
            else:
                said = events(ben, dependency["id"], inputs, aimed, f"bens{number}")
                # Not shared by Anna herself, or Ben would rightly see it from then on.
                hers += events(anna, dependency["id"], inputs, {**aimed, "shared": "0"}, f"annas{number}")
            assert not tells(said), (dependency["targets"], tells(said))
        # So that the test could fail: to Anna the same events give what is hers.
        assert set(tells(hers)) == set(SECRETS)
        assert anna.get(f"/report/{site.message}").status_code == 200


def test_an_open_page_of_anna_is_nobody_elses(site: Site) -> None:
    with signed_in(site, "anna") as anna, signed_in(site, "ben") as ben:
        load = [
            one["id"]
            for one in anna.get("/config").json()["dependencies"]
            if [event for _, event in one["targets"]] == ["load"]
        ][-1]  # the first one gives the page's words
        assert tells(events(anna, load, [None], {}, "hers"))
        assert ben.get("/gradio_api/queue/data", params={"session_hash": "hers"}).status_code == 403
        assert ben.get("/gradio_api/heartbeat/hers").status_code == 403
        assert not tells(events(ben, load, [None], {}, "hers"))


def test_files_that_wait_are_given_to_nobody(site: Site) -> None:
    with signed_in(site, "anna") as anna, signed_in(site, "ben") as ben:
        path = anna.post("/gradio_api/upload", files={"files": ("waits.md", ANNAS.encode())}).json()[0]
        for http in (anna, ben):
            assert http.get(f"/gradio_api/file={path}").status_code == 403
        assert ben.get(f"/gradio_api/file={site.home / 'footnote.db'}").status_code == 403


# Programs


def test_a_token_gets_what_its_person_would(site: Site) -> None:
    listed = {}
    for name, key in {**site.tokens, "server": KEY}.items():
        with client(site.server, key) as http:
            listed[name] = sorted(one["document"] for one in http.get("/api/documents").json()["documents"])
            answer = http.post("/api/ask", json={"question": "What was the revenue of Quellmar AG in 2025?"}).json()
            assert ("4,711" in answer["text"]) == (name == "anna")
            said = http.post("/api/verify", json={**answer, "citations": [
                {"document": "report (anna)", "page": 1, "start": 0, "end": 20, "quote": "x"}]}).text  # fmt: skip
            assert name == "anna" or "Annual report" not in said
    assert listed == {"anna": ["cedar", "report (anna)"], "ben": ["cedar", "report (ben)"], "server": ["cedar"]}


def test_mcp_gets_what_its_person_would(site: Site) -> None:
    for name, found in (("anna", True), ("ben", False)):
        headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
        call = {"name": "ask", "arguments": {"question": "What was the revenue of Quellmar AG in 2025?"}}
        with client(site.server, site.tokens[name]) as http:
            said = http.post(
                "/mcp", headers=headers, json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
            )
        assert said.status_code == 200, said.text
        assert ("4,711" in said.text) == found


@pytest.mark.parametrize("key", ["", "wrong", "footnote_" + "x" * 43, "Zanderling"])
def test_a_wrong_token_gets_nothing(site: Site, key: str) -> None:
    with client(site.server, key) as http:
        assert http.get("/api/documents").status_code == 401
    with signed_in(site, "anna") as http:  # nor does a browser's cookie
        assert http.get("/api/documents").status_code == 401


def test_a_program_removes_and_replaces_what_is_its_persons_alone(site: Site) -> None:
    with client(site.server, site.tokens["ben"]) as http:
        assert http.delete(f"/api/documents/{site.document}").status_code == 404
        cedar = next(one["id"] for one in http.get("/api/documents").json()["documents"] if one["document"] == "cedar")
        refused = http.delete(f"/api/documents/{cedar}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_yours")
        added = http.post(
            "/api/documents", params={"name": "waits.md"}, content=b"# Elm\n\nElm Works sold 5 elms.\n"
        ).json()
        assert (added["status"], added["document"]) == ("added", "waits (ben)")
    with client(site.server, site.tokens["anna"]) as http:
        assert "waits (ben)" not in http.get("/api/documents").text
        assert http.delete(f"/api/documents/{added['id']}").status_code == 404
    with client(site.server, site.tokens["ben"]) as http:
        assert http.delete(f"/api/documents/{added['id']}").status_code == 200


def test_gradio_s_own_clients_need_the_cookie(site: Site) -> None:
    with client(site.server) as http:
        for path in ("/gradio_api/call/ask", "/gradio_api/run/ask", "/gradio_api/api/search"):
            assert http.post(path, json={"data": ["revenue"]}).status_code == 401
    with signed_in(site, "ben") as http:
        begun = http.post("/gradio_api/call/ask", json={"data": ["What was revenue in 2025?"]})
        assert begun.status_code == 200
        said = http.get(f"/gradio_api/call/ask/{begun.json()['event_id']}").text
        assert "12 million EUR" in said
        assert not tells(said)
