"""A second look at shown answers, by other means than the verifier's: numbers and names that nothing cited holds.

    python -m tests.eval.independent_check ANSWERS.jsonl --home DIR [--json]

Each line of the file is an answer as `ask --json` prints it. The check trusts nothing of an answer but its words: it
takes the quotes from the pages themselves, by their offsets. It shares no code with app/verifier, and is cruder: a number
must stand in a quote with its value, scale, unit and currency (or be of the shown calculation), a name or an unknown word in
any case, a month, a year, a number in words too. Who did what, and which of two numbers is whose, it can't tell.
"""

import argparse
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from tests.eval.plain_numbers import PORTIONS, SPELLED, Amount, amounts, holds

PageText = Callable[[str, int], str | None]
About = Callable[[str], str]

_CAPITAL = re.compile(r"(?<![\w'’])[A-Z][\w&+-]*[\w+]|(?<![\w'’])[A-Z]{2,}")
_OPENING = re.compile(r"(?:^|[.!?:]\s+|\n)[\"“(]?$")
_WORD = re.compile(r"(?<![\w'’&-])[a-z][a-z]{3,}(?![\w&-])")
_YEAR = re.compile(r"(?<![\d.,$€£¥])(?:19|20)\d\d(?!\d|[.,]\d|%)")
_MONTHS = "January February March April May June July August September October November December".split()
_MARKUP = re.compile(
    r"!\[|\]\(|<\s?/?[a-z!]|https?:|javascript:|&#|[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|```|<think",
    re.IGNORECASE,
)
# Our own words around a figure, never a name of anything: how units and periods are written.
_OURS = frozenset(
    [
        "Yes",
        "No",
        "About",
        "FY",
        "USD",
        "EUR",
        "GBP",
        "CNY",
        "JPY",
        "The",
        "Formula",
        "Q1",
        "Q2",
        "Q3",
        "Q4",
        "US",
        "RMB",
        "CHF",
    ]
)
_UNITS = frozenset(
    "thousand million billion trillion percent percentage point points dollar dollars euro euros pound pounds yuan".split()
)
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly", "er", "al", "ion", "ment", "'s")


@dataclass(frozen=True)
class Stray:
    """What is wrong with a shown sentence: a number, unit, name, word, month or markup that nothing cited holds."""

    question: str
    sentence: str
    what: str  # number, unit, spelled, month, name, word, markup or citation
    text: str


def strays(
    answer: dict[str, Any], page_text: PageText, about: About = lambda _: "", common: frozenset[str] = frozenset()
) -> Iterator[Stray]:
    """What is stray in an answer's shown sentences.

    `about` gives a document's title and company, whose names count; `common` are words of no name: any other word in lower
    case must stand in a quote, where they are given.
    """
    question = str(answer.get("question", ""))
    for statement in answer.get("statements") or []:
        sentence = str(statement["text"])
        quotes, over, named = [], [], []
        cited = list(statement.get("citations") or [])
        made = statement.get("calculation")
        points = (statement.get("series") or {}).get("points") or []
        for one in (made, *(point.get("calculation") for point in points)):
            cited += [operand["citation"] for operand in (one or {}).get("operands", []) if operand.get("citation")]
        cited += [
            point["operand"]["citation"]
            for point in points
            if point.get("operand") and point["operand"].get("citation")
        ]
        for one in cited:
            page = page_text(one["document"], one["page"] - 1)
            held = page[one["start"] : one["end"]] if page is not None else None
            if held != one["quote"] or not one["quote"].strip():
                yield Stray(question, sentence, "citation", one["quote"][:80])
                continue
            quotes.append(held)
            over.append(page or "")
            named.append(about(one["document"]))
        text = " ".join(" \n ".join(quotes).split())
        wide = " ".join([text, " ; ".join(dict.fromkeys(named))])
        for what, found in _found(sentence, text, wide, " ".join(dict.fromkeys(over)), statement, common):
            yield Stray(question, sentence, what, found)


