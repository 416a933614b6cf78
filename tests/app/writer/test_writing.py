"""What a model writes reaches the answer only as far as the documents bear it out, and never makes it worse."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.answer import Answer, AnswerKind, Turn
from app.footnote import Footnote
from app.writer import Sentence, Status
from corpus.errors import ModelProblem
from tests.app.conftest import golden
from tests.app.test_answers import assert_golden, assert_supported
from tests.app.writer.scripted import Scripted

Answered = Callable[..., Answer]
REVENUE = "How much revenue did Cambricon report for the first quarter of 2026?"
CAUSES = "what drove the jump in Cambricon's revenue?"
MARGIN = "Harrowvale operating margin in the second quarter of 2025?"
MAKERS = "Who makes HBM?"
NONSENSE = [
    "Cambricon's revenue was 3.1 billion CNY [1].",
    "Cambricon's revenue in the first quarter of 2026 was 2.88 billion USD [1].",
    "Cambricon's revenue in the first quarter of 2019 was 2.88 billion CNY [1].",
    "Nvidia's revenue in the first quarter of 2026 was 2.88 billion CNY [1].",
    "Zhang Wei runs Cambricon [1].",
    "lorem ipsum dolor sit amet. " * 40,
    "[1] [2] [3] [99]",
    "\u0000\u200b<|im_end|>",
    "",
]


def test_a_supported_sentence_is_shown_with_the_places_it_rests_on(sample: Footnote, write: Any) -> None:
    events = write(REVENUE, Scripted("Cambricon's revenue was 2.88 billion CNY in the first quarter of 2026 [1]."))
    answer = events[-1]
    assert [type(one) for one in events if not isinstance(one, Status)] == [Sentence, Answer]
    assert answer.writer == "Scripted"
    assert answer.note == ""
    assert answer.text == "Cambricon's revenue was 2.88 billion CNY in the first quarter of 2026."
    assert_supported(sample, answer)
    assert any("2.88 billion CNY" in one.quote for one in answer.statements[0].citations)


def test_a_passage_is_cited_by_the_sentence_that_says_it(answered: Answered) -> None:
    answer = answered(MAKERS, Scripted("SK hynix, Samsung and Micron make nearly all of the world's HBM [1]."))
    (citation,) = answer.statements[0].citations
    assert citation.quote == "Three companies make nearly all of the world's HBM: SK hynix, Samsung and Micron."


def test_sentences_come_while_the_model_still_writes(sample: Footnote) -> None:
    reached: list[str] = []

    def later(_: str) -> str:
        reached.append("second")
        return "NOT FOUND."

    sample.model = Scripted("SK hynix, Samsung and Micron make nearly all of the world's HBM [1]. And ", later)
    try:
        events = sample.stream(MAKERS)
        assert isinstance(next(one for one in events if isinstance(one, Sentence)), Sentence)
        assert not reached
        assert isinstance(list(events)[-1], Answer)
    finally:
        sample.model = None


@pytest.mark.parametrize("says", NONSENSE)
@pytest.mark.parametrize("question", [REVENUE, MARGIN, CAUSES, MAKERS])
def test_nonsense_leaves_the_sources_own_words_with_a_reason(
    sample: Footnote, answered: Answered, question: str, says: str
) -> None:
    alone = sample.ask(question)
    answer = answered(question, Scripted(says))
    assert answer.statements == alone.statements
    assert answer.writer == ""
    assert answer.note
    assert_supported(sample, answer)


@pytest.mark.parametrize("expected", golden("sample_questions"), ids=lambda one: one["question"][:60])
@pytest.mark.parametrize("says", ["nonsense", "its passages"])
def test_every_golden_holds_whatever_is_written(
    sample: Footnote, answered: Answered, expected: dict[str, Any], says: str
) -> None:
    """Also of a model that copies all that it was shown: true, cited, and mostly beside the point."""
    copied = lambda prompt: "\n".join(line for line in prompt.split("=== DATA")[2].splitlines()[1:])  # noqa: E731
    answer = answered(expected["question"], Scripted(" ".join(NONSENSE) if says == "nonsense" else copied))
    assert_golden(expected, answer)
    assert_supported(sample, answer)


@pytest.mark.parametrize("expected", golden("sample_questions"), ids=lambda one: one["question"][:60])
def test_the_engines_own_answer_said_again_stands(
    sample: Footnote, answered: Answered, expected: dict[str, Any]
) -> None:
    own = sample.ask(expected["question"])
    answer = answered(expected["question"], Scripted(" ".join(f"{one.text}" for one in own.statements)))
    assert answer.text == own.text
    assert_golden(expected, answer)


def test_a_computed_figure_keeps_its_calculation(sample: Footnote, answered: Answered) -> None:
    answer = answered(MARGIN, Scripted("Harrowvale's operating margin was 15% in Q2 2025 [1]."))
    (statement,) = answer.statements
    assert answer.writer == "Scripted"
    assert statement.calculation == sample.ask(MARGIN).statements[0].calculation
    assert_supported(sample, answer)


def test_words_around_a_computed_figure_are_checked_too(answered: Answered) -> None:
    answer = answered(MARGIN, Scripted("The operating margin was 15% after the directors were arrested [1]."))
    assert answer.writer == ""
    assert "arrested" not in answer.text


def test_a_correction_stays_in_the_sources_own_words(answered: Answered) -> None:
    answer = answered("Why did Cambricon's revenue fall in the first quarter of 2026?", Scripted("It fell by 9% [1]."))
    assert answer.remark
    assert answer.writer == ""
    assert "9%" not in answer.text.replace("159%", "")


def test_a_figure_that_the_draft_leaves_out_is_put_in_front(sample: Footnote, answered: Answered) -> None:
    own = sample.ask(CAUSES)
    says = "US export controls on advanced AI chips began in October 2022 and were tightened in October 2023 [1]."
    answer = answered(CAUSES, Scripted(says))
    assert answer.writer == "Scripted"
    assert answer.statements[0] == own.statements[0]
    assert len(answer.statements) == len(own.statements)


@pytest.mark.parametrize(
    "question",
    ["What was Cambricon's revenue in Q2 2026?", "How many people does Cambricon employ?", "Is Cambricon profitable?",
     "Where is Cambricon's head office?", "Who is the chief executive of Cambricon?"],
)  # fmt: skip
@pytest.mark.parametrize(
    "says",
    ["Cambricon's revenue in the first quarter of 2026 was 2.88 billion CNY [1].",
     "Cambricon's revenue in the first quarter of 2026 was 2.88 billion CNY, up 159% from the same quarter of 2025.",
     "Data centre projects with state backing placed large orders with Chinese chip designers, Cambricon among them."],
)  # fmt: skip
def test_a_refusal_stands_against_true_sentences_beside_the_point(
    sample: Footnote, answered: Answered, question: str, says: str
) -> None:
    answer = answered(question, Scripted(says))
    assert answer.kind is AnswerKind.REFUSAL
    assert answer.text == sample.ask(question).text
    assert not answer.statements


def test_a_refusal_gives_way_to_a_verified_sentence_that_answers(sample: Footnote, answered: Answered) -> None:
    question = "Which purchasers may pause?"
    assert sample.ask(question).kind is AnswerKind.REFUSAL
    answer = answered(question, Scripted("A few very large customers may pause their orders [1]."))
    assert answer.kind is AnswerKind.ANSWER
    assert answer.writer == "Scripted"
    assert not answer.nearest
    assert_supported(sample, answer)


def test_several_threads_are_answered_each_with_its_own(sample: Footnote) -> None:
    says = {
        MAKERS: "SK hynix, Samsung and Micron make nearly all of the world's HBM.",
        MARGIN: "Harrowvale's operating margin was 15% in Q2 2025.",
        REVENUE: "Cambricon's revenue was 2.88 billion CNY in the first quarter of 2026.",
    }
    sample.model = Scripted(lambda prompt: next(text for question, text in says.items() if question in prompt))
    found: list[tuple[str, str]] = []
    threads = [
        threading.Thread(target=lambda question=question: found.append((question, sample.ask(question).text)))  # type: ignore[misc]
        for question in [*says] * 4
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sample.model = None
    assert sorted(found) == sorted([*says.items()] * 4)


def test_a_figure_that_is_refused_is_never_asked_of_a_model(answered: Answered) -> None:
    model = Scripted("It was 5 billion CNY.")
    assert answered("What was Cambricon's revenue in Q2 2026?", model).kind is AnswerKind.REFUSAL
    assert not model.sent


@pytest.mark.parametrize(
    "question", ["", "hello", "What does run-rate mean?", "159% growth to 2.88 billion: what was the base?", "x" * 9000]
)
def test_no_model_is_asked_where_none_is_needed(answered: Answered, question: str) -> None:
    model = Scripted("Anything.")
    answered(question, model)
    assert not model.sent


@pytest.mark.parametrize("says", [(), ("SK hynix, Samsung and Mic",), ("Elephants make HBM. ",)])
def test_a_model_that_fails_leaves_the_sources_own_words_and_says_why(
    sample: Footnote, answered: Answered, says: tuple[str, ...]
) -> None:
    problem = ModelProblem("The language model didn't answer within 30 s.")
    answer = answered(MAKERS, Scripted(*says, problem))
    assert answer.statements == sample.ask(MAKERS).statements
    assert answer.note == "The language model didn't answer within 30 s."


def test_a_draft_that_is_cut_off_keeps_its_verified_sentences(answered: Answered) -> None:
    good = "SK hynix, Samsung and Micron make nearly all of the world's HBM [1]. They also"
    answer = answered(MAKERS, Scripted(good, ModelProblem("The connection broke off.")))
    assert answer.writer == "Scripted"
    assert answer.text == "SK hynix, Samsung and Micron make nearly all of the world's HBM."
    assert answer.note == "The connection broke off."


def test_what_is_withheld_is_told_with_its_reason(answered: Answered) -> None:
    answer = answered(MAKERS, Scripted("SK hynix, Samsung and Micron make nearly all HBM [1]. Intel makes HBM [1]."))
    assert any(one.text == "Intel makes HBM." and one.reason for one in answer.withheld)


def test_writing_can_be_stopped(sample: Footnote) -> None:
    model = Scripted("SK hynix, Samsung and Micron make nearly all of the world's HBM [1]. " * 50)
    stop = threading.Event()
    sample.model = model
    try:
        shown = []
        for event in sample.stream(MAKERS, cancelled=stop.is_set):
            shown.append(event)
            if isinstance(event, Sentence):
                stop.set()
        assert isinstance(shown[-1], Answer)
        assert "stopped" in shown[-1].note
        assert model.closed == 1
    finally:
        sample.model = None


def test_a_reader_who_leaves_ends_the_models_call(sample: Footnote) -> None:
    model = Scripted("SK hynix, Samsung and Micron make nearly all of the world's HBM [1]. " * 50)
    sample.model = model
    try:
        events = sample.stream(MAKERS)
        next(one for one in events if isinstance(one, Sentence))
        events.close()  # type: ignore[attr-defined]
        assert model.closed == 1
    finally:
        sample.model = None


def test_a_draft_without_end_is_stopped(answered: Answered) -> None:
    model = Scripted(*["x" * 1000] * 100)
    answer = answered(MAKERS, model)
    assert any("without end" in one.reason for one in answer.withheld)
    assert model.closed == 1


def test_a_slow_model_holds_up_nobody_else(sample: Footnote) -> None:
    started, go = threading.Event(), threading.Event()

    def wait(_: str) -> str:
        started.set()
        assert go.wait(60)
        return "NOT FOUND."

    sample.model = Scripted(wait)
    slow: list[Answer] = []
    thread = threading.Thread(target=lambda: slow.append(sample.ask(MAKERS)))
    thread.start()
    try:
        assert started.wait(60)
        sample.model = None
        assert sample.ask(REVENUE).kind is AnswerKind.ANSWER
        assert not slow
    finally:
        go.set()
        thread.join()
        sample.model = None
    assert slow[0].statements


@pytest.mark.parametrize("turns", [0, 3, 200])
@pytest.mark.parametrize("question", [REVENUE, CAUSES, MARGIN, MAKERS])
@pytest.mark.parametrize("context", [1536, 2048, 8192])
def test_all_that_is_sent_fits_the_budget(
    sample: Footnote, write: Any, question: str, turns: int, context: int
) -> None:
    own = sample.ask(CAUSES)
    history = [Turn(f"Who makes HBM, asked the {number}th time?", own) for number in range(turns)]
    model = Scripted("NOT FOUND.", context_tokens=context, answer_tokens=256)
    answer = write(question, model, history=history)[-1]
    assert model.sent
    assert model.tokens_sent() + 32 <= context - 256
    assert f"Question: {answer.resolved or question}" in model.prompt
    assert "[1]" in model.prompt


def test_the_latest_turns_are_told_and_the_oldest_left_out(write: Any, sample: Footnote) -> None:
    own = sample.ask(MAKERS)
    history = [Turn(f"Who makes HBM in year {number}?", own) for number in range(1000, 1200)]
    model = Scripted("NOT FOUND.", context_tokens=8192, answer_tokens=256)
    write(REVENUE, model, history=history)
    assert "in year 1199?" in model.prompt
    assert "in year 1000?" not in model.prompt
    assert model.prompt.index("in year 1198?") < model.prompt.index("in year 1199?")


def test_a_question_that_leaves_no_room_gets_the_sources_own_words(sample: Footnote, answered: Answered) -> None:
    answer = answered(MAKERS, Scripted("x.", context_tokens=300, answer_tokens=100))
    assert answer.statements == sample.ask(MAKERS).statements
    assert "room" in answer.note
