"""False statements from true ones: one mistake each, of a known kind. Shares no code or list with the verifier."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answer import Statement
from app.calculator import calculate
from tests.eval.truths import Truth, data

NUMERIC = frozenset(["digit", "unit", "scale", "operands"])
_NUMBER = re.compile(r"(?<![\w.,/-])\d[\d,]*(?:\.\d+)?(?![\d/])")
_YEAR = re.compile(r"(?<![\d$€£,.])(?:19|20)\d\d(?![\d,.%]\d|%)")


@dataclass(frozen=True)
class Falsehood:
    """A false statement, the kind of its mistake, and the truth that it was made from."""

    statement: Statement
    kind: str
    truth: Truth


def falsehoods(truth: Truth, others: Sequence[Truth], random_: random.Random) -> Iterator[Falsehood]:
    """Every falsehood that can be made from a truth, at most one of each kind and those written for it."""
    for kind, text in truth.false:
        yield Falsehood(replace(truth.statement, text=text), kind, truth)
    said = truth.statement.text
    for kind, make in MAKERS.items():
        text = make(said, truth, random_)
        if text and text != said:
            yield Falsehood(replace(truth.statement, text=text), kind, truth)
    if strange := _strange(truth, others, random_):
        yield Falsehood(replace(truth.statement, citations=strange), "citations", truth)
    if truth.statement.calculation:
        yield from _calculations(truth)


def _numbers(text: str) -> list[re.Match[str]]:
    return [
        one
        for one in _NUMBER.finditer(text)
        if not _YEAR.fullmatch(one[0])
        and not re.search(r"(?:Q|FY|Note|Item|Section|Part|Rule)\s?$", text[: one.start()])
    ]


def _held(truth: Truth) -> set[str]:
    """The numbers of the cited passage, whose false use might happen to be true."""
    return {one[0].replace(",", "") for cited in truth.statement.citations for one in _NUMBER.finditer(cited.quote)}


def _digit(text: str, truth: Truth, random_: random.Random) -> str | None:
    found = [one for one in _numbers(text) if not _is_day(text, one)]
    if not found:
        return None
    one = random_.choice(found)
    places = [place for place in range(len(one[0])) if one[0][place].isdigit()]
    place = random_.choice(places)
    digit = random_.choice([d for d in "0123456789" if d != one[0][place] and not (d == "0" and place == 0)])
    number = one[0][:place] + digit + one[0][place + 1 :]
    if Decimal(number.replace(",", "")) in {Decimal(other) for other in _held(truth)}:
        return None
    return text[: one.start()] + number + text[one.end() :]


def _is_day(text: str, one: re.Match[str]) -> bool:
    return False


def _swap_word(text: str, word: str, other: str) -> str | None:
    end = r"(?!\w)" if word[-1].isalnum() else ""
    start = r"(?<!\w)" if word[0].isalpha() else ""
    match = re.search(rf"{start}{re.escape(word)}{end}", text)
    return text[: match.start()] + other + text[match.end() :] if match else None


def _unit(text: str, truth: Truth, random_: random.Random) -> str | None:
    for unit, other in random_.sample(data()["rewrite"]["units"], len(data()["rewrite"]["units"])):
        before = rf"(?<=\d)\s?{re.escape(unit)}(?!\w)" if unit != "$" else r"\$(?=\d)"
        if unit not in ("$", "%"):
            before = rf"(?<=[\d\w]) {re.escape(unit)}(?!\w)"
        match = re.search(before, text)
        if not match or (
            unit in ("months", "years", "days") and not re.search(r"\d $|\d$", text[: match.start()] + " "[:0])
        ):
            continue
        lead = " " if match[0].startswith(" ") and not other.startswith((" ", "%")) else ""
        return text[: match.start()] + lead + other + text[match.end() :]
    return None


def _scale(text: str, truth: Truth, random_: random.Random) -> str | None:
    match = re.search(r"(?<=\d )(thousand|million|billion)\b", text)
    if not match:
        return None
    other = random_.choice([one for one in ("thousand", "million", "billion") if one != match[1]])
    return text[: match.start()] + other + text[match.end() :]


def _period(text: str, truth: Truth, random_: random.Random) -> str | None:
    changes: list[tuple[int, int, str]] = []
    changes += [(m.start(), m.end(), str(int(m[0]) + random_.choice([-2, -1, 1, 2]))) for m in _YEAR.finditer(text)]
    for match in re.finditer(r"\bQ([1-4])\b", text):
        changes.append((match.start(1), match.end(1), random_.choice([one for one in "1234" if one != match[1]])))
    for match in re.finditer(r"\b(first|second|third|fourth)(?=[ -]quarter)", text):
        changes.append(
            (*match.span(), random_.choice([one for one in ("first", "second", "third", "fourth") if one != match[1]]))
        )
    for match in re.finditer(rf"\b(?:{'|'.join(data()['words']['months'])})\b", text):
        changes.append((*match.span(), random_.choice([one for one in data()["words"]["months"] if one != match[0]])))
    if not changes:
        return None
    start, end, other = random_.choice(changes)
    return text[:start] + other + text[end:]


def _subject(text: str, truth: Truth, random_: random.Random) -> str | None:
    """A name in the middle of a sentence, or a possessive at its beginning, exchanged for another."""
    found = list(
        re.finditer(
            r"(?<=[a-z,] )(?!(?:I|January|February|March|April|May|June|July|August|September|October|November|December)\b)[A-Z][a-z]{3,}(?: [A-Z][a-z]+)*|^[A-Z][a-z]{3,}(?='s )",
            text,
        )
    )
    if not found or truth.form == "calculation":
        return None
    match = random_.choice(found)
    names = data()["rewrite"]["names"]
    return text[: match.start()] + random_.choice([one for one in names if one not in match[0]]) + text[match.end() :]


def _measure(text: str, truth: Truth, random_: random.Random) -> str | None:
    known = data()["rewrite"]["measures"]
    found = [one for one in known if re.search(rf"(?<![\w-]){one}(?![\w-])", text, re.IGNORECASE)]
    if not found:
        return None
    measure = max(found, key=len)
    other = random_.choice(
        [
            one
            for one in known
            if one != measure
            and one not in measure
            and measure not in one
            and {one, measure} != {"revenue", "net sales"}
        ]
    )
    match = re.search(rf"(?<![\w-]){measure}(?![\w-])", text, re.IGNORECASE)
    assert match
    if match.start() == 0:
        other = other[0].upper() + other[1:]
    return text[: match.start()] + other + text[match.end() :]


def _direction(text: str, truth: Truth, random_: random.Random) -> str | None:
    pairs = [pair for one, other in data()["rewrite"]["opposites"] for pair in ((one, other), (other, one))]
    random_.shuffle(pairs)
    for word, other in pairs:
        if word in ("most", "up", "over", "first", "down", "under", "before") and not re.search(
            rf"(?<!\w){word} (?:\d|the |by |from )", text
        ):
            continue
        if changed := _swap_word(text, word, other):
            return changed
    return None


def _negation(text: str, truth: Truth, random_: random.Random) -> str | None:
    if match := re.search(r"(?<=[a-z])n't\b| not(?= )", text):
        return text[: match.start()] + text[match.end() :]
    if match := re.search(r"\b(?:is|are|was|were|has|have|will|can|may|could)\b(?! not)", text):
        return f"{text[: match.end()]} not{text[match.end() :]}"
    return None


def _hedge(text: str, truth: Truth, random_: random.Random) -> str | None:
    found = [one for one in data()["rewrite"]["hedges"] if re.search(rf"(?<!\w){one}", text)]
    if not found:
        return None
    hedge = random_.choice(found)
    if hedge == "over " and not re.search(r"(?<!\w)over [$€£]?\d", text):
        return None
    match = re.search(rf"(?<!\w){hedge}", text)
    assert match
    # "Up to" belongs to a number; in "rose up to the roof" it hedges nothing.
    if hedge in ("up to ", "at least ", "about ", "around ", "more than ", "less than ") and not re.match(
        r"[$€£]?\d", text[match.end() :]
    ):
        return None
    # "rose about 5%" said as of a rounded figure stays true without it only where the source has none.
    if truth.form == "paraphrase" and hedge == "about ":
        return None
    return text[: match.start()] + text[match.end() :]


def _operands(text: str, truth: Truth, random_: random.Random) -> str | None:
    """Two numbers of one unit that change places."""
    found = _numbers(text)
    pairs = [
        (one, other)
        for index, one in enumerate(found)
        for other in found[index + 1 :]
        if one[0] != other[0]
        and _unit_after(text, one) == _unit_after(text, other)
        and not re.search(r"\b(?:and|or|,)\s+$", text[one.end() : other.start()][-5:])
    ]
    if not pairs or (truth.form == "extracted" and truth.origin in ("glossary", "filings")):
        return None
    one, other = random_.choice(pairs)
    return text[: one.start()] + other[0] + text[one.end() : other.start()] + one[0] + text[other.end() :]


def _unit_after(text: str, number: re.Match[str]) -> str:
    match = re.match(r"\s?(%|(?:million|billion|thousand) ?\w*|[A-Za-z]+)", text[number.end() :])
    return match[1] if match else ""


def _strange(truth: Truth, others: Sequence[Truth], random_: random.Random):  # type: ignore[no-untyped-def]
    """The citations of another truth, of another document, that doesn't hold this one's words."""
    if truth.statement.calculation:
        return None
    for _ in range(20):
        other = random_.choice(others)
        if (
            other.statement.calculation
            or other.statement.citations[0].document == truth.statement.citations[0].document
        ):
            continue
        quotes = " ".join(one.quote for one in other.statement.citations)
        words = re.findall(r"\w{4,}", truth.statement.text.lower())
        shared = sum(word in quotes.lower() for word in words)
        # Two passages of one template may say the same: then the other's citations would be right, too.
        if truth.statement.text not in " ".join(quotes.split()) and shared < 0.7 * len(words):
            return other.statement.citations
    return None


def _calculations(truth: Truth) -> Iterator[Falsehood]:
    """Operands that have changed places, a result that is another's, a factor that is no operand."""
    made = truth.statement.calculation
    assert made
    first, second = made.operands
    turned = f"growth({second.text}, {first.text})"
    again = calculate(turned)
    kept = replace(made, expression=turned)
    yield Falsehood(replace(truth.statement, calculation=kept), "operands", truth)
    whole = replace(made, expression=turned, result=again.shown, value=again.quantity.base)
    yield Falsehood(replace(truth.statement, calculation=whole), "operands", truth)
    wrong = replace(made, value=made.value + 1)
    yield Falsehood(replace(truth.statement, calculation=wrong), "digit", truth)
    shown = replace(made, result=again.shown)
    text = truth.statement.text.replace(made.result.lstrip("-"), again.shown.lstrip("-"))
    yield Falsehood(replace(truth.statement, calculation=shown, text=text), "digit", truth)
    scaled = replace(first, text=first.text.replace("million", "billion"), scale="billion")
    both = replace(made, operands=(scaled, second), expression=made.expression.replace(first.text, scaled.text, 1))
    result = calculate(both.expression)
    both = replace(both, result=result.shown, value=result.quantity.base)
    text = truth.statement.text.replace(first.text, scaled.text).replace(
        made.result.lstrip("-"), result.shown.lstrip("-")
    )
    yield Falsehood(replace(truth.statement, calculation=both, text=text), "scale", truth)


MAKERS: dict[str, Callable[[str, Truth, random.Random], str | None]] = {
    "digit": _digit,
    "unit": _unit,
    "scale": _scale,
    "period": _period,
    "subject": _subject,
    "measure": _measure,
    "direction": _direction,
    "negation": _negation,
    "hedge": _hedge,
    "operands": _operands,
}
