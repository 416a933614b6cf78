"""What the writer needs of a language model. LlamaIndex's messages and tools are the vocabulary."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage
    from llama_index.core.tools import FunctionTool


class LanguageModel(Protocol):
    """A chat model with its limits. Time-outs, retries and the meaning of errors are its own affair."""

    name: str  # as shown beside an answer: "SmolLM2-135M-Instruct"
    context_tokens: int  # prompt and answer together
    answer_tokens: int  # the most that it writes
    calls_tools: bool

    def count_tokens(self, text: str) -> int:
        """At least as many tokens as the model would read `text` as."""
        ...

    def stream(self, messages: "Sequence[ChatMessage]") -> Iterator[str]:
        """What it writes, piece by piece. A piece may be empty: nothing came yet, and whoever waits may leave.

        Raises ModelProblem, also in the middle; what came before stays good.
        """
        ...

    def choose(self, messages: "Sequence[ChatMessage]", tools: "Sequence[FunctionTool]") -> "ChatMessage":
        """Its next message, with the tool calls that it asks for as LlamaIndex keeps them. Raises ModelProblem."""
        ...

    def close(self) -> None:
        """Stop what was started for it. It may be used again; that starts it anew."""
        ...
