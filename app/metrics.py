"""Figures computed from line items, from metrics.toml, and the names of both found in a text."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.formula import Formula, Item
from app.formula_reader import Name, read_formula
from corpus.errors import CalculationError, DataProblem
from index.concepts import BALANCE, Concept, concepts

FILE = Path(__file__).parent / "metrics.toml"
SHOWN = ("percent", "ratio", "days", "amount", "per share")


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure with its formula over line items. `better` is "higher", "lower" or "" where neither is plainly so."""

    id: str
    names: tuple[str, ...]
    formula: Formula
    show: str
    better: str
    source: str
    variants: tuple[Formula, ...] = ()  # other conventions, for a question that names their items

    @property
    def name(self) -> str:
        """What it is called when shown."""
        return self.names[0]


Measure = Concept | Metric


@cache
def metrics(path: Path = FILE) -> dict[str, Metric]:
    """Every metric by its id. Raises DataProblem where the file can't be used or a formula names what isn't there."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))["metric"]
        texts = {_id(one["names"][0]): one for one in data if _id(one["names"][0]) not in concepts()}
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise DataProblem(f"{path.name} can't be used: {error}. Compare it with the one that is shipped.") from error
    found: dict[str, Metric] = {}

    def formula_of(name: str, depth: int = 0) -> Formula:
        if name in concepts():
            return Item(name)
        if name not in texts or depth > 8:
            raise DataProblem(f"{path.name}: a formula names {name!r}, which is no line item and no metric. Add it.")
        return read_formula(texts[name]["formula"], lambda text: _ids(text, lambda one: formula_of(one, depth + 1)))

    for key, one in texts.items():
        try:
            formula = formula_of(key)
            variants = tuple(
                read_formula(text, lambda plain: _ids(plain, lambda name: formula_of(name, 1)))
                for text in one.get("variants", ())
            )
        except CalculationError as error:
            raise DataProblem(f"{path.name}: the formula of {one['names'][0]!r} can't be read: {error}") from error
        if one["show"] not in SHOWN:
            raise DataProblem(f"{path.name}: {one['names'][0]!r} is shown as {one['show']!r}; choose of {SHOWN}.")
        found[key] = Metric(
            key, tuple(one["names"]), formula, one["show"], one.get("better", ""), one.get("source", ""), variants
        )
    return found


def _id(name: str) -> str:
    return re.sub(r"\W+", "_", name)


_WORDS = frozenset(["average", "change", "prior", "margin", "growth", "mean", "sum"])


def _ids(text: str, formula_of: Callable[[str], Formula]) -> list[Name]:
    return [
        Name(found.start(), found.end(), formula_of(found[0]))
        for found in re.finditer(r"[A-Za-z]\w*", text)
        if found[0] not in _WORDS
    ]


def measure_formula(measure: Measure) -> Formula:
    """A measure as a formula of the year asked for."""
    return measure.formula if isinstance(measure, Metric) else Item(measure.id)


@dataclass(frozen=True, slots=True)
class Named:
    """A measure that a text names, half-open [start, end)."""

    start: int
    end: int
    measure: Measure


@cache
def _patterns() -> tuple[re.Pattern[str], dict[str, Measure]]:
    known: dict[str, Measure] = {}
    measures: Iterable[Measure] = (*concepts().values(), *metrics().values())
    for measure in measures:
        for name in measure.asked if isinstance(measure, Concept) else measure.names:
            known.setdefault(_key(name), measure)
    for measure in concepts().values():
        if measure.statement == BALANCE and any("net" in _key(name).split() for name in measure.asked):
            for name in measure.asked:
                known.setdefault(_key(f"net {name}"), measure)
                known.setdefault(_key(f"{name}, net"), measure)
    alternatives = "|".join(_alternative(name) for name in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?<![\w&])(?:{alternatives})(?![\w&])"), known


def _key(name: str) -> str:
    """A name as it is compared: no case, hyphens or commas; a short one in capitals as it is."""
    if re.fullmatch(r"[A-Z][A-Z&]{1,4}", name):
        return name
    return " ".join(re.sub(r"[-,]", " ", name.lower().replace("’", "'")).split())


def _alternative(key: str) -> str:
    parts = [re.escape(part).replace("'", "['’]?") for part in key.split()]
    if len(parts) == 1 and key.isupper():
        return rf"{parts[0]}"
    last = parts[-1]
    plural = "(?:s|es)?" if key[-1].isalpha() and key[-1] != "s" else ""
    body = r"(?:[\s,-]+|\s*-\s*)".join([*parts[:-1], last])
    return rf"(?i:{body}{plural})"


def find_measures(text: str) -> list[Named]:
    """The line items and metrics that a text names, in order; the longest name takes its place."""
    pattern, known = _patterns()
    found = []
    for match in pattern.finditer(text):
        measure = known.get(match[0]) or _known(_key(match[0]), known)
        if measure:
            found.append(Named(match.start(), match.end(), measure))
    return found


def _known(key: str, known: dict[str, Measure]) -> Measure | None:
    key = key.replace("'", "'")
    for form in (key, key.removesuffix("s"), key.removesuffix("es"), key.replace("s' ", "s ")):
        if form in known:
            return known[form]
    bare = key.replace("'", "")
    return next(
        (measure for name, measure in known.items() if name.replace("'", "") in (bare, bare.removesuffix("s"))), None
    )


def find_names(text: str) -> list[Name]:
    """The same as names of a formula, in which bare words like "cash" and "debt" are names too."""
    found = [Name(one.start, one.end, measure_formula(one.measure)) for one in find_measures(text)]
    pattern, bare = _bare_names()
    found += [
        Name(one.start(), one.end(), bare[one[0].lower()])
        for one in pattern.finditer(text)
        if not any(other.start < one.end() and one.start() < other.end for other in found)
    ]
    return sorted(found, key=lambda one: one.start)


@cache
def _bare_names() -> tuple[re.Pattern[str], dict[str, Formula]]:
    texts: dict[str, str] = tomllib.loads(FILE.read_text(encoding="utf-8"))["in_formulas"]
    known = metrics()
    found = {name: known[key].formula if key in known else Item(key) for name, key in texts.items()}
    words = "|".join(re.escape(name) for name in sorted(found, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), found


@cache
def formula_text(text: str) -> Formula:
    """A formula over line items by their ids, as concepts.toml gives them to `derive`."""
    return read_formula(text, lambda plain: _ids(plain, Item))
