"""What comes out of a model, made fit to read: its thinking left out, its length bounded, a loop noticed."""

import re

LONGEST_UNIT = 400  # characters of a passage that is looked for again behind itself
FEWEST = 4  # times that it stands there, and
SHORTEST_RUN = 160  # characters that it fills, before it is taken for a loop
CHARACTERS_A_TOKEN = 12  # at most, on average: more than the model was allowed is not read
_OPEN, _CLOSE = "<think>", "</think>"


def loops(text: str) -> bool:
    """Whether a text ends in one passage again and again: "and the revenue and the revenue and the …"."""
    tail = text[-LONGEST_UNIT * FEWEST :]
    for unit in range(1, len(tail) // FEWEST + 1):
        times = max(FEWEST, -(-SHORTEST_RUN // unit))
        if unit * times <= len(tail) and tail.endswith(tail[-unit:] * times):
            # Blank lines and rules are no loop of words.
            return bool(re.search(r"\w", tail[-unit:]))
    return False


class Written:
    """The text of one answer as it comes in pieces."""

    def __init__(self, most_tokens: int) -> None:
        """`most_tokens`: as many as the model was asked for."""
        self.text = ""  # that may be shown
        self._most = most_tokens * CHARACTERS_A_TOKEN
        self._raw = ""
        self._thinking: bool | None = None  # None: too little is there to tell
        self._checked = 0

    def take(self, piece: str) -> str:
        """What of the next piece may be shown: none of what stands between `<think>` and `</think>` at the start."""
        self._raw += piece
        if self._thinking is None:
            start = self._raw.lstrip()
            if _OPEN.startswith(start[: len(_OPEN)]) and len(start) < len(_OPEN):
                return ""
            self._thinking = start.startswith(_OPEN)
            piece = "" if self._thinking else self._raw
        if self._thinking:
            _, closed, rest = self._raw.partition(_CLOSE)
            if not closed:
                return ""
            self._thinking = False
            piece = rest.lstrip()
        shown = piece if self.text else piece.lstrip()
        self.text += shown
        return shown

    def rest(self) -> str:
        """What was held back when nothing more comes: a text so short that it might have begun a thought."""
        if self._thinking is not None:
            return ""
        self._thinking = False
        self.text = self._raw.strip()
        return self.text

    @property
    def full(self) -> bool:
        """Whether more came than the model was allowed to write."""
        return len(self._raw) > self._most

    def in_a_loop(self) -> bool:
        """Whether what it writes has become a loop; looked at now and then."""
        if len(self._raw) - self._checked < SHORTEST_RUN // 2:
            return False
        self._checked = len(self._raw)
        return loops(self._raw)
