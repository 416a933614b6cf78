"""Commands about the installation itself: settings, checks, backups, measurements."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.command import (
    Add,
    Output,
    counted,
    load_settings,
    open_engine,
    open_store,
    text_argument,
    with_bar,
)
from corpus.errors import DataProblem
from corpus.readers import path_text
from corpus.readers.clean import one_line

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.ingest import Progress


def add_commands(command: Add) -> None:
    """Add them to the command line."""
    settings = command("settings", _settings, "show the settings in force and how to change them")
    settings.add_argument("--markdown", action="store_true", help="print the page of all settings, as docs/ has it")
    doctor = command("doctor", _doctor, "check the installation and the data directory")
    doctor.add_argument("--repair", action="store_true", help="mend what can be mended first, and say what was done")
    backup = command("backup", _backup, "write documents, chats and settings to one file, also while the chat runs")
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = command("restore", _restore, "make the data directory from a backup")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument(
        "--force", action="store_true", help="where there is a data directory already: keep it under another name"
    )
    prompts = command("prompts", _prompts, "list or show what a language model is told, or copy it to be edited")
    prompts.add_argument("name", nargs="?", type=text_argument, help="show one prompt (default: list all)")
    prompts.add_argument(
        "--copy", action="store_true", help="copy it, or all, into the data directory, to be edited there"
    )
    prompts.add_argument(
        "--shipped", action="store_true", help="show the shipped prompt, also where there is one's own"
    )


def add_benchmarks(benchmark: Add) -> None:
    """Add what `footnote eval` measures by."""
    financebench = benchmark("financebench", _eval_financebench, "retrieval over one shared index of filings")
    financebench.add_argument("--data", type=Path, required=True, help="folder with pdfs/ and questions.jsonl")
    tatqa = benchmark("tatqa", _eval_tatqa, "questions over a table and its paragraphs")
    tatqa.add_argument("file", type=Path, help="the contexts with their questions, as JSON")
    tatqa.add_argument(
        "--half", choices=("dev", "confirm", "all"), default="all", help="contexts by a hash of their id"
    )


def _settings(arguments: argparse.Namespace) -> Output:
    if arguments.markdown:
        from app.settings_page import settings_markdown

        page = settings_markdown()
        return Output({"markdown": page}, page.rstrip("\n"))
    settings = load_settings(arguments)
    values = settings.shown()
    lines = [
        f"{name} = {values[name]!r}\n    {field.description}  [FOOTNOTE_{name.upper()}]"
        for name, field in type(settings).model_fields.items()
    ]
    lines.append(f"Change one in the environment, or in {settings.home / 'settings.toml'} (which is stronger).")
    return Output({"settings": values}, "\n".join(lines))


def _prompts(arguments: argparse.Namespace) -> Output:
    import prompts

    home = load_settings(arguments).home
    if arguments.copy:
        wanted = [arguments.name] if arguments.name else [one for one in prompts.names() if not prompts.own(one, home)]
        placed = [str(prompts.copy(name, home)) for name in wanted]
        return Output({"copied": placed}, "\n".join(placed) or "Every prompt is there already.")
    if arguments.name:
        prompt = prompts.load(arguments.name, None if arguments.shipped else home)
        data = {**_prompt_json(prompt.name, home), "text": prompt.text, "variables": dict(prompt.variables)}
        return Output(data, prompt.source.rstrip("\n"))
    listed = [_prompt_json(name, home) for name in prompts.names()]
    lines = [f"{one['name']:20} version {one['version']}  {one['problem'] or one['path']}" for one in listed]
    return Output({"prompts": listed}, "\n".join(lines), 1 if any(one["problem"] for one in listed) else 0)


def _prompt_json(name: str, home: Path) -> dict[str, Any]:
    """A prompt as it is in force; the shipped one with what is wrong, where a person's own can't be used."""
    import prompts

    problem = ""
    try:
        prompt = prompts.load(name, home)
    except DataProblem as error:
        prompt, problem = prompts.load(name), str(error)
    return {"name": name, "version": prompt.version, "path": str(prompt.path), "problem": problem}


def _doctor(arguments: argparse.Namespace) -> Output:
    from app.doctor import examine, mend

    settings = load_settings(arguments)
    repairs = mend(settings) if arguments.repair else []
    findings = examine(settings)
    healthy = all(finding.ok for finding in findings) and all(one.done for one in repairs)
    lines = [f"{'done' if one.done else 'TODO'}  {one.text}" for one in repairs]
    if arguments.repair and not repairs:
        lines.append("Nothing to mend.")
    lines += [f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.detail}" for finding in findings]
    data = {
        "healthy": healthy,
        "checks": [{"name": finding.name, "ok": finding.ok, "detail": finding.detail} for finding in findings],
    }
    if arguments.repair:
        data["repairs"] = [{"done": one.done, "text": one.text} for one in repairs]
    return Output(data, "\n".join(lines), 0 if healthy else 1)


def _backup(arguments: argparse.Namespace) -> Output:
    from index.backup import back_up

    with open_store(arguments) as store:
        report = back_up(store, arguments.file)
    data = {
        "file": path_text(report.file),
        "documents": report.documents,
        "chats": report.chats,
        "bytes": report.bytes,
        "missing": list(report.missing),
    }
    said = (
        f"{counted(report.documents, 'document')} and {counted(report.chats, 'chat')} in {one_line(str(report.file))} "
        f"({report.bytes / 1e6:,.1f} MB). It holds your chats and settings: keep it as you keep those."
    )
    if report.missing:
        said += f"\nWithout their kept file, which is missing: {', '.join(report.missing)}."
    return Output(data, said)


def _restore(arguments: argparse.Namespace) -> Output:
    from index.restore import restore

    report = restore(arguments.file, load_settings(arguments).home, arguments.force)
    data = {
        "home": path_text(report.home),
        "documents": report.documents,
        "chats": report.chats,
        "created": report.created.isoformat(),
        "problems": list(report.problems),
        "aside": path_text(report.aside) if report.aside else None,
    }
    lines = [
        f"{counted(report.documents, 'document')} and {counted(report.chats, 'chat')}, as they were on "
        f"{report.created:%Y-%m-%d %H:%M} UTC, are in {one_line(str(report.home))}."
    ]
    if report.aside:
        lines.append(f"What was there before is in {one_line(str(report.aside))}.")
    if report.problems:
        lines.append(f"It was backed up with {counted(len(report.problems), 'problem')}: footnote doctor --repair")
    return Output(data, "\n".join(lines))


def _eval_financebench(arguments: argparse.Namespace) -> Output:
    from app.evaluation import evaluate_financebench

    with open_engine(arguments) as engine:
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

    with_bar(work)
    return figures
