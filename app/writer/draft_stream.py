"""A draft as it comes in, piece by piece: whole sentences with their marks, as soon as each is complete."""

import re
from dataclasses import dataclass

from app.verifier.draft import AFTER_STOP, MARKUP, marked_sentences
from app.writer.plain import as_prose, is_plain
from corpus.sentences import sentence_spans

LONGEST = 1_500  # characters without the end of a sentence: no prose
_WHOLE = re.compile(r"[.!?。！？][\"”’)\]]*(?:\s*\[[\d\s,;]+\])*\s*$")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHT = re.compile(r"<think>(?!.*</think>)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence of a draft, and the numbers of the marks that it carries."""

    text: str
    marks: tuple[int, ...]


class DraftStream:
    """Takes pieces, gives sentences. What a model thinks aloud between <think> and </think> is passed over."""

    def __init__(self) -> None:
        self._rest = ""

    @property
    def runs_on(self) -> bool:
        """Whether what has come since the last sentence is too long to be one."""
        return len(self._rest) > LONGEST and not _OPEN_THOUGHT.search(self._rest)

    def feed(self, piece: str) -> list[Drafted]:
        """The sentences that are complete with this piece. A mark may still follow the last full stop, so it waits."""
        self._rest += piece
        if _OPEN_THOUGHT.search(self._rest):
            return []
        *lines, rest = _THOUGHT.sub("", self._rest).split("\n")
        found = [one for line in lines for one in _read(line)]
        plain = AFTER_STOP.sub(lambda match: f"{match[2]}{match[1]}", MARKUP.sub("", rest))
        spans = sentence_spans(plain)
        if len(spans) > 1 and plain[spans[-1][0]] != "[":
            found += _read(plain[: spans[-1][0]])
            rest = plain[spans[-1][0] :]
        self._rest = rest
        return found

    def close(self) -> tuple[list[Drafted], str]:
        """The last sentence where it is whole, and else what broke off in the middle."""
        rest, self._rest = _THOUGHT.sub("", self._rest), ""
        if _WHOLE.search(as_prose(rest)):
            return _read(rest), ""
        return [], " ".join(as_prose(rest).split())


def _read(line: str) -> list[Drafted]:
    return [Drafted(text, tuple(marks)) for text, marks in marked_sentences(as_prose(line)) if is_plain(text)]
