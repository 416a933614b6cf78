"""A draft's sentences come out whole, with their marks, however it is cut into pieces."""

import pytest

from app.writer.draft_stream import Drafted, DraftStream

TEXT = (
    "Revenue rose 2.5% in the U.S. market [1]. It fell in Q2. [2][3] Mr. Smith left [4, 5]!\n"
    "- A first item [6]\n"
    "2. A second item of the list. With a sentence more [7].\n"
    "<think>Shall I say 42? Yes. </think>The end comes."
)
WHOLE = [
    Drafted("Revenue rose 2.5% in the U.S. market.", (1,)),
    Drafted("It fell in Q2.", (2, 3)),
    Drafted("Mr. Smith left!", (4, 5)),
    Drafted("A first item", (6,)),
    Drafted("A second item of the list.", ()),
    Drafted("With a sentence more.", (7,)),
    Drafted("The end comes.", ()),
]


def read(*pieces: str) -> tuple[list[Drafted], str]:
    stream = DraftStream()
    found = [one for piece in pieces for one in stream.feed(piece)]
    last, broken = stream.close()
    return [*found, *last], broken


@pytest.mark.parametrize("size", range(1, 60))
def test_pieces_make_no_difference(size: int) -> None:
    assert read(*(TEXT[at : at + size] for at in range(0, len(TEXT), size))) == (WHOLE, "")


@pytest.mark.parametrize("text", ["One is whole. Two breaks", "One is whole. Two breaks [1"])
def test_what_breaks_off_is_no_sentence(text: str) -> None:
    found, broken = read(*text)
    assert [one.text for one in found] == ["One is whole."]
    assert broken.startswith("Two breaks")


def test_a_sentence_comes_as_soon_as_the_next_begins() -> None:
    stream = DraftStream()
    assert stream.feed("One is whole. [1]") == []
    assert stream.feed(" T") == [Drafted("One is whole.", (1,))]


def test_a_thought_without_end_says_nothing() -> None:
    assert read("<think>42. 43. ", "44. It is 45.") == ([], "")


def test_what_has_no_sentences_runs_on() -> None:
    stream = DraftStream()
    stream.feed("word " * 1000)
    assert stream.runs_on


@pytest.mark.parametrize("text", ["", "[1] [2]", "...", "***"])
def test_nothing_is_no_sentence(text: str) -> None:
    assert read(text)[0] == []
