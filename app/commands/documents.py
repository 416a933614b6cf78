"""Commands over the documents: bring them in, list them, bring them up to date, tell what is in one, list their facts."""

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.command import Add, Output, counted, open_engine, open_store, positive, text_argument, with_bar
from app.commands.selection import add_narrowing, collection_named, document_key, sought
from corpus.errors import DataProblem, UnknownCollection
from corpus.readers import path_text
from corpus.readers.clean import one_line

if TYPE_CHECKING:
    from index.file_report import FileReport
    from index.store import CollectionRecord, DocumentRecord, Store

NO_DOCUMENTS = "No documents yet: footnote ingest PATH…, or add files in the chat."


def add_commands(command: Add) -> None:
    """Add them to the command line."""
    ingest = command("ingest", _ingest, "read files, folders and zip archives into the index")
    ingest.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="a file, a folder, a zip archive; - reads standard input"
    )
    ingest.add_argument("--name", type=text_argument, help="what standard input is called: notes.md, report.pdf")
    ingest.add_argument(
        "--password-stdin", action="store_true", help="read the password of protected PDFs from standard input"
    )
    ingest.add_argument("--sample", action="store_true", help="index the shipped sample corpus")
    ingest.add_argument("--reindex", action="store_true", help="embed all documents again, after a change of model")
    ingest.add_argument(
        "--collection", type=text_argument, metavar="NAME", help="put them into a collection, made where there is none"
    )

    documents = command("documents", _documents, "list the documents in the index")
    add_narrowing(documents)
    documents.add_argument(
        "--sort", choices=("name", "company", "period", "added"), default="name", help="the order (default: name)"
    )
    documents.add_argument("--descending", action="store_true", help="the last first")
    again = command(
        "reindex", _reindex, "read and embed documents again where this version, or model, does it otherwise"
    )
    again.add_argument("--all", action="store_true", help="every document, also those that need it not")
    overview = command("overview", _overview, "tell what a document holds, with citations")
    overview.add_argument("name", type=text_argument, help="a document's id or name")
    facts = command("facts", _facts, "list the figures of the filings' statements")
    facts.add_argument("--company", type=text_argument, default="", help="of companies whose name holds this")
    facts.add_argument(
        "--concept", type=text_argument, default="", help="of one line item: its id, name or us-gaap element"
    )
    facts.add_argument("--year", type=positive, help="of one fiscal year")
    facts.add_argument("--document", type=text_argument, help="of one document, by id or name")
    facts.add_argument("--all", action="store_true", help="also rows that are no known line item")
    facts.add_argument("--csv", action="store_true", help="as CSV")
    facts.add_argument("--out", type=Path, metavar="FILE", help="write to a file (.csv or .json by its ending)")


def _ingest(arguments: argparse.Namespace) -> Output:
    from app.adding import add_given
    from app.file_lines import file_line, file_object
    from index.file_report import Became

    piped = Path("-") in arguments.paths
    paths = [path for path in arguments.paths if path != Path("-")]
    password = _password(piped) if arguments.password_stdin else ""
    if arguments.name and not piped:
        raise DataProblem("--name calls what comes from standard input: footnote ingest - --name notes.md")
    with open_engine(arguments) as engine:
        collection = _collection(arguments.collection, engine.store) if arguments.collection else None
        if arguments.reindex:
            with_bar(engine.reindex)
        reports = []
        if arguments.sample:
            reports.append(with_bar(lambda progress: engine.ingest_sample(progress, _tell_file)))
        if piped:
            given = sys.stdin.buffer.read()
            reports.append(
                with_bar(lambda progress: add_given(engine, given, arguments.name or "", progress, _tell_file))
            )
        if paths:
            reports.append(
                with_bar(lambda progress: engine.ingest(paths, progress, password=password, done=_tell_file))
            )
        documents = engine.documents()
        taken = [one.id for report in reports for one in (*report.added, *report.replaced, *report.unchanged)]
        if collection:
            engine.store.put_in(collection.id, taken)
            collection = engine.store.collection(collection.id)
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
        "files": [file_object(one) for report in reports for one in report.files],
        "left_out": sum(report.left_out for report in reports),
    }
    lines = [file_line(one) for report in reports for one in report.files if one.became is Became.FAILED]
    left_out = sum(report.left_out for report in reports)
    if left_out:
        lines.append(f"{counted(left_out, 'file')} left out: hidden, or of a kind that isn't read.")
    if any(one.needs_password for report in reports for one in report.files):
        lines.append("Give a password with --password-stdin: footnote ingest PATH --password-stdin < FILE")
    lines.append(
        f"{len(data['added'])} added, {len(data['replaced'])} replaced, {len(data['unchanged'])} unchanged, "
        f"{len(failed)} failed: {counted(data['pages'], 'page')}, {counted(data['passages'], 'passage')} in "
        f"{data['seconds']:.1f} s. {counted(len(documents), 'document')} in the index."
    )
    if collection:
        data["collection"] = collection.name
        lines.append(f"“{collection.name}” has {counted(collection.documents, 'document')} now.")
    return Output(data, "\n".join(lines), 1 if failed else 0)


