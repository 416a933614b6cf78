"""A question over a table, read into what is asked of which lines and periods."""

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

from app.tabletext.when import Mention, When, mentions, without


class Form(StrEnum):
    """What is asked."""

    VALUE = "value"
    VALUES = "values"
    CHANGE = "change"
    PERCENT_CHANGE = "percentage change"
    DIFFERENCE = "difference"  # of two lines
    AVERAGE = "average"
    SUM = "sum"
    RATIO = "ratio"
    SHARE = "share"
    WHICH_PERIOD = "which period"
    WHICH_ITEM = "which item"
    COUNT_PERIODS = "count of periods"
    COUNT_ITEMS = "count of items"
    PERIODS = "periods listed"
    ITEMS = "items listed"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Request:
    """A question as read. `phrase` names the line, `pairs` the ways to part it into two lines, best guess first.

    `spread`: the periods are the ends of a stretch. `side`: 1 for most or above, -1 for least or below; `limit` is the
    number compared with, in `limit_scale`.
    """

    text: str
    form: Form
    phrase: str
    periods: tuple[When, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    spread: bool = False
    side: int = 0
    limit: Decimal | None = None
    limit_scale: str = ""  # as the question names it: "thousand"
    averaged: bool = False  # each of the two lines as its average over the periods
    noun: str = ""  # what is listed: "countries"


@dataclass(frozen=True, slots=True)
class _Words:
    most: str
    least: str
    above: str
    below: str
    listed: str


@cache
def _words() -> _Words:
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return _Words(*("|".join(data[key]) for key in ("most", "least", "above", "below", "listed")))


_MOVE = (
    r"(?:change|increase|decrease|difference|growth|decline|reduction|rise|fall|drop|movement|variance|improvement)s?"
)
_PERCENT = r"(?:%|per ?cent(?:age)?s?)"
_EITHER = r"(?:\s*/\s*\(?\s*(?:decrease|increase|decline)s?\s*\)?|\s*\(\s*(?:decrease|increase|decline)s?\s*\)|\s+or\s+(?:decrease|increase|decline)s?)?"
_ASK = re.compile(
    r"^(?:and|so|then)?\s*(?:what(?:['’]s)?|how much|how many|how large|which|calculate|compute|find|determine|give(?: me)?)\s*(?:is|was|are|were|did|does|do|would be)?\s*(?:the)?\b",
    re.IGNORECASE,
)
_MOVED = re.compile(
    rf"^\W*(?:by )?how (?:much|many|fast)(?: in {_PERCENT})? (?:did|has|have|had|do|does) (?P<what>.+?) (?:chang|increas|decreas|gr[eo]w|declin|r[io]se|f[ae]ll|drop|improv|shrink|shrank)\w*(?: by)?(?P<rest>.*)$",
    re.IGNORECASE,
)
_MORE = re.compile(r"^\W*how (?:much|many) (?:higher|lower|more|less|fewer|greater|larger|smaller)\b", re.IGNORECASE)
_PERCENT_CHANGE = re.compile(
    rf"\b(?:net |nominal |total |annual |year[- ](?:on|over)[- ]year |overall )*{_PERCENT}\s+(?:of\s+)?(?:net |nominal |total )?{_MOVE}{_EITHER}(?!\s*\(?in (?:percentage )?points)"
    rf"|\b(?:by )?(?:what|how many|how much in) {_PERCENT}\b(?=.*\b(?:change|increas|decreas|gr[eo]w|declin|r[io]se|f[ae]ll))"
    rf"|\b{_MOVE}{_EITHER}\s*,?\s*(?:in|as an?|by|\()\s*(?:terms of )?{_PERCENT}\)?|\bgrowth(?: rate)?\b(?= (?:in|of|for|from|between|over)\b)|\bgrowth rate\b|\brate of (?:growth|change|increase|decrease)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    rf"\b(?:net |nominal |absolute |annual |overall |year[- ](?:on|over)[- ]year )*{_MOVE}{_EITHER}(?=\s*(?:in|of|between|from|for|to|on|as|at|by|over|during|when|across|,|$))|\b(?:how much|by how much|how) did\b.*\b(?:change|increase|decrease|grow|decline|rise|fall)\b",
    re.IGNORECASE,
)
_AVERAGE = re.compile(
    r"(?<!weighted )(?<!weighted-)\b(?:annual |yearly )?(?:average|mean)(?:\s+annual)?\b", re.IGNORECASE
)
_SUM = re.compile(
    r"\b(?:the sum|sum of|sum total|total sum|combined|altogether|in total(?=\s*(?:$|,|in\b|for\b|as\b|during\b))|aggregate(?: of)?|cumulative)\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"\btotals?\b", re.IGNORECASE)
_TEXTUAL = re.compile(
    r"^\W*(?:why|who|whom|whose|where|when|how (?:is|are|was|were|does|do|did|has|have|long|often|can|will)\b(?! (?:much|many))|is |are |was |were |did |does |do |has |have |can )"
    r"|^what (?:does|do|did|caused|drove|led|impacted|affected|contributed|makes?|happened)\b|\b(?:reasons?|causes?|purpose|rationale|basis (?:of|for)|definition|meaning)\b"
    r"|\bdriven by\b|\bdue to\b|\b(?:mean|represent|refer to|consist of|comprise of|include|indicate|relate to|attributable to|based on|calculated|recognised|recognized|determined|defined)\b\??$",
    re.IGNORECASE,
)
_OF = r"(?P<two>.+)"
_SHARES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:what|how many|how much) (?:proportion|share|fraction|{_PERCENT}) of {_OF}?\s+(?:is|was|were|are|did|does|do|goes to|went to|c[ao]mes? from|relates? to|related to|consists?|comprises?|stems?|belongs?)\s+"
        r"(?:(?:made up|comprised|composed|accounted|attributed|attributable|represented|contributed|constituted|derived|allocated|assigned|generated|held|spent|due|used|earned|related|invested)\s*)?(?:(?:of|to|for|by|from|on|in)\s+)*(?P<one>.+?)(?:\s+(?:represent|comprise|constitute|account for|make up|contribute)s?(?:\s+(?:to|for))?)?$",
        rf"^as an? (?:share|{_PERCENT}) of {_OF}?,?\s+(?:what|how much)\s+(?:is|was|were|are)\s+(?P<one>.+)",
        rf"(?P<one>\S.*?)\s*,?\s*(?:expressed |stated |shown )?as an? (?:share|{_PERCENT}) of {_OF}",
        rf"\b{_PERCENT}\s+(?:of\s+)?(?:constitution|composition|contribution|share|makeup|proportion|breakdown|weight|weightage)\s+(?:of|by|from)\s+(?P<both>.+)",
        rf"\b{_PERCENT}\s+(?:of|for)\s+(?P<both>.+)",
        r"\bshare\s+of\s+(?P<both>.+\b(?:in|of|within)\s+(?:the\s+)?(?:total|overall|all)\b.*)",
    )
)
_RATIOS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ratio|proportion|fraction)s?[\s(),]+(?:of|for|between)\s+(?P<both>.+)",
        rf"(?P<one>\S.*?)\s+as an? (?:ratio|proportion|fraction) (?:of|to|over)\s+{_OF}",
        rf"(?P<one>\S.*?)\s+divided by\s+{_OF}",
        r"(?:\bthe\s+)?(?P<one>[\w&,' ]+?)[\s-]+to[\s-]+(?P<two>[\w&,' ]+?)\s+ratio\b",
    )
)
_NUMBER = re.compile(
    r"(?P<sign>[$€£]|US\$|RMB)?\s?(?P<minus>[-−])?(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<percent>%|per ?cent)?\s*(?P<scale>thousand|million|billion|k|m|bn)?s?\b",
    re.IGNORECASE,
)
_SCALES = {
    "thousand": "thousand",
    "k": "thousand",
    "million": "million",
    "m": "million",
    "billion": "billion",
    "bn": "billion",
}
_TAIL = re.compile(
    r"\b(?:in (?:thousands?|millions?|billions?)|in (?:terms of )?(?:dollars?|percentages?|percent|%)|in the table|respectively|altogether|in total(?=\s*(?:$|,|in\b|for\b|as\b|during\b))|as a whole|(?:of|for) the (?:company|group)(?!['’]s))\b|(?:,\s*)?\bin terms of [$€£]?\w+",
    re.IGNORECASE,
)


