"""The words of a sentence that answer: an amount, a date, a reason, what follows the verb that a question names."""

import re

from app.tabletext.amounts import amounts, paired_amounts
from app.tabletext.matching import stems
from app.tabletext.request import Request
from app.tabletext.when import fit
from app.terms import same

_SPELT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty)"
BECAUSE = re.compile(
    r"(?:(?:was|were|is|are|has been|have been|which was)\s+)?(?:(?:primarily|mainly|largely|principally|partly|partially|mostly|substantially|predominantly)\s+)?"
    r"(?:as\s+(?:a|the)\s+result\s+of|(?:the|a)?\s*result\s+of|results?\s+from|resulted\s+from|resulting\s+from|due\s+to|because\s+of|because|driven\s+by|attribut(?:able|ed)\s+to|caused\s+by|owing\s+to|reflect(?:s|ed|ing)|impacted\s+by|led\s+by|arising\s+from|stemm(?:ed|ing)\s+from)\s+(?:primarily\s+|mainly\s+)?",
    re.IGNORECASE,
)
SAYS = re.compile(
    r"\b(?:refers?\s+to|means?|represents?|consists?\s+(?:primarily\s+|mainly\s+|principally\s+)?of|consisted\s+(?:primarily\s+|mainly\s+)?of|compris(?:e|es|ed|ing)(?:\s+of)?|includes?|included|indicates?|relates?\s+(?:primarily\s+|mainly\s+)?to|related\s+to|"
    r"(?:is|are|was|were)\s+defined\s+as|(?:is|are)\s+based\s+on|depends?\s+on|excludes?|excluded|contains?|requires?|provides?|reflects?|measures?)\s+",
    re.IGNORECASE,
)
_IS = re.compile(r"\b(?:is|are|was|were)\s+", re.IGNORECASE)
_HOW = re.compile(
    r"\b(?:is|are|was|were|be|been)\s+(?=(?:\w+ly\s+)?(?:calculated|computed|determined|measured|recognised|recognized|recorded|valued|estimated|amortised|amortized|depreciated|classified|stated|accounted|presented|based|derived|defined|allocated|translated|assessed|reported|carried|charged|treated|disclosed|reviewed|tested|used|included))",
    re.IGNORECASE,
)
DATE = re.compile(
    r"(?:\d{1,2}\s+)?(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s+\d{1,2}(?!\d))?(?:,?\s+\d{4})?|\b(?:fiscal\s+(?:year\s+)?)?(?:19|20)\d{2}\b",
)
DURATION = re.compile(
    rf"(?:(?:approximately|about|over|a weighted[- ]average period of)\s+)?(?:\d[\d.]*|{_SPELT})(?:\s+to\s+(?:\d[\d.]*|{_SPELT}))?(?:[\s-]+)(?:years?|months?|days?|weeks?|quarters?)",
    re.IGNORECASE,
)
_PREPOSITIONS = "to|in|of|on|by|for|with|from|at|as|under|into|against"
_KINDS = (
    ("cause", re.compile(r"^\W*why\b|\breasons?\b|\bcauses?\b|\bcaused\b|\bdriven by\b|\bdue to\b|\battributable to\b|\bled to\b|\bimpacted\b|\binfluenced\b|\bdrove\b|\brationale\b|\bresult of\b", re.IGNORECASE)),
    ("ends", re.compile(rf"\b(?P<verb>[a-z]+)(?:\s+(?:primarily|mainly|principally))?\s+(?P<word>{_PREPOSITIONS})\W*$", re.IGNORECASE)),
    ("date", re.compile(r"^\W*when\b|\b(?:which|what) (?:date|day|month)\b", re.IGNORECASE)),
    ("duration", re.compile(r"\bhow long\b|\bover (?:what|how many)\b|\b(?:what|which) (?:is the |was the )?(?:\w+ ){0,4}(?:period|term|life|lives|duration)\b", re.IGNORECASE)),
    ("percent", re.compile(r"^\W*(?:what|how much).*?(?:\bpercent(?:age)?\b|%|\b(?:tax|interest|discount|hurdle|growth|inflation) rates?\b|\brate\b)", re.IGNORECASE)),
    ("count", re.compile(r"^\W*(?:[^?]*\b)?how many\b", re.IGNORECASE)),
    ("yes", re.compile(r"^\W*(?:is|are|was|were|did|does|do|has|have|can|will)\b", re.IGNORECASE)),
    ("method", re.compile(r"^\W*how (?:is|are|was|were|does|do|did|has|have|can|will)\b(?! (?:much|many))", re.IGNORECASE)),
    ("where", re.compile(r"^\W*where\b", re.IGNORECASE)),
    ("who", re.compile(r"^\W*who\b", re.IGNORECASE)),
    ("says", re.compile(r"^\W*what (?:does|do|did)\b|\b(?:refer to|consist of|comprise of|comprise|represent|mean|include|included|including|exclude|excluded|indicate|relate to)\b", re.IGNORECASE)),
    ("amount", re.compile(r"^\W*(?:[^?]*\b)?how much\b|\b(?:amount|value|total|cost|costs|expenses?|revenues?|income|price|balance|increase|decrease|loss|losses|gains?|sales|compensation|number|fees?|tax|profit|cash|charges?|allowance|provision|shares|average)\b", re.IGNORECASE)),
)  # fmt: skip


