"""What stands around a question's figure (a role, an instruction, a remark), and whether it says that another is meant.

"Using the balance sheet, …" and "Imagine that you are an auditor." say nothing of the figure; "For the European
business, …" does. A remark is passed over only where it speaks of statements, of the answer or of who answers; where
it doesn't, each of its words must be one that says nothing.
"""

import re
from collections.abc import Callable, Collection, Sequence

from app.formula import Formula, items_of
from app.metrics import Metric, find_measures, formula_text, measure_formula
from app.plan import plan_words
from index.concepts import concepts

_WORD = re.compile(r"[^\W\d_][\w&.’'-]*")
_YEAR = re.compile(r"\b(?:FY\s?|fiscal\s+(?:year\s+)?)?((?:19|20)\d\d)\b|\bFY\s?['’]?(\d\d)\b", re.IGNORECASE)
_JOINS = re.compile(r"[+×÷*]|\s[-−–/]\s|\b(?:minus|plus|divided\s+by|times|multiplied|sum\s+of)\b", re.IGNORECASE)


def is_harmless(aside: str, years: Collection[int], is_name: Callable[[str], bool]) -> bool:
    """Whether a remark leaves the figure what it is; `years` are those of the question, `is_name` knows its companies."""
    words = plan_words()
    if _JOINS.search(aside) and find_measures(aside):
        return False  # arithmetic that wasn't read as a definition
    if any(int(one[1] or 2000 + int(one[2])) not in years for one in _YEAR.finditer(aside)):
        return False
    aside = _YEAR.sub(lambda one: " " * len(one[0]), aside)
    found = list(_WORD.finditer(aside))
    lowered = [one[0].rstrip(".'’").lower() for one in found]
    marked = any(part in words.marks for one in lowered for part in one.split("-"))
    permitted = words.silent | words.marks | words.remarks
    measures = [(one.start, one.end) for one in find_measures(aside)]
    for one, word in zip(found, lowered, strict=True):
        if any(start <= one.start() < end for start, end in measures) or is_name(one[0].rstrip(".'’")):
            continue
        known = word in permitted or all(part in permitted for part in word.split("-") if part)
        narrows = any(part in words.narrowing for part in (word, *word.split("-")))
        if narrows or (not known and (not marked or (one[0][0].isupper() and _is_inside(aside, one)))):
            return False
    return True


def _is_inside(text: str, word: re.Match[str]) -> bool:
    """Whether a word stands within a sentence, so that a capital letter makes it a name."""
    return bool(re.search(r"[\w,)%’'\"]\s*$", text[: word.start()]))


def mentioned_items(asides: Sequence[str]) -> frozenset[str]:
    """The line items that remarks name, or that metrics named in them need."""
    return frozenset(
        item
        for aside in asides
        for named in find_measures(aside)
        for item in (
            _needs(measure_formula(named.measure)) if isinstance(named.measure, Metric) else [named.measure.id]
        )
    )


def chosen_formula(formula: Formula, variants: Sequence[Formula], asides: Sequence[str]) -> Formula | None:
    """The formula that uses what the remarks name: the usual one, or a variant where they name all of its items.

    None where they name an item that neither uses: another figure is asked for.
    """
    named = mentioned_items(asides)
    if not named:
        return formula
    fitting = [one for one in (formula, *variants) if named <= _reach(one)]
    if not fitting:
        return None
    exact = [one for one in fitting if len(named) > 1 and named == _needs(one)]
    return exact[0] if exact else fitting[0]


def _needs(formula: Formula) -> frozenset[str]:
    return frozenset(item.concept for item in items_of(formula))


def _reach(formula: Formula) -> frozenset[str]:
    """The items of a formula, with those that they may be derived from."""
    found = _needs(formula)
    more = [items_of(formula_text(concepts()[one].derive)) for one in found if concepts()[one].derive]
    return found | {item.concept for items in more for item in items}