def read_request(question: str) -> Request:
    """Read a question; what is no question over figures is `PROSE`, a plain "what was X" is `VALUE`."""
    text = " ".join(question.replace("?", " ").replace("“", "'").replace("”", "'").split())
    text = re.sub(r"(?<=[a-z])(?=\d{2,3},\d{3})", " ", text)
    low = text.lower()
    found = mentions(text)
    periods = _periods(found, text)
    spread = _is_spread(found, text)
    base = Request(text, Form.VALUE, _phrase(text), periods, (), spread)
    return (
        _counted(base, low)
        or _which(base, low)
        or _listed(base, low)
        or _computed(base, low)
        or _plain_value(base, low)
    )


def _with(base: Request, form: Form, phrase: str, **more: object) -> Request:
    return Request(base.text, form, phrase, base.periods, spread=base.spread, **more)  # type: ignore[arg-type]


def _periods(found: tuple[Mention, ...], text: str) -> tuple[When, ...]:
    return tuple(dict.fromkeys(one.when for one in found))


def _is_spread(found: tuple[Mention, ...], text: str) -> bool:
    """Whether the two periods are the ends of a stretch: "2017 to 2019", "2017-2019", "between 2017 and 2019"."""
    if len(found) == 1:
        return len(found[0].when.years) == 2
    if len(found) != 2:
        return False
    between = text[found[0].end : found[1].start].strip(" ,").lower()
    before = text[max(0, found[0].start - 22) : found[0].start].lower()
    return (
        between in ("to", "-", "–", "through", "until")
        or (between == "and" and "between" in before)
        or "from" in before.split()
    )


