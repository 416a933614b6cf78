"""What of a passage is embedded: rows of figures without the figures.

An embedding model makes nothing of a column of amounts, but each amount costs it three to five word pieces. The words of
a row stay, and the cited text and the lexical index keep everything.
"""

import re

VERSION = 1  # grows when other texts are embedded, so that vectors of both aren't mixed

FEW = 2  # figures that a line may have and be prose
SHARE = 0.25  # of a line's characters that are figures, from which it is a row
# Not FY2019, Q2 or 10-K: a figure within a name is part of it.
_FIGURE = re.compile(r"(?<!\w)\(?[$€£¥]?\s?\(?\d[\d,.]*\)?%?(?!\w|-\w)|[—–]")
_DIGIT = re.compile(r"\d")
_LEFT = re.compile(r"[\s$€£¥()%|]+")


def telling(text: str) -> str:
    """The text with rows of figures cut to their words; the text itself where nothing would be left."""
    if not _DIGIT.search(text):
        return text
    return "\n".join(_words(line) for line in text.split("\n")).strip() or text


def _words(line: str) -> str:
    if not _DIGIT.search(line):
        return line
    figures = [match[0] for match in _FIGURE.finditer(line)]
    amounts = sum(figure not in "—–" for figure in figures)
    if amounts < FEW or sum(map(len, figures)) <= SHARE * len(line):
        return line
    return _LEFT.sub(" ", _FIGURE.sub(" ", line)).strip()
