"""Amounts in a sentence, and the periods that it pairs them with."""

import re

from app.tabletext.matching import stems
from app.tabletext.request import Request
from app.tabletext.when import When, fit, mentions
from app.terms import same

_AMOUNT = re.compile(
    r"(?:(?:US|HK|S|A|C|NT)?[$€£¥]|RMB|USD|EUR|GBP)\s?\(?\d[\d,]*(?:\.\d+)?\)?(?:\s?(?:thousand|million|billion|trillion|m|bn)\b)?"
    r"|\(?\d[\d,]*(?:\.\d+)?\)?\s?(?:%|per ?cent\b|percent\b|(?:thousand|million|billion)\b|pence\b|p\b)?",
)


def amounts(text: str) -> list[tuple[int, int]]:
    """Half-open places of the amounts in a sentence: no years, dates, note numbers or ordinals."""
    dated = [(one.start, one.end) for one in mentions(text)]
    found = []
    for match in _AMOUNT.finditer(text):
        start, end = match.span()
        while end > start and text[end - 1] in " ,.":
            end -= 1
        piece = text[start:end]
        if piece.startswith("(") != piece.endswith(")"):
            start += piece.startswith("(")
            end -= piece.endswith(")")
        if any(first < end and start < last for first, last in dated):
            continue
        if re.search(
            r"(?:\b(?:note|notes|item|level|asc|ifrs|ias|section|rule|topic|asu|no\.|phase|tier|part|page|article|scope|form)\s*|[A-Za-z]-?)$",
            text[:start],
            re.IGNORECASE,
        ):
            continue
        if re.match(r"(?:st|nd|rd|th)\b|-[A-Z]\b|[A-Za-z]", text[end:]) or not re.search(r"\d", text[start:end]):
            continue
        if text[start:end].startswith("(") and len(text[start:end]) < 5:
            continue  # a list's number
        found.append((start, end))
    return found


def respectively(request: Request, text: str) -> list[tuple[int, int]]:
    """The amount of each period asked for, in the question's order, where the sentence pairs amounts and periods."""
    paired = _runs(request, text) or paired_amounts(text)
    found = []
    for when in request.periods:
        best = next((place for place, other in paired if fit(when, other) >= 0.6), None)
        if best is None:
            return []
        found.append(best)
    return found if len(set(found)) == len(found) else []


def _runs(request: Request, text: str) -> list[tuple[tuple[int, int], When]]:
    """Where a sentence gives several runs of amounts for the same periods: the run whose words are asked for."""
    dates = list({one.when: one for one in mentions(text)}.values())
    money = [
        one for one in amounts(text) if re.search(r"[$€£¥]|RMB|USD|million|billion|thousand|%", text[one[0] : one[1]])
    ]
    if len(dates) < 2 or len(money) <= len(dates) or len(money) % len(dates):
        return []
    wanted = stems(request.text)
    best: tuple[int, list[tuple[tuple[int, int], When]]] = (-1, [])
    for first in range(0, len(money), len(dates)):
        run = money[first : first + len(dates)]
        before = money[first - 1][1] if first else 0
        after = money[first + len(dates)][0] if first + len(dates) < len(money) else len(text)
        own = stems(text[before : run[0][0]]) + stems(text[run[-1][1] : min(after, run[-1][1] + 60)])
        hits = sum(any(same(one, other) for other in own) for one in wanted)
        if hits > best[0]:
            best = (hits, [(place, one.when) for place, one in zip(run, dates, strict=True)])
    return best[1]


def paired_amounts(text: str) -> list[tuple[tuple[int, int], When]]:
    """(place of an amount, its period): in order where there are as many of each, or the nearest that follows."""
    places = amounts(text)
    dated = mentions(text)
    dates = list({one.when: one for one in dated}.values())
    money = [one for one in places if re.search(r"[$€£¥]|RMB|USD|million|billion|thousand", text[one[0] : one[1]])]
    for group in (money, [one for one in places if "%" in text[one[0] : one[1]]], places):
        if len(group) == len(dates) > 1:
            return [(place, one.when) for place, one in zip(group, dates, strict=True)]
    groups = money or places
    if len(dates) == 1 and len(groups) == 1:
        return [(groups[0], dates[0].when)]
    found = []
    for place in groups:
        after = next((one for one in dated if one.start >= place[1] and one.start - place[1] < 60), None)
        if after:
            found.append((place, after.when))
    return found