def _phrase(text: str) -> str:
    """The words that name a line: without the asking words, periods and what states a unit."""
    bare = " ".join(_TAIL.sub(" ", without(text)).split())
    bare = re.sub(
        r",\s*(?:what|how much|how many)\s+(?:is|was|are|were|did|does)?\s*(?:the)?\b", " ", bare, flags=re.IGNORECASE
    )
    bare = re.sub(r"^(?:for|in|of|on|as of)\s*(?:,|(?=what\b|how\b))", "", bare.strip(), flags=re.IGNORECASE).strip(
        " ,"
    )
    return " ".join(_ASK.sub(" ", bare).split()).strip(" ,.:'\"")


def _cut(base: Request, pattern: re.Pattern[str]) -> str:
    """The phrase without the words that ask for a calculation."""
    return " ".join(re.sub(r"^(?:in|of|for|between|from|to)\b", "", pattern.sub(" ", base.phrase).strip()).split())


@dataclass(frozen=True, slots=True)
class _Limit:
    side: int
    number: Decimal
    scale: str
    before: str  # the text before it


def _limit(low: str) -> _Limit | None:
    """A comparison with a number."""
    words = _words()
    match = re.search(
        rf"\b(?:(?P<above>{words.above})|(?P<below>{words.below}))\s*(?:an?\s+)?(?=[$€£(\-−]|us\$|rmb|\d)", low
    )
    if not match:
        return None
    number = _NUMBER.match(low, match.end())
    if not number:
        return None
    value = Decimal(number["number"].replace(",", ""))
    scale = _SCALES.get((number["scale"] or "").lower(), "")
    return _Limit(1 if match["above"] else -1, -value if number["minus"] else value, scale, low[: match.start()])


def _side(low: str) -> int:
    words = _words()
    if re.search(rf"\b(?:{words.least})\b", low):
        return -1
    return 1 if re.search(rf"\b(?:{words.most})\b", low) else 0


def _superlative() -> re.Pattern[str]:
    words = _words()
    return re.compile(rf"\b(?:the\s+)?(?:{words.most}|{words.least})\b", re.IGNORECASE)


_PERIOD_ASKED = re.compile(
    r"\b(?:which|what|how many)(?: of the| are the| were the)? (?:fiscal |financial |reporting )?(?P<noun>years?(?:\(s\))?|periods?|quarters?|months?)\b",
    re.IGNORECASE,
)


