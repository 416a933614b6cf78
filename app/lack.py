"""What the documents lack for a question: a name that is nowhere, a period that none covers, advice that none gives."""

import re
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from app.question import Question
from app.terms import tokens
from corpus.errors import DataProblem
from index.query import is_named, telling_words
from index.store import DocumentRecord

FILE = Path(__file__).parent / "lack.toml"
MOST_NAMES = 3


@cache
def _wordings(
    path: Path = FILE,
) -> tuple[tuple[tuple[re.Pattern[str], str], ...], tuple[tuple[re.Pattern[str], str], ...]]:
    """What is never answered, and what is said beside a refusal. Raises DataProblem where the file can't be used."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        never, says = (
            tuple((re.compile(one["asked"], re.IGNORECASE), one["says"]) for one in data[part])
            for part in ("never", "says")
        )
        return never, says
    except (OSError, ValueError, KeyError, re.error) as error:
        raise DataProblem(f"{path} can't be used: {error}. Mend it, or put the shipped file back.") from error


def never_answered(question: str) -> str:
    """What is said to a question for advice or a judgement; "" for any other."""
    return next((says for asked, says in _wordings()[0] if asked.search(question)), "")


def lacking_text(question: Question, records: Sequence[DocumentRecord], frequency: Callable[[str], int]) -> str:
    """What is missing, in sentences: names, periods, and what no document tells; "" where nothing is plain.

    `frequency` tells how many passages hold a phrase.
    """
    said = [_names_text(question, records, frequency), _period_text(question, records, frequency)]
    said += [says for asked, says in _wordings()[1] if asked.search(question.text)][:1]
    return " ".join(one for one in said if one)


def _names_text(question: Question, records: Sequence[DocumentRecord], frequency: Callable[[str], int]) -> str:
    """The names asked about that stand in no document."""
    absent = [
        name
        for name in _written(question)
        if not frequency(f'"{name}"') and not any(is_named(one.metadata.company or "", name) for one in records)
    ][:MOST_NAMES]
    return f"No document here mentions {', '.join(f'“{name}”' for name in absent)}." if absent else ""


def _written(question: Question) -> list[str]:
    """The question's names as they are written in it, without an "'s"."""
    found = []
    for name in question.names:
        held = [token for token in tokens(question.text) if token.stem in name]
        if held:
            text = question.text[held[0].start : held[-1].end]
            found.append(re.sub(r"[\"'’]s?$", "", text).replace('"', ""))
    return [one for one in dict.fromkeys(found) if one.strip()]


def _period_text(question: Question, records: Sequence[DocumentRecord], frequency: Callable[[str], int]) -> str:
    """The years asked about that no document covers, and which the latest there is."""
    asked = sorted(question.years | {one.fiscal_year for one in question.periods if one.fiscal_year})
    mine = [one for one in records if one.metadata.company and is_named(one.metadata.company, question.text)]
    chosen = mine or list(records)
    years = [
        one.metadata.period.fiscal_year for one in chosen if one.metadata.period and one.metadata.period.fiscal_year
    ]
    if not years:
        return ""
    absent = [year for year in asked if year > max(years) or (year < min(years) and not frequency(f'"{year}"'))]
    if not absent:
        quarters = {one for one in question.periods if one.quarter}
        held = sorted({str(one.metadata.period) for one in mine if one.metadata.period})
        if mine and quarters and not quarters & {one.metadata.period for one in mine} and len(held) <= MOST_NAMES:
            return f"The documents of {' '.join(telling_words(mine[0].metadata.company or ''))} here are of {', '.join(held)}."
        return ""
    of = f" of {' '.join(telling_words(mine[0].metadata.company or ''))}" if mine else ""
    first, last = min(years), max(years)
    span = f"the latest is of {last}" + (f", the earliest of {first}" if first != last and min(absent) < first else "")
    return f"No document here{of} covers {', '.join(map(str, absent))}; {span}."