def kind_of(text: str) -> str:
    """What kind of words a question wants: "cause", "amount", …; "open" for any."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "open")


def extract(request: Request, text: str, kind: str) -> tuple[int, int]:
    """The half-open place of the words that answer, the whole sentence where no part is plainly asked for."""
    whole = _trimmed(text, 0, len(text))
    if kind == "cause":
        if (begins := _last_fit(BECAUSE, text, request)) is not None:
            return _trimmed(text, begins, len(text))
        if purpose := re.match(r"To [a-z][^,]+(?=,)", text):
            return purpose.span()
        return whole
    if kind == "ends":
        return _after_verb(request, text) or _said(request, text, "says") or whole
    if kind in ("amount", "count", "percent"):
        return _amount(request, text, kind) or whole
    if kind == "duration" and (found := list(DURATION.finditer(text))):
        return found[0].span()
    if kind == "date" and (place := _date(request, text)):
        return place
    if kind == "date" and (
        match := re.search(r"\b(?:when|where|upon|once|if|after|before|until)\b(?=\s+\w+)", text[10:])
    ):
        return _trimmed(text, 10 + match.start(), len(text))
    if kind == "who" and (
        named := re.search(
            r"\bby ((?:the )?(?:[A-Z][\w.&]*)(?:\s+(?:of|and|the|[A-Z][\w.&]*))*)(?<! of)(?<! and)(?<! the)", text
        )
    ):
        return named.span(1)
    if kind in ("says", "open", "method", "where", "who"):
        said = _said(request, text, kind)
        return _unsaid(request, text, *said) if said else whole
    return whole


def _after_verb(request: Request, text: str) -> tuple[int, int] | None:
    """What follows the question's last verb and preposition: "limited to …", "mainly engaged in …"."""
    asked = dict(_KINDS)["ends"].search(request.text)
    if asked is None:
        return None
    stem = re.escape(asked["verb"][: max(4, len(asked["verb"]) - 3)])
    for match in re.finditer(rf"\b{stem}\w*\s+(?:\w+ly\s+)?{asked['word']}\s+", text, re.IGNORECASE):
        if len(text) - match.end() > 3:
            return _trimmed(text, match.end(), len(text))
    return None


def _unsaid(request: Request, text: str, start: int, end: int) -> tuple[int, int]:
    """An answer without the words it begins with that the question holds already: "calculated by adding" → "by adding"."""
    wanted = stems(request.text)
    for match in re.finditer(r"[\w’'-]+\s+", text[start:end]):
        own = stems(match[0])
        if not (own and any(same(one, other) for one in wanted for other in own) and not _SILENTLY.match(match[0])):
            break
        start += len(match[0])
        if match.end() + 12 > end - start:
            break
        return start, end
    return start, end


_SILENTLY = re.compile(r"(?:the|a|an|of|to|in|by|for|and|its?|our|their)\b", re.IGNORECASE)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    mark = re.match(r"\s*(?:\(\d{1,2}\)|\(\w\)|[•*–-])\s+", text[start:end])
    start += mark.end() if mark else 0
    while start < end and text[start] in " ,;:–-":
        start += 1
    while end > start and text[end - 1] in " ,;.":
        end -= 1
    return start, end


def _last_fit(pattern: re.Pattern[str], text: str, request: Request) -> int | None:
    """Where the words after a cue begin: the first cue behind the question's words."""
    wanted = stems(request.text)
    for match in pattern.finditer(text):
        before = stems(text[: match.start()])
        if any(same(one, other) for one in wanted for other in before) or match.start() == 0:
            return match.end()
    return None


def _amount(request: Request, text: str, kind: str) -> tuple[int, int] | None:
    places = amounts(text)
    percents = [one for one in places if re.search(r"%|per ?cent", text[one[0] : one[1]])]
    if kind == "percent":
        places = percents or places
    elif kind == "amount" and len(percents) < len(places):
        places = [one for one in places if one not in percents]
        money = [one for one in places if re.search(r"[$€£¥]|RMB|USD", text[one[0] : one[1]])]
        if money and not re.search(
            r"\b(?:number|shares|units|options|customers|employees)\b", request.text, re.IGNORECASE
        ):
            places = money
    if not places:
        return None
    if request.periods:
        paired = [
            place for place, when in paired_amounts(text) if fit(request.periods[0], when) >= 0.6 and place in places
        ]
        if len(paired) == 1:
            return paired[0]
        places = paired or places
    wanted = stems(request.text)
    words = [(match.start(), match.end()) for match in re.finditer(r"[A-Za-z][\w’'-]*", text)]
    hits = [
        place
        for place in words
        if any(same(one, other) for one in wanted for other in stems(text[place[0] : place[1]]))
    ]

    def near(place: tuple[int, int]) -> float:
        return sum(1 / (8 + min(abs(place[0] - end), abs(start - place[1]))) for start, end in hits)

    return max(places, key=near)


def _date(request: Request, text: str) -> tuple[int, int] | None:
    found = list(DATE.finditer(text))
    asked = {year for when in request.periods for year in when.years}
    fresh = [one for one in found if not any(str(year) in one[0] for year in asked)] or found
    whole = [one for one in fresh if re.search(r"[A-Z]", one[0])] or fresh
    return whole[0].span() if whole else None


def _said(request: Request, text: str, kind: str) -> tuple[int, int] | None:
    """What follows the verb after the subject that the question names."""
    patterns = (_HOW, SAYS, _IS) if kind == "method" else (SAYS, _IS)
    wanted = stems(request.text)
    for pattern in patterns:
        for match in pattern.finditer(text):
            before = stems(text[: match.start()])
            if any(same(one, other) for one in wanted for other in before) and len(text) - match.end() > 8:
                return _trimmed(text, match.end(), len(text))
    return None