def _counted(base: Request, low: str) -> Request | None:
    if not re.match(r"(?:.*,\s*)?\s*(?:for|in|of|from)?\b.{0,40}?\bhow many\b", low):
        return None
    limit = _limit(low)
    if re.search(r"\bhow many (?:of the )?(?:fiscal )?(?:years?|periods?|quarters?)\b", low):
        if limit is None:
            return None
        phrase = _phrase(
            re.sub(
                r"\bhow many (?:of the )?(?:fiscal )?(?:years?|periods?|quarters?)\s*(?:did|was|were|is|had|has)?\b",
                " ",
                base.text[: len(limit.before)],
                flags=re.IGNORECASE,
            )
        )
        return _with(
            base, Form.COUNT_PERIODS, _stripped(phrase), side=limit.side, limit=limit.number, limit_scale=limit.scale
        )
    noun = re.search(
        rf"\bhow many (?:different |main |major |of the |total )?(?P<words>(?:[\w-]+ ){{0,3}}?(?:{_words().listed}))\b",
        low,
    )
    if noun and (
        limit
        or re.search(
            r"\b(?:are|were) (?:there|listed|shown|included|considered|used|recorded|presented)\b|\bmake up\b", low
        )
    ):
        if limit:
            return _with(
                base,
                Form.COUNT_ITEMS,
                _phrase(base.text[: len(limit.before)]),
                side=limit.side,
                limit=limit.number,
                limit_scale=limit.scale,
                noun=noun["words"],
            )
        return _with(
            base,
            Form.COUNT_ITEMS,
            _stripped(re.sub(r"\bhow many\b|\bare there\b", " ", base.phrase, flags=re.IGNORECASE)),
            noun=noun["words"],
        )
    return None


def _stripped(phrase: str) -> str:
    return " ".join(
        re.sub(
            r"^(?:was|were|is|are|did|does|had|has|have|the|in|of|for)\b\s*|\s*\b(?:was|were|is|are|did)$",
            "",
            phrase.strip(),
            flags=re.IGNORECASE,
        ).split()
    )


def _which(base: Request, low: str) -> Request | None:
    asked = _PERIOD_ASKED.search(base.text)
    if asked and not ("how many" in asked[0].lower() and _limit(low) is None):
        rest = base.text[: asked.start()] + " " + base.text[asked.end() :]
        rest = re.sub(r"^\s*(?:(?:for|in|during)\s+)+", "", rest)
        if limit := _limit(low):
            phrase = _phrase(rest[: max(0, len(limit.before) - (len(base.text) - len(rest)))])
            return _with(
                base, Form.WHICH_PERIOD, _stripped(phrase), side=limit.side, limit=limit.number, limit_scale=limit.scale
            )
        if side := _side(rest.lower()):
            return _with(base, Form.WHICH_PERIOD, _stripped(_phrase(_superlative().sub(" ", rest))), side=side)
        return _with(
            base,
            Form.PERIODS,
            _stripped(
                _phrase(
                    re.sub(
                        r"\b(?:calculated|provided|recorded|presented|shown|included|reported|given|available|collected)(?: for| in)?\b",
                        " ",
                        rest,
                    )
                )
            ),
            noun=asked["noun"],
        )
    starts = re.match(
        r"(?:(?:for|in|of|as of|among|at|from|during|out of)\b[^?]{0,60}?,?\s*)?(?:in |for )?(?:which|what)\b(?P<rest>.+)",
        base.text,
        re.IGNORECASE,
    )
    if (
        starts
        and (side := _side(low))
        and not _limit(low)
        and not re.search(r"\b(?:at (?:least|most)|most (?:recent|likely|significant(?:ly)?))\b", low)
    ):
        listed = re.match(
            rf"\s*(?:(?:is|was|are|were)\s+the\s+)?(?P<noun>(?:[\w-]+\s+){{0,3}}?(?:{_words().listed}))\s+(?=that|which|has|had|have|is|was|were|did|contribut|record|account|generat|with|makes?|made|show|report|repres)",
            starts["rest"],
            re.IGNORECASE,
        )
        general = re.match(
            r"\s*(?P<noun>(?:[\w()-]+\s+){1,4}?)(?=(?:that|which|has|had|have|is|was|were|did|contribut\w+|record\w+|account\w+|generat\w+|with)\b)",
            starts["rest"],
            re.IGNORECASE,
        )
        noun = listed or (general if re.match(r"(?:.*,\s*)?(?:in |for )?which", base.text, re.IGNORECASE) else None)
        if noun:
            rest = starts["rest"][noun.end() :]
            rest = re.sub(
                r"\b(?:that|which|has|had|have|contributed|contributes|contributing|recorded|accounted for|generated|with)\b",
                " ",
                rest,
                flags=re.IGNORECASE,
            )
            return _with(
                base,
                Form.WHICH_ITEM,
                _stripped(_phrase(_superlative().sub(" ", rest))),
                side=side,
                noun=noun["noun"].strip(),
            )
    return None


