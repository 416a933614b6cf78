"""What tables and facts cost: `python -m tests.eval.table_cost FILES…`, CPU seconds of the same ingestion with and without.

Each way ingests all files into an empty index of its own, alternating, `--rounds` times; the medians are compared. Without:
no words are measured, no tables found, no facts built. The readings alone are timed as well, since embedding is the most
of an ingestion.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from unittest import mock

from corpus.readers import read
from index.embedding import load_embedding
from index.ingest import ingest
from index.store import Store


@contextmanager
def without_tables() -> Iterator[None]:
    """Reading as it would be if there were no tables."""
    with (
        mock.patch("corpus.readers.pdf.may_hold_table", return_value=False),
        mock.patch("corpus.readers.pdf.page_tables", return_value=[]),
        mock.patch("index.ingest.facts_of", return_value=[]),
    ):
        yield


@contextmanager
def with_tables() -> Iterator[None]:
    """Reading as it is."""
    yield


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the CPU seconds of both ways and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    embedding = load_embedding()
    whole: dict[str, list[float]] = {"with": [], "without": []}
    reading: dict[str, list[float]] = {"with": [], "without": []}
    for _ in range(options.rounds):
        for name, way in (("with", with_tables), ("without", without_tables)):
            with way(), tempfile.TemporaryDirectory() as folder:
                started = time.process_time()
                for path in options.files:
                    read(path)
                reading[name].append(time.process_time() - started)
                store = Store(Path(folder))
                started = time.process_time()
                report = ingest(options.files, store, embedding)
                whole[name].append(time.process_time() - started)
                tables = store.connect().execute("SELECT count(*) FROM page_tables").fetchone()[0]
                facts = store.connect().execute("SELECT count(*) FROM facts").fetchone()[0]
                store.close()
                print(f"{name}: {report.pages} pages, {tables} tables, {facts} cells of statements")
    for what, seconds in (("reading", reading), ("ingestion", whole)):
        one, other = median(seconds["with"]), median(seconds["without"])
        print(f"{what}: {one:.1f} s with tables and facts, {other:.1f} s without: {one / other:.2f} times (CPU)")


if __name__ == "__main__":
    main()
