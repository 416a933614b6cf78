"""A language model's help with follow-ups that no rule makes whole: it proposes a question, and nothing else.

A proposal counts only if each of its names, numbers and content words stands in the dialogue or in the follow-up, and
all that the follow-up names stands in it. It is then understood as if it had been typed; it never is an answer.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import prompts
from app.answer import Turn
from app.terms import match, stems_of, tokens, words

if TYPE_CHECKING:
    from app.language_model.model import LanguageModel

TURNS = 6  # shown to the model, the last ones
LONGEST = 300  # characters of a proposal
SHOWN = 400  # characters of an answer that the model sees


def proposed_question(question: str, history: Sequence[Turn], model: "LanguageModel", home: Path | None = None) -> str:
    """The whole question that a model makes of a follow-up; "" where it makes none that is accepted.

    Raises ModelProblem where the model can't be used, DataProblem where the person's own prompt in `home` can't.
    """
    from llama_index.core.llms import ChatMessage

    shown = history[-TURNS:]
    dialogue = "\n".join(f"Question: {_asked(turn)}\nAnswer: {turn.answer.text[:SHOWN]}" for turn in shown)
    prompt = prompts.render("follow_up", home, dialogue=dialogue, question=question)
    said = "".join(model.stream([ChatMessage(role="user", content=prompt)]))
    proposal = next((line.strip().strip("\"“”'*` ") for line in said.splitlines() if line.strip()), "")
    return proposal if is_acceptable(proposal, question, shown) else ""


def is_acceptable(proposal: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether a proposal says nothing that the dialogue and the follow-up don't, and leaves out nothing of the latter."""
    if not proposal.endswith("?") or len(proposal) > LONGEST or proposal.casefold() == question.casefold():
        return False
    held = " ".join((question, *(f"{_asked(turn)} {turn.answer.text}" for turn in history)))
    known, numbers = _stems(held), _numbers(held)
    own = _content(question)
    return (
        all(match(one, known) for one in _content(proposal))
        and _numbers(proposal) <= numbers
        and _numbers(question) <= _numbers(proposal)
        and all(match(one, _stems(proposal)) for one in own)
    )


def _asked(turn: Turn) -> str:
    return turn.answer.resolved or turn.question


def _stems(text: str) -> frozenset[str]:
    return stems_of(text)


def _content(text: str) -> frozenset[str]:
    """The stems of the words that say something, numbers apart."""
    return frozenset(
        token.stem for token in tokens(text) if token.text.lower() not in words().stop and not token.text[0].isdigit()
    )


def _numbers(text: str) -> frozenset[str]:
    return frozenset(token.text.replace(",", "") for token in tokens(text) if any(one.isdigit() for one in token.text))
