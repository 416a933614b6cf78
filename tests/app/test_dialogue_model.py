"""A scripted language model's proposals for follow-ups: taken only in the dialogue's own words, and never as answers."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from app.answer import Answer, AnswerKind, Turn
from app.dialogue_model import is_acceptable
from app.footnote import Footnote
from corpus.errors import ModelProblem

ASKED = "Is Beijing's order to data centres an official published rule?"
FOLLOW_UP = "and when was that order given?"


class Scripted:
    """A model that writes what it was given to write, or fails."""

    name, context_tokens, answer_tokens, calls_tools = "scripted", 4096, 256, False

    def __init__(self, says: str, fails: bool = False) -> None:
        self.says, self.fails, self.read = says, fails, ""

    def count_tokens(self, text: str) -> int:
        return len(text)

    def stream(self, messages: Sequence[Any]) -> Iterator[str]:
        asked = "\n".join(str(one.content) for one in messages)
        if self.fails:
            raise ModelProblem("The language model can't be reached. Start it, or leave it out.")
        if not asked.startswith("Rewrite"):
            yield "NOT FOUND"  # as the writer of the answer
            return
        self.read = asked
        yield from (self.says[:5], self.says[5:])

    def choose(self, messages: Sequence[Any], tools: Sequence[Any]) -> Any:
        raise AssertionError("a follow-up needs no tool")

    def close(self) -> None:
        return


def follow_up(engine: Footnote, model: Scripted, first: str = ASKED, second: str = FOLLOW_UP) -> Answer:
    engine.model = model
    try:
        history = [Turn(first, engine.ask(first))]
        return engine.ask(second, history)
    finally:
        engine.model = None


def test_a_proposal_in_the_dialogue_s_words_is_asked_and_shown(sample: Footnote) -> None:
    whole = "When was Beijing's instruction to data centres given?"
    model = Scripted(f'"{whole}"\n')
    answer = follow_up(sample, model, ASKED, "when was it given?")
    assert ASKED in model.read
    assert "when was it given?" in model.read
    assert (answer.kind, answer.resolved) == (AnswerKind.ANSWER, whole)
    assert "November 2025" in answer.text


def test_a_follow_up_that_rules_make_whole_is_not_put_to_the_model(sample: Footnote) -> None:
    model = Scripted("What was Norrland Compute's revenue in 2025?")
    answer = follow_up(sample, model, "What was Harrowvale's net income in Q2 2025?", "and operating income?")
    assert model.read == ""
    assert "72.0" in answer.text


@pytest.mark.parametrize(
    ("proposal", "accepted"),
    [
        ("When was the order to data centres given by Beijing?", True),
        ("When was Beijing's order given in 2025?", False),  # a number of its own
        ("When was Nvidia's order given?", False),  # a name of its own
        ("When was Beijing's secret order given?", False),  # a word of its own
        ("When was Beijing's rule published?", False),  # leaves out what was asked
        ("Beijing gave the order in November.", False),  # an answer
        ("and when was that order given?", False),  # no help
        ("", False),
        ("When was the order given, " + "data centres " * 40 + "?", False),
    ],
)
def test_a_proposal_adds_nothing_and_leaves_nothing_out(sample: Footnote, proposal: str, accepted: bool) -> None:
    first = Answer(ASKED, AnswerKind.REFUSAL, "The documents don't say.")
    assert is_acceptable(proposal, FOLLOW_UP, [Turn(ASKED, first)]) is accepted


def test_what_the_model_invents_changes_nothing(sample: Footnote) -> None:
    without = sample.ask(FOLLOW_UP, [Turn(ASKED, sample.ask(ASKED))])
    for invented in ("In November 2025.", "When did Nvidia open its shop in Paris?", "", "42?\n\nWhen was it given?"):
        answer = follow_up(sample, Scripted(invented))
        assert (answer.kind, answer.text, answer.resolved) == (without.kind, without.text, without.resolved)


def test_a_model_that_fails_is_told_of_and_the_answer_stays(sample: Footnote) -> None:
    without = sample.ask(FOLLOW_UP, [Turn(ASKED, sample.ask(ASKED))])
    answer = follow_up(sample, Scripted("", fails=True))
    assert (answer.kind, answer.text) == (without.kind, without.text)
    assert answer.kind is AnswerKind.REFUSAL
    assert "can't be reached" in answer.note
