"""Questions that the documents don't answer: whether they are refused or corrected, and none is answered with a figure.

    python -m tests.eval.unanswerable --home DIR [--seed N] [--count 15] [--show]

Makes `count` questions of each kind from the facts of the filings in DIR: another company, years outside the filings, items
that a company's statements lack, words that its documents don't hold, directions opposite to what the facts say. The
wordings are in unanswerable.toml. `outcome` is also what the tests of tests/golden/unanswerable.jsonl judge by.
"""

import argparse
import random
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.answer import Answer, AnswerKind
from app.footnote import Footnote
from app.settings import Settings
from corpus.document import Kind
from index.concepts import concepts
from index.query import is_named

FILE = Path(__file__).parent / "unanswerable.toml"
GOOD = frozenset(["refused", "corrected", "part"])
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PERIOD = re.compile(r"\b(?:Q[1-4]|FY\s?(?:19|20)\d\d)\b")
_MEASURES = (
    "revenue", "net_income", "total_assets", "total_liabilities", "cash", "inventories", "operating_income", "income_tax", "long_term_debt",
    "capital_expenditure", "operating_cash_flow", "sga", "research_and_development", "accounts_payable", "interest_expense", "current_assets",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its kind, and for a false premise words that a correction must hold."""

    kind: str
    text: str
    says: tuple[str, ...] = ()


def outcome(answer: Answer, expect: str = "refused", says: Sequence[str] = ()) -> str:
    """ "refused", "corrected", "part", or what is wrong: "figure" where a number is given, "answered" where words are.

    `expect`: besides a refusal, "corrected" or "part" allow an answer that holds all of `says`; of a part only one that
    tells what isn't answered.
    """
    told = f"{answer.text} {answer.remark}".lower()
    if answer.kind is not AnswerKind.REFUSAL and says and all(one.lower() in told for one in says):
        if expect == "corrected":
            return "corrected"
        if expect == "part" and ("Not answered" in answer.remark or "for no other year" in answer.text):
            return "part"
    given = [one for one in figures_in(f"{answer.text} {answer.remark}") if one not in answer.question]
    if given:
        return "figure"
    return "refused" if answer.kind is AnswerKind.REFUSAL else "answered"


def figures_in(text: str) -> list[str]:
    """Its numbers, periods apart."""
    return [one for one in _NUMBER.findall(_PERIOD.sub(" ", text)) if not _YEAR.fullmatch(one)]


def questions(engine: Footnote, seed: int, count: int) -> Iterator[Asked]:
    """`count` questions of each kind over the companies of an index, by a seeded draw."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    companies = _companies(engine)
    for kind, wordings in data["kinds"].items():
        rng = random.Random(f"{seed}/{kind}")
        for _ in range(count):
            wording = rng.choice(wordings)
            yield Asked(kind, wording.format_map(_slots(rng.choice(companies), data, rng)))
    rng = random.Random(f"{seed}/premise")
    made = 0
    while made < count:
        slots = _slots(rng.choice(companies), data, rng)
        if asked := _premise(slots, data["premise"], rng):
            made += 1
            yield asked


def _companies(engine: Footnote) -> list[dict[str, Any]]:
    """Each company with annual statements: its values by item and year, its years, the text of its documents."""
    found: dict[str, dict[str, Any]] = {}
    for record in engine.documents():
        name = record.metadata.company or ""
        if not name:
            continue
        key = next((one for one in found if is_named(one, name) or is_named(name, one)), name)
        one = found.setdefault(key, {"company": key, "values": defaultdict(dict), "text": "", "years": set()})
        one["text"] += "\n".join(page.text for page in engine.store.pages(record.id)).lower()
        if record.metadata.period and record.metadata.period.fiscal_year:
            one["years"].add(record.metadata.period.fiscal_year)
        if record.metadata.kind is Kind.ANNUAL_REPORT:
            for fact in engine.facts(document=record.id):
                one["years"].add(fact.year)
                if fact.concept and fact.quarter in (None, 4) and fact.months in (None, 12):
                    one["values"][fact.concept].setdefault(fact.year, fact.value)
    return [one for one in found.values() if one["values"]]


def _slots(one: dict[str, Any], data: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    known = concepts()
    held = sorted(item for item in one["values"] if item in _MEASURES)
    item = rng.choice(held)
    years = sorted(one["values"][item])
    year = rng.choice(years[1:] or years)
    lacking = sorted(
        name
        for name, each in known.items()
        if name not in one["values"] and not each.derive and all(form.lower() not in one["text"] for form in each.asked)
    )
    unsaid = [word for word in data["words"] if word.lower() not in one["text"]]
    narrow = [word for word in data["narrow"] if f"{word} {known[item].name}".lower() not in one["text"]]
    return {
        "company": one["company"].title() if one["company"].isupper() else one["company"],
        "values": one["values"], "item": item, "measure": known[item].asked[0], "year": year, "before": year - 1,
        "stranger": rng.choice(data["strangers"]), "far": rng.randint(1985, min(one["years"]) - 6), "future": max(one["years"]) + rng.randint(4, 12),
        "absent": known[rng.choice(lacking)].asked[0] if lacking else "tonnage tax", "word": rng.choice(unsaid), "narrow": rng.choice(narrow),
        "unit": rng.choice(data["units"]), "per": rng.choice(data["per"]),
    }  # fmt: skip


def _premise(slots: dict[str, Any], wordings: dict[str, list[str]], rng: random.Random) -> Asked | None:
    """A question that takes the wrong direction or a loss for granted; None where the facts don't tell plainly."""
    values, year = slots["values"], slots["year"]
    earned = values["net_income"].get(year)
    if rng.random() < 0.25:
        return (
            Asked("premise", rng.choice(wordings["loss"]).format_map(slots), ("net income",))
            if earned and earned > 0
            else None
        )
    before, now = values[slots["item"]].get(year - 1), values[slots["item"]].get(year)
    if not before or not now or before < 0 or now < 0 or abs(now - before) < abs(before) / 20:
        return None
    turn, right = ("fall", "rose") if now > before else ("rise", "fell")
    return Asked("premise", rng.choice(wordings["turn"]).format_map({**slots, "turn": turn}), (right,))


def main() -> None:
    """Ask, count by kind, and list what is neither refused nor corrected. Exit status 1 where a figure is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="data directory with filings in its index")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=15, help="questions of each kind")
    parser.add_argument("--show", action="store_true", help="print every question with what is said")
    options = parser.parse_args()
    engine = Footnote(Settings(home=options.home.resolve()))
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for asked in questions(engine, options.seed, options.count):
        answer = engine.ask(asked.text)
        found = outcome(answer, "corrected" if asked.says else "refused", asked.says)
        tally[asked.kind][found] += 1
        if options.show or found not in GOOD:
            print(f"[{asked.kind}] {found}: {asked.text}\n    {answer.text} {answer.remark}".rstrip())
    for kind, counts in tally.items():
        print(f"{kind:16} {dict(counts)}")
    total = sum(tally.values(), Counter())
    good = sum(total[one] for one in GOOD)
    print(f"{'all':16} {dict(total)}: {good} of {total.total()} refused or corrected")
    engine.close()
    raise SystemExit(1 if total["figure"] else 0)


if __name__ == "__main__":
    main()
