"""A language model that says what a test has it say, and keeps what it was sent."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from llama_index.core.llms import ChatMessage, MessageRole
from llama_index.core.tools import FunctionTool

from corpus.errors import ModelProblem

Said = str | ModelProblem | Callable[[str], str]


class Scripted:
    """Streams `says` in pieces of `piece` characters; a ModelProblem among them is raised where it stands.

    A function is given the prompt, so that a test can use the numbers that the evidence got.
    """

    def __init__(
        self,
        *says: Said,
        context_tokens: int = 4096,
        answer_tokens: int = 512,
        piece: int = 7,
        choices: Sequence[ChatMessage] = (),
    ) -> None:
        self.name = "Scripted"
        self.context_tokens = context_tokens
        self.answer_tokens = answer_tokens
        self.calls_tools = bool(choices)
        self.sent: list[list[ChatMessage]] = []
        self.chosen: list[list[ChatMessage]] = []
        self.closed = 0
        self._says, self._piece, self._choices = says, piece, list(choices)

    def count_tokens(self, text: str) -> int:
        return len(text) // 3 + 1

    def stream(self, messages: Sequence[ChatMessage]) -> Iterator[str]:
        self.sent.append(list(messages))
        try:
            for said in self._says:
                if isinstance(said, ModelProblem):
                    raise said
                text = said if isinstance(said, str) else said("\n".join(str(one.content) for one in messages))
                yield from (text[at : at + self._piece] for at in range(0, len(text), self._piece))
        finally:
            self.closed += 1

    def choose(self, messages: Sequence[ChatMessage], tools: Sequence[FunctionTool]) -> ChatMessage:
        self.chosen.append(list(messages))
        return self._choices.pop(0) if self._choices else ChatMessage(content="", role=MessageRole.ASSISTANT)

    def close(self) -> None:
        """Nothing was started."""

    @property
    def prompt(self) -> str:
        """All that the last call sent."""
        return "\n".join(str(message.content) for message in self.sent[-1])

    def tokens_sent(self) -> int:
        return sum(self.count_tokens(str(message.content)) for message in self.sent[-1])


def called(name: str, arguments: Any, number: int = 1) -> ChatMessage:
    """A message that asks for one tool."""
    from llama_index.core.base.llms.types import ToolCallBlock

    block = ToolCallBlock(tool_call_id=f"call-{number}", tool_name=name, tool_kwargs=arguments)
    return ChatMessage(role=MessageRole.ASSISTANT, blocks=[block])
