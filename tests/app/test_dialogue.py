"""Dialogues of three turns with goldens, and the promises that hold for follow-ups: no leak, no guess, no nagging."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.answer import Answer, AnswerKind, Turn
from app.chats import answer_from_json, answer_to_json
from app.dialogue import LOOKED_BACK
from app.dialogue.periods import said_of_period, with_period
from app.dialogue.spelling import respelled
from app.dialogue.wording import wording
from app.export import answer_markdown, answer_text
from app.footnote import Footnote
from app.page.answer_html import answer_html
from tests.app.dialogues import dialogues, hold, report_engine
from tests.app.test_answers import assert_supported

REVENUE = "What was Foxglove Mills' revenue in FY2021?"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    engine = report_engine(tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("home"))
    yield engine
    engine.close()


def chat(engine: Footnote, *questions: str) -> Answer:
    """The answer to the last of the questions, asked one after the other."""
    history: list[Turn] = []
    for question in questions:
        history.append(Turn(question, engine.ask(question, history)))
    return history[-1].answer


def golden_dialogues() -> list[Any]:
    """Every dialogue; those that still go wrong must go on doing so, or lose their mark."""
    return [
        pytest.param(
            one,
            id=f"{one['corpus']}: {one['turns'][0]['question'][:50]}",
            marks=[pytest.mark.xfail(reason=one["open"], strict=True)] if "open" in one else [],
        )
        for one in dialogues()
    ]


@pytest.mark.parametrize("dialogue", golden_dialogues())
def test_a_dialogue_goes_as_it_should(sample: Footnote, reports: Footnote, dialogue: dict[str, Any]) -> None:
    engine = sample if dialogue["corpus"] == "sample" else reports
    wrong = []
    for held in hold(engine, dialogue):
        assert_supported(engine, held.answer)
        wrong += [
            f"{held.question!r} → {held.answer.kind} [{held.answer.resolved}] {held.answer.text}: {held.faults}"
        ] * bool(held.faults)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("half", ["develop", "confirm"])
def test_at_most_a_tenth_of_sixty_dialogues_is_still_wrong(half: str) -> None:
    first = [one for one in dialogues() if one["half"] in ("develop", "confirm")]
    assert len(first) == 60
    assert all(len(one["turns"]) == 3 for one in first)
    assert sum("open" in one for one in first) <= 6
    assert 20 <= sum(one["half"] == half for one in first) <= 40


@pytest.mark.parametrize(
    "question",
    [
        "What was Tamarack Semiconductor's net income?",
        "What is free cash flow?",
        "Who is the auditor of Cedar Foods?",
        "ok, different question: what was the net income of Tamarack Semiconductor?",
        "2 + 2",
    ],
)
def test_a_whole_question_carries_nothing_over(reports: Footnote, question: str) -> None:
    answer = chat(reports, "What was Foxglove Mills' revenue in FY2019?", question)
    assert "Foxglove" not in answer.resolved
    assert "2019" not in answer.resolved
    alone = reports.ask(question)
    assert (answer.kind, answer.text) == (alone.kind, alone.text)


def test_the_old_topic_doesn_t_return_by_itself_after_another_one(reports: Footnote) -> None:
    answer = chat(reports, REVENUE, "What was Tamarack Semiconductor's gross margin in FY2020?", "and net income?")
    assert answer.resolved == "What was Tamarack Semiconductor's net income in FY2020?"
    assert "620 million USD" in answer.text


def test_a_company_that_no_document_is_of_gets_no_other_s_figure(reports: Footnote) -> None:
    for question in ("and Larkspur Tools?", "what about Larkspur Tools in 2020?", "and Larkspur's net income?"):
        answer = chat(reports, REVENUE, question)
        assert answer.kind is AnswerKind.REFUSAL, f"{question}: {answer.text}"


def test_a_choice_is_picked_by_its_place_its_name_or_a_click(reports: Footnote) -> None:
    first = reports.ask("What was the revenue of Cedar in FY2021?")
    assert first.kind is AnswerKind.REFUSAL
    assert len(first.choices) == 2
    history = [Turn(first.question, first)]
    for said in ("the second one", "2", "Cedar Foods", "foods", first.choices[1], "the last one"):
        answer = reports.ask(said, history)
        assert "2,000 million USD" in answer.text, f"{said}: {answer.text}"
    for said in ("the fifth one", "thanks"):
        assert reports.ask(said, history).kind is AnswerKind.REFUSAL


def test_choices_are_kept_and_shown_everywhere(reports: Footnote) -> None:
    answer = reports.ask("What was the revenue of Cedar in FY2021?")
    assert answer_from_json(answer_to_json(answer)) == answer
    assert answer.to_json()["choices"] == list(answer.choices)
    for choice in answer.choices:
        assert choice in answer_text(answer)
        assert choice.split(" of ")[0] in answer_markdown(answer)
        assert f'data-event="ask" data-question="{choice}"' in answer_html(answer, None, "1")
    odd = replace(answer, choices=('<b onclick="x">',))
    assert "<b onclick" not in answer_html(odd, None, "1")


def test_nothing_is_asked_back_where_one_reading_is_nearer(sample: Footnote, reports: Footnote) -> None:
    assert not chat(reports, REVENUE, "and net income?").choices
    assert not chat(reports, REVENUE, "What was net income in FY2020?").choices
    assert not reports.ask("What was Cedar Foods' revenue in FY2021?").choices
    assert not reports.ask("What was the weather in FY2021?").choices
    assert not sample.ask("What was revenue in Q1 2026?").choices


def test_a_margin_of_revenue_may_be_several_and_one_of_them_is_asked_for(reports: Footnote) -> None:
    assert chat(reports, REVENUE, "and the margin?").choices == tuple(
        f"What was Foxglove Mills' {name} in FY2021?" for name in ("gross margin", "operating margin", "net margin")
    )
    assert "20.0%" in chat(reports, REVENUE, "and the margin?", "operating").text


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        ("no, I meant net income", "What was Foxglove Mills' net income in FY2021?"),
        ("sorry, 2020", "What was Foxglove Mills' revenue in 2020?"),
        ("I meant Tamarack Semiconductor", "What was Tamarack Semiconductor's revenue in FY2021?"),
        ("not revenue, gross profit", "What was Foxglove Mills' gross profit in FY2021?"),
        ("wait, I meant the year before", "What was Foxglove Mills' revenue in FY2020?"),
    ],
)
def test_a_correction_replaces_just_what_it_names(reports: Footnote, correction: str, expected: str) -> None:
    assert chat(reports, REVENUE, correction).resolved == expected


def test_what_was_answered_is_shown_again_with_its_sources(reports: Footnote) -> None:
    first = reports.ask("What was the free cash flow of Foxglove Mills in FY2021?")
    history = [Turn(first.question, first)]
    for question in ("where does it say that?", "are you sure?", "who said that?", "how did you get that?"):
        answer = reports.ask(question, history)
        assert answer.statements[0] == first.statements[0], question
        assert answer.resolved == first.question
    refused = reports.ask("What was Foxglove Mills' revenue in FY2017?")
    again = reports.ask("are you sure?", [Turn(refused.question, refused)])
    assert (again.kind, again.text) == (AnswerKind.REFUSAL, refused.text)


def test_a_currency_without_a_rate_is_refused_by_name_and_forgotten(reports: Footnote) -> None:
    answer = chat(reports, REVENUE, "in euros?")
    assert answer.kind is AnswerKind.REFUSAL
    assert "US dollars" in answer.text
    assert "euros" in answer.text
    assert answer.nearest
    assert chat(reports, REVENUE, "in euros?", "and in 2020?").resolved == "What was Foxglove Mills' revenue in 2020?"
    assert chat(reports, REVENUE, "in dollars?").statements == reports.ask(REVENUE).statements
    assert "1.2 billion USD" in chat(reports, REVENUE, "in billions?").text


def test_figures_that_do_not_meet_are_not_put_beside_each_other(sample: Footnote) -> None:
    euros = "What was Harrowvale's revenue in Q2 2025?"
    answer = chat(sample, euros, "What was Cambricon's revenue in Q1 2026?", "which was higher?")
    assert answer.kind is AnswerKind.REFUSAL
    assert "currency" in answer.text
    assert chat(sample, "What is HBM?", "compare the two").kind is AnswerKind.REFUSAL


def test_a_long_chat_is_read_by_its_last_turns_alone(reports: Footnote) -> None:
    first = Turn(REVENUE, reports.ask(REVENUE))
    other = "What was Tamarack Semiconductor's gross margin in FY2020?"
    turns = [first, *[Turn(other, reports.ask(other))] * LOOKED_BACK]
    long = [first] * 200 + turns
    answer = reports.ask("and net income?", long)
    assert answer.resolved == "What was Tamarack Semiconductor's net income in FY2020?"
    beyond = reports.ask("back to Foxglove: what was it in 2020?", [first, *turns[1:]])
    assert "Tamarack" not in beyond.text


@pytest.mark.parametrize(
    ("base", "said", "expected"),
    [
        ("What was revenue in FY2021?", "the year before", "What was revenue in FY2020?"),
        ("What was revenue in FY2021?", "five years ago", "What was revenue in FY2016?"),
        ("What was revenue in FY2021?", "the following year", "What was revenue in FY2022?"),
        ("What was revenue in Q2 2025?", "2024", "What was revenue in Q2 2024?"),
        ("What was revenue in the second quarter of 2025?", "the third", "What was revenue in the third quarter of 2025?"),
        ("What was revenue in FY2021?", "Q2", "What was revenue in Q2 of FY2021?"),
        ("What was revenue?", "2020", "What was revenue in 2020?"),
        ("What was revenue in FY2021?", "since 2019", "What was revenue since 2019?"),
        ("What was revenue by year?", "2020", "What was revenue in 2020?"),
        ("By how much did revenue grow from FY2020 to FY2021?", "the year before", "By how much did revenue grow from FY2019 to FY2020?"),
        ("Was revenue in FY2021 higher than in FY2020?", "2019", None),
    ],
)  # fmt: skip
def test_another_period_takes_the_place_of_the_first(base: str, said: str, expected: str | None) -> None:
    assert with_period(base, said_of_period(said)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and teh net incom?", "and the net income?"),
        ("the differnce?", "the difference?"),
        ("and Birch?", "and Birch?"),
    ],
)
def test_slips_of_the_pen_are_mended_where_one_word_is_near(text: str, expected: str) -> None:
    assert respelled(text, ["Birch Stores, Inc."]) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who said that Nvidia slowed the A800?",
        "How is the run-rate calculated?",
        "Which was higher in FY2021, the gross margin or the net margin?",
        "Why did revenue grow?",
        "What is the difference between revenue and profit?",
        "In which year did the controls begin?",
    ],
)
def test_a_question_with_a_subject_of_its_own_is_not_about_the_last_answer(question: str) -> None:
    for name in ("source", "sure", "calculation", "list", "meaning", "cause", "higher", "compare", "growth"):
        assert not wording().says(name, question), name
