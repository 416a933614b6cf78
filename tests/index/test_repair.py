"""Mending: each kind of damage, made on purpose, is found, mended or named; and a second time there is nothing to do."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from app.answer import Answer, AnswerKind
from app.chats import Chats
from index.embedding import PassageEmbedding
from index.repair import FOUND_CHAT, repair
from index.store import Store
from index.vectors import FaissVectors
from tests.crash.invariants import digests, of_the_database, of_the_files, of_the_vectors
from tests.index.faults import EMBEDDING, filled


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = filled(tmp_path / "home", tmp_path / "files")
    FaissVectors(store).refresh()
    Chats(store).begin(Answer("a question", AnswerKind.REFUSAL, "Nothing found."))
    return store


def no_model() -> PassageEmbedding:
    raise AssertionError("the model isn't needed for this")


def harm(store: Store, *statements: str) -> None:
    """Change the database as nothing of Footnote would."""
    connection = sqlite3.connect(store.file)
    connection.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def damaged_kept_file(store: Store) -> None:
    file = store.source_file(1)
    file.write_bytes(file.read_bytes()[:-1])


DAMAGES: dict[str, tuple[Callable[[Store], None], str]] = {
    "a page's text": (lambda s: harm(s, "UPDATE pages SET text = 'x' || text WHERE document_id = 2"), "Read report-1 again"),
    "a passage's text": (lambda s: harm(s, "UPDATE passages SET text = 'other' WHERE id = 3"), "Read report-"),
    "a page": (lambda s: harm(s, "DELETE FROM pages WHERE document_id = 2"), "Read report-1 again"),
    "all passages": (lambda s: harm(s, "DELETE FROM embeddings", "DELETE FROM passages"), "Read report-2 again"),
    "an embedding": (lambda s: harm(s, "DELETE FROM embeddings WHERE passage_id = 3"), "Read report-"),
    "an embedding cut": (lambda s: harm(s, "UPDATE embeddings SET vector = substr(vector, 5) WHERE passage_id = 3"), "Read report-"),
    "an embedding of zeros": (
        lambda s: harm(s, "UPDATE embeddings SET vector = zeroblob(length(vector)) WHERE passage_id = 3"),
        "Read report-",
    ),
    "words": (
        lambda s: harm(s, "INSERT INTO words (words, rowid, text, context) SELECT 'delete', id, text, context FROM passages WHERE id < 5"),
        "Made the word index again",
    ),
    "all words": (lambda s: harm(s, "INSERT INTO words (words) VALUES ('delete-all')"), "Made the word index again"),
    "a fact's place": (lambda s: harm(s, "UPDATE facts SET start = start + 3 WHERE document_id = 1"), "Built the facts of report-0"),
    "orphans": (lambda s: harm(s, "INSERT INTO glossary VALUES (NULL, 99, 't', 'd', '[]', NULL, '[]', 0, 0, 1)"), "Removed 1 rows"),
    "an index": (lambda s: harm(s, "DROP INDEX messages_chat"), "Made what was missing in the database: messages_chat"),
    "tables of facts": (lambda s: harm(s, "DROP TABLE fact_items", "DROP TABLE facts"), "fact_items"),
    "a trigger": (lambda s: harm(s, "DROP TRIGGER passages_out"), "passages_out"),
    "a kept file": (lambda s: s.source_file(1).unlink(), "Kept the file of report-0 again"),
    "a changed kept file": (damaged_kept_file, "Kept the file of report-0 again"),
    "a stray file": (lambda s: (s.home / "files" / ("d" * 64)).touch(), "Removed 1 files"),
    "a part of a dead process": (lambda s: (s.home / "vectors.faiss.999999999.part").touch(), "Removed 1 files"),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGES)
def test_what_can_be_made_again_is_mended(store: Store, what: str) -> None:
    expected = digests(store)
    names = [(record.id, record.name, record.path) for record in store.documents()]
    damage, said = DAMAGES[what]
    damage(store)
    assert store.problems() != []
    done = repair(store, lambda: EMBEDDING)
    assert all(one.done for one in done), done
    assert any(said in one.text for one in done), done
    if what != "tables of facts":  # built again at the next ingestion
        assert digests(store) == expected
    assert [(record.id, record.name, record.path) for record in store.documents()] == names
    assert of_the_database(store) == []
    assert of_the_vectors(store) == []
    assert of_the_files(store) == []
    assert repair(store, no_model) == []
    assert [chat.title for chat in Chats(store).list()] == ["a question"]


def test_where_nothing_is_wrong_nothing_is_done(store: Store) -> None:
    before, revision = digests(store), store.revision()
    assert repair(store, no_model) == []
    assert (digests(store), store.revision()) == (before, revision)


@pytest.mark.parametrize("damage", ["cut", "flip", "others"])
def test_search_vectors_that_are_not_those_of_the_store_are_made_again(
    store: Store, tmp_path: Path, damage: str
) -> None:
    file = FaissVectors(store).file
    data = file.read_bytes()
    if damage == "cut":
        file.write_bytes(data[:-7])
    elif damage == "flip":
        file.write_bytes(data[:900] + bytes([data[900] ^ 8]) + data[901:])
    else:
        other = filled(tmp_path / "other", tmp_path / "others", 4, version=2)
        vectors = FaissVectors(other)
        vectors.refresh()
        for path in (vectors.file, vectors.stamp):
            (store.home / path.name).write_bytes(path.read_bytes())
        other.close()
    assert FaissVectors(store).differences() > 0
    done = repair(store, no_model)
    assert ["search vectors" in one.text for one in done] == [True]
    assert FaissVectors(store).differences() == 0
    assert file.exists()
    assert repair(store, no_model) == []


def test_a_message_that_lost_its_chat_is_put_into_another_and_never_removed(store: Store) -> None:
    harm(store, "DELETE FROM chats")
    done = repair(store, no_model)
    assert any("1 messages that had lost their chat" in one.text for one in done)
    (chat,) = Chats(store).list()
    assert chat.title == FOUND_CHAT
    assert [message.question for message in Chats(store).get(chat.id).messages] == ["a question"]


def test_a_kept_file_that_is_nowhere_else_is_named_and_what_it_says_is_kept(store: Store, tmp_path: Path) -> None:
    expected = digests(store)
    store.source_file(1).unlink()
    (tmp_path / "files" / "report-0.md").write_text("another text by now")
    (mended,) = repair(store, no_model)
    assert not mended.done
    assert "report-0" in mended.text
    assert "ingest the file again" in mended.text
    assert digests(store) == expected


def test_a_document_that_can_not_be_read_again_is_named_with_what_to_do(store: Store) -> None:
    damaged_kept_file(store)
    (Path(store.document(1).path)).unlink()
    harm(store, "UPDATE pages SET text = 'x' || text WHERE document_id = 1")
    done = repair(store, lambda: EMBEDDING)
    assert not any(one.done for one in done)
    assert any(
        "report-0 is damaged and can't be read again" in one.text and "footnote remove 1" in one.text for one in done
    )
    assert len(store.documents()) == 3


def test_a_damaged_table_is_not_mended_but_a_backup_is_named(store: Store) -> None:
    connection = store.connect()
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'pages'").fetchone()[0]
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    with store.file.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 64)
    again = Store(store.home)
    done = repair(again, no_model)
    assert not done[-1].done
    assert "footnote restore" in done[-1].text
    again.close()
