"""The command line: each command is a thin caller of `app.footnote.Footnote` that prints text, or one JSON object.

Standard output carries the result alone; progress, warnings and errors go to standard error. Exit status: 0 for a result
(a refusal is one), 1 for a failure, 2 for misuse. Imports are lazy, so that `--help` is quick.
"""

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import BadDraft, DataProblem, FootnoteError
from corpus.readers import path_text
from corpus.readers.clean import file_name, one_line

if TYPE_CHECKING:
    from app.answer import Answer
    from app.footnote import Footnote
    from app.settings import Settings
    from index.ingest import IngestReport, Progress
    from index.store import DocumentRecord, Store


@dataclass(frozen=True, slots=True)
class Output:
    """What a command gives: the object of `--json`, the same for a person, the exit status."""

    data: dict[str, Any]
    text: str
    status: int = 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status. Misuse leaves through argparse with status 2."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.run is _ingest and not (arguments.paths or arguments.sample or arguments.reindex):
        parser.error("name at least one file or folder: footnote ingest PATH… (or --sample, or --reindex)")
    try:
        # Libraries that chat on standard output must not spoil the one object printed there.
        with contextlib.redirect_stdout(sys.stderr):
            output: Output = arguments.run(arguments)
    except FootnoteError as error:
        print(f"footnote: {one_line(str(error))}", file=sys.stderr)
        status = 2 if isinstance(error, BadDraft) else 1
        if not arguments.json:
            return status
        output = Output({"error": str(error)}, "", status)
    except KeyboardInterrupt:
        print(
            "footnote: interrupted; what was finished is kept, and the same command goes on from there.",
            file=sys.stderr,
        )
        return 1
    return _print(json.dumps(output.data, ensure_ascii=False) if arguments.json else output.text, output.status)


