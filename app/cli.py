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
from collections.abc import Callable, Sequence
from pathlib import Path

from app.commands import answers, chats, collections, documents, people, removal, servers, upkeep
from app.commands.command import Add, Output
from corpus.errors import BadDraft, FootnoteError
from corpus.readers.clean import one_line


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status. Misuse leaves through argparse with status 2."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command == "ingest" and not (arguments.paths or arguments.sample or arguments.reindex):
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

    def adder(group: "argparse._SubParsersAction[argparse.ArgumentParser]") -> Add:
        def add(name: str, run: Callable[[argparse.Namespace], Output], about: str) -> argparse.ArgumentParser:
            sub = group.add_parser(name, parents=[common], help=about, description=about[0].upper() + about[1:] + ".")
            sub.set_defaults(run=run)
            return sub

        return add

    for room in (answers, documents, removal, chats, servers, upkeep):
        room.add_commands(adder(commands))
    kept = commands.add_parser(
        "chats", help="list, search, show, rename, delete, pin and rate", description="The kept chats."
    )
    chats.add_chat_commands(adder(kept.add_subparsers(dest="action", required=True, metavar="ACTION")))
    user = commands.add_parser(
        "user", help="make, list and remove the people who sign in", description="People who sign in."
    )
    people.add_commands(adder(user.add_subparsers(dest="of_users", required=True, metavar="COMMAND")))
    collection = commands.add_parser(
        "collection", help="put documents together under a name", description="Collections."
    )
    collections.add_commands(adder(collection.add_subparsers(dest="action", required=True, metavar="ACTION")))
    evaluate = commands.add_parser("eval", help="measure against a benchmark's data", description="Measure.")
    upkeep.add_benchmarks(adder(evaluate.add_subparsers(dest="benchmark", required=True, metavar="BENCHMARK")))
    return parser
