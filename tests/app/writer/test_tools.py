"""Tool calls of a model: what they find is evidence like any other, and a bad call costs nothing but a line."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage, MessageRole

from app.answer import Answer, AnswerKind
from app.footnote import Footnote
from app.settings import Settings
from app.tools import tools
from app.writer.evidence import Item, items_of
from app.writer.gathering import MOST_CALLS, MOST_FAILED, MOST_ROUNDS, calls_of
from app.writer.toolbox import Toolbox
from corpus.errors import ModelProblem
from tests.app.test_answers import assert_supported
from tests.app.test_facts import REPORT
from tests.app.writer.scripted import Scripted, called

Answered = Callable[..., Answer]
MAKERS = "Who makes HBM?"
WHY = "Why can Norrland's run-rate mislead?"
DONE = ChatMessage(content="READY", role=MessageRole.ASSISTANT)


@pytest.fixture
def box(sample: Footnote) -> Toolbox:
    question = "How did Harrowvale do in the second quarter of 2025?"
    items = items_of((), sample.search(question, 6), sample.page_text)
    return Toolbox(sample, question, None, items, tools(sample))


def last(box: Toolbox) -> Item:
    return box.items[-1]


def test_passages_that_a_search_finds_are_numbered_evidence(box: Toolbox) -> None:
    before = len(box.items)
    said = box.run("search", {"query": "Nvidia H20 charge", "k": 3})
    assert len(box.items) > before
    assert f"[{len(box.items)}]" in said
    assert "4.5 billion" in said


def test_a_search_stays_within_the_documents_that_are_asked(sample: Footnote) -> None:
    only = next(one.id for one in sample.documents() if one.name == "inside-an-ai-cluster")
    box = Toolbox(sample, "x", {only}, [], tools(sample))
    box.run("search", {"query": "Cambricon revenue", "k": 5})
    assert {one.citations[0].document for one in box.items} == {"inside-an-ai-cluster"}


def test_a_calculation_gets_its_operands_from_the_evidence(box: Toolbox, sample: Footnote) -> None:
    said = box.run("calculator", {"expression": "growth(480.0 million EUR, 400.0 million EUR)"})
    assert "20%" in said
    figure = last(box).figure
    assert figure is not None
    assert figure.calculation is not None
    assert [one.value for one in figure.calculation.operands] == [Decimal("480.0"), Decimal("400.0")]
    for operand in figure.calculation.operands:
        assert operand.citation is not None
        assert str(operand.value) in operand.citation.quote
    assert_supported(sample, Answer("", AnswerKind.ANSWER, figure.text, (figure,)))


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("growth(987.6 million EUR, 400.0 million EUR)", "stands in no passage"),
        ("480.0 - 400.0", "480 million EUR|480.0 million EUR"),
        ("480.0 million USD - 400.0 million USD", "EUR"),
        ("480.0 billion EUR - 400.0 billion EUR", "million EUR"),
        ("480.0 million EUR * 7", "7"),
        ("2 + 2", "passage"),
        ("9**9**9", "error"),
        ("((((", "error"),
        ("__import__('os')", "error"),
    ],
)
def test_a_calculation_on_numbers_that_nothing_gives_cant_be_used(box: Toolbox, expression: str, says: str) -> None:
    import re

    before = list(box.items)
    said = box.run("calculator", {"expression": expression})
    assert said.startswith("error:")
    assert re.search(says, said)
    assert box.items == before


def test_facts_are_figures_that_the_engine_itself_states(tmp_path: Path) -> None:
    (tmp_path / "acorn-2021.md").write_text(REPORT.format(company="Acorn Mills", year=2021, assets="1,100"))
    engine = Footnote(Settings(home=tmp_path / "home"))
    engine.ingest([tmp_path / "acorn-2021.md"])
    box = Toolbox(engine, "x", None, [], tools(engine))
    said = box.run("facts", {"concept": "inventories", "company": "Acorn"})
    assert "200" in said
    assert "160" in said
    for item in box.items:
        assert item.figure is not None
        assert_supported(engine, Answer("", AnswerKind.ANSWER, item.text, (item.figure,)))
    assert box.run("facts", {"concept": "revenue", "company": "Acorn"}) == "no fact beyond doubt"


def test_a_statement_that_doesnt_add_up_gives_a_model_no_facts(tmp_path: Path) -> None:
    (tmp_path / "birch-2021.md").write_text(REPORT.format(company="Birch Stores", year=2021, assets="1,700"))
    engine = Footnote(Settings(home=tmp_path / "home"))
    engine.ingest([tmp_path / "birch-2021.md"])
    box = Toolbox(engine, "x", None, [], tools(engine))
    assert "1,700" not in box.run("facts", {"concept": "total assets", "company": "Birch", "year": 2021})


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("shell", {"command": "ls"}, "no tool"),
        ("search", "{broken", "JSON"),
        ("search", "[1, 2]", "object"),
        ("search", {}, "query"),
        ("search", {"query": "x", "delete": True}, "delete"),
        ("search", {"query": "x", "k": "many"}, "k"),
        ("search", '{"query": "' + "x" * 5000 + '"}', "characters"),
        ("search", "[" * 1500, "error"),
        ("facts", {"concept": "happiness"}, "happiness"),
        ("facts", {"concept": "revenue", "company": "Nobody Ltd"}, "Nobody"),
    ],
)
def test_a_bad_call_is_answered_with_what_was_wrong(box: Toolbox, name: str, arguments: Any, says: str) -> None:
    said = box.run(name, arguments)
    assert said.startswith("error:")
    assert says in said


def test_a_call_is_answered_once(box: Toolbox) -> None:
    assert not box.run("search", {"query": "Cambricon"}).startswith("error:")
    assert box.run("search", '{"query": "Cambricon"}').startswith("error: this was asked")


def test_a_model_that_finds_more_may_say_it(sample: Footnote, answered: Answered) -> None:
    model = Scripted(
        "SK hynix, Samsung and Micron make nearly all of the world's HBM.",
        choices=[called("search", {"query": "companies that make high bandwidth memory"}), DONE],
    )
    answer = answered(MAKERS, model)
    assert answer.writer == "Scripted"
    assert len(model.chosen) == 2
    result = model.chosen[1][-1]
    assert result.role is MessageRole.TOOL
    assert result.additional_kwargs["tool_call_id"] == "call-1"
    assert "SK hynix" in str(result.content)
    assert_supported(sample, answer)


@pytest.mark.parametrize("name", ["nothing", "search"])
def test_endless_calls_come_to_an_end(answered: Answered, name: str) -> None:
    calls = [called(name, {"query": f"HBM {number}"}, number) for number in range(500)]
    model = Scripted("NOT FOUND.", choices=calls, context_tokens=100_000)
    answer = answered(MAKERS, model)
    assert answer.statements
    assert len(model.chosen) <= MOST_ROUNDS
    assert len(model.sent) == 1


def test_many_calls_at_once_are_bounded(sample: Footnote) -> None:
    from llama_index.core.base.llms.types import ToolCallBlock

    blocks = [
        ToolCallBlock(tool_call_id=str(n), tool_name="search", tool_kwargs={"query": f"HBM {n}"}) for n in range(300)
    ]
    model = Scripted(
        "NOT FOUND.", choices=[ChatMessage(role=MessageRole.ASSISTANT, blocks=blocks)], context_tokens=200_000
    )
    sample.model = model
    try:
        asked = [one for one in sample.stream(MAKERS) if "asks for" in getattr(one, "text", "")]
    finally:
        sample.model = None
    assert len(asked) == MOST_CALLS


def test_errors_in_a_row_end_the_gathering(sample: Footnote) -> None:
    from llama_index.core.base.llms.types import ToolCallBlock

    blocks = [ToolCallBlock(tool_call_id=str(n), tool_name="x", tool_kwargs="{") for n in range(9)]
    sample.model = Scripted("NOT FOUND.", choices=[ChatMessage(role=MessageRole.ASSISTANT, blocks=blocks)])
    try:
        asked = [one for one in sample.stream(MAKERS) if "asks for" in getattr(one, "text", "")]
    finally:
        sample.model = None
    assert len(asked) == MOST_FAILED


@pytest.mark.parametrize("context", [1536, 2048, 4096])
def test_what_is_sent_while_gathering_fits_the_budget(sample: Footnote, answered: Answered, context: int) -> None:
    calls = [called("search", {"query": f"AI chips {number}", "k": 20}, number) for number in range(6)]
    model = Scripted("NOT FOUND.", choices=calls, context_tokens=context, answer_tokens=256)
    answered(MAKERS, model)
    for messages in [*model.chosen, *model.sent]:
        assert sum(model.count_tokens(str(one.content or "")) for one in messages) <= context - 256


def test_a_models_own_calculation_cant_pass_as_another_metric(sample: Footnote, answered: Answered) -> None:
    """72.0 is operating income; 51.0 net income: a margin of net income isn't the operating margin that is asked about."""
    question = "What do Harrowvale's operating margin and orders tell?"
    model = Scripted(
        "Harrowvale's operating margin was 10.63% in Q2 2025.",
        choices=[called("calculator", {"expression": "margin(51.0 million EUR, 480.0 million EUR)"}), DONE],
    )
    answer = answered(question, model)
    assert "10.63" not in answer.text


def test_a_server_that_turns_tools_down_is_written_with_all_the_same(sample: Footnote) -> None:
    class Turned(Scripted):
        def choose(self, messages: Any, tools: Any) -> ChatMessage:
            self.calls_tools = False
            raise ModelProblem("The server knows no tools.")

    sample.model = Turned("SK hynix, Samsung and Micron make nearly all of the world's HBM.", choices=[DONE])
    try:
        answer = sample.ask(MAKERS)
    finally:
        sample.model = None
    assert answer.writer == "Scripted"
    assert answer.note == ""


def test_calls_are_read_as_openais_client_keeps_them() -> None:
    from types import SimpleNamespace

    function = SimpleNamespace(name="search", arguments='{"query": "x"}')
    message = ChatMessage(content="", additional_kwargs={"tool_calls": [SimpleNamespace(id="7", function=function)]})
    assert calls_of(message) == [("7", "search", '{"query": "x"}')]
