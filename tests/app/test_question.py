import pytest

from app.question import Kind, MonthYear, read_question, without_conditions
from app.terms import direction, match, same, stem
from corpus.document import Period


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who is the chief executive?", Kind.WHO),
        ("When did it start?", Kind.WHEN),
        ("How much revenue was there?", Kind.FIGURE),
        ("What was revenue in 2024?", Kind.FIGURE),
        ("What drove the jump in revenue?", Kind.CAUSE),
        ("Why did sales rise?", Kind.CAUSE),
        ("How is the run-rate calculated?", Kind.METHOD),
        ("Is it a rule?", Kind.YES_NO),
        ("What happened at the meeting?", Kind.OPEN),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert read_question(text).kind is kind


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "Has its margin improved? If it is no useful metric, then please state that and explain why.",
            "Has its margin improved?",
        ),
        ("If margins matter, explain why. Did it fall?", "Did it fall?"),
        ("If revenue grew by 10%, what was it before?", "If revenue grew by 10%, what was it before?"),
        ("Did it fall? If so, why?", "Did it fall? If so, why?"),
        ("If there is a reason, state it.", "If there is a reason, state it."),  # nothing else is asked
    ],
)
def test_a_sentence_on_how_to_answer_in_a_case_is_left_out(text: str, kept: str) -> None:
    assert without_conditions(text) == kept


def test_names_periods_and_words_are_told_apart() -> None:
    read = read_question("What was Acme Mills' net income in Q2 2025?")
    assert read.names == (("acme", "mill"),)
    assert read.periods == (Period(2025, 2),)
    assert {term.stem for term in read.terms} == {"net", "income"}


def test_names_in_small_letters_are_known_from_the_documents() -> None:
    assert read_question("acme revenue", {"acme"}).names == (("acme",),)
    assert read_question("acme revenue").names == ()


def test_product_codes_and_their_numbers_are_names() -> None:
    assert read_question("how much memory has the h100?").names == (("h100",),)
    assert read_question("what is the Matrix 384 made of?").names == (("matrix", "384"),)


def test_months_and_the_year_before() -> None:
    assert read_question("what happened in march 2026").months == (MonthYear(2026, 3),)
    assert read_question("what was it a year earlier?").year_before
    assert read_question("revenue in the same quarter of the previous year").year_before


def test_clauses_of_a_double_question() -> None:
    assert len(read_question("When did it begin, and when was it tightened?").clauses) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [("instruct", "instruction"), ("tighten", "tightening"), ("license", "licence"), ("centre", "center")],
)
def test_words_of_one_family(one: str, other: str) -> None:
    assert same(stem(one), stem(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("market", "marketing director"), ("profit", "profile"), ("export", "expert"), ("gross", "growth")],
)
def test_words_that_only_look_alike(one: str, other: str) -> None:
    assert not same(stem(one), stem(other))


def test_synonyms_count_less_than_the_word() -> None:
    assert match(stem("revenue"), frozenset([stem("revenues")])) == 1
    assert 0 < match(stem("revenue"), frozenset([stem("sales")])) < 1
    assert match(stem("revenue"), frozenset([stem("profit")])) == 0


@pytest.mark.parametrize(
    ("text", "way"), [("revenue rose", 1), ("it fell sharply", -1), ("up 5%", 1), ("it is blue", 0)]
)
def test_direction(text: str, way: int) -> None:
    assert direction(text) == way