def _tell_file(report: "FileReport") -> None:
    """A line on standard error as soon as a file is done, above the bar; what failed is told at the end."""
    if report.record is None:
        return
    from tqdm import tqdm

    from app.file_lines import file_line

    tqdm.write(file_line(report), file=sys.stderr)


def _password(piped: bool) -> str:
    """A password from standard input: its first line, without the line's end."""
    if piped:
        raise DataProblem("Standard input can't be both the document and the password. Save the document as a file.")
    if sys.stdin.isatty():
        return getpass.getpass("Password: ", sys.stderr)
    return sys.stdin.readline().rstrip("\r\n")


def _collection(name: str, store: "Store") -> "CollectionRecord":
    """The collection of that name, made where there is none."""
    try:
        return store.collection(collection_named(store, name))
    except UnknownCollection:
        return store.make_collection(name)


def _reindex(arguments: argparse.Namespace) -> Output:
    with open_engine(arguments) as engine:
        report = with_bar(lambda progress: engine.reindex(progress, every=arguments.all))
    data = {
        "reindexed": [record.name for record in report.replaced],
        "unchanged": len(report.unchanged),
        "failed": [{"path": path_text(path), "reason": reason} for path, reason in report.failed],
        "pages": report.pages,
        "passages": report.passages,
        "seconds": round(report.seconds, 2),
    }
    lines = [f"could not read again {reason}" for _, reason in report.failed]
    lines.append(
        f"{counted(len(report.replaced), 'document')} brought up to date, {len(report.unchanged)} were: "
        f"{counted(report.pages, 'page')} in {report.seconds:.1f} s."
    )
    return Output(data, "\n".join(lines), 1 if report.failed else 0)


def _overview(arguments: argparse.Namespace) -> Output:
    from app.overview import overview_object, overview_text

    with open_engine(arguments) as engine:
        found = engine.overview(document_key(engine.store, arguments.name))
    return Output(overview_object(found), overview_text(found))


def _documents(arguments: argparse.Namespace) -> Output:
    from app.document_list import Order, chosen, ordered
    from app.json_objects import document_object

    with open_store(arguments) as store:
        known = store.documents()
        records = ordered(chosen(known, sought(arguments, store)), Order(arguments.sort), arguments.descending)
    nothing = "No document fits: `footnote documents` without the narrowing lists all." if known else NO_DOCUMENTS
    text = "\n".join(
        f"{record.id:>4}  {record.name}  ({_understood(record)}; {counted(record.pages, 'page')}, {counted(record.passages, 'passage')})"
        for record in records
    )
    return Output(
        {"documents": [document_object(record) for record in records]},
        text or nothing,
    )


def _understood(record: "DocumentRecord") -> str:
    metadata = record.metadata
    period = str(metadata.period) if metadata.period else None
    return ", ".join(part for part in (metadata.company, str(metadata.kind), period) if part)


def _facts(arguments: argparse.Namespace) -> Output:
    from app.fact_list import facts_csv, facts_text, stored_facts

    key = arguments.document
    with open_store(arguments) as store:
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
    said = f"{counted(len(found), 'fact')} written to {one_line(str(arguments.out))}."
    return Output({"written": path_text(arguments.out), "facts": len(found)}, said)
