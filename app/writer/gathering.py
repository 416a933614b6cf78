"""The rounds in which a model that calls tools looks for more evidence before it writes; bounded in every way."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import prompts
from app.language_model.model import LanguageModel
from app.writer.events import Status
from app.writer.plain import as_data, fence
from app.writer.prompt import MOST_EVIDENCE, PER_MESSAGE, messages_of, shown_lines
from app.writer.toolbox import Toolbox

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

MOST_ROUNDS = 4
MOST_CALLS = 8  # in all rounds together
MOST_SECONDS = 60.0
MOST_FAILED = 3  # calls in a row that were answered with an error


def gather(model: LanguageModel, question: str, box: Toolbox, cancelled: Callable[[], bool]) -> Iterator[Status]:
    """Let the model call tools; what they find is added to the evidence of `box`. Raises ModelProblem.

    It ends when the model asks for nothing more, or at a bound: rounds, calls, errors in a row, time, and the tokens that
    the messages may have.
    """
    from llama_index.core.llms import ChatMessage, MessageRole

    home = box.engine.settings.home
    room = model.context_tokens - model.answer_tokens
    mark = fence()
    system = prompts.render("writer_tools", home)
    shown, lines = shown_lines(box.items, min(MOST_EVIDENCE, room // 2), model)
    box.items[:] = shown
    text = prompts.render(
        "writer_answer", home, fence=mark, evidence="\n".join(lines), dialogue="", question=as_data(question)
    )
    messages = messages_of(system, text)
    room -= sum(_cost(str(one.content or ""), model) for one in messages)
    room -= sum(_cost(str(tool.metadata.description), model) for tool in box.tools)
    ends = time.monotonic() + MOST_SECONDS
    calls = failed = 0
    for _ in range(MOST_ROUNDS):
        if cancelled() or room <= 0 or time.monotonic() > ends:
            return
        chosen = model.choose(messages, box.tools)
        asked = calls_of(chosen)
        if not asked:
            return
        messages.append(chosen)
        for identity, name, arguments in asked:
            if calls == MOST_CALLS or failed == MOST_FAILED or time.monotonic() > ends:
                return
            calls += 1
            yield Status(f"The language model asks for {name[:40]}")
            result = f"{mark}\n{box.run(name, arguments)}\n{mark}"
            failed = failed + 1 if result.startswith(f"{mark}\nerror:") else 0
            room -= _cost(result, model) + _cost(f"{name}{arguments}", model)
            if room <= 0:
                return
            messages.append(
                ChatMessage(content=result, role=MessageRole.TOOL, additional_kwargs={"tool_call_id": identity})
            )


def calls_of(message: "ChatMessage") -> list[tuple[str, str, Any]]:
    """The tool calls of a message, each as (id, name, arguments): in its blocks, or as OpenAI's client keeps them."""
    from llama_index.core.base.llms.types import ToolCallBlock

    found: list[tuple[str, str, Any]] = [
        (str(one.tool_call_id or ""), one.tool_name, one.tool_kwargs)
        for one in message.blocks
        if isinstance(one, ToolCallBlock)
    ]
    if found:
        return found
    kept: Sequence[Any] = message.additional_kwargs.get("tool_calls") or ()
    return [
        (str(one.id or ""), str(one.function.name or ""), one.function.arguments)
        for one in kept
        if getattr(one, "function", None) is not None
    ]


def _cost(text: str, model: LanguageModel) -> int:
    return model.count_tokens(text) + PER_MESSAGE
