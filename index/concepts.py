"""Line items of financial statements, from concepts.toml: found in questions, and recognised in the rows of tables."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from corpus.errors import DataProblem

FILE = Path(__file__).parent / "concepts.toml"
DERIVED_IF = ("", "formula", "liabilities", "parts")
STATEMENTS = ("income statement", "balance sheet", "cash flow statement")
BALANCE = "balance sheet"


class Label:
    """A label as filings print it: "*" stands for any words, " !word" at its end for one that it must lack."""

    def __init__(self, row: str) -> None:
        self.row = row
        self._is_plain = _is_plain(row)

    def fullmatch(self, form: str) -> bool:
        """Whether a plain label is it."""
        return form == self.row if self._is_plain else bool(_pattern((self.row,)).fullmatch(form))


class Labels:
    """Several labels at once. Patterns are compiled when they are first needed: most starts need few of them."""

    def __init__(self, rows: tuple[str, ...]) -> None:
        self._plain = frozenset(row for row in rows if _is_plain(row))
        self._wide = tuple(row for row in rows if not _is_plain(row))

    def fullmatch(self, form: str) -> bool:
        """Whether a plain label is one of them."""
        return form in self._plain or bool(self._wide and _pattern(self._wide).fullmatch(form))


def _is_plain(row: str) -> bool:
    return "*" not in row and " !" not in row


@cache
def _pattern(rows: tuple[str, ...]) -> re.Pattern[str]:
    def one(row: str) -> str:
        label, _, without = row.partition(" !")
        pattern = re.escape(label).replace(r"\*", ".*")
        return rf"(?!.*\b{re.escape(without)}\b)(?:{pattern})" if without else pattern

    return re.compile("|".join(map(one, rows)))


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """A line item. The fields are those that concepts.toml explains at its top. Equal is only the same object."""

    id: str
    element: str  # of the us-gaap taxonomy
    statement: str
    asked: tuple[str, ...]
    rows: tuple[Label, ...]
    any_row: Labels  # all of them at once
    bare: tuple[str, ...] = ()  # labels that count only under one of `under`
    under: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    parts: tuple[Label, ...] = ()
    avoid_rows: tuple[Label, ...] = ()
    sign: str = ""  # "outflow", "cost", "tax" or as printed
    kind: str = "amount"  # or "per share", "shares"
    derive: str = ""
    derive_if: str = ""  # "formula", "liabilities", "parts" or always
    alone: bool = False
    apart: tuple[str, ...] = ()
    before_preferred: bool = False
    above: tuple[Label, ...] = ()

    @property
    def name(self) -> str:
        """What it is called when shown."""
        return self.asked[0]


@cache
def concepts(path: Path = FILE) -> dict[str, Concept]:
    """Every concept by its id. Raises DataProblem where the file can't be used."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found = {one["id"]: _concept(one) for one in data["concept"]}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, re.error) as error:
        raise DataProblem(f"{path.name} can't be used: {error}. Compare it with the one that is shipped.") from error
    unknown = [other for one in found.values() for other in one.apart if other not in found]
    if unknown:
        raise DataProblem(f"{path.name}: {unknown[0]!r}, which an item is kept apart from, is no item's id.")
    odd = [one.id for one in found.values() if one.derive_if not in DERIVED_IF]
    if odd:
        raise DataProblem(f"{path.name}: {odd[0]!r} has a derive_if that isn't one of {', '.join(DERIVED_IF[1:])}.")
    wrong = [one.id for one in found.values() if one.statement not in STATEMENTS or not one.asked]
    if wrong:
        raise DataProblem(f"{path.name}: {wrong[0]!r} needs names and one of the statements {', '.join(STATEMENTS)}.")
    return found


def _concept(one: dict[str, Any]) -> Concept:
    def strings(key: str) -> tuple[str, ...]:
        return tuple(one.get(key, ()))

    def patterns(key: str) -> tuple[Label, ...]:
        return tuple(Label(row) for row in strings(key))

    return Concept(
        str(one["id"]),
        str(one["element"]),
        str(one["statement"]),
        strings("asked"),
        patterns("rows"),
        Labels(strings("rows")),
        strings("bare"),
        strings("under"),
        strings("heading"),
        strings("avoid"),
        patterns("parts"),
        patterns("avoid_rows"),
        str(one.get("sign", "")),
        str(one.get("kind", "amount")),
        str(one.get("derive", "")),
        str(one.get("derive_if", "")),
        bool(one.get("alone", False)),
        strings("apart"),
        bool(one.get("before_preferred", False)),
        patterns("above"),
    )


_NOTE = re.compile(
    r"\(\s*(?:see\s+)?notes?\b[^)]*\)|\(\s*\d{1,2}\s*\)|\(\s*[a-z]\s*\)|[*†‡]|\(unaudited\)", re.IGNORECASE
)
_TAIL = re.compile(
    r"\s(?:net of\b|net (?=allowance|accumulated)|less (?:allowance|accumulated)|after (?:allowance|deducting)|including\b"
    r"|excluding\b|exclusive\b|inclusive\b|at (?:cost|amortized|fair value|lower)|of which|related part)"
)

