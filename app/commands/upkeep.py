"""Commands about the installation itself: settings, checks, measurements."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.command import Add, Output, load_settings, open_engine, text_argument, with_bar
from corpus.errors import DataProblem

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.ingest import Progress


def add_commands(command: Add) -> None:
    """Add them to the command line."""
    command("settings", _settings, "show the settings in force and how to change them")
    command("doctor", _doctor, "check the installation and the data directory")
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
    from app.doctor import examine

    findings = examine(load_settings(arguments))
    healthy = all(finding.ok for finding in findings)
    lines = [f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.detail}" for finding in findings]
    data = {
        "healthy": healthy,
        "checks": [{"name": finding.name, "ok": finding.ok, "detail": finding.detail} for finding in findings],
    }
    return Output(data, "\n".join(lines), 0 if healthy else 1)


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
