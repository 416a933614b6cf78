"""One case of a target, from its seed and number alone: what it does runs in a process of its own (`run.py`)."""

import random
import tempfile
import traceback
from functools import cache
from pathlib import Path

from app import definitions
from app.answer import Turn
from app.calculator import calculate, understand
from app.calculator.notation import shown_expression
from app.definition import read_definitions
from app.footnote import Footnote
from app.given import self_contained
from app.lack import never_answered
from app.parts import parts_of
from app.plan_reader import read_plan
from app.premises import read_premise
from app.question import read_question
from app.settings import Settings
from app.tabletext.reading import read_request
from corpus.document import Span
from corpus.errors import CalculationError, FootnoteError
from corpus.glossary import Glossary, load_glossary
from corpus.readers.pdf import render_page, span_boxes
from index.preparing import Prepared, prepare
from index.query import read_query
from tests.fuzz.grammar import calculation, question
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import seeds

TARGETS = ("readers", "questions", "calculator")
WHOLE_ENGINE = 20  # one question in so many is answered, not only read
_COMPANIES = ("Acorn Mills", "Norrland Forest Products", "Cambricon")


def draw_of(target: str, seed: int, number: int) -> random.Random:
    """The chance of one case, the same in every run."""
    return random.Random(f"{target}/{seed}/{number}")


def file_of(seed: int, number: int) -> tuple[str, bytes]:
    """The file of a case: its suffix (now and then a wrong one) and its bytes."""
    draw = draw_of("readers", seed, number)
    known = seeds()
    suffix, data = known[number % len(known)]
    data = mutated(draw, suffix, data, draw.choice(known)[1])
    return (draw.choice(known)[0] if draw.random() < 0.03 else suffix), data


def warm_up(target: str) -> None:
    """Load what the cases of a target share."""
    if target == "readers":
        seeds()
    elif target == "questions":
        _glossary()
        _engine().ask("What was Cambricon's revenue?")


def run_case(target: str, seed: int, number: int) -> tuple[str, str]:
    """What became of a case: ("read" | "refused" | "bug", words)."""
    try:
        match target:
            case "readers":
                return _read(*file_of(seed, number))
            case "questions":
                return _ask(draw_of(target, seed, number), number)
            case _:
                return _calculate(draw_of(target, seed, number))
    except Exception:  # noqa: BLE001 - that is what is looked for
        return "bug", traceback.format_exc()


def _read(suffix: str, data: bytes) -> tuple[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"case{suffix}")
        path.write_bytes(data)
        try:
            ready = prepare(path, 1 << 30, 220)
        except FootnoteError as error:
            return ("refused" if str(error).count(".") else "bug"), str(error)
        check(ready)
        if ready.document.media_type.endswith("/pdf"):
            try:
                render_page(path, 0, 300)
                for passage in ready.passages[:2]:
                    span_boxes(path, passage.span)
            except FootnoteError as error:
                return "refused", str(error)
    return "read", suffix


def check(ready: Prepared) -> None:
    """What holds of every document: citations, cells and headings stand at their places, and nothing invisible is left."""
    pages = {page.number: page.text for page in ready.document.pages}

    def at(span: Span) -> str:
        assert span.end <= len(pages[span.page]), span
        return pages[span.page][span.start : span.end]

    for passage in ready.passages:
        assert at(passage.span) == passage.text, passage
        assert passage.text.strip() == passage.text, passage
    for table in ready.document.tables:
        at(table.span)
        for cell in table.cells:
            assert (
                cell.span is None or not ready.document.media_type.startswith("text/") or at(cell.span) == cell.text
            ), cell
    for heading in ready.document.headings:
        at(heading.span)
    for entry in ready.glossary:
        assert entry.term.strip(), entry
    for text in pages.values():
        text.encode("utf-8")
        assert not {"\u202e", "\u200b", "\0"} & set(text)


def _calculate(draw: random.Random) -> tuple[str, str]:
    text = calculation(draw)
    try:
        result = understand(text) or calculate(text)
    except CalculationError as error:
        return "refused" if str(error).strip() else "bug", str(error)
    assert result.shown.strip()
    shown_expression(result.expression)
    return "read", result.shown


@cache
def _glossary() -> Glossary:
    return Glossary(load_glossary())


@cache
def _engine() -> Footnote:
    engine = Footnote(Settings(home=Path(tempfile.mkdtemp(prefix="fuzz-"))))
    engine.ingest_sample()
    return engine


def _ask(draw: random.Random, number: int) -> tuple[str, str]:
    text = question(draw)
    if number % WHOLE_ENGINE == 0:
        engine = _engine()
        history: tuple[Turn, ...] = ()
        if draw.random() < 0.5:
            first = question(draw)
            history = (Turn(first, engine.ask(first)),)
        answer = engine.ask(text, history)
        assert answer.text.strip()
        assert engine.checked(answer).text.strip()
        return "read", str(answer.kind)
    read = read_question(text, frozenset({"cambricon"}))
    parts_of(read)
    plan = read_plan(text, _COMPANIES)
    read_premise(text)
    read_definitions(text.split(". "))
    read_request(text)
    read_query(text, _COMPANIES)
    never_answered(text)
    definitions.define(text, _glossary())
    try:
        self_contained(text)
    except CalculationError as error:
        return "refused" if str(error).strip() else "bug", str(error)
    return ("read" if plan else "refused"), ""
