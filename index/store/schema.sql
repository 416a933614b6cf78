-- One file holds all that Footnote knows. A document and what belongs to it comes and goes in one transaction.
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,           -- the file's name without its extension, made unique
    path TEXT NOT NULL UNIQUE,           -- where it was read from: its identity when it is read again
    sha256 TEXT NOT NULL,                -- of the file's bytes
    reading TEXT NOT NULL,               -- version of readers and splitter; another version is read again
    model TEXT NOT NULL,                 -- embedding model of its passages
    media_type TEXT NOT NULL,
    title TEXT, company TEXT, kind TEXT NOT NULL, language TEXT,
    fiscal_year INTEGER, quarter INTEGER, period_end TEXT,
    notes TEXT NOT NULL,                 -- JSON array
    facts TEXT NOT NULL DEFAULT '',      -- stamp of what its facts were built with; another one is stale
    overview TEXT NOT NULL DEFAULT '',   -- JSON: what it holds, with the stamp of what that was made from; another one is stale
    added TEXT NOT NULL                  -- ISO 8601, UTC
);
CREATE INDEX IF NOT EXISTS documents_sha256 ON documents (sha256);

CREATE TABLE IF NOT EXISTS pages (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,             -- from 0
    label TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (document_id, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS recognised_pages ( -- pages that were read by OCR
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    page INTEGER NOT NULL,
    words TEXT NOT NULL,                 -- JSON: [[start, end, left, top, right, bottom, confidence], …], sides as fractions of the page
    PRIMARY KEY (document_id, page)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS page_features (
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    page INTEGER NOT NULL,
    feature TEXT NOT NULL,               -- "balance sheet", "risk factors", …
    PRIMARY KEY (document_id, page, feature)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS page_tables (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    page INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    header_rows INTEGER NOT NULL, caption TEXT,
    cells TEXT NOT NULL,                 -- JSON: [[row, column, text, start, end, unit], …], start null for an empty cell
    unit_page INTEGER, unit_start INTEGER, unit_end INTEGER, -- where its unit is stated
    confident INTEGER NOT NULL DEFAULT 1,
    rows TEXT NOT NULL DEFAULT '[]'      -- JSON: [[row, label, [heading, …]], …]
);
CREATE INDEX IF NOT EXISTS page_tables_document ON page_tables (document_id, page);

CREATE TABLE IF NOT EXISTS facts (       -- the cells of primary statements
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    statement TEXT NOT NULL, place INTEGER NOT NULL,
    label TEXT NOT NULL, section TEXT NOT NULL, -- as printed; JSON array of headings
    year INTEGER NOT NULL, quarter INTEGER, months INTEGER, period_end TEXT,
    text TEXT NOT NULL,                  -- as printed
    value TEXT NOT NULL,                 -- exact decimal, brackets as minus
    unit TEXT NOT NULL, scale TEXT NOT NULL,
    page INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, -- of the cell
    confidence REAL NOT NULL, failed TEXT NOT NULL, -- the check that it fails, "" where none
    shown TEXT NOT NULL                  -- JSON: header, caption and the places that an answer cites
);
CREATE INDEX IF NOT EXISTS facts_document ON facts (document_id);
CREATE TABLE IF NOT EXISTS fact_items (  -- which line items a cell gives
    fact_id INTEGER NOT NULL REFERENCES facts (id) ON DELETE CASCADE,
    concept TEXT NOT NULL,               -- id in concepts.toml
    amount TEXT NOT NULL,                -- exact decimal, with the item's own sign
    PRIMARY KEY (fact_id, concept)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS fact_items_concept ON fact_items (concept);

CREATE TABLE IF NOT EXISTS passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: derived files are keyed by it
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    page INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    context TEXT NOT NULL,
    section TEXT NOT NULL,               -- JSON array, outermost first
    is_table INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_document ON passages (document_id, page);

CREATE TABLE IF NOT EXISTS embeddings (
    passage_id INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
    vector BLOB NOT NULL                 -- float32, little-endian, unit length
);
-- Vectors of another model, made while those of `embeddings` still answer; all take their place at once.
CREATE TABLE IF NOT EXISTS staged_embeddings (
    passage_id INTEGER PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    vector BLOB NOT NULL
);

CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    text, context, content = 'passages', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER IF NOT EXISTS passages_in AFTER INSERT ON passages BEGIN
    INSERT INTO words (rowid, text, context) VALUES (new.id, new.text, new.context);
END;
CREATE TRIGGER IF NOT EXISTS passages_out AFTER DELETE ON passages BEGIN
    INSERT INTO words (words, rowid, text, context) VALUES ('delete', old.id, old.text, old.context);
END;

CREATE TABLE IF NOT EXISTS glossary (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    term TEXT NOT NULL, definition TEXT NOT NULL, aliases TEXT NOT NULL, formula TEXT, see_also TEXT NOT NULL,
    page INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS glossary_document ON glossary (document_id);

CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: what belongs to one who left never falls to another
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password TEXT NOT NULL,              -- salted hash, with its parameters
    admin INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL                -- ISO 8601, UTC
);
CREATE TABLE IF NOT EXISTS sessions (    -- of people who are signed in
    token TEXT PRIMARY KEY,              -- SHA-256 of what the browser holds, hexadecimal
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created TEXT NOT NULL, expires TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (      -- of people's programs
    token TEXT PRIMARY KEY,              -- SHA-256 of what the program sends, hexadecimal
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document_owners ( -- a document without an owner is everyone's
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (document_id, user_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS document_owners_user ON document_owners (user_id);

CREATE TABLE IF NOT EXISTS collections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE,
    owner_id INTEGER REFERENCES users (id) ON DELETE CASCADE, -- null: everyone's
    shared INTEGER NOT NULL DEFAULT 0,   -- whether others who sign in read it, its documents included
    created TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS collections_name ON collections (name, coalesce(owner_id, 0));
CREATE TABLE IF NOT EXISTS collection_documents (
    collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    PRIMARY KEY (collection_id, document_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS collection_documents_document ON collection_documents (document_id);

CREATE TABLE IF NOT EXISTS chats (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL,
    owner_id INTEGER REFERENCES users (id) ON DELETE CASCADE, -- null: everyone's
    shared INTEGER NOT NULL DEFAULT 0,   -- whether others who sign in read it
    scope TEXT NOT NULL DEFAULT '{}'     -- JSON: what its next question is asked of; {} is everything
);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    question TEXT NOT NULL, answer_json TEXT NOT NULL, created TEXT NOT NULL,
    scope TEXT,                          -- JSON array: names of the documents that were asked; null is all
    pinned TEXT,                         -- when, null for one that isn't
    rating INTEGER,                      -- 1 good, -1 bad, null for none
    remark TEXT NOT NULL DEFAULT ''      -- what the person says of the answer
);
CREATE INDEX IF NOT EXISTS messages_chat ON messages (chat_id);

-- The words of exchanges, under the message's id, for the search of chats; app/chat_search.py writes them.
CREATE VIRTUAL TABLE IF NOT EXISTS message_words USING fts5 (
    question, answer, quotes, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER IF NOT EXISTS messages_out AFTER DELETE ON messages BEGIN
    DELETE FROM message_words WHERE rowid = old.id;
END;
