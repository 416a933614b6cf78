"""Chats over the real store: what is kept comes back equal, also after a restart."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Answer, AnswerKind, Calculation, Citation, Operand, Statement, Turn
from app.answer_json import answer_from_json, answer_to_json
from app.chats import HISTORY_TURNS, TITLE_LENGTH, Chats
from corpus.errors import DataProblem, UnknownChat
from index.store import Store

words = st.text(max_size=40)
counts = st.integers(0, 10_000)
citations = st.builds(Citation, words, counts, counts, counts, words)
decimals = st.decimals(allow_nan=False, allow_infinity=False)
operands = st.builds(Operand, words, decimals, words, words, st.none() | citations, words)
calculations = st.builds(
    Calculation,
    expression=words,
    operands=st.lists(operands, max_size=3).map(tuple),
    result=words,
    value=decimals,
    unit=words,
    scale=words,
    rounding=words,
    steps=st.lists(st.tuples(words, words), max_size=3).map(tuple),
    note=words,
)
statements = st.builds(Statement, words, st.lists(citations, max_size=3).map(tuple), st.none() | calculations)
answers = st.builds(
    Answer,
    question=words,
    kind=st.sampled_from(AnswerKind),
    text=words,
    statements=st.lists(statements, max_size=3).map(tuple),
    nearest=st.lists(citations, max_size=3).map(tuple),
    resolved=words,
    elapsed_ms=st.floats(0, 1e6),
)


def answer(question: str, text: str = "Orders rose.") -> Answer:
    return Answer(question, AnswerKind.ANSWER, text, (Statement(text, (Citation("report", 2, 5, 9, "rose"),)),))


@pytest.fixture
def chats(tmp_path: Path) -> Chats:
    return Chats(Store(tmp_path))


@given(answers)
def test_an_answer_survives_json_unchanged(given_answer: Answer) -> None:
    assert answer_from_json(answer_to_json(given_answer)) == given_answer


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"question": "a"}', '{"question": "a", "kind": "song"}', "null"])
def test_a_damaged_answer_is_named_as_a_data_problem(text: str) -> None:
    with pytest.raises(DataProblem, match="can't be read"):
        answer_from_json(text)


def test_chats_are_found_again_after_a_restart(tmp_path: Path) -> None:
    first = Store(tmp_path)
    chat = Chats(first).create("What drove the orders?")
    Chats(first).append(chat.id, answer("What drove the orders?"))
    first.close()
    again = Chats(Store(tmp_path))
    assert [each.title for each in again.list()] == ["What drove the orders?"]
    assert [each.answer for each in again.get(chat.id).messages] == [answer("What drove the orders?")]


def test_the_last_used_chat_comes_first(chats: Chats) -> None:
    older, newer = chats.create("older"), chats.create("newer")
    assert [each.id for each in chats.list()] == [newer.id, older.id]
    chats.append(older.id, answer("one more"))
    assert [each.id for each in chats.list()] == [older.id, newer.id]
    assert chats.list()[0].messages == 1


def test_history_is_the_last_turns_in_order(chats: Chats) -> None:
    chat = chats.create("long")
    for number in range(HISTORY_TURNS + 5):
        chats.append(chat.id, answer(f"question {number}"))
    history = chats.get(chat.id).history
    assert len(history) == HISTORY_TURNS
    assert history[-1] == Turn(f"question {HISTORY_TURNS + 4}", answer(f"question {HISTORY_TURNS + 4}"))
    assert history[0].question == "question 5"


def test_rename_keeps_the_old_title_when_the_new_one_is_blank(chats: Chats) -> None:
    chat = chats.create("first title")
    assert chats.rename(chat.id, "  second\n title ").title == "second title"
    assert chats.rename(chat.id, "  ").title == "second title"


def test_a_long_title_is_cut_at_a_word(chats: Chats) -> None:
    title = chats.create("word " * 100).title
    assert len(title) <= TITLE_LENGTH
    assert title.endswith("word…")


def test_delete_leaves_no_message_behind(chats: Chats, tmp_path: Path) -> None:
    kept, gone = chats.create("kept"), chats.create("gone")
    message = chats.append(gone.id, answer("a secret question"))
    chats.append(kept.id, answer("a kept question"))
    assert chats.delete(gone.id).title == "gone"
    assert [each.id for each in chats.list()] == [kept.id]
    with pytest.raises(UnknownChat):
        chats.get(gone.id)
    with pytest.raises(UnknownChat):
        chats.message(message.id)
    with pytest.raises(UnknownChat):
        chats.append(gone.id, answer("too late"))


def test_search_looks_at_titles_questions_and_answers_but_not_at_the_json(chats: Chats) -> None:
    first, second = chats.create("Revenue"), chats.create("Memory")
    chats.append(first.id, answer("how much?", "It was 100% of the plan"))
    chats.append(second.id, answer("what is stacked DRAM?"))
    assert [each.id for each in chats.search("revenue")] == [first.id]
    assert [each.id for each in chats.search("dram STACKED")] == [second.id]
    assert [each.id for each in chats.search("100%")] == [first.id]
    assert chats.search("citations") == []
    assert chats.search("_") == []
    assert {each.id for each in chats.search(" ")} == {first.id, second.id}


def test_a_chat_begins_with_its_first_exchange_or_not_at_all(chats: Chats, monkeypatch: pytest.MonkeyPatch) -> None:
    message = chats.begin(answer("What drove the orders?"))
    chat = chats.get(message.chat_id)
    assert chat.record.title == "What drove the orders?"
    assert [one.question for one in chat.messages] == ["What drove the orders?"]

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.chats._insert", interrupted)
    with pytest.raises(KeyboardInterrupt):
        chats.begin(answer("and again?"))
    assert [each.title for each in chats.list()] == ["What drove the orders?"]


def test_an_answer_to_a_chat_that_is_deleted_at_that_moment_is_told_as_such(
    chats: Chats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = chats.begin(answer("first"))
    other = Chats(Store(tmp_path))
    writing = Store.writing

    def deleted_before(store: Store) -> object:
        monkeypatch.setattr(Store, "writing", writing)
        other.delete(message.chat_id)
        return writing(store)

    monkeypatch.setattr(Store, "writing", deleted_before)
    with pytest.raises(UnknownChat, match="deleted"):
        chats.append(message.chat_id, answer("second"))