def _print(text: str, status: int) -> int:
    """Print the result; gives `status`, or 1 where it can't be written."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        print(text, flush=True)
    except OSError as error:
        # Python must not complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return status  # the reader (head, less) went away: not our failure
        print(f"footnote: the result can't be written: {error.strerror}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnote", description="Answers from your own documents: every sentence cited, every figure traced."
    )
    # Taken before the command and after it: a default of the latter must not undo the former.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    for place in (parser, common):
        place.add_argument(
            "--home", type=Path, metavar="DIR", help="data directory (default: FOOTNOTE_HOME, else the user's)"
        )
        place.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], Output], about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, parents=[common], help=about, description=about[0].upper() + about[1:] + ".")
        sub.set_defaults(run=run)
        return sub

    chat = command("chat", _chat, "open the chat page in the browser")
    chat.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    chat.add_argument("--port", type=int, help="port (default 7860, or the next free one)")
    chat.add_argument("--no-browser", action="store_true", help="don't open a browser")
    chat.add_argument("--no-sample", action="store_true", help="don't index the sample corpus on the first start")

    ask = command("ask", _ask, "answer a question from the documents, with citations")
    ask.add_argument("question", type=_text)
    ask.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the answer's figures to a CSV file, with their places"
    )

    verify = command("verify", _verify, "check an answer's sentences and figures against the passages they cite")
    verify.add_argument(
        "answer", metavar="ANSWER.json", help="what `ask --json` prints, or a marked text; - reads stdin"
    )

    search = command("search", _search, "show the passages nearest to a query")
    search.add_argument("query", type=_text)
    search.add_argument("-k", type=_positive, default=10, help="how many passages (default 10)")

    ingest = command("ingest", _ingest, "read files and folders into the index")
    ingest.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    ingest.add_argument("--sample", action="store_true", help="index the shipped sample corpus")
    ingest.add_argument("--reindex", action="store_true", help="embed all documents again, after a change of model")

    command("documents", _documents, "list the documents in the index")
    command("remove", _remove, "remove a document from the index").add_argument(
        "id", type=_text, help="a document's id or name"
    )
    facts = command("facts", _facts, "list the figures of the filings' statements")
    facts.add_argument("--company", type=_text, default="", help="of companies whose name holds this")
    facts.add_argument("--concept", type=_text, default="", help="of one line item: its id, name or us-gaap element")
    facts.add_argument("--year", type=_positive, help="of one fiscal year")
    facts.add_argument("--document", type=_text, help="of one document, by id or name")
    facts.add_argument("--all", action="store_true", help="also rows that are no known line item")
    facts.add_argument("--csv", action="store_true", help="as CSV")
    facts.add_argument("--out", type=Path, metavar="FILE", help="write to a file (.csv or .json by its ending)")
    command("glossary", _glossary, "look a term up").add_argument("term", type=_text)
    command("calc", _calc, "calculate: an expression, or a request in words").add_argument("expression", type=_text)
    command("settings", _settings, "show the settings in force and how to change them")
    command("doctor", _doctor, "check the installation and the data directory")

    evaluate = commands.add_parser("eval", help="measure against a benchmark's data", description="Measure.")
    benchmarks = evaluate.add_subparsers(dest="benchmark", required=True, metavar="BENCHMARK")
    financebench = benchmarks.add_parser(
        "financebench", parents=[common], help="retrieval over one shared index of filings", description="FinanceBench."
    )
    financebench.add_argument("--data", type=Path, required=True, help="folder with pdfs/ and questions.jsonl")
    financebench.set_defaults(run=_eval_financebench)
    tatqa = benchmarks.add_parser(
        "tatqa", parents=[common], help="questions over a table and its paragraphs", description="TAT-QA."
    )
    tatqa.add_argument("file", type=Path, help="the contexts with their questions, as JSON")
    tatqa.add_argument(
        "--half", choices=("dev", "confirm", "all"), default="all", help="contexts by a hash of their id"
    )
    tatqa.set_defaults(run=_eval_tatqa)
    return parser


def _text(given: str) -> str:
    """An argument as text, also where the terminal sent bytes that aren't UTF-8."""
    return os.fsencode(given).decode("utf-8", "replace")


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _load_settings(arguments: argparse.Namespace, **flags: Any) -> "Settings":
    from pydantic import ValidationError

    from app.settings import Settings

    given = {name: value for name, value in {"home": arguments.home, **flags}.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataProblem(
            f"The setting {'.'.join(str(part) for part in first['loc'])} can't be {first.get('input')!r}: {first['msg']}. "
            "`footnote settings` lists what can be set."
        ) from error


@contextlib.contextmanager
def _engine(arguments: argparse.Namespace, **flags: Any) -> "Iterator[Footnote]":
    settings = _load_settings(arguments, **flags)
    from app.footnote import Footnote

    engine = Footnote(settings)
    try:
        yield engine
    finally:
        engine.close()


@contextlib.contextmanager
def _store(arguments: argparse.Namespace) -> "Iterator[Store]":
    """The data directory alone, for commands that answer nothing: they start in a fraction of the engine's time."""
    settings = _load_settings(arguments)
    from index.store import Store

    store = Store(settings.home)
    try:
        yield store
    finally:
        store.close()


def _chat(arguments: argparse.Namespace) -> Output:
    with _engine(arguments, host=arguments.host, port=arguments.port) as engine:
        marker = engine.settings.home / "sample-indexed"
        if not (arguments.no_sample or marker.exists()):
            if not engine.documents():
                _with_bar(engine.ingest_sample)
            # Once only: a person who removes the sample documents doesn't want them back at the next start.
            marker.touch()
        from app.page import launch

        launch(engine, engine.settings.host, engine.settings.port, open_browser=not arguments.no_browser)
    return Output({"status": "stopped"}, "Footnote has stopped.")


def _ask(arguments: argparse.Namespace) -> Output:
    from app.export import answer_text

    with _engine(arguments) as engine:
        answer = engine.ask(arguments.question)
    said = answer_text(answer)
    if arguments.csv:
        said += "\n\n" + _write_csv(arguments.csv, answer)
    return Output(answer.to_json(), said)


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


def _verify(arguments: argparse.Namespace) -> Output:
    from app.verifier.report import check, report, report_text

    with _engine(arguments) as engine:
        found = check(engine, arguments.answer)
    return Output(report(found), report_text(found), 1 if found.withheld else 0)


def _search(arguments: argparse.Namespace) -> Output:
    with _engine(arguments) as engine:
        hits = engine.search(arguments.query, arguments.k)
    data = [
        {
            "document": hit.document,
            "page": hit.span.page + 1,
            "start": hit.span.start,
            "end": hit.span.end,
            "text": hit.text,
            "score": round(float(hit.score), 6),
        }
        for hit in hits
    ]
    lines = [
        f"{rank}. {hit.document}, page {hit.span.page + 1} [{hit.span.start}:{hit.span.end}]\n   {' '.join(hit.text.split())}"
        for rank, hit in enumerate(hits, 1)
    ]
    return Output({"hits": data}, "\n".join(lines) or "Nothing found: no document is indexed, or none has these words.")


def _ingest(arguments: argparse.Namespace) -> Output:
    with _engine(arguments) as engine:
        if arguments.reindex:
            _with_bar(engine.reindex)
        reports = []
        if arguments.sample:
            reports.append(_with_bar(engine.ingest_sample))
        if arguments.paths:
            reports.append(_with_bar(lambda progress: engine.ingest(arguments.paths, progress)))
        documents = engine.documents()
    failed = [failure for report in reports for failure in report.failed]
    data: dict[str, Any] = {
        "added": [record.name for report in reports for record in report.added],
        "replaced": [record.name for report in reports for record in report.replaced],
        "unchanged": [record.name for report in reports for record in report.unchanged],
        "failed": [{"path": path_text(path), "reason": reason} for path, reason in failed],
        "pages": sum(report.pages for report in reports),
        "passages": sum(report.passages for report in reports),
        "seconds": round(sum(report.seconds for report in reports), 2),
        "documents": len(documents),
    }
    lines = [f"could not read {one_line(str(path))}: {reason}" for path, reason in failed]
    lines.append(
        f"{len(data['added'])} added, {len(data['replaced'])} replaced, {len(data['unchanged'])} unchanged, "
        f"{len(failed)} failed: {_count(data['pages'], 'page')}, {_count(data['passages'], 'passage')} in "
        f"{data['seconds']:.1f} s. {_count(len(documents), 'document')} in the index."
    )
    return Output(data, "\n".join(lines), 1 if failed else 0)


def _with_bar(work: "Callable[[Callable[[Progress], None]], IngestReport]") -> "IngestReport":
    """Run `work` with a progress bar on standard error: pages, pages a second, time left."""
    from tqdm import tqdm

    form = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} pages [{elapsed}{postfix}]"
    with tqdm(
        bar_format=form,
        file=sys.stderr,
        dynamic_ncols=True,
        mininterval=0.2,
        leave=False,
        disable=None,
        total=1,
        desc="starting",
    ) as bar:

        def show(progress: "Progress") -> None:
            bar.total = progress.pages_total
            bar.n = progress.pages_done
            left = "" if progress.seconds_left is None else f", {progress.seconds_left:.0f} s left"
            bar.set_postfix_str(f"{progress.pages_per_second:.1f} pages/s{left}", refresh=False)
            bar.set_description_str(
                f"{progress.files_done}/{progress.files_total} {file_name(Path(progress.file))}", refresh=False
            )
            bar.refresh()

        return work(show)


