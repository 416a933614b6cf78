"""A text as a cell of CSV that no spreadsheet runs (OWASP, CSV Injection)."""

import re

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FORMULA = re.compile(r"^[\s'\"]*[=+\-−@\t\r＝＋－＠]")


def safe_cell(text: str, numbers: bool = True) -> str:
    """The text in one line, behind an apostrophe where a spreadsheet would take it for a formula.

    `numbers`: whether a plain decimal with a minus stays as it is.
    """
    line = " ".join(text.split())
    is_number = numbers and _NUMBER.fullmatch(line)
    return line if is_number or not _FORMULA.match(line) else f"'{line}"
