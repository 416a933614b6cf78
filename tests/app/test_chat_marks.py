"""Pins, ratings and undone deletions over the real store."""

import csv
import io
import threading
from pathlib import Path

import pytest

from app.answer import Answer, AnswerKind, Citation, Statement
from app.chat_undo import Deletions
from app.chats import REMARK_LENGTH, Chats
from app.rating import Rating
from app.ratings_list import COLUMNS, ratings_csv
from corpus.errors import DataProblem, UnknownChat
from index.store import Store


def answer(question: str, text: str = "Orders rose.") -> Answer:
    return Answer(question, AnswerKind.ANSWER, text, (Statement(text, (Citation("report", 2, 5, 9, "rose"),)),))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def chats(store: Store) -> Chats:
    return Chats(store)


def test_an_answer_is_pinned_and_the_pin_taken_off(chats: Chats) -> None:
    first, second = chats.begin(answer("one?")), chats.begin(answer("two?"))
    when = chats.pin(first.id).pinned
    chats.pin(second.id)
    assert [(one.message_id, one.chat_id, one.question) for one in chats.pinned()] == [
        (second.id, second.chat_id, "two?"),
        (first.id, first.chat_id, "one?"),
    ]
    assert chats.pin(first.id).pinned == when  # pinned again, it stays where it was
    assert chats.pin(second.id, False).pinned is None
    assert [one.message_id for one in chats.pinned()] == [first.id]
    with pytest.raises(UnknownChat):
        chats.pin(999)


def test_a_rating_is_given_changed_and_taken_back(chats: Chats) -> None:
    message = chats.begin(answer("one?"))
    assert message.rating is None
    rated = chats.rate(message.id, Rating.BAD, "  It left\x07 out the tax.\n ")
    assert (rated.rating, rated.remark) == (Rating.BAD, "It left  out the tax.")
    rated = chats.rate(message.id, Rating.GOOD)
    assert (rated.rating, rated.remark) == (Rating.GOOD, "")
    assert [one.message.id for one in chats.rated()] == [message.id]
    assert chats.rate(message.id, None, "gone").remark == ""
    assert chats.rated() == ()
    with pytest.raises(DataProblem, match="longer than 2,000 characters"):
        chats.rate(message.id, Rating.BAD, "x" * (REMARK_LENGTH + 1))
    with pytest.raises(UnknownChat):
        chats.rate(999, Rating.GOOD)


def test_ratings_as_csv_run_nothing_in_a_spreadsheet(chats: Chats) -> None:
    message = chats.begin(answer('=HYPERLINK("http://x")', "@SUM(1)\nsecond line"))
    chats.rate(message.id, Rating.BAD, "+1\r\n=2")
    head, row = csv.reader(io.StringIO(ratings_csv(chats.rated())))
    assert tuple(head) == COLUMNS
    told = dict(zip(head, row, strict=True))
    assert told["remark"] == "'+1 =2"
    assert told["question"].startswith("'=")
    assert told["answer"] == "'@SUM(1) second line"
    assert (
        told["report"] == f"footnote export --message {message.id} --format report -o footnote-report-{message.id}.json"
    )


def test_a_deleted_chat_comes_back_whole(store: Store, chats: Chats) -> None:
    message = chats.begin(answer("one?"))
    chats.append(message.chat_id, answer("two?"))
    chats.pin(message.id)
    chats.rate(message.id, Rating.BAD, "why")
    before = chats.get(message.chat_id)
    deletions = Deletions(store)
    assert deletions.delete(message.chat_id) == before.record
    assert chats.list() == []
    assert chats.find("two") == ()
    assert deletions.undo(message.chat_id) == message.chat_id
    assert chats.get(message.chat_id) == before
    assert [one.record.id for one in chats.find("two")] == [message.chat_id]
    with pytest.raises(UnknownChat, match="too long ago"):
        deletions.undo(message.chat_id)  # once is enough


def test_an_id_that_was_given_away_meanwhile_is_left_to_its_new_owner(store: Store, chats: Chats) -> None:
    old = chats.begin(answer("old?"))
    deletions = Deletions(store)
    deletions.delete(old.chat_id)
    new = chats.begin(answer("new?"))
    assert (new.chat_id, new.id) == (old.chat_id, old.id)
    back = deletions.undo(old.chat_id)
    assert back != new.chat_id
    assert [one.question for one in chats.get(back).messages] == ["old?"]
    assert [one.question for one in chats.get(new.chat_id).messages] == ["new?"]


def test_after_its_time_a_deletion_is_final_and_nothing_is_held(store: Store, chats: Chats) -> None:
    now = [0.0]
    message = chats.begin(answer("one?"))
    deletions = Deletions(store, 12, lambda: now[0])
    deletions.delete(message.chat_id)
    now[0] = 12.1
    with pytest.raises(UnknownChat, match="too long ago"):
        deletions.undo(message.chat_id)
    assert deletions._held == {}


def test_what_is_held_is_let_go_of_by_itself(store: Store, chats: Chats) -> None:
    message = chats.begin(answer("one?"))
    deletions = Deletions(store, 0.05)
    deletions.delete(message.chat_id)
    for timer in [one for one in threading.enumerate() if isinstance(one, threading.Timer)]:
        timer.join(5)
    assert deletions._held == {}


def test_a_chat_that_is_not_there_cannot_be_deleted(store: Store) -> None:
    with pytest.raises(UnknownChat):
        Deletions(store).delete(7)
