"""Calculations over two lines of a table: differences, ratios, shares, sums."""

import re

from app.tabletext.grid import Entry
from app.tabletext.matching import Match, certain_at, entry_at, in_time
from app.tabletext.reply import Reply
from app.tabletext.request import Form, Request
from app.tabletext.tableau import Tableau, figure_of, made_of, mean_of, spread_of

_MOST_PAIRS = 6  # ways to part a phrase in two that are tried


def pair_of(request: Request, table: Tableau) -> tuple[Match, Match] | None:
    """The best two different lines that the request's phrase parts into."""
    found = _parted(request, table)
    return found[0] if found else None


def _parted(request: Request, table: Tableau) -> tuple[tuple[Match, Match], tuple[str, str]] | None:
    """The best two different lines that the phrase parts into, with their phrases; a whole that has no line of its own is the total's."""
    best: tuple[float, tuple[Match, Match], tuple[str, str]] | None = None
    periods = request.periods if len(request.periods) == 1 else ()
    for one, two in request.pairs[:_MOST_PAIRS]:
        mine, theirs = table.matcher.matches(one, periods), table.matcher.matches(two, periods)
        if mine and not theirs and request.form is Form.SHARE:
            theirs = table.matcher.matches("total", periods)
        for first in mine[:4]:
            for second in theirs[:4]:
                if first.line.entries == second.line.entries:
                    continue
                score = min(first.score, second.score) + 0.2 * (first.score + second.score)
                mine_, other = first.line.entries, second.line.entries
                score += 0.1 * (
                    first.line.row == second.line.row
                    or bool({one.column for one in mine_} & {one.column for one in other})
                )
                if best is None or score > best[0]:
                    best = (score, (first, second), (one, two))
    return best[1:] if best else None


def _parts(phrase: str, found: Match, request: Request, table: Tableau) -> list[Match]:
    """The line that a phrase names, or the two whose sum it names: "rents and wages"."""
    periods = request.periods if len(request.periods) == 1 else ()
    best, score = [found], found.score + 0.08
    for cut in re.finditer(r"\s*,?\s+(?:and|plus|&)\s+", phrase):
        sides = [table.matcher.best(part, periods) for part in (phrase[: cut.start()], phrase[cut.end() :])]
        lines = [one for one in sides if one]
        if len(lines) == 2 and lines[0].line != lines[1].line and min(one.score for one in lines) > score:
            best, score = lines, min(one.score for one in lines)
    return best


def _at(request: Request, first: Match, second: Match) -> tuple[Entry, Entry, float] | None:
    """One cell of each line, of the period asked for, else of the last that both have."""
    if len(request.periods) == 1:
        one, two = (entry_at(match.line, request.periods[0]) for match in (first, second))
        sure = min(certain_at(match.line, request.periods[0]) for match in (first, second))
        return (one, two, sure) if one and two else None
    if len(request.periods) == 2:
        one, two = entry_at(first.line, request.periods[0]), entry_at(second.line, request.periods[1])
        return (one, two, 0.3) if one and two else None
    mine, theirs = in_time(first.line), in_time(second.line)
    for one in reversed(mine):
        if two := next((other for other in theirs if other.when == one.when), None):
            return one, two, 0.9 if len(mine) == 1 else 0.4
    own, other = ([entry for entry in match.line.entries if entry.figure] for match in (first, second))
    if len(own) == 1 == len(other):
        return own[0], other[0], 0.8
    return None


def over_two(request: Request, table: Tableau) -> Reply | None:
    """The difference, sum, ratio or share of two lines; None where one isn't found or their units can't meet."""
    parted = _parted(request, table)
    if parted is None:
        return None
    pair, phrases = parted
    first, second = pair
    if request.averaged:
        mine, theirs = (table.operands(_both(request, one)) for one in pair)
        if len(mine) < 2 or len(theirs) < 2:
            return None
        return made_of(
            request,
            f"{mean_of(mine)} - {mean_of(theirs)}",
            [*mine, *theirs],
            list(pair),
            {"period": 0.3, "periods": 0.0},
        )
    found = _at(request, first, second)
    if found is None or found[0] == found[1]:
        return None
    one, two = table.operands(found[:2])
    together = first.line.row == second.line.row or found[0].column == found[1].column
    features = {
        "period": found[2],
        "periods": float(len(request.periods) == 1 or _only(first, second)),
        "together": float(together),
    }
    if request.form in (Form.SHARE, Form.RATIO) and (made := _of_sums(request, table, pair, phrases)):
        return made
    if request.form is Form.SHARE and (figure_of(one) < 0) != (figure_of(two) < 0):
        # A cost printed as a negative is a share of the whole all the same.
        one_, two_ = (part.expression.lstrip("-") for part in (one, two))
        expression = f"margin({one_}, {two_})"
    elif request.form is Form.SHARE:
        expression = f"margin({one.expression}, {two.expression})"
    elif request.form is Form.RATIO:
        expression = f"{one.expression} / {two.expression}"
    else:
        expression = f"{one.expression} {'+' if request.form is Form.SUM else '-'} {two.expression}"
        if request.form is Form.DIFFERENCE and figure_of(one) < figure_of(two):
            expression = f"{two.expression} - {one.expression}"
    return made_of(request, expression, [one, two], list(pair), features)


def _only(first: Match, second: Match) -> bool:
    """Whether each line has one figure, so that no period is left to choose."""
    return all(sum(entry.figure is not None for entry in one.line.entries) == 1 for one in (first, second))


def _of_sums(request: Request, table: Tableau, pair: tuple[Match, Match], phrases: tuple[str, str]) -> Reply | None:
    """A share or ratio of which a side is the sum of two lines; None where each side is one line."""
    sides = [_parts(phrase, one, request, table) for phrase, one in zip(phrases, pair, strict=True)]
    if all(len(side) == 1 for side in sides):
        return None
    when = request.periods[0] if request.periods else None
    entries = [
        [entry_at(one.line, when) if when else next(iter(in_time(one.line)[::-1]), None) for one in side]
        for side in sides
    ]
    flat = [one for side in entries for one in side if one]
    if len(flat) != sum(map(len, sides)):
        return None
    operands = table.operands(flat)
    texts = [one.expression for one in operands]
    first, second = " + ".join(texts[: len(sides[0])]), " + ".join(texts[len(sides[0]) :])
    expression = f"margin({first}, {second})" if request.form is Form.SHARE else f"({first}) / ({second})"
    return made_of(
        request,
        expression,
        operands,
        [one for side in sides for one in side],
        {"period": 0.5, "periods": float(bool(when))},
    )


def _both(request: Request, match: Match) -> list[Entry]:
    dated = in_time(match.line)
    found = spread_of(request, match.line)
    if len(found) == 1:
        before = [one for one in dated if one.when and found[0].when and one.when.order < found[0].when.order]
        return [before[-1], found[0]] if before else found
    return found
