"""What a file of an older version lacks: the steps back that the tests of migrations take."""

import sqlite3

NEW_TABLES = ("collection_documents", "collections", "document_owners", "sessions", "staged_embeddings", "users")
# As schemas 1 to 3 had them.
CHATS = """
PRAGMA foreign_keys = OFF;
CREATE TABLE old_chats (id INTEGER PRIMARY KEY, title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL);
INSERT INTO old_chats SELECT id, title, created, updated FROM chats;
CREATE TABLE old_messages (
    id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    question TEXT NOT NULL, answer_json TEXT NOT NULL, created TEXT NOT NULL
);
INSERT INTO old_messages SELECT id, chat_id, question, answer_json, created FROM messages;
DROP TABLE messages;
DROP TABLE chats;
PRAGMA legacy_alter_table = ON;
ALTER TABLE old_chats RENAME TO chats;
ALTER TABLE old_messages RENAME TO messages;
CREATE INDEX messages_chat ON messages (chat_id);
PRAGMA legacy_alter_table = OFF;
"""


def to_schema_2(connection: sqlite3.Connection) -> None:
    """Take away what schemas 3 and 4 added."""
    connection.executescript(CHATS)
    for table in (*NEW_TABLES, "fact_items", "facts"):
        connection.execute(f"DROP TABLE {table}")
    for column in ("overview", "facts"):
        connection.execute(f"ALTER TABLE documents DROP COLUMN {column}")
    connection.execute("PRAGMA user_version = 2")
    connection.commit()
