"""What happens while a question is answered: what is being done, sentences as they are verified, and the answer last."""

from dataclasses import dataclass

from app.answer import Answer, Statement


@dataclass(frozen=True, slots=True)
class Status:
    """What is being done now, in a person's words: "The language model is writing"."""

    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A verified sentence of an answer that is still being written. The `Answer` after it is what counts: it may put a
    sentence elsewhere, or leave it out where the answer as a whole falls back on the sources' own words."""

    statement: Statement


Event = Status | Sentence | Answer
