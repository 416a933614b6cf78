"""Texts to the numbers of their word pieces, each word looked up once and then remembered.

BERT's pieces never reach over white space, so that those of a text are those of its words, one after the other: most words of a
filing were seen before, and to remember them takes a tenth of the time that the tokenizer takes.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

# A passage of 220 tokens and its context header fit whole; the model's positions reach 512.
SEQUENCE_TOKENS = 512
# White space that is nothing else for any tokenizer of BERT's; what else is white stays within a word, which the tokenizer parts.
_WORD = re.compile(r"[^ \t\n\r\xa0]+")
REMEMBERED = 1 << 16  # words; then all are forgotten, so that a large corpus takes no more memory than a small one
LONGEST = 64  # characters of a word that is remembered

_Pieces = tuple[int, ...]


class WordPieces:
    """What a tokenizer of Hugging Face's makes of texts. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        """Load `tokenizer.json`. Raises ValueError or OSError where it isn't one."""
        from tokenizers import Tokenizer

        try:
            self._tokenizer: Any = Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises nothing narrower
            raise ValueError(str(error)) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        frame = self._tokenizer.encode("").ids
        self.first, self.last = frame[0], frame[-1]
        self._known: dict[str, tuple[_Pieces, ...]] = {}

    @property
    def vocabulary(self) -> dict[str, int]:
        """Piece → number."""
        return dict(self._tokenizer.get_vocab())

    def of(self, text: str) -> list[int]:
        """The pieces of `text`, with those that frame it."""
        return [self.first, *self.bare(text), self.last]

    def bare(self, text: str) -> list[int]:
        """The pieces of `text` without those that frame it."""
        return [piece for word in self._words(text) for piece in word]

    def repeated(self, text: str) -> tuple[list[int], list[int]]:
        """The pieces of `text`, with those that frame it, and for each the place of its first: the same piece of the same word."""
        pieces, firsts = [self.first], [0]
        seen: dict[_Pieces, int] = {}
        for word in self._words(text):
            first = seen.setdefault(word, len(pieces))
            pieces += word
            firsts += range(first, first + len(word))
        return [*pieces, self.last], [*firsts, len(firsts)]

    def _words(self, text: str) -> Iterator[_Pieces]:
        """The words that the tokenizer sees, marks being words of their own."""
        known = self._known
        for word in _WORD.findall(text):
            found = known.get(word)
            yield from self._looked_up(word) if found is None else found

    def _looked_up(self, word: str) -> tuple[_Pieces, ...]:
        told = self._tokenizer.encode(word, add_special_tokens=False)
        pairs = groupby(zip(told.word_ids, told.ids, strict=True), key=lambda pair: pair[0])
        pieces = tuple(tuple(piece for _, piece in pair) for _, pair in pairs)
        if len(word) <= LONGEST:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[word] = pieces
        return pieces