def _listed(base: Request, low: str) -> Request | None:
    if (
        _AVERAGE.search(low)
        or _CHANGE.search(low)
        or _PERCENT_CHANGE.search(low)
        or re.search(rf"\b(?:ratio|proportion|{_PERCENT})\b", low)
    ):
        return None
    match = re.match(
        rf"(?:what|which)\s+(?:(?:are|were|is)\s+)?(?:the\s+)?(?:different\s+|various\s+|main\s+|respective\s+|major\s+|reportable\s+)?(?P<noun>(?:[\w-]+\s+){{0,2}}?(?:{_words().listed}))\b(?P<rest>.*)",
        base.text,
        re.IGNORECASE,
    )  # fmt: skip
    made_of = re.match(
        r"what (?P<noun>(?:[\w-]+ )?(?:items?|components?|categories|types)) (?:does|do|did|makes? up|is|are) (?P<rest>.+?)(?: (?:consists?|comprises?|made up|include)(?: of)?)?$",
        base.text,
        re.IGNORECASE,
    )
    match = made_of or match
    if not made_of and re.search(r"\b(?:in|to|of|on|by|for|with|from|at|into)\s*$", low):
        return None  # "which countries does it operate in": what it does is told in words
    if match and re.search(r"\b(?:has|have|had|does|do|did|the)\b", match["noun"], re.IGNORECASE):
        return None
    if (
        not match
        or not re.search(r"s\b|ies\b", match["noun"])
        or re.search(r"\b(?:values?|amounts?|respective|respectively)\b", low)
    ):
        return None
    cue = r"\b(?:types?|components?|categories|items|segments|regions|countries|currencies|kinds|classes|elements|factors|scopes)\b|\b(?:shown|listed|included|making up|that make|make up|comprise|factored|considered)\b"
    if not re.search(cue, low) or re.search(r"\btotal\b", match["noun"]):
        return None
    rest = re.sub(
        r"\b(?:shown|listed|included|factored|considered|making up|that make up|make up|in the table|in the calculation|when calculating|calculation|calculated|table|whereby|split)\b",
        " ",
        f"{match['noun']} {match['rest']}",
        flags=re.IGNORECASE,
    )
    return _with(base, Form.ITEMS, _stripped(_phrase(rest)), noun=match["noun"])


def _split_and(phrase: str) -> tuple[tuple[str, str], ...]:
    """The ways to part a phrase in two at an "and" or a comma before it."""
    return tuple(
        (phrase[: match.start()].strip(" ,"), phrase[match.end() :].strip(" ,"))
        for match in re.finditer(r"\s*,?\s+(?:and|to|&|versus|vs\.?|from|less|minus)\s+", phrase)
    )


