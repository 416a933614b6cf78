"""The dialogues of dialogues.jsonl: engines over their documents, and whether a turn went as it should."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.answer import Answer, AnswerKind, Turn
from app.footnote import Footnote
from app.settings import Settings
from tests.app.conftest import golden
from tests.app.drawn_filing import companies, draw

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def report_engine(files: Path, home: Path) -> Footnote:
    """An engine over the drawn annual reports of made-up companies."""
    for one in (*companies(), *companies("dialogue_filings")):
        draw(one, files / f"{one.key}.pdf")
    engine = Footnote(Settings(home=home))
    engine.ingest([files])
    return engine


def said(answer: Answer) -> str:
    """All that an answer states, its calculations and series included; not the passages that a refusal shows."""
    parts = [answer.text]
    for statement in answer.statements:
        parts.append(statement.text)
        if statement.calculation:
            parts += [statement.calculation.result, *(one.text for one in statement.calculation.operands)]
        if statement.series:
            parts += [f"{point.period} {point.text}" for point in statement.series.points]
    return " ".join(parts).lower()


def faults(expected: dict[str, Any], answer: Answer) -> list[str]:
    """What is wrong with an answer; empty where nothing is."""
    kinds = expected["kind"] if isinstance(expected["kind"], list) else [expected["kind"]]
    found = [] if answer.kind in kinds else [f"is a {answer.kind}"]
    wants = expected.get("must_contain", ()) if answer.kind is not AnswerKind.REFUSAL else expected.get("says", ())
    for wanted in wants:
        options = wanted if isinstance(wanted, list) else [wanted]
        if not any(_holds(said(answer), option.lower()) for option in options):
            found.append(f"lacks {wanted}")
    found += [f"holds {one}" for one in expected.get("must_not_contain", ()) if _holds(said(answer), one.lower())]
    cited = {citation.document for statement in answer.statements for citation in statement.citations}
    for document in expected.get("must_cite", ()):
        options = document if isinstance(document, list) else [document]
        if not cited & set(options):
            found.append(f"cites {sorted(cited)}, not {document}")
    for choice in expected.get("choices", ()):
        if not any(choice in one for one in answer.choices):
            found.append(f"offers {answer.choices}, not {choice}")
    found += [f"carries {one}" for one in expected.get("resolved_lacks", ()) if one.lower() in answer.resolved.lower()]
    return found


def _holds(text: str, wanted: str) -> bool:
    """Whether a text holds words or a figure; "8" isn't held by "80", "1.11" is by "1.112"."""
    if not wanted[-1].isdigit() and not wanted[0].isdigit():
        return wanted in text
    more = r"\d*" if "." in wanted else r"(?:\.0+)?"
    before = r"(?<![\d.])" if wanted[0].isdigit() else ""
    after = rf"{more}(?!\d|[.,]\d)" if wanted[-1].isdigit() else ""
    return bool(re.search(f"{before}{re.escape(wanted)}{after}", text))


@dataclass(frozen=True)
class Held:
    """A turn of a dialogue as it went."""

    question: str
    answer: Answer
    faults: Sequence[str]


def hold(engine: Footnote, dialogue: dict[str, Any]) -> Iterator[Held]:
    """The turns of a dialogue, asked one after the other."""
    history: list[Turn] = []
    for expected in dialogue["turns"]:
        answer = engine.ask(expected["question"], history)
        history.append(Turn(expected["question"], answer))
        yield Held(expected["question"], answer, faults(expected, answer))


def dialogues(half: str = "") -> list[dict[str, Any]]:
    """The dialogues of one half, "develop" or "confirm"; all without."""
    return [one for one in golden("dialogues") if half in ("", one["half"])]