def _found(
    sentence: str, quotes: str, wide: str, over: str, statement: dict[str, Any], common: frozenset[str]
) -> Iterator[tuple[str, str]]:
    made = statement.get("calculation")
    computed = _computed(statement)
    calculation = json.dumps([made, statement.get("series")], ensure_ascii=False) if computed else ""
    if markup := _MARKUP.search(sentence):
        yield "markup", markup[0]
    yield from _numbers(sentence, quotes, f"{quotes} {over}", computed, f"{wide} {calculation}")
    yield from _spelled(sentence, f"{quotes} {calculation}")
    for month in _MONTHS:
        if (
            _month(month).search(sentence)
            and not _month(month).search(f"{wide} {calculation}")
            and not _numbered(month, quotes)
        ):
            yield "month", month
    text = f"{wide} {calculation}"
    known = {word.lower().strip("'’") for word in re.findall(r"[\w&+-]+", text)}
    known |= {part for word in known for part in word.split("-")}
    known |= _short_forms(text)
    for match in _CAPITAL.finditer(sentence):
        word = match[0]
        if word in _OURS or word in _MONTHS or re.fullmatch(r"FY\d{2,4}", word) or _known(word, known):
            continue
        opens = bool(_OPENING.search(sentence[: match.start()])) and word[1:].islower()
        if opens and (made or _is_common(word.lower(), common)):
            continue  # a metric's name, or any word, opens the sentence
        yield "name", word
    for match in _WORD.finditer(sentence) if common else ():
        if match[0] not in _UNITS and not _known(match[0], known) and not _is_common(match[0], common):
            yield "word", match[0]


def _known(word: str, known: set[str]) -> bool:
    lower = word.lower()
    return (
        lower in known
        or all(part in known for part in lower.split("-"))
        or lower.rstrip("s") in known
        or f"{lower}s" in known
    )


def _short_forms(text: str) -> set[str]:
    """The initials of each run of capitalised words: "Bureau of Industry and Security" gives "bis"."""
    runs = re.findall(r"[A-Z][\w-]*(?:\s+(?:of|and|the|for)?\s*[A-Z][\w-]*)+", text)
    return {"".join(word[0] for word in re.findall(r"\b[A-Z]", run)).lower() for run in runs}


def _is_common(word: str, common: frozenset[str]) -> bool:
    """Whether a word, or one that it is a form of, is written in lower case anywhere."""
    if word in common:
        return True
    stems = {word.removesuffix(end) for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 3}
    return any(one in common or one + "e" in common for one in stems) or any(
        word + end in common for end in ("s", "d", "ed", "ing")
    )


@cache
def _month(name: str) -> "re.Pattern[str]":
    after = r"(?=\s+(?:\d|of\b))|(?<=\bin May)|(?<=\d May)" if name == "May" else ""
    return re.compile(rf"\b{name}\b{after}" if after else rf"\b{name[:3]}(?:{name[3:]})?\b\.?")


def _numbered(month: str, quotes: str) -> bool:
    """Whether a date in digits has the month: 2023-04-27."""
    return bool(re.search(rf"\b(?:19|20)\d\d-{_MONTHS.index(month) + 1:02d}\b", quotes))


def _computed(statement: dict[str, Any]) -> list[Amount]:
    """The numbers of a statement's calculation and series, as they are shown there."""
    made, texts = statement.get("calculation"), []
    points = (statement.get("series") or {}).get("points") or []
    for one in (made, *(point.get("calculation") for point in points)):
        if one:
            texts += [one["expression"], one["result"], *(operand["text"] for operand in one["operands"])]
            texts += [operand.get("role", "") for operand in one["operands"]]
            texts += [f"{part}{unit}" for part in _partial(one) for unit in ("%", "")]
    texts += [point["text"] for point in points]
    return [amount for text in texts for amount in amounts(text)]


