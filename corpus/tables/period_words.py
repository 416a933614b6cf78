"""Words that name periods in the headers of tables."""

import re

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
DATE = rf"{MONTH}\s+\d{{1,2}},?(?:\s+(?:19|20)\d\d)?"
_PERIOD = re.compile(
    rf"\b{MONTH}\s+\d|\b{MONTH}\b|\b(?:19|20)\d\d\b|\b(?:months?|weeks?|quarters?|years?)\s+end|\b(?:three|six|nine|twelve|13|26|39|52)[\s-]+(?:months?|weeks?)\b|\bfiscal\b|\bQ[1-4]\b|\b[1-4]Q\d|"
    r"\b(?:first|second|third|fourth)\s+quarter",
    re.IGNORECASE,
)
SPAN = re.compile(
    rf"\b(?:months?|weeks?|quarters?|years?|periods?)\b|\b(?:at|as of)\b|\b{MONTH}(?:\s+\d{{1,2}}\b)?", re.IGNORECASE
)
STEM = re.compile(
    rf"(?:\b(?:years?|months|weeks|quarters?|periods?)(?:\s+(?:ended|ending))?,?(?:\s+{MONTH}(?:\s+\d{{1,2}})?)?,?:?"
    rf"|(?:\b(?:at|as of)\s+)?\b{MONTH}\s+\d{{1,2}},?:?)$",
    re.IGNORECASE,
)
MONTH_NAME = re.compile(rf"\b{MONTH}(?!\w)", re.IGNORECASE)
FULL_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def is_period(text: str) -> bool:
    """Whether a text names a period or a part of one."""
    return _PERIOD.search(text) is not None
