from pathlib import Path

import pytest

from corpus.errors import DataProblem
from index import light_words as module
from index.light_words import light_pieces, light_words


def test_function_words_and_marks_are_light_and_frames_are_not() -> None:
    vocabulary = {"[CLS]": 0, "[SEP]": 1, "the": 2, ",": 3, "##)": 4, "revenue": 5, "##s": 6, "不": 7, "[": 8, "5": 9}
    assert light_pieces(vocabulary, frozenset({0, 1})) == {2, 3, 4, 8}


def test_a_broken_list_says_which_file_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "light_words.toml"
    broken.write_text("words = 3")
    monkeypatch.setattr(module, "FILE", broken)
    light_words.cache_clear()
    try:
        with pytest.raises(DataProblem, match=r"light_words\.toml"):
            light_words()
    finally:
        light_words.cache_clear()
