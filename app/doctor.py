"""Checks of an installation and its data directory, each with what was found and what to do; and mending it."""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.settings import Settings
from corpus.errors import DataProblem, FootnoteError

if TYPE_CHECKING:
    from index.repair import Mended


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it held, and what was seen."""

    name: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Run every check; one that fails doesn't stop the next. Changes nothing that lasts."""
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("Python", _python),
        ("SQLite with FTS5", _sqlite),
        ("data directory", _home),
        ("embedding model", _model),
        ("shared database", _shared),
        ("index", _index),
        ("search vectors", _vectors),
        ("chats", _chats),
        ("glossary", _glossary),
        ("scanned pages (OCR)", _ocr),
        ("prompts", _prompts),
        ("language model", _language_model),
    )
    findings = []
    for name, check in checks:
        try:
            findings.append(Finding(name, True, check(settings)))
        except (FootnoteError, OSError, sqlite3.Error) as error:
            findings.append(Finding(name, False, str(error)))
    return findings


def mend(settings: Settings) -> "list[Mended]":
    """Mend the data directory: what was done and what a person has to do; empty where nothing was wrong.

    Raises DataProblem, Busy or IndexMismatch where the directory can't be opened or written.
    """
    from corpus.ocr.ocr import load_ocr
    from index.embedding import load_embedding
    from index.repair import repair

    with closing(settings.open_store()) as store:
        return repair(
            store,
            lambda: load_embedding(settings.embedding_model, settings.embedding_precision),
            settings.passage_tokens,
            settings.max_file_mb,
            load_ocr(settings.ocr_languages),
            settings.vectors(),
        )


def _python(_settings: Settings) -> str:
    return ".".join(str(part) for part in sys.version_info[:3])


def _sqlite(_settings: Settings) -> str:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    return sqlite3.sqlite_version


def _home(settings: Settings) -> str:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home) as file:
            file.write(b"x")
    except OSError as error:
        raise DataProblem(
            f"{settings.home} can't be written ({error.strerror}). Check its permissions and free space, or name another "
            "directory with --home."
        ) from error
    else:
        return f"{settings.home} is writable"


def _model(settings: Settings) -> str:
    from index.embedding import load_embedding

    embedding = load_embedding(settings.embedding_model, settings.embedding_precision)
    dimension = embedding.embed(["one passage"]).shape[1]
    return f"{embedding.model_id}, weights verified, {dimension} dimensions"


def _shared(settings: Settings) -> str:
    if not settings.postgres_uri:
        return "none set; everything is kept here (postgres_uri names one for several servers)"
    with closing(settings.open_store()) as store:
        assert store.shared
        differences = store.shared.differences()
        if differences:
            raise FootnoteError(
                f"The copy in {settings.home} isn't as the database {store.shared.address} is: {'; '.join(differences[:3])}. "
                "Move the data directory away: it is filled from the database again."
            )
        return f"{store.shared.address}, and the copy here has all of it"


def _index(settings: Settings) -> str:
    with closing(settings.open_store()) as store:
        problems = store.check()
        if problems:
            raise FootnoteError(
                f"{len(problems)} problems: {'; '.join(problems[:3])}. Mend what can be mended with: footnote doctor --repair"
            )
        records = store.documents()
        older = "".join(
            f"; {path.name} is how it was before an update, and may be deleted" for path in store.older_copies()
        )
        return f"{len(records)} documents, {sum(record.passages for record in records)} passages, consistent{older}"


def _vectors(settings: Settings) -> str:
    with closing(settings.open_store()) as store, closing(settings.vectors().open(store)) as vectors:
        wrong = vectors.differences()
    if wrong:
        raise FootnoteError(
            f"{wrong} aren't those of the database. They are made again at the next question, or now with: "
            "footnote doctor --repair"
        )
    where = f" at {settings.milvus_uri}" if settings.vector_store == "milvus" else ""
    return f"those of the database{where}, or made at the next question"


def _chats(settings: Settings) -> str:
    from app.chats import Chats

    with closing(settings.open_store()) as store:
        chats = Chats(store)
        records = chats.list()
        unread = []
        for record in records:
            try:
                chats.get(record.id)
            except DataProblem as error:
                unread.append(f"{record.title!r} ({error})")
    if unread:
        raise FootnoteError(
            f"{len(unread)} chats can't be read: {'; '.join(unread[:3])}. They are kept; a backup may have them whole."
        )
    return f"{len(records)} chats, {sum(record.messages for record in records)} exchanges, all readable"


def _glossary(settings: Settings) -> str:
    from corpus.glossary import load_glossary

    own = settings.home / "glossary.toml"
    shipped = load_glossary()
    if not own.exists():
        return f"{len(shipped)} terms; your own go in {own}"
    return f"{len(shipped)} shipped terms, {len(load_glossary(own))} of your own from {own}"


def _ocr(settings: Settings) -> str:
    from corpus.ocr.ocr import load_ocr
    from corpus.ocr.tesseract import LANGUAGES

    found = load_ocr(settings.ocr_languages)
    if found.tesseract:
        return f"Tesseract {found.tesseract.version} reads them, in {found.tesseract.languages}"
    if settings.ocr_languages != LANGUAGES:
        raise FootnoteError(f"Scanned pages aren't read. To have them read, {found.missing}.")
    return f"not read, and named in a document's notes; to have them read, {found.missing}"


def _prompts(settings: Settings) -> str:
    import prompts

    own = [name for name in prompts.names() if prompts.load(name, settings.home).path.parent != prompts.FOLDER]
    said = f", {len(own)} of your own: {', '.join(own)}" if own else ""
    return f"{len(prompts.names())} prompts, variables as declared{said}"


def _language_model(settings: Settings) -> str:
    from app.language_model import load_language_model

    model = load_language_model(settings)
    if model is None:
        return "none set; answers are extractive (llm_url or llm_file names one)"
    from llama_index.core.llms import ChatMessage

    started = time.monotonic()
    try:
        pieces = model.stream([ChatMessage(role="user", content="Answer with one word: are you there?")])
        next(piece for piece in pieces if piece)
        seconds = time.monotonic() - started
    finally:
        model.close()
    where = f"at {settings.llm_url}" if settings.llm_url else f"from {settings.llm_file}"
    return f"{model.name} {where} answers; its first word came after {seconds:.1f} s"
