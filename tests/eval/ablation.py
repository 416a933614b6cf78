"""What each cue of the retriever is worth: `python -m tests.eval.ablation --data DIR --home DIR` prints a table.

The index must have been built by `python -m app eval financebench` with the same --data and --home.
"""

import argparse
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from app.evaluation import evidence_of, first_rank
from app.footnote import Footnote
from app.settings import Settings
from index.ranking import Weights

CUES = tuple(field.name for field in fields(Weights))


def ranks(engine: Footnote, questions: list[dict[str, Any]]) -> list[int]:
    """For each question the rank, from 1, of the first page with evidence; 0 where none is found."""
    return [first_rank(engine, one["question"], evidence_of(one)) for one in questions]


def figures(found: list[int]) -> tuple[float, ...]:
    """hit@1, hit@3, hit@5, hit@10, MRR."""
    hits = [sum(0 < rank <= k for rank in found) / len(found) for k in (1, 3, 5, 10)]
    return (*hits, sum(1 / rank for rank in found if 0 < rank <= 10) / len(found))


def measure(engine: Footnote, questions: list[dict[str, Any]]) -> tuple[float, ...]:
    """hit@1, hit@3, hit@5, hit@10, MRR."""
    return figures(ranks(engine, questions))


def opened(description: str | None) -> tuple[Footnote, list[dict[str, Any]]]:
    """The engine over --home and the questions of --data, as the command line names them."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    arguments = parser.parse_args()
    lines = (arguments.data / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return Footnote(Settings(home=arguments.home)), [json.loads(line) for line in lines]


def main() -> None:
    engine, questions = opened(__doc__)
    weights = {cue: float(getattr(Weights(), cue)) for cue in CUES}

    def row(name: str, **changed: float) -> None:
        engine.retriever().weights = Weights(**{**weights, **changed})
        print(f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in measure(engine, questions)) + " |", flush=True)

    print("| cues | hit@1 | hit@3 | hit@5 | hit@10 | MRR |\n|---|---|---|---|---|---|")
    none = dict.fromkeys(CUES, 0.0)
    row("meaning alone", **none)
    for cue in CUES:
        row(f"meaning and {cue}", **{**none, cue: weights[cue]})
    row("all")
    for cue in CUES:
        row(f"all but {cue}", **{cue: 0.0})
    engine.close()


if __name__ == "__main__":
    main()
