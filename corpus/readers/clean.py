"""Cleaning of characters at reading: what can't be seen, or would turn the text around, is left out of a page."""

import os
import re
from pathlib import Path

_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_REMOVE = re.compile(f"[{_INVISIBLE}]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """Drop zero-width and bidirectional controls; line breaks become newlines, other controls spaces."""
    return _CONTROL.sub(" ", _NEWLINE.sub("\n", _REMOVE.sub("", text)))


def one_line(text: str) -> str:
    """Clean the text and collapse all white space, line breaks included, to single spaces."""
    return _SPACE.sub(" ", clean(text)).strip()


def file_name(path: Path, *, suffix: bool = True) -> str:
    """A file's name as one line of text, whatever bytes it is made of; "untitled" where nothing of it can be seen."""
    name = path.name if suffix else path.stem
    return one_line(os.fsencode(name).decode("utf-8", "replace")) or "untitled"


def same_length(text: str) -> str:
    """Clean without changing any offset: a character that must not stay becomes one space."""
    return _CONTROL.sub(" ", _REMOVE.sub(" ", _NEWLINE_ONE.sub(" ", text)))


_NEWLINE_ONE = re.compile("[\x0b\x0c\x85\u2028\u2029]")
