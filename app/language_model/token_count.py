"""How many tokens a text takes, without the model's own tokenizer: an estimate from above.

Byte-pair tokenizers keep common words whole and cut rare ones into pieces of about three letters; figures may go digit by
digit; a character outside ASCII takes at most its bytes. A budget that rests on it leaves room, and never overruns.
"""

import re

_PIECES = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Za-z]+|\d|\s+|[\x21-\x7e]|[^\x00-\x7f]")


def count_tokens(text: str) -> int:
    """At least as many tokens as the usual tokenizers read `text` as; about twice as many for plain prose."""
    return sum(_weight(match[0]) for match in _PIECES.finditer(text))


def _weight(piece: str) -> int:
    if piece.isspace():
        return 0 if piece == " " else len(piece)  # one space goes with the word after it
    if not piece.isascii():
        return len(piece.encode())
    if piece.isupper():
        return (len(piece) + 1) // 2
    return (len(piece) + 2) // 3
