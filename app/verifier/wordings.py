"""Set phrases that mean the same where a list of single words can't say so."""

import re

from app.verifier.reading import Part, Reading, Word

_END_OF = re.compile(r"\bend\s+of\s+(?:the\s+year\s+|fiscal\s+)?((?:19|20)\d\d)", re.IGNORECASE)
_LAST_DAY = re.compile(r"\b(?:31(?:st)?\s+Dec(?:ember)?|Dec(?:ember)?\.?\s+31(?:st)?),?\s+((?:19|20)\d\d)")
_YEAR_ON_YEAR = re.compile(r"\byear[\s-](?:on|over)[\s-]year\b", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    r"\b(?:from|than|on|with|over|in)\s+(?:(?:in|those\s+of|that\s+of)\s+)?(?:the\s+)?(?:same\s+(?:quarter|period|month)\s+(?:of\s+(?:the\s+year\s+before"
    r"|the\s+previous\s+year|last\s+year|(?:19|20)\d\d)|last\s+year|a\s+year\s+(?:ago|earlier))|year\s+before|previous\s+year|prior\s+year"
    r"|preceding\s+year|a\s+year\s+(?:earlier|ago|before))",
    re.IGNORECASE,
)
_GROWTH = re.compile(r"^(?:rise|rose|risen|grow|grew|grown|increas|climb)", re.IGNORECASE)
_SHRINKING = re.compile(r"^(?:fall|fell|fallen|drop|declin|decreas|shr[aiu]nk)", re.IGNORECASE)
_MORE = re.compile(r"\d\s?%\s+(?:more|higher|up)\b|\bup\s+(?:by\s+)?\d[\d.]*\s?%", re.IGNORECASE)
_LESS = re.compile(r"\d\s?%\s+(?:less|fewer|lower|down)\b|\bdown\s+(?:by\s+)?\d[\d.]*\s?%", re.IGNORECASE)


def said_otherwise(word: Word, claim: Reading, source: Reading) -> bool:
    """Whether a word of the claim is of a phrase that the source has in other words: "the end of 2024", "year on year"."""
    for pattern, meets in ((_END_OF, _ends), (_YEAR_ON_YEAR, _compares)):
        for match in pattern.finditer(claim.text):
            if match.start() <= word.start < match.end():
                return meets(match, source.text)
    if side := _SIDES.get(word.lower):
        return _became(word, side, claim, source)
    if _GROWTH.match(word.lower):
        return bool(_MORE.search(source.text)) and not _LESS.search(source.text)
    if _SHRINKING.match(word.lower):
        return bool(_LESS.search(source.text)) and not _MORE.search(source.text)
    return False


# Before a thing these say what became of it: "lower freight costs" are freight costs that fell.
_SIDES = {"higher": 1, "increased": 1, "rising": 1, "lower": -1, "reduced": -1, "decreased": -1, "falling": -1}


def _became(word: Word, side: int, claim: Reading, source: Reading) -> bool:
    """Whether the source tells as a verb which way a thing went that the claim calls higher or lower."""
    after = next((other for other in claim.words if other.start >= word.end), None)
    if after is None or after.part is Part.SMALL or not claim.text[word.end : after.start].isspace():
        return False
    for number, other in enumerate(source.words):
        if other.stem != after.stem:
            continue
        for verb in source.words[number + 1 : number + 1 + _NEAR]:
            if (_GROWTH if side > 0 else _SHRINKING).match(verb.lower):
                return True
    return False


_NEAR = 3  # words after a thing within which its verb stands


def _ends(match: re.Match[str], source: str) -> bool:
    return any(day[1] == match[1] for day in _LAST_DAY.finditer(source))


def _compares(match: re.Match[str], source: str) -> bool:
    return bool(_YEAR_BEFORE.search(source) or _YEAR_ON_YEAR.search(source))
