"""How questions over a table are worded: patterns, and the word lists of words.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class _Words:
    most: str
    least: str
    above: str
    below: str
    listed: str


@cache
def word_lists() -> _Words:
    """The lists of words.toml, each as alternatives of a pattern."""
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return _Words(*("|".join(data[key]) for key in ("most", "least", "above", "below", "listed")))


MOVE = (
    r"(?:change|increase|decrease|difference|growth|decline|reduction|rise|fall|drop|movement|variance|improvement)s?"
)
PERCENT = r"(?:%|per ?cent(?:age)?s?)"
EITHER = r"(?:\s*/\s*\(?\s*(?:decrease|increase|decline)s?\s*\)?|\s*\(\s*(?:decrease|increase|decline)s?\s*\)|\s+or\s+(?:decrease|increase|decline)s?)?"
ASK = re.compile(
    r"^(?:and|so|then)?\s*(?:what(?:['’]s)?|how much|how many|how large|which|calculate|compute|find|determine|give(?: me)?)\s*(?:is|was|are|were|did|does|do|would be)?\s*(?:the)?\b",
    re.IGNORECASE,
)
MOVED = re.compile(
    rf"^\W*(?:by )?how (?:much|many|fast)(?: in {PERCENT})? (?:did|has|have|had|do|does) (?P<what>.+?) (?:chang|increas|decreas|gr[eo]w|declin|r[io]se|f[ae]ll|drop|improv|shrink|shrank)\w*(?: by)?(?P<rest>.*)$",
    re.IGNORECASE,
)
MORE = re.compile(r"^\W*how (?:much|many) (?:higher|lower|more|less|fewer|greater|larger|smaller)\b", re.IGNORECASE)
PERCENT_CHANGE = re.compile(
    rf"\b(?:net |nominal |total |annual |year[- ](?:on|over)[- ]year |overall )*{PERCENT}\s+(?:of\s+)?(?:net |nominal |total )?{MOVE}{EITHER}(?!\s*\(?in (?:percentage )?points)"
    rf"|\b(?:by )?(?:what|how many|how much in) {PERCENT}\b(?=.*\b(?:change|increas|decreas|gr[eo]w|declin|r[io]se|f[ae]ll))"
    rf"|\b{MOVE}{EITHER}\s*,?\s*(?:in|as an?|by|\()\s*(?:terms of )?{PERCENT}\)?|\bgrowth(?: rate)?\b(?= (?:in|of|for|from|between|over)\b)|\bgrowth rate\b|\brate of (?:growth|change|increase|decrease)\b",
    re.IGNORECASE,
)
CHANGE = re.compile(
    rf"\b(?:net |nominal |absolute |annual |overall |year[- ](?:on|over)[- ]year )*{MOVE}{EITHER}(?=\s*(?:in|of|between|from|for|to|on|as|at|by|over|during|when|across|,|$))|\b(?:how much|by how much|how) did\b.*\b(?:change|increase|decrease|grow|decline|rise|fall)\b",
    re.IGNORECASE,
)
AVERAGE = re.compile(
    r"(?<!weighted )(?<!weighted-)\b(?:annual |yearly )?(?:average|mean)(?:\s+annual)?\b", re.IGNORECASE
)
SUM = re.compile(
    r"\b(?:the sum|sum of|sum total|total sum|combined|altogether|in total(?=\s*(?:$|,|in\b|for\b|as\b|during\b))|aggregate(?: of)?|cumulative)\b",
    re.IGNORECASE,
)
TOTAL = re.compile(r"\btotals?\b", re.IGNORECASE)
TEXTUAL = re.compile(
    r"^\W*(?:why|who|whom|whose|where|when|how (?:is|are|was|were|does|do|did|has|have|long|often|can|will)\b(?! (?:much|many))|is |are |was |were |did |does |do |has |have |can )"
    r"|^what (?:does|do|did|caused|drove|led|impacted|affected|contributed|makes?|happened)\b|\b(?:reasons?|causes?|purpose|rationale|basis (?:of|for)|definition|meaning)\b"
    r"|\bdriven by\b|\bdue to\b|\b(?:mean|represent|refer to|consist of|comprise of|include|indicate|relate to|attributable to|based on|calculated|recognised|recognized|determined|defined)\b\??$",
    re.IGNORECASE,
)
_OF = r"(?P<two>.+)"
SHARES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:what|how many|how much) (?:proportion|share|fraction|{PERCENT}) of {_OF}?\s+(?:is|was|were|are|did|does|do|goes to|went to|c[ao]mes? from|relates? to|related to|consists?|comprises?|stems?|belongs?)\s+"
        r"(?:(?:made up|comprised|composed|accounted|attributed|attributable|represented|contributed|constituted|derived|allocated|assigned|generated|held|spent|due|used|earned|related|invested)\s*)?(?:(?:of|to|for|by|from|on|in)\s+)*(?P<one>.+?)(?:\s+(?:represent|comprise|constitute|account for|make up|contribute)s?(?:\s+(?:to|for))?)?$",
        rf"^as an? (?:share|{PERCENT}) of {_OF}?,?\s+(?:what|how much)\s+(?:is|was|were|are)\s+(?P<one>.+)",
        rf"(?P<one>\S.*?)\s*,?\s*(?:expressed |stated |shown )?as an? (?:share|{PERCENT}) of {_OF}",
        rf"\b{PERCENT}\s+(?:of\s+)?(?:constitution|composition|contribution|share|makeup|proportion|breakdown|weight|weightage)\s+(?:of|by|from)\s+(?P<both>.+)",
        rf"\b{PERCENT}\s+(?:of|for)\s+(?P<both>.+)",
        r"\bshare\s+of\s+(?P<both>.+\b(?:in|of|within)\s+(?:the\s+)?(?:total|overall|all)\b.*)",
    )
)
RATIOS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ratio|proportion|fraction)s?[\s(),]+(?:of|for|between)\s+(?P<both>.+)",
        rf"(?P<one>\S.*?)\s+as an? (?:ratio|proportion|fraction) (?:of|to|over)\s+{_OF}",
        rf"(?P<one>\S.*?)\s+divided by\s+{_OF}",
        r"(?:\bthe\s+)?(?P<one>[\w&,' ]+?)[\s-]+to[\s-]+(?P<two>[\w&,' ]+?)\s+ratio\b",
    )
)
NUMBER = re.compile(
    r"(?P<sign>[$€£]|US\$|RMB)?\s?(?P<minus>[-−])?(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<percent>%|per ?cent)?\s*(?P<scale>thousand|million|billion|k|m|bn)?s?\b",
    re.IGNORECASE,
)
SCALES = {
    "thousand": "thousand",
    "k": "thousand",
    "million": "million",
    "m": "million",
    "billion": "billion",
    "bn": "billion",
}
TAIL = re.compile(
    r"\b(?:in (?:thousands?|millions?|billions?)|in (?:terms of )?(?:dollars?|percentages?|percent|%)|in the table|respectively|altogether|in total(?=\s*(?:$|,|in\b|for\b|as\b|during\b))|as a whole|(?:of|for) the (?:company|group)(?!['’]s))\b|(?:,\s*)?\bin terms of [$€£]?\w+",
    re.IGNORECASE,
)


def superlative() -> re.Pattern[str]:
    """A word that picks the most or the least."""
    words = word_lists()
    return re.compile(rf"\b(?:the\s+)?(?:{words.most}|{words.least})\b", re.IGNORECASE)


PERIOD_ASKED = re.compile(
    r"\b(?:which|what|how many)(?: of the| are the| were the)? (?:fiscal |financial |reporting )?(?P<noun>years?(?:\(s\))?|periods?|quarters?|months?)\b",
    re.IGNORECASE,
)