def _computed(base: Request, low: str) -> Request | None:
    bare = " ".join(_TAIL.sub(" ", without(base.text)).split())
    if (moved := _MOVED.match(bare)) and not re.search(r"\bby\s+(?:segment|region)", low):
        phrase = _stripped(_phrase(f"{moved['what']} {moved['rest']}"))
        return _with(base, Form.PERCENT_CHANGE if re.search(_PERCENT, low) else Form.CHANGE, phrase)
    if _MORE.search(bare) and not _TEXTUAL.search(low):
        return _with(base, Form.CHANGE, _stripped(_phrase(_MORE.sub(" ", base.text))))
    if exceed := re.match(
        r"(?:by )?how much (?:did|does|do|was|were|is) (?P<one>.+?) (?:exceed|higher than|greater than|larger than|more than)s? (?P<two>.+)",
        bare,
        re.IGNORECASE,
    ):
        return _with(base, Form.DIFFERENCE, base.phrase, pairs=((exceed["one"], exceed["two"]),))
    if _PERCENT_CHANGE.search(low):
        return _with(base, Form.PERCENT_CHANGE, _cut(base, _PERCENT_CHANGE))
    if not re.search(r"^\W*why\b", low):
        for patterns, form in ((_SHARES, Form.SHARE), (_RATIOS, Form.RATIO)):
            for pattern in patterns:
                match = pattern.search(bare)
                pairs = _of_match(match, bare) if match else ()
                if pairs and re.match(rf"(?:the\s+)?{_MOVE}\s+(?:in|of)\b", pairs[0][0], re.IGNORECASE):
                    pairs = ()  # how a share changed
                if pairs and not _TEXTUAL.search(low):
                    as_percent = form is Form.RATIO and re.search(_PERCENT, low)
                    return _with(base, Form.SHARE if as_percent else form, base.phrase, pairs=pairs)
    average, change = _AVERAGE.search(bare), _CHANGE.search(bare)
    averaged = bool(average)
    if average and change and average.start() < change.start():
        change = None
    if change and not _TEXTUAL.search(low):
        rest = _cut(base, _CHANGE)
        tail = bare[change.end() :]
        if between := re.search(r"\bbetween\s+(.+)$", tail, re.IGNORECASE):
            context = " ".join(re.sub(r"^\s*(?:in|of)\b", "", tail[: between.start()]).split())
            pairs = tuple((one, two) for one, two in _split_and(between[1]) if _content(one) and _content(two))
            if pairs:
                pairs = tuple((f"{context} {one}".strip(), f"{context} {two}".strip()) for one, two in pairs)
                pairs = (
                    tuple((_AVERAGE.sub(" ", one), _AVERAGE.sub(" ", two)) for one, two in pairs) if averaged else pairs
                )
                return _with(base, Form.DIFFERENCE, rest, pairs=pairs, averaged=averaged)
        if re.search(rf"{_PERCENT}(?!\s*(?:of|points?)\b)", low):
            return _with(base, Form.PERCENT_CHANGE, rest)
        two = "difference" in change[0].lower() and len(base.periods) < 2
        return _with(
            base,
            Form.CHANGE,
            rest,
            pairs=tuple(one for one in _split_and(rest) if all(map(_content, one))) if two else (),
        )
    if averaged and not _TEXTUAL.search(low):
        return _with(base, Form.AVERAGE, _cut(base, _AVERAGE), pairs=_split_and(_cut(base, _AVERAGE)))
    several = len(base.periods) > 1
    if (_SUM.search(low) or (_TOTAL.search(low) and several and "respective" not in low)) and not _TEXTUAL.search(low):
        rest = _cut(base, _SUM)
        lighter = " ".join(_TOTAL.sub(" ", rest).split())
        return _with(base, Form.SUM, rest, pairs=_split_and(lighter))
    return None


_STRONG = re.compile(
    r"\s+(?:out of|over|among|against|as a part of|relative to|(?:as )?compared (?:to|with)|divided by|to|and)\s+(?:the\s+)?",
    re.IGNORECASE,
)
_WEAK = re.compile(r"\s+(?:in|within|of|for|from|on)\s+(?:the\s+)?", re.IGNORECASE)


def _of_match(match: re.Match[str], bare: str) -> tuple[tuple[str, str], ...]:
    """The ways to part what a share or ratio is of, those at "over", "to" and the like first."""
    groups = match.groupdict()
    if groups.get("both") is None:
        one, two = " ".join(_ASK.sub(" ", groups["one"]).split()), groups["two"].strip()
        return ((one, two),) if one and two else ()
    both = groups["both"]
    found = []
    for pattern in (_STRONG, _WEAK):
        for cut in pattern.finditer(both):
            one, two = both[: cut.start()].strip(" ,"), both[cut.end() :].strip(" ,")
            if _content(one) and _content(two):
                found.append((one, two))
    return tuple(found)


def _content(text: str) -> bool:
    return bool(
        re.search(
            r"[a-z]{2}",
            re.sub(
                r"\b(?:the|and|fiscal|year|years|end|of|in|for|ended|to|as|at|on|by|from|its?|their|both)\b",
                " ",
                text.lower(),
            ),
        )
    )


def _plain_value(base: Request, low: str) -> Request:
    if _TEXTUAL.search(low):
        return _with(base, Form.PROSE, base.phrase)
    if "respective" in low or len(base.periods) > 1:
        phrase = " ".join(re.sub(r"\brespective(?:ly)?\b", " ", base.phrase, flags=re.IGNORECASE).split())
        return _with(base, Form.VALUES, phrase, pairs=_split_and(phrase))
    if _TOTAL.search(low):
        return _with(base, Form.VALUE, base.phrase, pairs=_split_and(" ".join(_TOTAL.sub(" ", base.phrase).split())))
    return base
