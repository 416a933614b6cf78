"""What the commands share: what one gives, its arguments' types, opening the data directory, the progress bar."""

import argparse
import contextlib
import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from corpus.errors import DataProblem
from corpus.readers.clean import file_name

if TYPE_CHECKING:
    from pydantic import ValidationError

    from app.footnote import Footnote
    from app.settings import Settings
    from index.ingest import IngestReport, Progress
    from index.store import Store


class Add(Protocol):
    """Adds a command: its name, what runs it, and what it is about in a line of `--help`; gives its parser."""

    def __call__(  # noqa: D102
        self, name: str, run: "Callable[[argparse.Namespace], Output]", about: str
    ) -> argparse.ArgumentParser: ...


@dataclass(frozen=True, slots=True)
class Output:
    """What a command gives: the object of `--json`, the same for a person, the exit status."""

    data: dict[str, Any]
    text: str
    status: int = 0


def text_argument(given: str) -> str:
    """An argument as text, also where the terminal sent bytes that aren't UTF-8."""
    return os.fsencode(given).decode("utf-8", "replace")


def positive(text: str) -> int:
    """An argument as a whole number from 1."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def load_settings(arguments: argparse.Namespace, **flags: Any) -> "Settings":
    """The settings in force, flags over the rest. Raises DataProblem for a value that can\'t be."""
    from pydantic import ValidationError

    from app.settings import Settings

    given = {name: value for name, value in {"home": arguments.home, **flags}.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        said = _wrong_setting(error)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = error.reason if isinstance(error, UnicodeDecodeError) else str(error)
        said = f"settings.toml in the data directory can't be read: {why}. Put that line right."
    # Outside, so that no traceback shows what was given: it may be a key.
    raise DataProblem(said)


def _wrong_setting(error: "ValidationError") -> str:
    from app.settings import SECRET, Settings

    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    why = first["msg"].removeprefix("Value error, ")
    how = "`footnote settings` lists what can be set."
    if not name:
        return f"The settings don't fit together: {why}. {how}"
    if name not in Settings.model_fields:
        return f"There is no setting {name!r}. {how}"
    if name in SECRET:
        return f"The setting {name} can't be used: {why}. {how}"
    return f"The setting {name} can't be {first.get('input')!r}: {why}. {how}"


def load_ahead(settings: "Settings") -> None:
    """Begin to load the shipped embedding model, where it is used, while other things are done."""
    from index.shipped_model import DEFAULT_MODEL, DEFAULT_PRECISION, begin_loading

    if (settings.embedding_model, settings.embedding_precision) == (DEFAULT_MODEL, DEFAULT_PRECISION):
        begin_loading()


@contextlib.contextmanager
def open_engine(arguments: argparse.Namespace, *, searches: bool = False, **flags: Any) -> "Iterator[Footnote]":
    """The engine over the data directory, closed at the end; with its model on the way where the command `searches`."""
    settings = load_settings(arguments, **flags)
    if searches:
        load_ahead(settings)  # before the engine's modules, whose import takes as long
    from app.footnote import Footnote

    engine = Footnote(settings)
    try:
        yield engine
    finally:
        engine.close()


@contextlib.contextmanager
def open_store(arguments: argparse.Namespace) -> "Iterator[Store]":
    """The data directory alone, for commands that answer nothing: they start in a fraction of the engine's time."""
    store = load_settings(arguments).open_store()
    try:
        yield store
    finally:
        store.close()


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 page", "2 pages"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def with_bar(work: "Callable[[Callable[[Progress], None]], IngestReport]") -> "IngestReport":
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
