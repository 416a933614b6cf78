"""Whether a sentence is of the kind that can answer a question at all: a place for "where", and no mere pointer or list."""

import re

from app.question import Kind, Question

_WHERE = re.compile(r"^(?:and\s+)?(?:where|in\s+(?:which|what)\s+(?:city|country|state|town|place)s?)\b", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:in|at|on|near|from|to|into|across|outside|of)\s+(?:the\s+)?[A-Z][a-z]+")
# What only says where something stands.
_POINTS = re.compile(
    r"^(?:see|refer to|please (?:see|refer)|for (?:a |an |more |further |additional )?(?:information|discussion|details?|description))\b"
    r"|\b(?:discuss(?:ed|ion)|described|outlined|noted|mentioned|considerations?)\b.{0,60}\b(?:above|below|elsewhere)\b"
    r"|\bhereby incorporated by reference\b|\bare as follows\b|\bwere as follows\b|\bfollowing table\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"^(?:he|she|his|her)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d,.]*")
_ASKS_PER_SHARE = re.compile(r"\bEPS\b|\bper\s+(?:diluted\s+|basic\s+)?share\b", re.IGNORECASE)
_PER_SHARE = re.compile(
    r"[$€£¥]\s?\d{1,4}\.\d{1,4}\b|\b\d{1,4}\.\d{1,4}\s+(?:cents|cps|(?:US\s+)?dollars)\b", re.IGNORECASE
)
MOST_NUMBERS = 8  # of a sentence in words, where no figure is asked for
NAMES = 0.75  # share of words with a capital from which a stretch is a list of names
FEWEST = 6  # words from which that share tells


def can_answer(question: Question, text: str) -> bool:
    """Whether a sentence may be the answer to a question of this kind, whatever words they share."""
    plain = " ".join(text.split())
    if _WHERE.search(question.text.strip()) and not _new_place(question, plain):
        return False
    if _POINTS.search(plain):
        return False
    if question.kind is Kind.FIGURE and _ASKS_PER_SHARE.search(question.text) and not _PER_SHARE.search(plain):
        return False  # a number of shares, or an amount in millions
    if _SOMEBODY.search(plain) and question.kind is not Kind.WHO:
        return False  # of somebody who isn't named
    if question.kind is not Kind.FIGURE and len(_NUMBER.findall(plain)) > MOST_NUMBERS:
        return False  # rows of a table run together
    words = re.findall(r"[^\W\d_][\w’'.&-]*", plain)
    return not (len(words) >= FEWEST and sum(word[0].isupper() for word in words) > NAMES * len(words))


def _new_place(question: Question, plain: str) -> bool:
    """Whether it names a place that the question doesn't."""
    asked = question.text.lower()
    return any(found[0].split()[-1].lower() not in asked for found in _PLACE.finditer(plain))
