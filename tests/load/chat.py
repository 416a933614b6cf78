"""A chat as the page's script holds it: events joined to Gradio's queue, their results read from its stream."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

import httpx
from gradio_client.utils import apply_diff

ASK, NEW = ("question", "submit"), ("tools", "new_chat")


@dataclass(frozen=True)
class Wiring:
    """Which function of the page an event calls, read from the page's own description."""

    functions: dict[
        tuple[str, str], tuple[int, int, int]
    ]  # (element, event) → function, its component, number of inputs

    @classmethod
    async def of(cls, client: httpx.AsyncClient) -> "Wiring":
        """Ask the server for its page."""
        config = (await client.get("/config")).raise_for_status().json()
        names = {one["id"]: one["props"].get("elem_id", "") for one in config["components"]}
        return cls(
            {
                (names[target], event): (function["id"], target, len(function["inputs"]))
                for function in config["dependencies"]
                if function["backend_fn"]
                for target, event in function["targets"]
                if names.get(target)
            }
        )


class Busy(Exception):
    """The server takes no more questions at the moment, and said so."""


class Chat:
    """One open page. Each has a session of its own, as each tab has."""

    def __init__(self, client: httpx.AsyncClient, wiring: Wiring) -> None:
        self._client, self._wiring = client, wiring
        self._session = secrets.token_hex(8)

    async def ask(self, question: str) -> str:
        """The HTML of the exchange as it stands at the end. Raises Busy, or AssertionError where it went wrong."""
        inputs = self._wiring.functions[ASK][2]
        # The page's own state stays with the server; what isn't the question is as on a fresh page.
        outputs = await self._send(ASK, [question, *[None] * (inputs - 2), []])
        shown = [one for one in outputs if isinstance(one, str) and "message" in one]
        assert shown, outputs
        return shown[-1]

    async def begin(self) -> None:
        """Begin another chat in the same page."""
        await self._send(NEW, [None] * self._wiring.functions[NEW][2])

    async def _send(self, what: tuple[str, str], data: list[Any]) -> list[Any]:
        function, component, _ = self._wiring.functions[what]
        body = {
            "data": data, "fn_index": function, "trigger_id": component, "session_hash": self._session, "event_data": {},
        }  # fmt: skip
        joined = await self._client.post("/gradio_api/queue/join", json=body)
        if joined.status_code == 503:
            raise Busy(joined.text)
        joined.raise_for_status()
        return await self._result(joined.json()["event_id"])

    async def _result(self, event: str) -> list[Any]:
        outputs: list[Any] = []
        address = "/gradio_api/queue/data"
        async with self._client.stream("GET", address, params={"session_hash": self._session}) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data: "):
                    continue
                message = json.loads(line.removeprefix("data: "))
                if message["msg"] == "close_stream":
                    break
                if message.get("event_id") not in (None, event):
                    raise AssertionError(f"a message of another event came: {message}")
                if message["msg"] == "process_generating":
                    given = message["output"]["data"]
                    outputs = [
                        apply_diff(outputs[i], one) if outputs and isinstance(one, list) else one
                        for i, one in enumerate(given)
                    ]
                elif message["msg"] == "process_completed":
                    assert message["success"], message
                elif message["msg"] in {"unexpected_error", "server_stopped"}:
                    raise AssertionError(str(message))
        return outputs
