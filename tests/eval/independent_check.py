"""A second look at shown answers, by other means than the verifier's: numbers and names that nothing cited holds.

    python -m tests.eval.independent_check ANSWERS.jsonl [--home DIR] [--json]

Each line of the file is an answer as `ask --json` prints it. The check trusts nothing of an answer but its words: it
takes the quotes from the pages themselves, by their offsets. It shares no code with app/verifier, and is cruder: it looks
for the digits of each number and the letters of each capitalised word, not for what they mean.
"""

import argparse
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PageText = Callable[[str, int], str | None]

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_CAPITAL = re.compile(r"(?<![\w'’])[A-Z][\w&+-]*[\w+]|(?<![\w'’])[A-Z]{2,}")
_OPENING = re.compile(r"(?:^|[.!?:]\s+|\n)[\"“(]?$")
_SPELLED = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
}
# Our own words around a figure, never a name of anything: how units and periods are written.
_OURS = frozenset(
    ["Yes", "No", "About", "FY", "USD", "EUR", "GBP", "CNY", "JPY", "The", "Formula", "Q1", "Q2", "Q3", "Q4"]
)


@dataclass(frozen=True)
class Stray:
    """A number or name in a shown sentence that stands in no cited passage and no calculation."""

    question: str
    sentence: str
    what: str  # number, name or citation
    text: str


def strays(answer: dict[str, Any], page_text: PageText) -> Iterator[Stray]:
    """What is stray in an answer's shown sentences."""
    question = str(answer.get("question", ""))
    for statement in answer.get("statements") or []:
        sentence, quotes = str(statement["text"]), []
        cited = list(statement.get("citations") or [])
        made = statement.get("calculation")
        cited += [one["citation"] for one in (made or {}).get("operands", []) if one.get("citation")]
        for one in cited:
            page = page_text(one["document"], one["page"] - 1)
            held = page[one["start"] : one["end"]] if page is not None else None
            if held != one["quote"] or not one["quote"].strip():
                yield Stray(question, sentence, "citation", one["quote"][:80])
            else:
                quotes.append(held)
        calculation = json.dumps(made, ensure_ascii=False) if made else ""
        yield from _numbers(question, sentence, " ".join(quotes), made)
        text = " ".join(quotes) + " " + calculation
        known = {word.lower().strip("'’") for word in re.findall(r"[\w&+-]+", text)}
        known |= {part for word in known for part in word.split("-")}
        for match in _CAPITAL.finditer(sentence):
            word = match[0]
            if word in _OURS or re.fullmatch(r"FY\d{2,4}", word) or _known(word, known):
                continue
            if _OPENING.search(sentence[: match.start()]) and word[1:].islower() and made:
                continue  # a metric's name opens the sentence of a computed figure
            yield Stray(question, sentence, "name", word)


def _known(word: str, known: set[str]) -> bool:
    lower = word.lower()
    return lower in known or all(part in known for part in lower.split("-")) or lower.rstrip("s") in known


def _numbers(question: str, sentence: str, quotes: str, made: dict[str, Any] | None) -> Iterator[Stray]:
    held = {_plain(number) for number in _DIGITS.findall(quotes)}
    held |= {str(value) for word, value in _SPELLED.items() if re.search(rf"\b{word}\b", quotes, re.IGNORECASE)}
    shown: set[str] = set()
    if made:
        texts = [made["expression"], made["result"], str(made["value"])]
        texts += [part for one in made["operands"] for part in (one["text"], one.get("role", ""), str(one["value"]))]
        held |= {_plain(number) for text in texts for number in _DIGITS.findall(text)}
        shown = set(_partial(made))
    for number in _DIGITS.findall(sentence):
        plain = _plain(number)
        if plain in held or plain in shown:
            continue
        yield Stray(question, sentence, "number", number)


def _plain(number: str) -> str:
    plain = number.replace(",", "").rstrip(".")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _partial(made: dict[str, Any]) -> Iterator[str]:
    """What quotients of two operands in percent come to, and months as years: the only parts of results that are shown."""
    values = [abs(float(one["value"])) for one in made["operands"]]
    sums = [*values, *(abs(one - other) for one in values for other in values)]
    for one in sums:
        for other in values:
            if other:
                for places in (1, 2):
                    yield _plain(f"{abs(100 * one / other):.{places}f}")
    if made.get("unit") == "months":
        months = abs(int(float(made["value"])))
        yield from (str(months // 12), str(months % 12))


def pages_of(home: Path) -> PageText:
    """Pages straight from the data directory's file, and from the shipped glossary."""
    base = sqlite3.connect(f"file:{home / 'footnote.db'}?mode=ro", uri=True)

    def page_text(document: str, page: int) -> str | None:
        row = base.execute(
            "SELECT pages.text FROM pages JOIN documents ON documents.id = pages.document_id"
            " WHERE documents.name = ? AND pages.number = ?",
            (document, page),
        ).fetchone()
        if row is None and document == "glossary":
            from corpus.glossary import glossary_page, load_glossary

            return glossary_page(load_glossary())[0]
        return row[0] if row else None

    return page_text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    page_text = pages_of(options.home)
    answers = [json.loads(line) for line in options.answers.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [stray for answer in answers for stray in strays(answer, page_text)]
    sentences = sum(len(answer.get("statements") or []) for answer in answers)
    if options.json:
        print(json.dumps({"answers": len(answers), "sentences": sentences, "strays": [vars(one) for one in found]}))
        return
    for one in found:
        print(f"{one.what:8} {one.text!r} in {one.sentence!r}")
    print(f"{len(answers)} answers, {sentences} sentences: {len(found)} strays")


if __name__ == "__main__":
    main()
