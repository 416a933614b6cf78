"""A corpus and its chats in one PostgreSQL database, for several servers; docs/scale.md says what is where.

PostgreSQL is the truth. Each server keeps a copy in its own SQLite file, with the words and vectors that are made from it, answers from
that, and follows. A write holds the corpus's lock, brings the copy up to date, is made there, and counts once PostgreSQL has it.
"""