def _numbers(sentence: str, quotes: str, over: str, computed: list[Amount], wide: str) -> Iterator[tuple[str, str]]:
    years = [match.span() for match in _YEAR.finditer(sentence)]
    known = {match[0] for match in _YEAR.finditer(wide)} | set(re.findall(r"(?:FY\s?|/)((?:19|20)\d\d)", wide))
    for start, end in years:
        if sentence[start:end] not in known and not any(
            one.digits == int(sentence[start:end]) for one in amounts(quotes)
        ):
            yield "number", sentence[start:end]
    for said in amounts(sentence):
        if any(start <= said.start < end for start, end in years) or _of_calculation(said, computed):
            continue
        if not (wrong := holds(said, quotes, over)):
            continue
        bare = said.exponent is None and not said.kind
        in_words = any(
            value == said.base and re.search(rf"\b{word}\b", quotes, re.IGNORECASE) for word, value in SPELLED.items()
        )
        if not (bare and (in_words or re.search(rf"(?<![\w.,]){re.escape(said.text)}(?![\w.,])", wide))):
            yield wrong, said.text


def _of_calculation(said: Amount, computed: list[Amount]) -> bool:
    for one in computed:
        same = one.base == said.base or (said.exponent is None and one.digits == said.digits and one.exponent is None)
        if same and (said.kind == one.kind or not said.kind or not one.kind or "points" in (said.kind, one.kind)):
            return True
    return False


def _spelled(sentence: str, quotes: str) -> Iterator[tuple[str, str]]:
    """Numbers and portions in words that the quotes have neither in words nor in digits."""
    lower = quotes.lower()
    for match in re.finditer(r"\b[a-z]+(?:-[a-z]+)?\b", sentence.lower()):
        word = match[0]
        if word in PORTIONS:
            ordinal = word in ("third", "fifth", "tenth", "quarter")
            if ordinal and not re.search(r"\b(?:a|an|one|two|three|four)[\s-]$", sentence[: match.start()].lower()):
                continue
            if not any(re.search(rf"\b{form}\b", lower) for form in PORTIONS[word].split()):
                yield "spelled", word
            continue
        parts = word.split("-")
        values = [SPELLED[part] for part in parts if part in SPELLED]
        if len(values) != len(parts) or word in ("one", "hundred", "thousands"):
            continue
        value = sum(values, Decimal(0))
        if not re.search(rf"\b{word}\b", lower) and not any(one.base == value for one in amounts(quotes)):
            yield "spelled", word


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


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


def pages_of(home: Path) -> tuple[PageText, About, frozenset[str]]:
    """Pages, what documents are, and the words in lower case of all pages: straight from the data directory's file."""
    base = sqlite3.connect(f"file:{home / 'footnote.db'}?mode=ro", uri=True)
    from corpus.glossary import glossary_page, load_glossary

    glossary = glossary_page(load_glossary())[0]

    def page_text(document: str, page: int) -> str | None:
        row = base.execute(
            "SELECT pages.text FROM pages JOIN documents ON documents.id = pages.document_id"
            " WHERE documents.name = ? AND pages.number = ?",
            (document, page),
        ).fetchone()
        return row[0] if row else glossary if document == "glossary" else None

    @cache
    def about(document: str) -> str:
        row = base.execute("SELECT * FROM documents WHERE name = ?", (document,))
        names = [column[0] for column in row.description]
        values = dict(zip(names, row.fetchone() or (), strict=False))
        wanted = ("name", "title", "company", "fiscal_year", "quarter", "period_end", "kind")
        return " ; ".join(str(values[one]) for one in wanted if values.get(one))

    common = set(re.findall(r"\b[a-z]{3,}\b", glossary))
    for (text,) in base.execute("SELECT text FROM pages"):
        common.update(re.findall(r"(?<![\w'’&-])[a-z]{3,}(?![\w&-])", text))
    return page_text, about, frozenset(common)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    page_text, about, common = pages_of(options.home)
    answers = [json.loads(line) for line in options.answers.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [stray for answer in answers for stray in strays(answer, page_text, about, common)]
    sentences = sum(len(answer.get("statements") or []) for answer in answers)
    if options.json:
        print(json.dumps({"answers": len(answers), "sentences": sentences, "strays": [vars(one) for one in found]}))
        return
    for one in found:
        print(f"{one.what:8} {one.text!r} in {one.sentence!r}")
    print(f"{len(answers)} answers, {sentences} sentences: {len(found)} strays")


if __name__ == "__main__":
    main()
