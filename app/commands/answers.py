"""Commands that answer: the chat page, questions, checks of answers, search, the glossary, calculations."""

import argparse
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.command import Add, Output, open_engine, positive, text_argument, with_bar
from app.commands.selection import add_scope, scope_given
from app.scope import documents_asked
from corpus.readers.clean import one_line

if TYPE_CHECKING:
    from app.answer import Answer
    from app.footnote import Footnote
    from app.paper import Format


def add_commands(command: Add) -> None:
    """Add them to the command line."""
    chat = command("chat", _chat, "open the chat page in the browser")
    chat.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    chat.add_argument("--port", type=int, help="port (default 7860, or the next free one)")
    chat.add_argument("--no-browser", action="store_true", help="don't open a browser")
    chat.add_argument("--no-sample", action="store_true", help="don't index the sample corpus on the first start")

    ask = command("ask", _ask, "answer a question from the documents, with citations")
    ask.add_argument("question", type=text_argument)
    add_scope(ask)
    ask.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the answer's figures to a CSV file, with their places"
    )
    ask.add_argument(
        "--report", type=Path, metavar="FILE", help="write the answer with its evidence to a file for `replay`"
    )

    ask.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        help="write the answer with its sources as footnotes (.md, .html, .pdf, .docx, .csv)",
    )

    replay = command("replay", _replay, "ask a reported question again and tell what differs")
    replay.add_argument("file", type=Path, metavar="REPORT.json", help="what `ask --report` or the chat's Report wrote")
    replay.add_argument("--evidence", action="store_true", help="over the report's own pages, not over the index")

    verify = command("verify", _verify, "check an answer's sentences and figures against the passages they cite")
    verify.add_argument(
        "answer", metavar="ANSWER.json", help="what `ask --json` prints, or a marked text; - reads stdin"
    )

    search = command("search", _search, "show the passages nearest to a query")
    search.add_argument("query", type=text_argument)
    add_scope(search)
    search.add_argument("-k", type=positive, default=10, help="how many passages (default 10)")

    other = command("elsewhere", _elsewhere, "show where else something is said: agreeing, contradicting, related")
    other.add_argument("sentence", type=text_argument, nargs="?", default="")
    other.add_argument(
        "--citation", nargs=4, metavar=("DOCUMENT", "PAGE", "START", "END"),
        help="of what stands there: a document's name or id, the page from 1, characters as citations give them",
    )  # fmt: skip

    command("glossary", _glossary, "look a term up").add_argument("term", type=text_argument)
    calc = command("calc", _calc, "calculate: an expression, or a request in words")
    calc.add_argument("expression", type=text_argument)


def _chat(arguments: argparse.Namespace) -> Output:
    with open_engine(arguments, host=arguments.host, port=arguments.port) as engine:
        marker = engine.settings.home / "sample-indexed"
        if not (arguments.no_sample or marker.exists()):
            # A shared corpus that had documents once is another server's to fill.
            if not engine.documents() and not engine.store.revision():
                with_bar(engine.ingest_sample)
            # Once only: a person who removes the sample documents doesn't want them back at the next start.
            marker.touch()
        from app.page.launch import launch

        launch(engine, engine.settings.host, engine.settings.port, open_browser=not arguments.no_browser)
    return Output({"status": "stopped"}, "Footnote has stopped.")


def _ask(arguments: argparse.Namespace) -> Output:
    form = _format_of(arguments.export) if arguments.export else None  # before the work is done
    with open_engine(arguments, searches=True) as engine:
        documents = documents_asked(engine.store, scope_given(arguments, engine.store))
        answer = _told(engine, arguments.question, documents)
        if arguments.report:
            from app.evidence_report import make_report, write_report

            write_report(arguments.report, make_report(engine, answer, (), documents))
    from app.export import answer_text

    said = answer_text(answer)
    if arguments.report:
        said += f"\n\nThe answer with its evidence was written to {one_line(str(arguments.report))}."
    if arguments.csv:
        said += "\n\n" + _write_csv(arguments.csv, answer)
    if form:
        said += "\n\n" + _write_export(arguments.export, answer, form)
    return Output(answer.to_json(), said)


def _format_of(file: Path) -> "Format":
    from app.paper import format_of

    return format_of(file.name)


