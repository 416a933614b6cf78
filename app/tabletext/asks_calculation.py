"""Questions for a calculation: changes, shares, ratios, averages, sums; and plain values."""

import re

from app.tabletext.phrase import cut, has_content, parts_of, phrase_of, split_and, stripped
from app.tabletext.request import Form, Request, with_form
from app.tabletext.when import without
from app.tabletext.wording import (
    AVERAGE,
    CHANGE,
    MORE,
    MOVE,
    MOVED,
    PERCENT,
    PERCENT_CHANGE,
    RATIOS,
    SHARES,
    SUM,
    TAIL,
    TEXTUAL,
    TOTAL,
)


def read_computed(base: Request, low: str) -> Request | None:
    """A question for a change, a share, a ratio, an average or a sum."""
    bare = " ".join(TAIL.sub(" ", without(base.text)).split())
    if (moved := MOVED.match(bare)) and not re.search(r"\bby\s+(?:segment|region)", low):
        phrase = stripped(phrase_of(f"{moved['what']} {moved['rest']}"))
        return with_form(base, Form.PERCENT_CHANGE if re.search(PERCENT, low) else Form.CHANGE, phrase)
    if MORE.search(bare) and not TEXTUAL.search(low):
        return with_form(base, Form.CHANGE, stripped(phrase_of(MORE.sub(" ", base.text))))
    if exceed := re.match(
        r"(?:by )?how much (?:did|does|do|was|were|is) (?P<one>.+?) (?:exceed|higher than|greater than|larger than|more than)s? (?P<two>.+)",
        bare,
        re.IGNORECASE,
    ):
        return with_form(base, Form.DIFFERENCE, base.phrase, pairs=((exceed["one"], exceed["two"]),))
    if PERCENT_CHANGE.search(low):
        return with_form(base, Form.PERCENT_CHANGE, cut(base, PERCENT_CHANGE))
    if not re.search(r"^\W*why\b", low):
        for patterns, form in ((SHARES, Form.SHARE), (RATIOS, Form.RATIO)):
            for pattern in patterns:
                match = pattern.search(bare)
                pairs = parts_of(match, bare) if match else ()
                if pairs and re.match(rf"(?:the\s+)?{MOVE}\s+(?:in|of)\b", pairs[0][0], re.IGNORECASE):
                    pairs = ()  # how a share changed
                if pairs and not TEXTUAL.search(low):
                    as_percent = form is Form.RATIO and re.search(PERCENT, low)
                    return with_form(base, Form.SHARE if as_percent else form, base.phrase, pairs=pairs)
    average, change = AVERAGE.search(bare), CHANGE.search(bare)
    averaged = bool(average)
    if average and change and average.start() < change.start():
        change = None
    if change and not TEXTUAL.search(low):
        rest = cut(base, CHANGE)
        tail = bare[change.end() :]
        if between := re.search(r"\bbetween\s+(.+)$", tail, re.IGNORECASE):
            context = " ".join(re.sub(r"^\s*(?:in|of)\b", "", tail[: between.start()]).split())
            pairs = tuple((one, two) for one, two in split_and(between[1]) if has_content(one) and has_content(two))
            if pairs:
                pairs = tuple((f"{context} {one}".strip(), f"{context} {two}".strip()) for one, two in pairs)
                pairs = (
                    tuple((AVERAGE.sub(" ", one), AVERAGE.sub(" ", two)) for one, two in pairs) if averaged else pairs
                )
                return with_form(base, Form.DIFFERENCE, rest, pairs=pairs, averaged=averaged)
        if re.search(rf"{PERCENT}(?!\s*(?:of|points?)\b)", low):
            return with_form(base, Form.PERCENT_CHANGE, rest)
        two = "difference" in change[0].lower() and len(base.periods) < 2
        return with_form(
            base,
            Form.CHANGE,
            rest,
            pairs=tuple(one for one in split_and(rest) if all(map(has_content, one))) if two else (),
        )
    if averaged and not TEXTUAL.search(low):
        return with_form(base, Form.AVERAGE, cut(base, AVERAGE), pairs=split_and(cut(base, AVERAGE)))
    several = len(base.periods) > 1
    if (SUM.search(low) or (TOTAL.search(low) and several and "respective" not in low)) and not TEXTUAL.search(low):
        rest = cut(base, SUM)
        lighter = " ".join(TOTAL.sub(" ", rest).split())
        return with_form(base, Form.SUM, rest, pairs=split_and(lighter))
    return None


def read_value(base: Request, low: str) -> Request:
    """What is left: a value, several values, or something told in words."""
    if TEXTUAL.search(low):
        return with_form(base, Form.PROSE, base.phrase)
    if "respective" in low or len(base.periods) > 1:
        phrase = " ".join(re.sub(r"\brespective(?:ly)?\b", " ", base.phrase, flags=re.IGNORECASE).split())
        return with_form(base, Form.VALUES, phrase, pairs=split_and(phrase))
    if TOTAL.search(low):
        return with_form(base, Form.VALUE, base.phrase, pairs=split_and(" ".join(TOTAL.sub(" ", base.phrase).split())))
    return base
