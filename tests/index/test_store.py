import hashlib
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Cell, Document, Kind, Metadata, Page, Passage, Period, Row, Span, Table
from corpus.errors import DataProblem, IndexMismatch, UnknownDocument
from corpus.glossary import GlossaryEntry
from index.part_files import working_folder
from index.store import SCHEMA_VERSION, Store
from tests.index.older import to_schema_2

MODEL = "model@1"


def made_up(
    name: str = "note", words: str = "Revenue was zanzibarite this year.", folder: Path | None = None
) -> Document:
    path = f"{folder}/{name}.txt" if folder else f"/nowhere/{name}.txt"
    metadata = Metadata("A note", "Some Company", Period(2024, 2), Kind.QUARTERLY_REPORT, "en")
    cells = (Cell(0, 0, "Revenue", Span(0, 0, 7), "million USD"), Cell(0, 1, "", None))
    rows = (Row(1, "Revenue, net of returns", ("Income", "Sales")),)
    table = Table(Span(0, 0, 7), cells, 1, "A caption", Span(1, 0, 4), False, rows)
    return Document(
        name,
        path,
        hashlib.sha256(words.encode()).hexdigest(),
        "text/plain",
        (Page(0, words), Page(1, "", "last")),
        (table,),
        (),
        metadata,
        ("odd",),
    )


def passages_of(document: Document) -> list[Passage]:
    text = document.pages[0].text
    return [Passage(Span(0, 0, len(text)), text, ("One", "Two"), "Some Company", True)] if text else []


def add(store: Store, document: Document, model: str = MODEL) -> int:
    passages = passages_of(document)
    entry = GlossaryEntry(document.name.title(), "a stone", ("stone",), None, (), document.name, Span(0, 0, 5))
    return store.add(
        document, passages, np.eye(3, dtype=np.float32)[: len(passages)], model, [entry], {0: frozenset({"cover"})}
    )


def test_what_goes_in_comes_out(store: Store) -> None:
    document = made_up()
    key = add(store, document)
    record = store.document(key)
    assert (record.name, record.metadata, record.notes, record.pages, record.passages) == (
        "note", document.metadata, ("odd",), 2, 1,
    )  # fmt: skip
    assert store.document("note") == record
    assert tuple(store.pages(key)) == document.pages
    assert tuple(store.tables(key, 0)) == document.tables
    assert store.tables(key, 1) == []
    assert [stored.passage for stored in store.passages_of(key)] == passages_of(document)
    assert store.page_features() == {(key, 0): frozenset({"cover"})}
    assert [entry.term for entry in store.glossary()] == ["Note"]
    ids, vectors = store.embeddings()
    assert vectors.tolist() == [[1, 0, 0]]
    assert store.match('"revenue"', 5)[0][0] == ids[0]