# What a label says of the sign alone: "(loss)", "(benefit from)", "/(used in)".
_SIGNED = re.compile(
    r"/?\s?\((?:net )?(?:loss|losses|deficit|income|earnings|benefit|provision|expense|decrease|increase)(?: from| for)?\)\s?/?|/\s?loss\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def plain_label(label: str) -> str:
    """A row's label without case, punctuation, notes: "Net (loss)/income (Note 3)" → "net loss income"."""
    text = _NOTE.sub(" ", label.lower()).replace("&", " and ")
    text = re.sub(r"['’‘`]s?\b|['’‘`]", lambda found: "s" if found[0].endswith("s") else "", text)
    return " ".join(re.findall(r"[a-z]+|\d+", text.replace("amortisation", "amortization")))


# Headings that stand at the beginning of a row's label where a page doesn't set them apart.
_HEADINGS = re.compile(
    r"^(?:(?:adjustments to reconcile .{0,90}? operating activities|cash flows? (?:from |provided by |used in )?(?:operating|investing|financing) activities"
    r"|(?:operating|investing|financing) activities|liabilities and (?:share|stock)(?:holders|owners) equity|(?:(?:non ?)?current |long term )?(?:assets|liabilities)"
    r"|operating expenses|costs and expenses) )+"
)


_BRACKETS = re.compile(r"\([^()]*\)")
_NUMBERED = re.compile(
    r"^(?:purchase|addition|payment|repurchase|acquisition|expenditure|investment|dividend)s?\b|\b(?:expense|cost|revenue)s?$"
)


def _other_number(form: str) -> str:
    """A form with its first or last word in the other number: "purchase of …" and "purchases of …" are one label."""
    return _NUMBERED.sub(lambda word: word[0][:-1] if word[0].endswith("s") else word[0] + "s", form)


@lru_cache(maxsize=20_000)
def _forms(label: str) -> tuple[str, ...]:
    """A label as printed and with less and less of its trimmings, the fullest first."""
    full = plain_label(label)
    cut = _TAIL.split(full, maxsplit=1)[0]
    unsigned_label = _SIGNED.sub(" ", label)
    unsigned = plain_label(unsigned_label)
    bare = plain_label(_BRACKETS.sub(" ", unsigned_label))
    forms = [full, cut, unsigned, _TAIL.split(unsigned, maxsplit=1)[0], bare, _TAIL.split(bare, maxsplit=1)[0]]
    forms += [_HEADINGS.sub("", form) for form in forms]
    forms += [re.sub(r"^(?:less|add|consolidated|plus) ", "", form) for form in forms]
    forms += [re.sub(r" net$", "", form) for form in forms]
    forms += [re.sub(r"^total (?:net )?", "", form) for form in forms]
    forms += [_other_number(form) for form in forms]
    return tuple(dict.fromkeys(form for form in forms if form))


def label_rank(concept: Concept, label: str, section: Sequence[str] = ()) -> int | None:
    """How well a row stands for a concept, 0 best; None where it doesn't.

    The order of the concept's labels counts first, then how much of the label had to be left out. `section` is the
    path of headings over the row, outermost first.
    """
    return _rank(concept, label, tuple(section))


@lru_cache(maxsize=200_000)
def _rank(concept: Concept, label: str, section: tuple[str, ...]) -> int | None:
    full = plain_label(label)
    if any(f" {word}" in f" {full}" for word in concept.avoid):
        return None
    if any(concepts()[other].any_row.fullmatch(full) for other in concept.apart):
        return None
    headings = [plain_label(heading) for heading in section]
    if concept.heading and headings and not any(word in heading for word in concept.heading for heading in headings):
        return None
    near = headings[-1] if headings else ""
    if concept.kind == "per share" and "shares" in near.split():
        return None  # "Diluted" under "Shares used in computing net income per share"
    if (
        concept.kind == "per share"
        and "per share" in near
        and concept.bare
        and concept.bare[0] in near.split()
        and "per share" not in full
    ):
        # "Diluted earnings per share: Net income attributable to Acme"
        return label_rank(concepts()["net_income"], label)
    if near and full in concept.bare:
        return len(concept.rows) * 100 if any(_holds(near, words) for words in concept.under) else None
    if near and not concept.bare and full in ("total", "total net", "net"):
        return len(concept.rows) * 100 if near in concept.under else None
    best: int | None = None
    for trimmed, form in enumerate(_forms(label)):
        if not concept.any_row.fullmatch(form):
            continue
        for order, row in enumerate(concept.rows):
            if row.fullmatch(form) and (best is None or order * 100 + trimmed < best):
                best = order * 100 + trimmed
                break
    return best


def _holds(heading: str, words: str) -> bool:
    """Whether a heading holds words; "non current liabilities" doesn't hold "current liabilities"."""
    return re.search(rf"(?<!non )\b{re.escape(words)}\b", heading) is not None


def is_part(concept: Concept, label: str) -> bool:
    """Whether a row is a part of a concept that may stand in several rows."""
    full = plain_label(label)
    return any(row.fullmatch(full) for row in concept.parts)


def pure_loss(label: str) -> bool:
    """Whether a label names a loss only, so that a figure without brackets would be ambiguous."""
    words = plain_label(label).split()
    return "loss" in words and not {"income", "profit", "earnings"} & set(words)


def tax_label_sign(label: str) -> int:
    """1 where a label prints a tax charge as a positive figure, -1 where a credit: "(expense) benefit"."""
    lowered = label.lower()
    if re.search(r"\((?:expense|provision|charge)s?(?: for)?\)", lowered):
        return -1
    words = plain_label(_SIGNED.sub(" ", lowered)).split()
    return -1 if "benefit" in words and not {"provision", "expense"} & set(words) else 1


__all__ = [
    "BALANCE",
    "STATEMENTS",
    "Concept",
    "concepts",
    "is_part",
    "label_rank",
    "plain_label",
    "pure_loss",
    "tax_label_sign",
]
