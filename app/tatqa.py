"""Questions over a table and its paragraphs, measured on TAT-QA's contexts.

Each context becomes a `Document` of one page: the table's cells, tab-separated, then the paragraphs in their order, so that
every answer has its place in a text. Only measured here: nothing in the product depends on the data.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.tabletext.engine import TableText
from app.tabletext.reply import Reply
from app.tatqa_score import Score, score
from corpus.document import Cell, Document, Page, Span, Table
from corpus.errors import DataProblem

HALVES = ("dev", "confirm", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the data with its gold answer."""

    context: str
    uid: str
    text: str
    answers: tuple[str, ...]
    scale: str
    kind: str  # "arithmetic", "span", "multi-span", "count"
    source: str  # "table", "text", "table-text"


def half_of(uid: str) -> str:
    """The half that a context belongs to, by a hash of its id."""
    return "dev" if hashlib.sha256(uid.encode()).digest()[0] % 2 == 0 else "confirm"


def read_contexts(path: Path, half: str = "all") -> Iterator[tuple[Document, list[Asked]]]:
    """The contexts of a half, as documents with their questions. Raises DataProblem where the file isn't such data."""
    try:
        contexts = json.loads(path.read_text(encoding="utf-8"))
        for context in contexts:
            uid = context["table"]["uid"]
            if half == "all" or half_of(uid) == half:
                yield document_of(context), [_asked(uid, one) for one in context["questions"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataProblem(f"{path} can't be read as TAT-QA's contexts: {error!r}. Name its JSON file.") from error


def _asked(context: str, one: dict[str, Any]) -> Asked:
    answer = one["answer"] if isinstance(one["answer"], list) else [one["answer"]]
    return Asked(
        context, one["uid"], one["question"], tuple(str(part) for part in answer), one["scale"], one["answer_type"], one["answer_from"]
    )  # fmt: skip


def document_of(context: dict[str, Any]) -> Document:
    """A context as a document of one page: rows of tab-separated cells, then the paragraphs, each on its line."""
    parts: list[str] = []
    place = 0
    cells = []
    for number, row in enumerate(context["table"]["table"]):
        for column, text in enumerate(row):
            plain = " ".join(str(text).split())
            span = Span(0, place, place + len(plain)) if plain else None
            cells.append(Cell(number, column, plain, span))
            parts.append(plain + ("\n" if column == len(row) - 1 else "\t"))
            place += len(parts[-1])
    table = Table(Span(0, 0, max(0, place - 1)), tuple(cells))
    for one in sorted(context["paragraphs"], key=lambda one: int(one["order"])):
        plain = " ".join(str(one["text"]).split())
        parts.append(plain + "\n")
    uid = str(context["table"]["uid"])
    return Document(
        uid, "", hashlib.sha256(uid.encode()).hexdigest(), "text/html", (Page(0, "".join(parts)),), (table,)
    )


def table_text(document: Document) -> TableText:
    """A document's table with the lines of text below it."""
    table = document.tables[0]
    text = document.pages[0].text
    paragraphs = []
    place = table.span.end
    for line in text[place:].split("\n"):
        if line.strip():
            paragraphs.append((line, Span(0, place, place + len(line))))
        place += len(line) + 1
    return TableText(table, paragraphs)


def given(reply: Reply | None) -> tuple[tuple[str, ...], str]:
    """A reply's texts and scale as the benchmark writes them: a computed number rounded to two decimals."""
    if reply is None:
        return (), ""
    if reply.number is not None:
        return (format(round(reply.number, 2), "f"),), reply.scale
    return reply.texts, reply.scale


def evaluate_tatqa(path: Path, half: str = "all", threshold: float | None = None) -> dict[str, Any]:
    """Scores over the questions of a half.

    Gives questions; exact_match and f1 over all, by_type and by_source; arithmetic_without_scale (EM of the number alone);
    sure (the answers above the threshold): coverage, precision over arithmetic questions, and precision_all over every
    computed answer given.
    """
    from app.tabletext.confidence import parameters

    bar = parameters().threshold if threshold is None else threshold
    rows: list[tuple[Asked, Reply | None, Score]] = []
    bare: list[float] = []
    for document, questions in read_contexts(path, half):
        engine = table_text(document)
        for one in questions:
            reply = engine.answer(one.text)
            texts, scale = given(reply)
            rows.append(
                (one, reply, score(one.answers, one.scale, texts, scale, computed=one.kind in ("arithmetic", "count")))
            )
            if one.kind == "arithmetic":
                bare.append(score(one.answers, "", texts, "").exact)
    if not rows:
        raise DataProblem(f"{path} has no question in the half {half!r}. Take --half dev, confirm or all.")
    arithmetic = [row for row in rows if row[0].kind == "arithmetic"]
    sure = [row for row in rows if row[1] and row[1].computed and row[1].confidence >= bar]
    sure_arithmetic = [row for row in sure if row[0].kind == "arithmetic"]
    return {
        "half": half,
        "questions": len(rows),
        **_means([row[2] for row in rows]),
        "by_type": _grouped(rows, "kind"),
        "by_source": _grouped(rows, "source"),
        "arithmetic_without_scale": _mean(bare),
        "sure": {
            "threshold": bar,
            "coverage": round(len(sure_arithmetic) / max(1, len(arithmetic)), 4),
            "precision": _mean([row[2].exact for row in sure_arithmetic]),
            "given": len(sure),
            "precision_all": _mean([row[2].exact for row in sure]),
        },
    }


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _means(scores: Sequence[Score]) -> dict[str, float]:
    return {"exact_match": _mean([one.exact for one in scores]), "f1": _mean([one.f1 for one in scores])}


def _grouped(rows: Sequence[tuple[Asked, Reply | None, Score]], key: str) -> dict[str, dict[str, float]]:
    groups: dict[str, list[Score]] = defaultdict(list)
    for asked, _, found in rows:
        groups[getattr(asked, key)].append(found)
    return {name: {"questions": len(held), **_means(held)} for name, held in sorted(groups.items())}
