"""Any OpenAI-compatible endpoint (vLLM, llama.cpp, Ollama, hosted) through LlamaIndex's `OpenAILike`.

The client's own retries are off: those here count, are bounded by the same clock, and end with the first word.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from app.language_model.address import Address
from app.language_model.call import HEARTBEAT_S, Clock, Line, Put, TooLate
from app.language_model.http import client
from app.language_model.problems import Problem, explain
from app.language_model.token_count import count_tokens
from app.language_model.written import Written
from corpus.errors import ModelProblem

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage
    from llama_index.core.tools import FunctionTool
    from llama_index.llms.openai_like import OpenAILike

    from app.settings import Settings

FIRST_WAIT_S = 0.5  # before the second attempt; doubled before each that follows
REACHED_S = 150.0  # that an embedded server may take to start
NO_KEY = "none"  # what the client is told: the key itself is added to each request in http.py, and nowhere else


class Endpoint:
    """A `LanguageModel` behind an address. Safe to use from several threads."""

    def __init__(
        self,
        address: Callable[[], Address],
        model: str,
        settings: "Settings",
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        """`address` is asked for before each answer, and may start a server; `on_close` stops it."""
        self.name = model
        self.context_tokens = settings.llm_context_tokens
        self.answer_tokens = settings.llm_answer_tokens
        # Of a server it is found out by the first question that offers tools; small models in a file know none.
        self.calls_tools = settings.llm_tools == "on" or (settings.llm_tools == "auto" and bool(settings.llm_url))
        self._address, self._settings, self._on_close = address, settings, on_close
        self._line = Line()

    def __repr__(self) -> str:
        return f"Endpoint({self.name!r})"

    def count_tokens(self, text: str) -> int:
        """At least as many tokens as the model would read `text` as."""
        return count_tokens(text)

    def stream(self, messages: "Sequence[ChatMessage]") -> Iterator[str]:
        """What it writes, piece by piece; an empty piece now and then while none comes, so that a reader may leave.

        Raises ModelProblem, also in the middle; what came before stays good.
        """

        async def work(model: "OpenAILike", put: Put) -> None:
            async with aclosing(await model.astream_chat(list(messages))) as responses:
                async for response in responses:
                    put(response.delta or "")

        written = Written(self.answer_tokens)
        for piece in self._tried(work, lambda: bool(written.text)):
            if piece is None:
                yield ""
                continue
            if shown := written.take(piece):
                yield shown
            if written.in_a_loop():
                raise ModelProblem(f"The language model {self.name} repeats itself. Another model may do better.")
            if written.full:
                return
        if rest := written.rest():
            yield rest
        if not written.text:
            raise ModelProblem(
                f"The language model {self.name} thought and wrote no answer. Raise llm_answer_tokens, or turn its thinking off."
            )

    def choose(self, messages: "Sequence[ChatMessage]", tools: "Sequence[FunctionTool]") -> "ChatMessage":
        """Its next message, with the tool calls that it asks for as LlamaIndex keeps them. Raises ModelProblem.

        Where the server turns tools down, `calls_tools` is false from then on, unless the settings say otherwise.
        """

        async def work(model: "OpenAILike", put: Put) -> None:
            response = await model.achat_with_tools(
                list(tools), chat_history=list(messages), allow_parallel_tool_calls=True
            )
            put(response.message)

        try:
            message: ChatMessage
            (message,) = filter(None, self._tried(work, lambda: False))
        except ModelProblem as problem:
            if self._settings.llm_tools == "auto" and "tool" in str(problem).lower():
                self.calls_tools = False
            raise
        return message

    def close(self) -> None:
        """Stop what was started for it. It may be used again; that starts it anew."""
        self._line.close()
        self._on_close()

    def _tried(self, work: "Callable[[OpenAILike, Put], Awaitable[None]]", shown: Callable[[], bool]) -> Iterator[Any]:
        """The items of a call, tried again while that can help and nothing of it was `shown`. Raises ModelProblem."""
        # Loaded before the clock runs, which is the server's: the client loads half of itself with its first request.
        import httpcore  # noqa: F401
        import openai.resources.chat.completions  # noqa: F401

        address = yield from self._reached()
        clock = Clock.start(self._settings.llm_first_token_s, self._settings.llm_timeout_s)
        attempt = 0
        while True:
            begun = False
            failure: BaseException | None = None
            try:
                for item in self._line.items(lambda put: self._request(address, work, put), clock):
                    begun = begun or bool(item)
                    yield item
            except Exception as error:  # noqa: BLE001 - told apart below, outside, so that no traceback chains to it
                failure = error
            problem = self._problem(failure, address, clock, begun=begun)
            if problem is None:
                return
            wait = problem.wait_s if problem.wait_s is not None else _backoff(attempt)
            if shown() or not problem.helps or attempt >= self._settings.llm_retries or wait >= clock.left():
                raise ModelProblem(problem.message)
            yield from _pause(wait)
            attempt += 1

    def _reached(self) -> Generator[None, None, Address]:
        """The address; a server that it has to start may take its time, during which the one who waits hears so."""

        async def work(put: Put) -> None:
            put(await asyncio.to_thread(self._address))

        try:
            for item in self._line.items(work, Clock.start(REACHED_S, REACHED_S)):
                if item is not None:
                    return item  # type: ignore[no-any-return]
                yield None
        except TooLate:
            pass
        raise ModelProblem(f"The language model {self.name} took longer than {REACHED_S:g} s to start.")

    def _problem(self, failure: BaseException | None, address: Address, clock: Clock, *, begun: bool) -> Problem | None:
        if failure is None:
            return None if begun else Problem(f"The language model {self.name} answered with nothing.", helps=True)
        problem = explain(failure, address, self.name, clock, begun=begun)
        if problem is None:
            raise failure
        return problem

    async def _request(self, address: Address, work: "Callable[[OpenAILike, Put], Awaitable[None]]", put: Put) -> None:
        from llama_index.llms.openai_like import OpenAILike

        settings = self._settings
        async with client(address, settings.llm_timeout_s) as http:
            model = OpenAILike(
                model=self.name,
                api_base=address.url,
                api_key=NO_KEY,
                is_chat_model=True,
                is_function_calling_model=True,
                context_window=self.context_tokens,
                max_tokens=self.answer_tokens,
                temperature=settings.llm_temperature,
                max_retries=0,
                timeout=settings.llm_timeout_s,
                async_http_client=http,  # type: ignore[call-arg]  # read by the class, though no field of it
            )
            await work(model, put)


def _backoff(attempt: int) -> float:
    """Seconds before the next attempt: doubled each time, by up to a half less, so that many don't come at once."""
    return float(FIRST_WAIT_S * 2**attempt * random.uniform(0.5, 1.0))


def _pause(seconds: float) -> Iterator[None]:
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        time.sleep(min(left, HEARTBEAT_S))
        yield None
