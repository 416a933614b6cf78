"""The messages of one call: all that a model reads, within its budget of tokens. The question is never cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import prompts
from app.answer import Turn
from app.language_model.model import LanguageModel
from app.writer.evidence import Item, shortened
from app.writer.plain import as_data, fence, visible
from corpus.errors import ModelProblem

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

PER_MESSAGE = 16  # tokens that a chat's own syntax takes for a message
DIALOGUE = 0.15  # of what is left beside the question: the turns before it
LONGEST_TURN = 300  # characters of an earlier answer
MOST_TURNS = 6
MOST_TERMS = 4
EVIDENCE = 0.6  # of what is left beside the question
MOST_EVIDENCE = 3000  # tokens of passages: more makes a model slower and less sure of what matters
FEWEST = 40  # characters of a passage that are worth showing


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages, and the items that their numbers stand for (from 1)."""

    messages: "list[ChatMessage]"
    items: list[Item]


def compose(
    model: LanguageModel,
    question: str,
    items: Sequence[Item],
    terms: Sequence[str],
    history: Sequence[Turn],
    home: Path | None = None,
) -> Prompt:
    """The messages for a question: as many of the items as fit, in their order, the last one cut at a sentence's end.

    Then terms of the glossary, and the latest turns of the dialogue: the oldest are left out first. Raises ModelProblem
    where the question alone leaves no room, DataProblem where a prompt of the person's own in `home` can't be used.
    """
    mark = fence()
    system = prompts.render("writer_system", home)
    asked = as_data(question)
    bare = prompts.render("writer_answer", home, fence=mark, evidence="", dialogue="", question=asked)
    room = model.context_tokens - model.answer_tokens - 2 * PER_MESSAGE
    room -= model.count_tokens(system) + model.count_tokens(bare)
    if room <= 0:
        raise ModelProblem("The question leaves the language model no room for passages. Ask it in fewer words.")
    spoken = _dialogue(history, int(room * DIALOGUE), model)
    left = min(int(room * EVIDENCE), MOST_EVIDENCE) - (model.count_tokens(spoken) if spoken else 0)
    shown, lines = shown_lines(items, left, model)
    left -= sum(_cost(line, model) for line in lines)
    for term in terms[:MOST_TERMS]:
        line = as_data(f"Term: {term}")
        if (cost := _cost(line, model)) <= left:
            lines.append(line)
            left -= cost
    if not shown:
        raise ModelProblem("The language model's context is too small for a passage beside the question.")
    text = prompts.render("writer_answer", home, fence=mark, evidence="\n".join(lines), dialogue=spoken, question=asked)
    return Prompt(messages_of(system, text), shown)


def messages_of(system: str, text: str) -> "list[ChatMessage]":
    """A call's messages: what the model is told, and what it is asked."""
    from llama_index.core.llms import ChatMessage, MessageRole

    return [ChatMessage(content=system, role=MessageRole.SYSTEM), ChatMessage(content=text, role=MessageRole.USER)]


def _cost(line: str, model: LanguageModel) -> int:
    return model.count_tokens(line) + 1


def _line(number: int, item: Item) -> str:
    if item.figure:
        return f"[{number}] Figure, found and checked: {as_data(item.text)}"
    return f"[{number}] From {as_data(item.heading)}: {as_data(item.text)}"


def shown_lines(items: Sequence[Item], room: int, model: LanguageModel) -> tuple[list[Item], list[str]]:
    """As many items as fit into `room` tokens, in their order, and each one's line as a model is shown it."""
    shown = _fitting(items, room, model)
    return shown, [_line(number, item) for number, item in enumerate(shown, 1)]


def _fitting(items: Sequence[Item], room: int, model: LanguageModel) -> list[Item]:
    shown: list[Item] = []
    for item in items:
        number = len(shown) + 1
        cost = _cost(_line(number, item), model)
        if cost <= room:
            shown.append(item)
            room -= cost
            continue
        short = _cut(item, number, room, model)
        if short:
            shown.append(short)
        break  # what is less near doesn't take the room of what is nearer
    return shown


def _cut(item: Item, number: int, room: int, model: LanguageModel) -> Item | None:
    """As many of a passage's sentences as fit."""
    most = len(item.text) - 1
    while most >= FEWEST:
        short = shortened(item, most)
        if short is None:
            return None
        if _cost(_line(number, short), model) <= room:
            return short
        most = len(short.text) - 1
    return None


def _dialogue(history: Sequence[Turn], room: int, model: LanguageModel) -> str:
    """The latest turns, oldest first, as far as they fit."""
    lines: list[str] = []
    for turn in reversed(history[-MOST_TURNS:]):
        answer = " ".join(as_data(turn.answer.text).split())
        asked = " ".join(as_data(turn.answer.resolved or turn.question).split())
        line = f"Earlier question: {_opening(asked)}\nEarlier answer: {_opening(answer)}"
        room -= _cost(line, model)
        if room < 0:
            break
        lines.insert(0, line)
    return visible("\n".join(lines))


def _opening(text: str) -> str:
    return text if len(text) <= LONGEST_TURN else text[: text.rfind(" ", 0, LONGEST_TURN)] + " …"
