"""`python -m tests.load --chats 50 --seconds 300`: errors, times and memory under load; exit status 1 for any error."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.load.run import load


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--questions", type=int, default=10**9, help="stop after so many, too")
    parser.add_argument("--no-documents", action="store_true", help="bring no documents in meanwhile")
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="footnote-load-"))
    try:
        command = [sys.executable, "-m", "app", "ingest", "--sample", "--home", str(home)]
        subprocess.run(command, check=True, capture_output=True)
        result = load(home, arguments.chats, arguments.seconds, arguments.questions, not arguments.no_documents)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    assert result.memory
    slope, error = result.memory.growth()
    samples = result.memory.samples
    told = {
        "chats": arguments.chats,
        "questions": len(result.seconds),
        "documents_in_and_out": result.documents,
        "errors": len(result.errors),
        "busy": result.busy,
        "seconds_median": round(result.percentile(0.5), 3),
        "seconds_p95": round(result.percentile(0.95), 3),
        "memory_mib_first": round(samples[0][2] / 2**20),
        "memory_mib_half": round(samples[len(samples) // 2][2] / 2**20),
        "memory_mib_last": round(samples[-1][2] / 2**20),
        "bytes_a_question": round(slope),
        "bytes_a_question_standard_error": round(error),
    }
    print(json.dumps(told, indent=2))
    for line in result.errors[:20]:
        print(line, file=sys.stderr)
    return 1 if result.errors else 0


if __name__ == "__main__":
    sys.exit(main())
