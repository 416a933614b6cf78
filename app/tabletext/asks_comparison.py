"""Questions that compare, count or list: which period, which item, how many, what are the …."""

import re
from dataclasses import dataclass
from decimal import Decimal

from app.tabletext.phrase import phrase_of, stripped
from app.tabletext.request import Form, Request, with_form
from app.tabletext.wording import (
    AVERAGE,
    CHANGE,
    NUMBER,
    PERCENT,
    PERCENT_CHANGE,
    PERIOD_ASKED,
    SCALES,
    superlative,
    word_lists,
)


@dataclass(frozen=True, slots=True)
class _Limit:
    side: int
    number: Decimal
    scale: str
    before: str  # the text before it


def _limit(low: str) -> _Limit | None:
    """A comparison with a number."""
    words = word_lists()
    match = re.search(
        rf"\b(?:(?P<above>{words.above})|(?P<below>{words.below}))\s*(?:an?\s+)?(?=[$€£(\-−]|us\$|rmb|\d)", low
    )
    if not match:
        return None
    number = NUMBER.match(low, match.end())
    if not number:
        return None
    value = Decimal(number["number"].replace(",", ""))
    scale = SCALES.get((number["scale"] or "").lower(), "")
    return _Limit(1 if match["above"] else -1, -value if number["minus"] else value, scale, low[: match.start()])


def _side(low: str) -> int:
    words = word_lists()
    if re.search(rf"\b(?:{words.least})\b", low):
        return -1
    return 1 if re.search(rf"\b(?:{words.most})\b", low) else 0


def read_counted(base: Request, low: str) -> Request | None:
    """A question how many periods or items there are, or are above or below a limit."""
    if not re.match(r"(?:.*,\s*)?\s*(?:for|in|of|from)?\b.{0,40}?\bhow many\b", low):
        return None
    limit = _limit(low)
    if re.search(r"\bhow many (?:of the )?(?:fiscal )?(?:years?|periods?|quarters?)\b", low):
        if limit is None:
            return None
        phrase = phrase_of(
            re.sub(
                r"\bhow many (?:of the )?(?:fiscal )?(?:years?|periods?|quarters?)\s*(?:did|was|were|is|had|has)?\b",
                " ",
                base.text[: len(limit.before)],
                flags=re.IGNORECASE,
            )
        )
        return with_form(
            base, Form.COUNT_PERIODS, stripped(phrase), side=limit.side, limit=limit.number, limit_scale=limit.scale
        )
    noun = re.search(
        rf"\bhow many (?:different |main |major |of the |total )?(?P<words>(?:[\w-]+ ){{0,3}}?(?:{word_lists().listed}))\b",
        low,
    )
    if noun and (
        limit
        or re.search(
            r"\b(?:are|were) (?:there|listed|shown|included|considered|used|recorded|presented)\b|\bmake up\b", low
        )
    ):
        if limit:
            return with_form(
                base,
                Form.COUNT_ITEMS,
                phrase_of(base.text[: len(limit.before)]),
                side=limit.side,
                limit=limit.number,
                limit_scale=limit.scale,
                noun=noun["words"],
            )
        return with_form(
            base,
            Form.COUNT_ITEMS,
            stripped(re.sub(r"\bhow many\b|\bare there\b", " ", base.phrase, flags=re.IGNORECASE)),
            noun=noun["words"],
        )
    return None


def read_which(base: Request, low: str) -> Request | None:
    """A question which period or item is highest, lowest, above or below a limit, or which periods there are."""
    asked = PERIOD_ASKED.search(base.text)
    if asked and not ("how many" in asked[0].lower() and _limit(low) is None):
        rest = base.text[: asked.start()] + " " + base.text[asked.end() :]
        rest = re.sub(r"^\s*(?:(?:for|in|during)\s+)+", "", rest)
        if limit := _limit(low):
            phrase = phrase_of(rest[: max(0, len(limit.before) - (len(base.text) - len(rest)))])
            return with_form(
                base, Form.WHICH_PERIOD, stripped(phrase), side=limit.side, limit=limit.number, limit_scale=limit.scale
            )
        if side := _side(rest.lower()):
            return with_form(base, Form.WHICH_PERIOD, stripped(phrase_of(superlative().sub(" ", rest))), side=side)
        return with_form(
            base,
            Form.PERIODS,
            stripped(
                phrase_of(
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
            rf"\s*(?:(?:is|was|are|were)\s+the\s+)?(?P<noun>(?:[\w-]+\s+){{0,3}}?(?:{word_lists().listed}))\s+(?=that|which|has|had|have|is|was|were|did|contribut|record|account|generat|with|makes?|made|show|report|repres)",
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
            return with_form(
                base,
                Form.WHICH_ITEM,
                stripped(phrase_of(superlative().sub(" ", rest))),
                side=side,
                noun=noun["noun"].strip(),
            )
    return None


def read_listed(base: Request, low: str) -> Request | None:
    """A question what the items, types or components are."""
    if (
        AVERAGE.search(low)
        or CHANGE.search(low)
        or PERCENT_CHANGE.search(low)
        or re.search(rf"\b(?:ratio|proportion|{PERCENT})\b", low)
    ):
        return None
    match = re.match(
        rf"(?:what|which)\s+(?:(?:are|were|is)\s+)?(?:the\s+)?(?:different\s+|various\s+|main\s+|respective\s+|major\s+|reportable\s+)?(?P<noun>(?:[\w-]+\s+){{0,2}}?(?:{word_lists().listed}))\b(?P<rest>.*)",
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
    return with_form(base, Form.ITEMS, stripped(phrase_of(rest)), noun=match["noun"])
