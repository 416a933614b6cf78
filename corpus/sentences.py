"""Where sentences end, for texts in English and Chinese."""

import re

_END = re.compile(r"(?:[.!?][\"”’')\]]*(?=\s+[\"“‘'(\[]?[A-Z0-9•])|[。！？][”’」』）]*)\s*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nos|Inc|Corp|Co|Ltd|LLC|L\.P|Jr|Sr|vs|etc|approx|Fig|Sec|Art|Vol|pp|p|cf|e\.g|i\.e|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|U\.S|U\.K|E\.U)|(?:^|\s)[A-Z])\.$"
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Give half-open ranges that part the text into sentences, each without white space around it."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        upto = match.end()
        head = text[max(start, match.start() - 12) : match.start() + 1]
        if text[match.start()] == "." and _ABBREVIATION.search(head):
            continue
        _append(spans, text, start, upto)
        start = upto
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        begin = start + len(piece) - len(piece.lstrip())
        spans.append((begin, begin + len(stripped)))
