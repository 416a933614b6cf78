"""The word index over years of use: documents and chats that come and go a thousand times leave it whole."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.chats import Chats
from app.footnote import Footnote
from app.settings import Settings
from corpus.errors import DataProblem
from index.embedding import PassageEmbedding
from index.ingest import ingest
from index.repair import repair
from index.store import Store, word_index

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"


@pytest.fixture
def store(tmp_path: Path, embedding: PassageEmbedding) -> Iterator[Store]:
    opened = Store(tmp_path / "home")
    ingest([SAMPLE], opened, embedding)
    yield opened
    opened.close()


def found(store: Store) -> int:
    return len(store.match('"revenue"', 100, None))


def come_and_go(store: Store, embedding: PassageEmbedding, folder: Path, times: int) -> int:
    """The most levels that the index had."""
    path, most = folder / "quarry.md", 0
    for number in range(times):
        path.write_text(f"# Quarry notes {number}\n\nThe stones weigh {number} kilograms.\n")
        report = ingest([path], store, embedding)
        assert not report.failed
        store.remove(report.added[0].id)
        most = max(most, word_index.levels(store.connect(), "words"))
    return most


def test_the_index_does_not_climb_for_ever(
    store: Store, embedding: PassageEmbedding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_index, "MOST_LEVELS", 12)
    before = found(store)
    assert 12 <= come_and_go(store, embedding, tmp_path, 24) < 24
    assert store.check() == []
    assert found(store) == before > 0


def test_sqlite_lets_it_climb(store: Store, embedding: PassageEmbedding, tmp_path: Path) -> None:
    """What the upkeep is for: the day that this fails, SQLite does it itself."""
    assert come_and_go(store, embedding, tmp_path, 24) >= 24


def too_high(connection: sqlite3.Connection, table: word_index.Table, levels: int) -> None:
    """Write an index's row of levels as it is after a thousand removals."""
    (block,) = connection.execute(f"SELECT block FROM {table}_data WHERE id = 10").fetchone()
    count = bytes([0x80 | levels >> 7, levels & 0x7F])
    written = bytes(block[:4]) + count + bytes(2) + bytes(2 * levels)
    connection.execute(f"UPDATE {table}_data SET block = ? WHERE id = 10", (written,))
    connection.commit()


def test_one_that_sqlite_no_longer_opens_is_mended(store: Store, embedding: PassageEmbedding) -> None:
    before = found(store)
    connection = store.connect()
    too_high(connection, "words", 2001)
    assert word_index.levels(connection, "words") == 2001
    store.close()
    again = Store(store.home)
    with pytest.raises(sqlite3.DatabaseError):
        again.connect().execute("SELECT count(*) FROM words WHERE words MATCH 'revenue'").fetchone()
    with pytest.raises(DataProblem, match=r"footnote doctor --repair"):
        again.remove(again.documents()[0].id)
    problems = again.check()
    assert problems
    assert all(one.done for one in repair(again, lambda: embedding))
    assert again.check() == []
    assert found(again) == before
    again.close()


def test_chats_that_come_and_go_leave_their_index_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedding: PassageEmbedding
) -> None:
    monkeypatch.setattr(word_index, "MOST_LEVELS", 12)
    engine = Footnote(Settings(home=tmp_path / "home"))
    engine.ingest([SAMPLE])
    chats = Chats(engine.store)
    kept = chats.begin(engine.ask("What is HBM?"))
    for number in range(24):
        chats.delete(chats.begin(engine.ask(f"What is {number} + 1?")).chat_id)
        assert word_index.levels(engine.store.connect(), "message_words") <= 14
    assert [each.title for each in chats.list()] == ["What is HBM?"]
    assert kept.chat_id == chats.list()[0].id
    engine.close()
