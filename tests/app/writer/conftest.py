"""A way to ask the sample corpus with a scripted model as the writer."""

from collections.abc import Callable, Iterator

import pytest

from app.answer import Answer
from app.footnote import Footnote
from app.writer import Event
from tests.app.writer.scripted import Scripted

Write = Callable[..., list[Event]]


@pytest.fixture
def write(sample: Footnote) -> Iterator[Write]:
    """`write(question, model, history=…)` gives all events."""

    def events(question: str, model: Scripted, **more: object) -> list[Event]:
        sample.model = model
        return list(sample.stream(question, **more))  # type: ignore[arg-type]

    yield events
    sample.model = None


@pytest.fixture
def answered(write: Write) -> Callable[..., Answer]:
    """The answer alone, which must be the last event."""

    def answer(question: str, model: Scripted, **more: object) -> Answer:
        events = write(question, model, **more)
        assert [isinstance(one, Answer) for one in events].index(True) == len(events) - 1
        last = events[-1]
        assert isinstance(last, Answer)
        return last

    return answer