def _told(engine: "Footnote", question: str, documents: Collection[int] | None) -> "Answer":
    """The answer; on a terminal, what is being done for it meanwhile."""
    from app.answer import Answer
    from app.writer.events import Status

    for event in engine.stream(question, (), documents):
        if isinstance(event, Answer):
            return event
        if isinstance(event, Status) and sys.stderr.isatty():
            print(f"{event.text} …", file=sys.stderr, flush=True)
    raise RuntimeError("A stream of events ended without its answer.")


def _write_csv(path: Path, answer: "Answer") -> str:
    """Write an answer's figures; gives what to say of it. A file of figures that aren't there isn't made."""
    from app.figure_csv import figures_csv
    from corpus.errors import DataProblem

    figures = figures_csv([answer])
    if not figures:
        return "The answer has no figures; no CSV file was written."
    try:
        # The mark at the beginning tells spreadsheets that it is UTF-8; the line ends are already there.
        path.write_text(figures, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise DataProblem(f"{path} can't be written: {error.strerror}. Name another file with --csv.") from error
    return f"Figures written to {path}."


def _write_export(path: Path, answer: "Answer", form: "Format") -> str:
    """Write an answer as a file of its own; gives what to say of it."""
    from datetime import UTC, datetime

    from app.paper import Exchange, exchange_file
    from app.paper.files import write

    write(exchange_file(Exchange(answer, datetime.now(UTC)), form), path)
    return f"The answer was written to {one_line(str(path))}."


def _replay(arguments: argparse.Namespace) -> Output:
    from app.evidence_report import read_report
    from app.replay import replay, replay_object, replay_text

    report = read_report(arguments.file)
    with open_engine(arguments) as engine:
        done = replay(engine, report, over_evidence=arguments.evidence)
    return Output(replay_object(done), replay_text(done), 0 if done.same else 1)


def _verify(arguments: argparse.Namespace) -> Output:
    from app.verifier.report import check, report, report_text

    with open_engine(arguments) as engine:
        found = check(engine, arguments.answer)
    return Output(report(found), report_text(found), 1 if found.withheld else 0)


def _search(arguments: argparse.Namespace) -> Output:
    from app.json_objects import hit_object

    with open_engine(arguments, searches=True) as engine:
        documents = documents_asked(engine.store, scope_given(arguments, engine.store))
        hits = engine.search(arguments.query, arguments.k, documents)
    data = [hit_object(hit) for hit in hits]
    lines = [
        f"{rank}. {hit.document}, page {hit.span.page + 1} [{hit.span.start}:{hit.span.end}]\n   {' '.join(hit.text.split())}"
        for rank, hit in enumerate(hits, 1)
    ]
    return Output({"hits": data}, "\n".join(lines) or "Nothing found: no document is indexed, or none has these words.")


def _elsewhere(arguments: argparse.Namespace) -> Output:
    from app.elsewhere import elsewhere_text, place_cited
    from app.server.conversation import document_key
    from corpus.errors import BadDraft

    with open_engine(arguments, searches=True) as engine:
        citation = None
        if arguments.citation:
            document, *numbers = arguments.citation
            if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in numbers):
                raise BadDraft(
                    f"{' '.join(numbers)} is no place. Give the page from 1 and two character positions, as `search` shows them."
                )
            page, start, end = map(int, numbers)
            citation = place_cited(engine, document_key(document), page, start, end)
        found = engine.elsewhere(arguments.sentence, citation)
    return Output(found.to_json(), elsewhere_text(found))


def _glossary(arguments: argparse.Namespace) -> Output:
    from app.json_objects import entry_object

    with open_engine(arguments) as engine:
        entries = engine.glossary().find(arguments.term)
    data = [entry_object(entry) for entry in entries]
    lines = []
    for entry in entries:
        also = f" (also: {', '.join(entry.aliases)})" if entry.aliases else ""
        formula = f"\n  {entry.formula}" if entry.formula else ""
        lines.append(f"{entry.term}{also}: {entry.definition}{formula}\n  source: {entry.source}")
    return Output(
        {"term": arguments.term, "entries": data}, "\n".join(lines) or f"The glossary has no {arguments.term!r}."
    )


def _calc(arguments: argparse.Namespace) -> Output:
    # No engine: a calculation needs no data directory.
    from app.calculator import calculate, understand
    from app.json_objects import result_object

    result = understand(arguments.expression) or calculate(arguments.expression)
    rounding = f"  ({result.rounding})" if result.rounding else ""
    return Output(result_object(result), f"{result.expression} = {result.shown}{rounding}")
