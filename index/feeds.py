"""Texts → what a graph of `index/bert_graph.py` is given for them: rows of embeddings, and which of them go on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import bert_graph
from index.light_words import light_pieces
from index.word_pieces import SEQUENCE_TOKENS, WordPieces

Feed = Mapping[str, NDArray[Any]]  # by the names of a graph's inputs


class Feeds:
    """Makes them for one model: by its tokenizer, and the embeddings among its weights."""

    def __init__(self, folder: Path, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Of the model in `folder`. KeyError or OSError where what it needs is missing, ValueError where it is damaged."""
        self.pieces = WordPieces(folder / "tokenizer.json")
        self._words = weights["embeddings.word_embeddings.weight"]
        # All tokens are of the first of BERT's two kinds.
        self._places = weights["embeddings.position_embeddings.weight"]
        self._places = self._places + weights["embeddings.token_type_embeddings.weight"][0]
        light = light_pieces(self.pieces.vocabulary, frozenset({self.pieces.first, self.pieces.last}))
        self._light = np.isin(np.arange(len(self._words)), list(light))
        self._longest = min(SEQUENCE_TOKENS, len(self._places))

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return int(self._words.shape[1])

    def whole(self, text: str) -> Feed:
        """With each piece of the text going on as itself."""
        tokens = self._cut(self.pieces.of(text))
        return self._feed(tokens, np.arange(len(tokens)), np.ones(len(tokens)), 0)

    def merged(self, text: str) -> Feed:
        """With words that occur again going on as the first of their like, and light pieces as one row."""
        pieces, firsts = self.pieces.repeated(text)
        tokens = self._cut(pieces)
        places = np.arange(len(tokens))
        first = np.asarray([*firsts[: len(tokens) - 1], places[-1]])
        light = self._light[tokens]
        # Those that go on, repeated ones, light ones.
        order = np.argsort(np.where(light, 2, first < places), kind="stable")
        times = np.bincount(first[~light])
        return self._feed(tokens, order, times[times > 0], int(np.count_nonzero(light)))

    def _cut(self, pieces: list[int]) -> NDArray[np.int64]:
        """As many pieces as the model has positions; the one that ends a text stays its last."""
        return np.asarray(pieces if len(pieces) <= self._longest else [*pieces[: self._longest - 1], pieces[-1]])

    def _feed(
        self, tokens: NDArray[np.int64], order: NDArray[np.int64], times: NDArray[np.generic], light: int
    ) -> Feed:
        """For a text whose pieces are read in `order`: the first of them count `times`, the last ones are light."""
        joined = int(light > 0)
        return {
            bert_graph.ROWS: self._words[tokens[order]] + self._places[order],
            bert_graph.FULL: np.asarray([len(times)]),
            bert_graph.LIGHT: np.asarray([(len(tokens) - light) * joined]),
            bert_graph.JOINED: np.asarray([joined]),
            bert_graph.TIMES: np.append(times, [1] * joined).astype(np.float32),
        }
