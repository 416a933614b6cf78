"""What a paper holds, whatever its format: one footnote for each citation, in the order of the marks; nothing withheld."""

from collections.abc import Iterator

import pytest

from app.answer import Answer
from app.export import citations_of
from app.paper import Exchange, compose
from app.paper.paper import Listing, Paper, Paragraph, Table, Text, dateline
from tests.app.paper.answers import ALL, COMPUTED, HOSTILE, REFUSAL, SERIES, WHEN


def paper(*answers: Answer) -> Paper:
    return compose("A chat", [Exchange(answer, WHEN) for answer in answers])


def texts(whole: Paper) -> Iterator[Text]:
    for section in whole.sections:
        for block in section.blocks:
            match block:
                case Paragraph(parts, _):
                    yield from parts
                case Listing(items, _):
                    yield from items
                case Table():
                    yield from (cell for row in block.rows for cell in row)


def test_footnotes_are_numbered_in_the_order_of_their_marks_over_the_whole_paper() -> None:
    whole = paper(*ALL)
    marks = [number for text in texts(whole) for number in text.notes]
    first = list(dict.fromkeys(marks))
    assert first == list(range(1, len(first) + 1)) == [note.number for note in whole.notes]


@pytest.mark.parametrize("answer", ALL)
def test_every_citation_of_an_answer_has_a_footnote_with_its_words(answer: Answer) -> None:
    notes = {note.quote for note in paper(answer).notes}
    assert len(notes) == len(citations_of(answer))
    if answer is not HOSTILE:
        assert notes == {" ".join(one.quote.split()) for one in citations_of(answer)}


def test_what_was_withheld_is_not_in_it_and_what_was_understood_is() -> None:
    said = repr(paper(COMPUTED))
    assert "7 trillion" not in said
    assert "no passage says so" not in said
    assert "Understood as: What was Acorn's revenue a year before Q1 2026?" in said
    assert "Acorn Mills" in said
    assert "Written by small model; every sentence checked." in said


def test_a_calculation_is_a_table_with_its_operands_footnotes_and_the_result_last() -> None:
    tables = [block for block in paper(COMPUTED).sections[0].blocks if isinstance(block, Table)]
    assert tables[0].rows == (
        (Text("revenue, Q1 2026"), Text("2.88 billion CNY", (1,))),
        (Text("growth on the year"), Text("159%", (1,))),
        (Text("base = 2.88 ÷ (1 + 1.59)"), Text("1.112 billion CNY")),
    )
    assert tables[0].results == {2}


def test_a_series_is_a_table_with_a_footnote_for_each_cell() -> None:
    table = next(block for block in paper(SERIES).sections[0].blocks if isinstance(block, Table))
    assert table.head == ("", "FY2025", "FY2024", "FY2023")
    assert [cell.text for cell in table.rows[0]] == ["net sales, million USD", "1,284", "1,131", "1,042"]
    quotes = {note.number: note.quote for note in paper(SERIES).notes}
    assert [quotes[number] for cell in table.rows[0][1:] for number in cell.notes] == ["1,284", "1,131", "1,042"]


def test_a_refusal_shows_its_nearest_passages() -> None:
    listed = next(block for block in paper(REFUSAL).sections[0].blocks if isinstance(block, Listing))
    assert listed.items[0].text == "quarter, page 2: “No officer is named.”"
    assert [item.notes for item in listed.items] == [(1,), (2,)]


def test_no_character_that_cannot_be_seen_or_turns_the_text_around_gets_in() -> None:
    said = "".join(text.text for text in texts(paper(HOSTILE))) + "".join(note.quote for note in paper(HOSTILE).notes)
    assert not set(said) & {"\u202e", "\x07", "\ud800", "\n"}
    assert "abc" in said


def test_the_line_under_the_title_says_when() -> None:
    assert dateline(paper(REFUSAL)) == "Asked 28 November 2026, 07:05 UTC"
    assert dateline(paper(REFUSAL, SERIES)) == "2 questions, 28 November 2026, 07:05 UTC"
