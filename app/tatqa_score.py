"""Exact match and F1 as TAT-QA defines them: numeracy-focused as DROP's, with the scale of the answer.

Zhu and others, "TAT-QA: A Question Answering Benchmark on a Hybrid of Tabular and Textual Content in Finance", ACL 2021,
section 5; Dua and others, "DROP", NAACL 2019. A number is compared in base units, rounded to two decimals in its own
scale before; a percentage is a hundredth; the parts of a multi-span answer are sorted and compared as one bag of words,
and F1 is zero where the gold answer holds numbers and none of them is given. For arithmetic and counts F1 is EM.
"""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

SCALES = {"": Decimal(1), "thousand": Decimal(1000), "million": Decimal(10**6), "billion": Decimal(10**9), "percent": Decimal("0.01")}  # fmt: skip
_PLACES = Decimal("0.0001")
_SCALE_WORD = re.compile(r"[\d.]+\s?([a-zA-Z]+)")
_DROPPED = re.compile(r"\b(?:a|an|the)\b")


@dataclass(frozen=True, slots=True)
class Score:
    """Exact match and F1 of one answer, each from 0 to 1."""

    exact: float
    f1: float


def score(
    gold: Sequence[str], gold_scale: str, given: Sequence[str], given_scale: str, *, computed: bool = False
) -> Score:
    """Compare an answer's texts (several for several spans) in its scale with the gold's. `computed`: F1 is EM."""
    if not given or not any(text.strip() for text in given):
        return Score(0.0, 0.0)
    wanted = _whole(gold, gold_scale)
    options = [_whole(given, given_scale)]
    # A share given as a plain quotient (0.2342) is the percentage that it is (23.42).
    if len(given) == 1 and not given_scale and "%" not in given[0] and (number := number_of(given[0])) is not None:
        options.append(_shown(number))
    exact = max(float(_normal(option) == _normal(wanted)) for option in options)
    overlap = max(_overlap(wanted, option) for option in options)
    return Score(exact, exact if computed else overlap)


def number_of(text: str) -> Decimal | None:
    """The number that a text is, in base units: "$4.8 million" 4800000, "(4,815)" -4815, "28.5%" 0.285; None for words."""
    words = " ".join(_bare(word) for word in text.split()).split()
    if not words or _decimal(words[0]) is None:
        return None
    if len(words) > 1 and _scale_of(words[1]) == 1:
        return None
    match = re.search(r"\d[\d,]*(?:\.\d+)?|\.\d+", text)
    value = _decimal(match[0].replace(",", "")) if match else None
    if value is None or match is None:
        return None
    if re.search(r"\([\d.,\s]+\)", text.strip()) or words[0].startswith("-"):
        value = -value
    if word := _SCALE_WORD.search(text.replace(",", "")):
        value *= _scale_of(word[1])
    if re.search(r"[\d.\s]+%", text):
        value /= 100
    return value.quantize(_PLACES, ROUND_HALF_EVEN)


def _bare(word: str) -> str:
    return re.sub(r"[$€£¥%(),]", "", word)


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _scale_of(word: str) -> Decimal:
    lowered = word.lower()
    for name in ("thousand", "million", "billion", "percent"):
        if name in lowered:
            return SCALES[name]
    return Decimal(1)


def _whole(texts: Sequence[str], scale: str) -> str:
    """The parts of an answer as one text, numbers in base units and words with their scale."""
    shown = []
    for text in sorted(texts):
        number = number_of(text)
        if number is None:
            shown.append(f"{text} {scale}" if scale else text)
        elif "%" in text:
            shown.append(_shown(number))
        else:
            shown.append(_shown(round(number, 2) * SCALES[scale]))
    return " ".join(shown)


def _shown(number: Decimal) -> str:
    return str(number.quantize(_PLACES, ROUND_HALF_EVEN))


def _tokens(text: str) -> list[str]:
    tokens = []
    for piece in re.split(r"[ \-]", text) if not _decimal(text) else [text]:
        lowered = piece.lower()
        plain = (
            lowered
            if _decimal(lowered) is not None
            else "".join(one for one in lowered if one not in string.punctuation)
        )
        number = _decimal(plain)
        bare = str(float(number)) if number is not None else _DROPPED.sub(" ", plain)
        tokens += bare.split()
    return tokens


def _normal(text: str) -> str:
    return " ".join(_tokens(text))


def _overlap(wanted: str, given: str) -> float:
    one, other = set(_tokens(wanted)), set(_tokens(given))
    numbers = {token for token in one if _decimal(token) is not None}
    if numbers and not numbers & other:
        return 0.0
    common = len(one & other)
    if not common:
        return 0.0
    precision, recall = common / len(other), common / len(one)
    return round(2 * precision * recall / (precision + recall), 2)
