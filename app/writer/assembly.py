"""The written answer put together: never worse than the engine's own, whose statements stand where the draft lacks them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answer import Statement, joined
from app.match import Weights
from app.question import Kind, Question
from app.terms import match, stems_of, tokens, words
from app.writer.evidence import is_figure
from app.writer.relevance import asked_figures, dates, figures_of, overlap, shares_a_place

SAID = 0.6  # share of a source sentence's words, by weight, from which a draft has said it


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence of a draft that stands. `leans`: on the sentence before it, without which it can't be understood."""

    statement: Statement
    leans: bool = False


def assemble(
    question: Question, own: Sequence[Statement], kept: Sequence[Kept], weights: Weights
) -> tuple[Statement, ...]:
    """The engine's statements in their order, each told by the draft where it does so, then what the draft adds."""
    blocks = _blocks(kept)
    left = list(blocks)
    placed: list[Statement] = []
    for statement in own:
        telling = [block for block in blocks if any(_concerns(one, statement) for one in block)]
        said = [one for block in telling for one in block]
        if _told(question, statement, said, weights):
            for block in telling:
                if block in left:
                    left.remove(block)
                    placed += block
        else:
            placed.append(statement)
    placed += [one for block in left for one in block]
    return tuple(_once(placed))


def _blocks(kept: Sequence[Kept]) -> list[list[Statement]]:
    """Sentences that stay together: one that leans on the one before it goes where that goes."""
    blocks: list[list[Statement]] = []
    for one in kept:
        if one.leans and blocks:
            blocks[-1].append(one.statement)
        else:
            blocks.append([one.statement])
    return blocks


def _once(statements: Sequence[Statement]) -> list[Statement]:
    """Each sentence once; a sentence of a draft that says no more than one of the sources' own gives way to it."""
    found: dict[str, Statement] = {}
    for one in statements:
        found.setdefault(" ".join(one.text.lower().split()), one)
    return list(found.values())


def _concerns(one: Statement, own: Statement) -> bool:
    if own.calculation:
        return one.calculation == own.calculation
    return shares_a_place(one, [own])


def _told(question: Question, own: Statement, said: Sequence[Statement], weights: Weights) -> bool:
    """Whether sentences of a draft give what one of the engine's statements gives."""
    if not said or own.series:
        return False
    text = joined(said)
    if own.calculation:
        return bool(figures_of(own) & {one for each in said for one in _figures_said(each)})
    if is_figure(own):
        return _all_cited(own, said) and figures_of(own) <= {one for each in said for one in _figures_said(each)}
    if question.kind is Kind.FIGURE:
        needed = asked_figures(question, own.text) or figures_of(own)
        return bool(needed) and needed <= {one for each in said for one in _figures_said(each)}
    if not {*figures_of(own), *dates(own.text)} <= {*_all_figures(said), *dates(text)}:
        return False
    return question.kind is Kind.WHEN or share(own.text, text, weights) >= SAID


def _figures_said(statement: Statement) -> frozenset[object]:
    return figures_of(Statement(statement.text))


def _all_figures(said: Sequence[Statement]) -> set[object]:
    return {one for each in said for one in _figures_said(each)}


def _all_cited(own: Statement, said: Sequence[Statement]) -> bool:
    return all(any(overlap(place, other) for one in said for other in one.citations) for place in own.citations[:1])


def share(source: str, said: str, weights: Weights) -> float:
    """The share of a sentence's telling words, by weight, that what is said holds."""
    stems = stems_of(said)
    telling = {
        token.stem: weights(token.text)
        for token in tokens(source)
        if token.text.lower() not in words().stop and not re.fullmatch(r"\d[\d.,]*%?", token.text)
    }
    everything = sum(telling.values())
    return sum(weight * match(stem, stems) for stem, weight in telling.items()) / everything if everything else 1.0
