"""`footnote verify`: an answer from a file, checked against the documents in the index, and what a person reads of it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.verifier.draft import read_input, review
from app.verifier.finding import VerifiedAnswer
from corpus.errors import BadDraft

if TYPE_CHECKING:
    from app.footnote import Footnote

MOST_BYTES = 5_000_000


def check(engine: "Footnote", path: str) -> VerifiedAnswer:
    """The verdicts on the answer in a file, "-" being standard input. Raises BadDraft where it holds none."""
    draft = read_input(_read(path), engine.page_text)
    return review(draft, engine.page_text, engine.about, engine.embedding)


def _read(path: str) -> Any:
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1) if path == "-" else _bytes(Path(path))
        if len(raw) > MOST_BYTES:
            raise BadDraft(f"{path} is larger than {MOST_BYTES // 1_000_000} MB. Give one answer.")
        return json.loads(raw.decode("utf-8"))
    except OSError as error:
        raise BadDraft(f"{path} can't be read: {error.strerror}. Give a file with an answer as JSON.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadDraft(f"{path} isn't JSON ({error}). Give what `footnote ask --json` prints.") from error


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def report(found: VerifiedAnswer) -> dict[str, Any]:
    """The object of `verify --json`."""
    sentences = []
    for one in found.verdicts:
        sentences.append(
            {
                "text": one.statement.text,
                "stands": one.stands,
                "claims": [claim.text for claim in one.claims],
                "findings": [
                    {"kind": str(finding.kind), "reason": finding.reason, "claim": finding.claim}
                    for finding in one.findings
                ],
                "repaired": one.repaired.to_json() if one.repaired else None,
            }
        )
    return {
        "question": found.question,
        "stands": not found.withheld,
        "sentences": sentences,
        "withheld": found.summary,
        "text": found.text,
    }


def report_text(found: VerifiedAnswer) -> str:
    """The same for a person: a line a sentence, then the sum."""
    lines = []
    for one in found.verdicts:
        lines.append(f"{'stands  ' if one.stands else 'withheld'}  {one.statement.text}")
        lines += [f"          {finding.reason}" for finding in one.findings]
        if one.repaired:
            lines.append(f"          the source has: {one.repaired.text}")
    total, good = len(found.verdicts), sum(one.stands for one in found.verdicts)
    if not total:
        return "The answer makes no statement: there is nothing to check."
    lines.append(f"{good} of {total} sentences stand. {found.summary}".strip())
    return "\n".join(lines)
