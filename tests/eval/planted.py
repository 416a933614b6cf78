"""The independent check's own recall: errors planted in true sentences, and how many of each kind it finds.

    python -m tests.eval.planted [--home DIR] [--seed N] [--count 500]

Planted is only what the cited sentence doesn't hold anywhere: a number that it has for something else is no stray.
"""

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.answer import Citation, Statement
from index.store import Store
from tests.eval.independent_check import strays
from tests.eval.truths import Library, truths

_DIGITS = re.compile(r"(?<![\w.,$€£¥-])\d[\d,]*(?:\.\d+)?(?![\w-]|[.,]\d)")
_SCALED = re.compile(r"(?<=\d )(thousand|million|billion)\b")
_SPELLED = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten|twelve)\b")
_MONTH = re.compile(r"\b(January|February|April|June|July|August|September|October|November|December)\b")
_CURRENCY = re.compile(r"(?<=\d )(?:thousand |million |billion )?(USD|EUR|CNY|GBP)\b")
_PERCENT = re.compile(r"(?<=\d)%")
_NAMES = ("Zorvath", "Ellipsys", "Quentmar", "Brandywell")


def plant(text: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """The sentence with one error of each kind that it can take: (kind, text)."""
    numbers = [one for one in _DIGITS.finditer(text) if not re.fullmatch(r"(?:19|20)\d\d", one[0])]
    held = {one[0].replace(",", "") for one in _DIGITS.finditer(text)}
    if numbers:
        one = rng.choice(numbers)
        place = rng.choice([n for n, letter in enumerate(one[0]) if letter.isdigit()])
        digit = rng.choice([d for d in "123456789" if d != one[0][place]])
        number = one[0][:place] + digit + one[0][place + 1 :]
        if number.replace(",", "") not in held:
            yield "digit", text[: one.start()] + number + text[one.end() :]
    for kind, pattern, others in (
        ("scale", _SCALED, ("thousand", "million", "billion")),
        ("spelled", _SPELLED, ("eleven", "thirteen", "fourteen", "sixteen")),
        ("month", _MONTH, ("January", "February", "August", "November")),
        ("currency", _CURRENCY, ("USD", "EUR", "CNY", "GBP")),
        ("percent", _PERCENT, (" percentage points", " million USD")),
    ):
        if matches := list(pattern.finditer(text)):
            match = rng.choice(matches)
            group = match.lastindex or 0
            other = (
                rng.choice([one for one in others if one != match[group] and one not in text])
                if any(o not in text for o in others)
                else ""
            )
            if other:
                yield kind, text[: match.start(group)] + other + text[match.end(group) :]
    name = rng.choice(_NAMES)
    words = list(re.finditer(r"(?<=[a-z] )[a-z]{4,}(?= [a-z])", text))
    if words:
        match = rng.choice(words)
        yield "name", text[: match.start()] + name + text[match.end() :]
        yield "lower-case name", text[: match.start()] + name.lower() + text[match.end() :]


def planted(seed: int, count: int, store: Store | None = None) -> dict[str, Any]:
    """For each kind (found, made); how many true sentences have a stray; what was missed and what found wrongly."""
    rng = random.Random(seed)
    library = Library()
    made = [one for one in truths(library, rng, store, count) if not one.statement.calculation]
    common = frozenset(
        word for text in library.pages.values() for word in re.findall(r"(?<![\w'’&-])[a-z]{3,}(?![\w&-])", text)
    )

    def found(statement: Statement) -> list[str]:
        answer = {"question": "", "statements": [statement.to_json()]}
        return [one.what for one in strays(answer, lambda name, page: library.pages.get((name, page)), common=common)]

    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    missed: list[str] = []
    wrongly: list[str] = []
    for truth in made:
        if truth.form == "extracted" and found(truth.statement):
            wrongly.append(truth.statement.text)
        quotes = " ".join(one.quote for one in truth.statement.citations)
        if truth.form != "extracted":
            continue
        # Cited is the sentence alone, so that nothing near it can hold what was planted.
        cited = _cited(truth.statement.text, truth.statement.citations[0])
        for kind, text in plant(truth.statement.text, rng):
            caught = bool(found(Statement(text, cited)))
            counts[kind][caught] += 1
            if not caught:
                missed.append(f"[{kind}] {text} | {quotes[:200]}")
    result: dict[str, Any] = {kind: (some[True], some.total()) for kind, some in counts.items()}
    return result | {"true": len(made), "false strays": len(wrongly), "missed": missed, "wrongly": wrongly}


def _cited(text: str, whole: Citation) -> tuple[Citation, ...]:
    at = whole.quote.find(text)
    if at < 0:
        return (whole,)
    return (Citation(whole.document, whole.page, whole.start + at, whole.start + at + len(text), text),)


def main() -> None:
    """Print what was found of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500)
    options = parser.parse_args()
    store = Store(options.home) if options.home else None
    outcome = planted(options.seed, options.count, store)
    for kind, counted in outcome.items():
        if isinstance(counted, tuple):
            print(f"{kind:16} {counted[0]} of {counted[1]} found")
    print(f"{outcome['false strays']} of {outcome['true']} true sentences have a stray")
    for line in (*outcome["missed"], *outcome["wrongly"]):
        print(f"  {line}")


if __name__ == "__main__":
    main()
