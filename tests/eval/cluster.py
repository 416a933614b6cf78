"""Ingestion on a Ray cluster beside ingestion in one process: `python -m tests.eval.cluster FILES…`.

Both take the same files into data directories of their own, one after the other; rows and vectors are compared. Prints pages a
second, with and without the start of the cluster and of its workers, and the machine's load.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from app.footnote import Footnote
from app.settings import Settings


def ingest(home: Path, files: list[Path], **settings: str) -> dict[str, Any]:
    """A row of the table: what was read, in which time."""
    engine = Footnote(Settings(home=home, **settings))  # type: ignore[arg-type]
    engine.embedding()
    first: list[float] = []
    started = time.monotonic()
    report = engine.ingest(files, done=lambda _: first.append(time.monotonic()))
    ended = time.monotonic()
    # From the first document on: what comes before holds the start of a cluster, and of the process that reads.
    later = sum(record.pages for record in (*report.added, *report.replaced)[1:])
    engine.close()
    return {
        "read": f"on Ray at {settings['ray_address']}" if settings.get("ray_address") else settings["ingest_on"],
        "files": len(report.files),
        "failed": len(report.failed),
        "pages": report.pages,
        "passages": report.passages,
        "seconds": round(ended - started, 1),
        "pages a second": round(report.pages / (ended - started), 1),
        "from the first document on": round(later / (ended - first[0]), 1) if later else "",
        "load": round(os.getloadavg()[0], 1),
    }


def same(one: Path, other: Path) -> bool:
    """Whether two data directories hold the same passages and vectors."""
    engines = [Footnote(Settings(home=home)) for home in (one, other)]
    (ids, vectors), (other_ids, other_vectors) = (engine.store.embeddings() for engine in engines)
    passages, others = (engine.store.passages([int(key) for key in engine.store.embeddings()[0]]) for engine in engines)
    for engine in engines:
        engine.close()
    return np.array_equal(ids, other_ids) and np.array_equal(vectors, other_vectors) and passages == others


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="files and folders")
    parser.add_argument("--ray-address", default="", help="a cluster that is there; else one is started here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder, "here"), Path(folder, "ray")]
        rows = [
            ingest(homes[0], arguments.files, ingest_on="here"),
            ingest(homes[1], arguments.files, ingest_on="ray", ray_address=arguments.ray_address),
        ]
        print(f"| {' | '.join(rows[0])} |\n|{'---|' * len(rows[0])}")
        for row in rows:
            print(f"| {' | '.join(str(value) for value in row.values())} |")
        print(f"\nThe same passages and vectors: {'yes' if same(*homes) else 'NO'}")


if __name__ == "__main__":
    main()
