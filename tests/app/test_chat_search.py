"""The search of chats over the real store: what it finds, where it says that the words stand, and how long it takes."""

import json
from pathlib import Path

import pytest

from app.answer import Answer, AnswerKind, Citation, Statement
from app.answer_json import answer_to_json
from app.chat_search import AROUND
from app.chats import Chats
from index.store import Store

CHATS, EACH = 5000, 4


def answer(question: str, text: str = "Orders rose.", quote: str = "rose") -> Answer:
    return Answer(question, AnswerKind.ANSWER, text, (Statement(text, (Citation("report", 2, 5, 9, quote),)),))


@pytest.fixture
def chats(tmp_path: Path) -> Chats:
    return Chats(Store(tmp_path))


def test_words_are_found_in_questions_answers_and_quotations_and_the_message_is_named(chats: Chats) -> None:
    first = chats.begin(answer("What drove orders?"))
    asked = chats.append(first.chat_id, answer("And the margin?", "It widened.", "The Größe of the échelle grew."))
    for words in ("margin", "widen", "GRÖSSE", "grosse", "echelle", "the margin widened"):
        (found,) = chats.find(words)
        assert found.record.id == first.chat_id
        assert found.found
        assert found.found.message_id == asked.id, words
    assert chats.find("idened") == ()  # a word is found by its beginning
    assert chats.find("margin shrank") == ()


def test_all_words_may_stand_in_different_exchanges_or_in_the_title(chats: Chats) -> None:
    chat = chats.create("Harbour Lamps")
    chats.append(chat.id, answer("Revenue?"))
    chats.append(chat.id, answer("Profit?"))
    assert [one.record.id for one in chats.find("harbour revenue profit")] == [chat.id]
    (titled,) = chats.find("lamps")
    assert titled.found
    assert titled.found.message_id == 0


def test_a_few_words_around_are_shown_with_the_word_itself_apart(chats: Chats) -> None:
    chats.begin(answer("Long?", "before " * 60 + "the Needle itself " + "after " * 60))
    (one,) = chats.find("needle")
    assert one.found
    assert one.found.hit == "Needle"
    assert one.found.before.startswith("… before")
    assert one.found.before.endswith("before the ")
    assert one.found.after.endswith("after …")
    assert len(one.found.before) <= AROUND + 2


def test_chinese_is_found_by_characters_that_follow_each_other(chats: Chats) -> None:
    message = chats.begin(answer("寒武纪的收入增长了多少?", "收入增长159%。"))
    (one,) = chats.find("收入")
    assert one.found
    assert (one.found.message_id, one.found.hit) == (message.id, "收入")
    assert chats.find("入收") == ()
    assert len(chats.find("纪的收")) == 1


@pytest.mark.parametrize("words", ['"', "* NEAR *", "a AND", "NEAR(", "_", "%", "question:", "-", "\x00", "'; DROP TABLE chats"])  # fmt: skip
def test_nothing_in_a_search_is_taken_for_its_language(chats: Chats, words: str) -> None:
    chats.begin(answer("What drove orders?"))
    assert chats.find(words) == ()
    assert len(chats.list()) == 1


def test_exchanges_of_an_older_footnote_are_found_too(tmp_path: Path) -> None:
    store = Store(tmp_path)
    chats = Chats(store)
    kept = chats.begin(answer("What drove orders?"))
    with store.writing() as connection:
        connection.execute("DELETE FROM message_words")
        connection.execute(
            "INSERT INTO messages (chat_id, question, answer_json, created) VALUES (?, 'broken', '{', '')",
            (kept.chat_id,),
        )
    assert [one.record.id for one in chats.find("drove")] == [kept.chat_id]
    assert [one.record.id for one in chats.find("broken")] == [kept.chat_id]


def test_a_deleted_chat_leaves_no_word_behind(tmp_path: Path) -> None:
    store = Store(tmp_path)
    chats = Chats(store)
    gone = chats.begin(answer("Zanzibarium?", "Zanzibarium it is."))
    chats.delete(gone.chat_id)
    assert chats.find("zanzibarium") == ()
    store.connect().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    assert b"anzibari" not in (tmp_path / "footnote.db").read_bytes()


def test_of_five_thousand_chats_each_that_fits_is_found(tmp_path: Path) -> None:
    store = Store(tmp_path)
    template = json.loads(answer_to_json(answer("q", "t", "quote")))
    words = [f"word{number}" for number in range(997)]
    from app.chat_search import add_words

    with store.writing() as connection:
        for chat in range(1, CHATS + 1):
            connection.execute("INSERT INTO chats (id, title, created, updated) VALUES (?, ?, '2026-01-01', '2026-01-01')", (chat, f"Chat {chat}"))  # fmt: skip
            for number in range(EACH):
                key = chat * EACH + number
                said = " ".join(words[(key * step) % 997] for step in range(1, 40)) + " revenue"
                template["text"] = said
                connection.execute(
                    "INSERT INTO messages (id, chat_id, question, answer_json, created) VALUES (?, ?, ?, ?, '')",
                    (key, chat, f"question {key}", json.dumps(template)),
                )
                add_words(connection, key, f"question {key}", json.dumps(template))
    chats = Chats(store)
    for text, expected in (("question 777", 5), ("revenue", CHATS), ("nothinglikeit", 0)):
        assert len(chats.find(text)) == expected