def _documents(arguments: argparse.Namespace) -> Output:
    with _store(arguments) as store:
        records = store.documents()
    text = "\n".join(
        f"{record.id:>4}  {record.name}  ({_understood(record)}; {_count(record.pages, 'page')}, {_count(record.passages, 'passage')})"
        for record in records
    )
    return Output(
        {"documents": [_record_json(record) for record in records]},
        text or "No documents yet: footnote ingest PATH…, or add files in the chat.",
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _understood(record: "DocumentRecord") -> str:
    metadata = record.metadata
    period = str(metadata.period) if metadata.period else None
    return ", ".join(part for part in (metadata.company, str(metadata.kind), period) if part)


def _record_json(record: "DocumentRecord") -> dict[str, Any]:
    metadata = record.metadata
    return {
        "id": record.id,
        "document": record.name,
        "path": record.path,
        "title": metadata.title,
        "company": metadata.company,
        "period": str(metadata.period) if metadata.period else None,
        "kind": str(metadata.kind),
        "pages": record.pages,
        "passages": record.passages,
        "sha256": record.sha256,
        "added": record.added.isoformat(),
        "notes": list(record.notes),
    }


def _facts(arguments: argparse.Namespace) -> Output:
    from app.fact_list import facts_csv, facts_text, stored_facts

    key = arguments.document
    with _store(arguments) as store:
        found = stored_facts(
            store,
            arguments.company,
            arguments.concept,
            arguments.year,
            int(key) if key and key.isdigit() else key,
            arguments.all,
        )
    data = {"facts": [fact.to_json() for fact in found]}
    nothing = "No facts: no filing here gives them. `footnote documents` lists what is in the index."
    text = facts_csv(found) if arguments.csv else facts_text(found) or nothing
    if arguments.out is None:
        return Output(data, text.rstrip("\n"))
    ending = arguments.out.suffix.lower()
    as_json = ending == ".json" or (arguments.json and ending != ".csv")
    written = json.dumps(data, ensure_ascii=False, indent=1) if as_json else facts_csv(found)
    try:
        arguments.out.write_text(written, encoding="utf-8", newline="")
    except OSError as error:
        raise DataProblem(
            f"{arguments.out} can't be written ({error.strerror}). Name another file with --out."
        ) from error
    said = f"{_count(len(found), 'fact')} written to {one_line(str(arguments.out))}."
    return Output({"written": path_text(arguments.out), "facts": len(found)}, said)


def _remove(arguments: argparse.Namespace) -> Output:
    key = int(arguments.id) if arguments.id.isdigit() else arguments.id
    with _store(arguments) as store:
        record = store.remove(store.document(key).id)
    return Output(
        {"removed": record.name, "id": record.id}, f"Removed {record.name} and its {record.passages} passages."
    )


def _glossary(arguments: argparse.Namespace) -> Output:
    with _engine(arguments) as engine:
        entries = engine.glossary().find(arguments.term)
    data = [
        {
            "term": entry.term,
            "definition": entry.definition,
            "aliases": list(entry.aliases),
            "formula": entry.formula,
            "see_also": list(entry.see_also),
            "source": entry.source,
        }
        for entry in entries
    ]
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

    result = understand(arguments.expression) or calculate(arguments.expression)
    quantity = result.quantity
    data = {
        "expression": result.expression,
        "result": result.shown,
        "value": str(quantity.base),
        "unit": quantity.unit.symbol,
        "rounding": result.rounding,
        "steps": [list(step) for step in result.steps],
    }
    rounding = f"  ({result.rounding})" if result.rounding else ""
    return Output(data, f"{result.expression} = {result.shown}{rounding}")


def _settings(arguments: argparse.Namespace) -> Output:
    settings = _load_settings(arguments)
    values = {name: str(value) if isinstance(value, Path) else value for name, value in settings.model_dump().items()}
    lines = [
        f"{name} = {values[name]!r}\n    {field.description}  [FOOTNOTE_{name.upper()}]"
        for name, field in type(settings).model_fields.items()
    ]
    lines.append(f"Change one in the environment, or in {settings.home / 'settings.toml'} (which is stronger).")
    return Output({"settings": values}, "\n".join(lines))


def _doctor(arguments: argparse.Namespace) -> Output:
    from app.doctor import examine

    findings = examine(_load_settings(arguments))
    healthy = all(finding.ok for finding in findings)
    lines = [f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.detail}" for finding in findings]
    data = {
        "healthy": healthy,
        "checks": [{"name": finding.name, "ok": finding.ok, "detail": finding.detail} for finding in findings],
    }
    return Output(data, "\n".join(lines), 0 if healthy else 1)


def _eval_financebench(arguments: argparse.Namespace) -> Output:
    from app.evaluation import evaluate_financebench

    with _engine(arguments) as engine:
        figures = _with_bar_of_evaluation(evaluate_financebench, arguments.data, engine)
    return Output(figures, "\n".join(f"{name:16} {value}" for name, value in figures.items()))


def _eval_tatqa(arguments: argparse.Namespace) -> Output:
    # No engine: each context is a table with its text, not a document of an index.
    from app.tatqa import evaluate_tatqa

    figures = evaluate_tatqa(arguments.file, arguments.half)
    return Output(figures, "\n".join(f"{name:26} {value}" for name, value in figures.items()))


def _with_bar_of_evaluation(evaluate: Callable[..., dict[str, Any]], data: Path, engine: "Footnote") -> dict[str, Any]:
    figures: dict[str, Any] = {}

    def work(progress: "Callable[[Progress], None]") -> Any:
        figures.update(evaluate(data, engine, progress=progress))

    _with_bar(work)
    return figures
