"""An answer in the form of OpenAI's chat completions: whole, or as the chunks of a stream."""

import json
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.answer import Answer
from app.export import answer_markdown
from app.json_objects import answer_object
from app.server.requests import MODEL
from corpus.tokens import estimate_tokens

_MARK = re.compile(r"(?<!\\)\[\^(\d+)\](:?)")


def content(answer: Answer) -> str:
    """The answer as Markdown for a chat: marks [n], calculations as tables, and the list of sources.

    Whatever comes from a document is escaped, so that it can't draw a picture or a link into the chat.
    """
    _, _, said = answer_markdown(answer).partition("\n\n")  # without the question
    # Footnotes are no part of common Markdown, and "[1]:" would define a link.
    return _MARK.sub(lambda match: f"- [{match[1]}]" if match[2] else f"[{match[1]}]", said).rstrip("\n")


@dataclass(frozen=True)
class Completion:
    """One completion: its id and the time it was asked for."""

    questions: tuple[str, ...]
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The response of a request that doesn't stream."""
        said = content(answer)
        message = {"role": "assistant", "content": said, "refusal": None, "footnote": answer_object(answer)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._usage(said)}

    def first(self) -> str:
        """The event that opens a stream."""
        return self._event({"role": "assistant", "content": ""})

    def rest(self, answer: Answer, *, usage: bool) -> Iterator[str]:
        """The events after it: the words, and with the last chunk the extension."""
        said = content(answer)
        for piece in re.findall(r"\s*\S+\s*", said):
            yield self._event({"content": piece})
        yield self._event({}, "stop", footnote=answer_object(answer))
        if usage:
            yield event({**self._head("chat.completion.chunk"), "choices": [], "usage": self._usage(said)})
        yield "data: [DONE]\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": MODEL, "system_fingerprint": None}

    def _event(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event({**self._head("chat.completion.chunk"), "choices": [choice], **more})

    def _usage(self, said: str) -> dict[str, int]:
        """Estimates: nothing is billed by them."""
        asked, given = sum(map(estimate_tokens, self.questions)), estimate_tokens(said)
        return {"prompt_tokens": asked, "completion_tokens": given, "total_tokens": asked + given}


def event(data: dict[str, Any]) -> str:
    """A server-sent event that carries an object."""
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
