"""Commands about the installation itself: settings, checks, measurements."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.command import Add, Output, load_settings, open_engine, with_bar

if TYPE_CHECKING:
    from app.footnote import Footnote
    from index.ingest import Progress


def add_commands(command: Add) -> None:
    """Add them to the command line."""
    command("settings", _settings, "show the settings in force and how to change them")
    command("doctor", _doctor, "check the installation and the data directory")


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
    plain = (str, int, float, type(None))
    values = {name: value if isinstance(value, plain) else str(value) for name, value in settings.model_dump().items()}
    lines = [
        f"{name} = {values[name]!r}\n    {field.description}  [FOOTNOTE_{name.upper()}]"
        for name, field in type(settings).model_fields.items()
    ]
    lines.append(f"Change one in the environment, or in {settings.home / 'settings.toml'} (which is stronger).")
    return Output({"settings": values}, "\n".join(lines))


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
