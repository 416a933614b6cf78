"""Questions for every figure that the filings of an index can give, asked in many wordings; and the figures held against each other.

For each annual report, each fiscal year that it shows and each line item and metric, a question is made from
figure_wordings.toml by a seeded draw. Counted are the questions read as what they ask ("read"), those read as something
else ("misread": each is a wrong answer waiting), those answered, and what those refused lack. Then the line items are
compared: the same figure in two filings of a company, and sums that must hold within one.

    python -m tests.eval.figure_questions --home DIR [--seed N] [--share 0.1] [--show]
"""

import argparse
import json
import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from app.calculator import calculate
from app.filing_search import FilingSearch
from app.footnote import Footnote
from app.formula import dated
from app.metrics import Measure, Metric, measure_formula, metrics
from app.operands import Filing
from app.plan import Mode, Plan
from app.settings import Settings
from app.statement_figures import figure, lacking_items
from corpus.document import Kind
from index.concepts import concepts
from index.line_items import find_item

FILE = Path(__file__).parent / "figure_wordings.toml"
_COUNTS = {2: "two", 3: "three"}
_SLACK = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what it must be read as."""

    text: str
    measure: Measure
    years: tuple[int, ...]
    mode: Mode


def questions(company: str, years: list[int], rng: random.Random) -> Iterator[Asked]:
    """Questions for every measure: in each year, and over the years, in drawn wordings."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for measure in (*concepts().values(), *metrics().values()):
        names = measure.names if isinstance(measure, Metric) else measure.asked
        asked = [(Mode.VALUE, (year,)) for year in years]
        if len(years) > 1:
            asked += [(Mode.GROWTH, tuple(years[-2:])), (Mode.AVERAGE, tuple(years[-2:]))]
        if len(years) > 2 and not isinstance(measure, Metric):
            asked.append((Mode.CAGR, tuple(years)))
        for mode, span in asked:
            wording = rng.choice(data[mode.value])
            bare = wording.startswith("{company} ")
            text = (
                ("" if bare else rng.choice(data["openings"]))
                + wording
                + ("" if bare else rng.choice(data["closings"]))
            )
            filled = text.format(
                company=company,
                name=rng.choice(names),
                year=span[-1],
                first=span[0],
                last=span[-1],
                count=_COUNTS.get(len(span), ""),
            )
            yield Asked(filled[0].upper() + filled[1:], measure, span, mode)


def is_as_asked(plan: Plan, asked: Asked) -> bool:
    """Whether a plan is for the figure, the years and the mode that were asked for."""
    last = asked.years[-1]
    modes = {asked.mode, Mode.COMPARE} if asked.mode is Mode.GROWTH else {asked.mode}
    return (
        dated(plan.formula, last) == dated(measure_formula(asked.measure), last)
        and plan.years == asked.years
        and plan.mode in modes
    )


def ask_all(search: FilingSearch, seed: int, share: float, show: bool) -> dict[str, object]:
    """Every question of every annual report, counted."""
    totals: Counter[str] = Counter()
    by_measure: dict[str, Counter[str]] = defaultdict(Counter)
    missing: Counter[str] = Counter()
    for record in search.store.documents():
        meta = record.metadata
        if meta.kind is not Kind.ANNUAL_REPORT or not meta.company or meta.period is None:
            continue
        found = search.asked(f"What was {meta.company}'s revenue?", [record.id])
        lines = found[1][0].lines if found else []
        years = sorted({line.column.year for line in lines if line.statement == "balance sheet"})
        rng = random.Random(f"{seed}/{record.name}")
        for asked in [one for one in questions(meta.company, years, rng) if rng.random() < share]:
            read = search.asked(asked.text, [record.id])
            if read is None or not is_as_asked(read[0], asked):
                outcome = "unread" if read is None else "misread"
                if show:
                    print(
                        f"{outcome}: {asked.text}"
                        + (f" -> {read[0].name} {read[0].years} {read[0].mode}" if read else "")
                    )
            elif figure(*read):
                outcome = "answered"
            else:
                outcome = "refused"
                missing.update(f"{record.name}: {name}" for name in lacking_items(*read))
            totals[outcome] += 1
            by_measure[asked.measure.id][outcome] += 1
    return {
        "questions": totals.total(),
        **totals,
        "by_measure": {name: dict(counts) for name, counts in by_measure.items()},
        "lacking": dict(missing.most_common(60)),
    }


def disagreements(filings: list[Filing]) -> Iterator[str]:
    """Line items that two filings of a company give differently, and sums that don't hold within one."""
    values: dict[tuple[str, str, int], dict[str, Decimal]] = defaultdict(dict)
    for filing in filings:
        for year in sorted({line.column.year for line in filing.lines}):
            known = {
                concept.id: calculate(value.expression).quantity.base
                for concept in concepts().values()
                if (value := find_item(filing.lines, concept, year))
            }
            for name, amount in known.items():
                values[filing.metadata.company or "", name, year][filing.name] = amount
            yield from (f"{filing.name} FY{year}: {text}" for text in _broken_sums(known))
    for (_, name, year), by_filing in values.items():
        low, high = min(by_filing.values()), max(by_filing.values())
        if high - low > _SLACK * max(abs(low), abs(high)):
            yield f"{name} FY{year}: " + ", ".join(
                f"{amount.normalize():f} in {one}" for one, amount in by_filing.items()
            )


def _broken_sums(known: dict[str, Decimal]) -> Iterator[str]:
    sums = [
        ("gross_profit", ("revenue", "-cost_of_revenue")),
        ("total_assets", ("total_liabilities", "equity")),
        ("consolidated_net_income", ("income_before_tax", "-income_tax")),
    ]
    for total, parts in sums:
        if total in known and all(part.lstrip("-") in known for part in parts):
            whole = sum((-known[part[1:]] if part[0] == "-" else known[part] for part in parts), Decimal(0))
            if abs(whole - known[total]) > _SLACK * abs(known[total]):
                yield f"{' + '.join(parts)} is {whole.normalize():f}, {total} {known[total].normalize():f}"
    for part, whole_name in (("current_assets", "total_assets"), ("current_liabilities", "total_liabilities")):
        if part in known and whole_name in known and known[part] > known[whole_name]:
            yield f"{part} is above {whole_name}"


def main() -> None:
    """Print the counts as JSON, then what disagrees, one a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="data directory with filings in its index")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="of the questions that are asked, drawn")
    parser.add_argument("--show", action="store_true", help="print each question that isn't read as what it asks")
    options = parser.parse_args()
    engine = Footnote(Settings(home=options.home.resolve()))
    print(json.dumps(ask_all(engine.filings, options.seed, options.share, options.show), indent=1))
    filings = []
    for record in engine.documents():
        found = engine.filings.asked(f"What was {record.metadata.company}'s revenue?", [record.id])
        filings += [one for one in (found[1] if found else []) if one.metadata.kind is Kind.ANNUAL_REPORT]
    for text in disagreements(filings):
        print(text)
    engine.close()


if __name__ == "__main__":
    main()
