"""What happens while documents are added: files handed over by the browser, pasted texts, the sample; a line for each file."""

import json
import queue
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import copy_context
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import gradio as gr

from app.adding import document_name, paste
from app.page.adding_html import added_html, adding_html
from app.page.chat import ChatActions
from app.page.chat_html import failed_html
from app.page.documents import DocumentActions
from app.page.examples import questions_about
from app.page.notices_html import hint_html
from app.page.overview_html import overview_html
from app.page.visit import Visit, data_of
from app.page.words import say
from corpus.errors import FootnoteError
from corpus.readers.clean import one_line

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.file_report import FileReport
    from index.ingest import IngestReport, Progress

    News = Progress | FileReport | None
    Work = Callable[[Callable[[News], None], Callable[[], bool]], IngestReport]

MOST_NAME = 300  # characters of a file's path within its folder


class AddingActions:
    """Adding over one engine. Each action gives (status, overview, what `documents` gives, thread), again and again."""

    def __init__(self, engine: "Footnote", held: DocumentActions, chat: ChatActions) -> None:
        self.engine, self.held, self.chat = engine, held, chat
        self.locked: dict[str, tuple[Path, str]] = {}  # files that wait for their password, by a secret name

    def add_files(self, visit: Visit, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Read the files that the browser has handed over, each with its path in the folder that it comes from."""
        data = data_of(event)
        names = self._handed(str(data.get("files", "")))
        skipped = str(data.get("left_out", "0"))
        if not names:
            yield self._said(hint_html(say("documents.no_file")))
            return
        yield from self._read(visit, names, left_out=int(skipped) if skipped.isdigit() else 0)

    def give_password(self, visit: Visit, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Read a protected file with the password that the person gives. It is kept nowhere."""
        data = data_of(event)
        path, name = self.locked.pop(str(data.get("file", "")), (None, ""))
        if path is None or not path.exists():
            yield self._said(hint_html(say("documents.no_file")))
            return
        yield from self._read(visit, {path: name}, password=str(data.get("value", "")))

    def paste_text(self, visit: Visit, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Make a pasted text a document."""
        data = data_of(event)
        title, text = str(data.get("title", "")), str(data.get("text", ""))
        yield from self._work(visit, lambda tell, stopped: paste(self.engine, title, text, tell))

    def add_sample(self, visit: Visit) -> Iterator[tuple[Any, ...]]:
        """Load the shipped sample documents."""
        yield from self._work(visit, lambda tell, stopped: self.engine.ingest_sample(tell, tell))

    def stop(self, visit: Visit) -> None:
        """Let what is being added be left as it is: what is read stays."""
        if visit.adding:
            visit.adding.set()

    def _handed(self, sent: str) -> dict[Path, str]:
        """The uploaded files that are there, with their names; none that lies elsewhere, whatever the browser says."""
        try:
            listed = json.loads(sent)
        except json.JSONDecodeError:
            return {}
        folder, found = self.held.uploads.resolve(), {}
        for one in listed if isinstance(listed, list) else ():
            path = Path(str(one.get("path", ""))).resolve() if isinstance(one, dict) else folder
            if path.is_relative_to(folder) and path.is_file():
                found[path] = _inner_path(str(one.get("name", ""))) or path.name
        return found

    def _read(
        self, visit: Visit, names: Mapping[Path, str], password: str = "", left_out: int = 0
    ) -> Iterator[tuple[Any, ...]]:
        def work(tell: "Callable[[News], None]", stopped: Callable[[], bool]) -> "IngestReport":
            waiting: set[Path] = set()
            try:
                report = self.engine.ingest(
                    list(names), tell, uploaded=True, names=names, password=password, done=tell, cancelled=stopped
                )
                waiting = {one.path for one in report.files if one.needs_password and one.path in names}
                return report
            finally:
                # Here, since a page that is closed meanwhile doesn't come back for it.
                for path in names:
                    if path not in waiting:
                        path.unlink(missing_ok=True)

        yield from self._work(visit, work, names, left_out)

    def _work(
        self, visit: Visit, work: "Work", names: Mapping[Path, str] | None = None, left_out: int = 0
    ) -> Iterator[tuple[Any, ...]]:
        stop = visit.adding = threading.Event()
        news: queue.Queue[News] = queue.Queue()
        outcome: list[IngestReport | FootnoteError] = []

        def run() -> None:
            try:
                outcome.append(work(news.put, stop.is_set))
            except FootnoteError as error:
                outcome.append(error)
            finally:
                news.put(None)

        yield self._said(adding_html((), None))
        threading.Thread(target=copy_context().run, args=(run,), name="ingest", daemon=True).start()
        done: list[FileReport] = []
        progress: Progress | None = None
        for lot in _lots(news):
            for one in lot:
                if hasattr(one, "became"):
                    done.append(one)
                else:
                    progress = one
            yield self._said(adding_html(done, progress))
        result = outcome[0] if outcome else FootnoteError(say("documents.stopped"))
        if isinstance(result, FootnoteError):
            yield self._said(failed_html("", str(result)))
            return
        tokens = {one.path: self._lock(one.path, one.name) for one in result.files if one.needs_password and names}
        records = [one.record for one in result.files if one.record]
        said = added_html(result.files, tokens, questions_about(records, self.chat.terms()), result.left_out + left_out)
        welcome = self.chat.thread(None) if visit.chat is None else gr.skip()
        yield (said, "", *self.held.documents(visit), welcome)
        fresh = [one.id for one in (*result.added, *result.replaced)]
        if len(fresh) == 1:
            try:
                overview = overview_html(self.engine.overview(fresh[0]), fresh[0])
            except FootnoteError:
                return  # removed meanwhile; what was said of its reading stays
            yield (gr.skip(), overview, *(gr.skip() for _ in range(4)))

    def _lock(self, path: Path, name: str) -> str:
        token = secrets.token_urlsafe(12)
        self.locked[token] = (path, name)
        return token

    @staticmethod
    def _said(status: str) -> tuple[Any, ...]:
        return (status, "", gr.skip(), gr.skip(), gr.skip(), gr.skip())


def _inner_path(given: str) -> str:
    """A path within the folder that was dropped, as a name for people and the index: no way out of it."""
    parts = [document_name(one_line(part)) for part in PurePosixPath(given.replace("\\", "/")).parts]
    return "/".join(part for part in parts if part)[-MOST_NAME:]


def _lots(news: "queue.Queue[News]") -> Iterator[Sequence[Any]]:
    """What has come since, at once: waits for the first; ends at None."""
    while True:
        lot = [news.get()]
        while not news.empty():
            lot.append(news.get())
        kept = [one for one in lot if one is not None]
        if kept:
            yield kept
        if len(kept) < len(lot):
            return
