"""Figures that recognition isn't sure of: they are never shown as numbers, and nothing is computed from them.

A digit that was misread makes a wrong figure with a right citation. So each digit of such a word stands as ▯ in the text,
and all figures of its line with it: which of a row's figures is whose year can't be told any more. The page's picture still
shows them.
"""

import re
from collections.abc import Sequence

from corpus.ocr.tesseract import Seen

HIDDEN = "▯"
SURE = 80  # of 100: enough for a figure that a second reading gives, too
UNSURE = 50  # enough where the second reading is sure
SURE_AGAIN = 85  # of the second reading
NO_WORD = 75  # a word without figures that stands among them, and is below it, may be a figure
_DIGIT = re.compile(r"\d")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_POINT_OR_COMMA = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # the point may be a comma that lost its tail
_MIXED = re.compile(r"\d[.,]?[OolISB](?=[\d.,)%]|$)|(?<![A-Za-z])[OolISB][.,]?\d[\d.,]*$")


def hidden(words: Sequence[Seen]) -> tuple[list[str], int]:
    """The texts of a line's words with what is in doubt made illegible, and how many of them are in doubt."""
    doubtful = sum(_is_doubtful(words, index) for index in range(len(words)))
    if not doubtful:
        return [word.text for word in words], 0
    return [_DIGIT.sub(HIDDEN, word.text) for word in words], doubtful


def _is_doubtful(words: Sequence[Seen], index: int) -> bool:
    word = words[index]
    if not _DIGIT.search(word.text):
        # "44" may be read as "Ad": among figures that is no word.
        before = index > 0 and _DIGIT.search(words[index - 1].text) is not None
        last = index + 1 == len(words) or _DIGIT.search(words[index + 1].text) is not None
        return before and last and len(word.text) > 1 and word.confidence < NO_WORD
    enough = word.again > 0 and (word.confidence >= SURE or (word.confidence >= UNSURE and word.again >= SURE_AGAIN))
    if not enough or _MIXED.search(word.text):
        return True
    bare = word.text.strip("()[]$€£¥%-–—−.,;:")
    if _POINT_OR_COMMA.fullmatch(bare):
        return True
    return "," in bare and re.fullmatch(r"[\d,.]+", bare) is not None and not _is_number(bare)


def _is_number(text: str) -> bool:
    """Whether commas stand where a number has them: every three digits, or as a decimal comma."""
    return (
        _GROUPED.fullmatch(text) is not None or re.fullmatch(r"(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}", text) is not None
    )