@settings(max_examples=30)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200))
def test_any_text_survives_character_for_character(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    store = Store(tmp_path_factory.mktemp("home"))
    key = add(store, made_up(words=text))
    assert store.page(key, 0).text == text
    assert store.passages_of(key)[0].passage.text == text
    assert not [problem for problem in store.check() if "kept file" not in problem]
    store.close()


def test_the_same_path_replaces_and_keeps_its_id(store: Store) -> None:
    key = add(store, made_up(words="Old words about walruses."))
    assert add(store, made_up(words="New words about narwhals.")) == key
    assert store.match('"walruses"', 5) == []
    assert len(store.match('"narwhals"', 5)) == 1
    assert len(store.documents()) == 1


def test_two_files_of_one_name_are_told_apart(store: Store, tmp_path: Path) -> None:
    add(store, made_up())
    add(store, made_up(folder=tmp_path))
    assert [record.name for record in store.documents()] == ["note", "note (2)"]


def test_a_removed_document_leaves_no_trace_in_any_table_or_in_the_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Revenue was zanzibarite this year.")
    kept = made_up("other", "Something else.")
    add(store, kept)
    document = made_up(folder=tmp_path)
    key = add(store, document)
    assert b"zanzibarite" in store.file.read_bytes() + (store.home / "footnote.db-wal").read_bytes()
    assert store.source_file(key).read_text() == path.read_text()
    store.remove(key)
    connection = store.connect()
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
        assert "zanzibarite" not in repr(rows).lower(), table
    for table in ("documents", "passages", "embeddings", "glossary"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,)
    everything = b"".join(path.read_bytes() for path in store.home.rglob("*") if path.is_file())
    assert b"zanzibarite" not in everything.lower()
    with pytest.raises(UnknownDocument, match="note"):
        store.document("note")


def test_a_failed_write_leaves_the_old_document(store: Store) -> None:
    key = add(store, made_up(words="Old words."))
    broken = made_up(words="New words.")
    bad = [Passage(Span(0, 0, 3), None)]  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        store.add(broken, bad, np.ones((1, 3), np.float32), MODEL)
    assert store.page(key, 0).text == "Old words."
    assert len(store.match('"old"', 5)) == 1


def test_another_model_is_refused_with_the_way_out(store: Store) -> None:
    store.require_model("anything")
    key = add(store, made_up())
    store.require_model(MODEL)
    with pytest.raises(IndexMismatch, match="footnote reindex"):
        store.require_model("model@2")
    add(store, made_up("two"))
    store.replace_embeddings(key, np.zeros((1, 4), np.float32), "model@2")
    with pytest.raises(IndexMismatch, match="different models"):
        store.model()


def test_every_change_raises_the_revision(store: Store) -> None:
    seen = [store.revision()]
    key = add(store, made_up())
    seen.append(store.revision())
    store.remove(key)
    seen.append(store.revision())
    assert seen == sorted(set(seen))


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.connect().execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    store.close()
    with pytest.raises(IndexMismatch, match="newer"):
        Store(tmp_path)


def test_a_file_that_is_no_database_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "footnote.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(DataProblem, match="move it away"):
        Store(tmp_path)


def test_check_finds_a_span_that_points_elsewhere(store: Store) -> None:
    add(store, made_up())
    assert not [problem for problem in store.check() if "kept file" not in problem]
    store.connect().execute("UPDATE pages SET text = 'x' || text WHERE number = 0")
    store.connect().commit()
    assert any("aren't where they say" in problem for problem in store.check())


def test_no_document_takes_the_name_of_the_glossary(store: Store) -> None:
    assert store.document(add(store, made_up("glossary"))).name == "glossary (2)"


def test_files_of_interrupted_writes_are_swept_away(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "note.txt"
    source.write_text("Revenue was zanzibarite this year.")
    document = made_up("note", folder=tmp_path)
    key = add(store, document)
    kept = store.source_file(key)
    for name in ("b" * 64 + ".pdf", f"part-{document.sha256}.txt"):
        (kept.parent / name).write_text("left over")
    store.sweep()
    assert list(kept.parent.iterdir()) == [kept]


def test_what_a_killed_process_had_on_its_way_in_is_swept_away(store: Store) -> None:
    with working_folder(store.home) as mine:
        (mine / "report.md").write_text("being read")
        gone = mine.parent / "abc.999999999.part"  # beyond any process id
        gone.mkdir()
        (gone / "report.md").write_text("left over")
        assert [problem.text for problem in store.problems()] == ["1 files that belong to no document"]
        store.sweep()
        assert list(mine.parent.iterdir()) == [mine]
    assert list(mine.parent.iterdir()) == []


def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / "footnote.db") as connection:
        to_schema_2(connection)
        connection.execute("DROP TABLE page_tables")
        connection.execute(
            "CREATE TABLE page_tables (id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL, page INTEGER NOT NULL, "
            'start INTEGER NOT NULL, "end" INTEGER NOT NULL, header_rows INTEGER NOT NULL, caption TEXT, cells TEXT NOT NULL)'
        )
        connection.execute("INSERT INTO page_tables VALUES (1, 9, 0, 0, 7, 1, NULL, '[[0, 0, \"Revenue\", 0, 7]]')")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    store = Store(tmp_path)
    assert store.tables(9) == [Table(Span(0, 0, 7), (Cell(0, 0, "Revenue", Span(0, 0, 7)),))]
    document = made_up()
    assert tuple(store.tables(add(store, document))) == document.tables
    store.close()
    Store(tmp_path).close()  # a second time there is nothing to do


def test_the_list_of_documents_is_read_again_only_where_something_was_written(store: Store) -> None:
    add(store, made_up("one"))
    store.documents()
    asked: list[str] = []
    store.connect().set_trace_callback(asked.append)
    assert [record.name for record in store.documents()] == ["one"]
    assert not [statement for statement in asked if "FROM documents" in statement]
    store.connect().set_trace_callback(None)
    add(store, made_up("two", "Another stone."))
    assert [record.name for record in store.documents()] == ["one", "two"]
    other = Store(store.home)
    other.remove(other.document("one").id)
    other.close()
    assert [record.name for record in store.documents()] == ["two"]


def test_what_is_taken_back_is_not_kept_in_the_list_of_documents(store: Store) -> None:
    key = add(store, made_up("one"))

    def fails() -> None:
        with store.writing() as connection:
            connection.execute("UPDATE documents SET name = 'other' WHERE id = ?", (key,))
            assert [record.name for record in store.documents()] == ["other"]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert [record.name for record in store.documents()] == ["one"]
