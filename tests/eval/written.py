"""Answers in a language model's words, asked of the whole pipeline, and what of them the independent check finds stray.

    python -m tests.eval.written --home DIR [--model liar|smollm2|URL] [--name MODEL] [--questions 200] [--seed N] [--json] [--out FILE]

Questions are drawn by the seed over the sample corpus (golden questions, dialogues, definitions, unanswerables) and over
the filings in DIR (figures, series, topics, what isn't there). Each is asked twice: without a model, and with it. Counted
are answers kept in the model's words, sentences cut and put in the source's own words, answers fallen back by reason, the
engine's figures that the written answer no longer has, and the strays: with zero of them the exit status is 0.
`--model liar` is an adversary that lies by the seed (liar.py); what it knows to be false and an answer shows is counted too.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from app.answer import Answer, AnswerKind, Turn
from app.footnote import Footnote
from app.language_model.load import load_language_model
from app.settings import Settings
from corpus.document import Kind
from tests.eval.figure_questions import questions as figure_questions
from tests.eval.independent_check import Stray, pages_of, strays
from tests.eval.liar import TRUE, Liar
from tests.eval.withheld import NAMES, SERIES, TOPICS

ROOT = Path(__file__).parents[2]
PATIENCE_S = 600.0
BESIDE = "it doesn't answer the question"  # the writer's reason for what stands and is left out all the same
_ABSENT = (
    "What was {company}'s revenue in {future}?", "What was {company}'s net income in {past}?", "Who founded {company}?",
    "How many patents does {company} hold in Brazil?", "What is {company}'s share price today?", "Why did {company} leave Iceland?",
)  # fmt: skip
_OPEN = (
    "What does {company} say about competition?", "What does {company} say about its suppliers?", "Describe {company}'s business", "How does {company} make money?",
    "What does {company} say about cyber security?", "What changed at {company} during the year?", "What are {company}'s plans for the coming year?",
)  # fmt: skip
_SAMPLE_ABSENT = (
    "What was Cambricon's revenue in 2031?", "Who founded Norrland Compute?", "How many employees does Harrowvale have?", "What is the price of an H20?",
    "Who is the chief executive of Cambricon?", "What is Cambricon's net income in Q1 2026?", "Where is Harrowvale's factory?",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A dialogue of one question or several, in order, and where it comes from."""

    source: str
    turns: tuple[str, ...]


@dataclass
class Tally:
    """What became of the answers."""

    model: str = ""
    questions: int = 0
    written: int = 0  # answers with a sentence of the model's own
    asked_of_model: int = 0
    drafted: int = 0  # sentences of drafts that were judged
    kept: int = 0  # shown as written
    mended: int = 0  # put in the source's own words
    cut: int = 0
    fallen_back: Counter[str] = field(default_factory=Counter)
    by_source: dict[str, Counter[str]] = field(default_factory=dict)
    strays: list[Stray] = field(default_factory=list)
    lost_figures: list[tuple[str, str, str]] = field(default_factory=list)
    lies_shown: list[tuple[str, str]] = field(default_factory=list)
    lies_believed: list[tuple[str, str]] = field(default_factory=list)  # held for supported, but beside the question
    lies: Counter[str] = field(default_factory=Counter)
    generation_s: list[float] = field(default_factory=list)
    checking_ms: list[float] = field(default_factory=list)  # CPU, an answer

    def report(self) -> dict[str, Any]:
        """The figures, as the command prints them."""
        times, checks = sorted(self.generation_s), sorted(self.checking_ms)
        return {
            "model": self.model, "questions": self.questions, "asked_of_model": self.asked_of_model, "written": self.written,
            "sentences": {"drafted": self.drafted, "kept": self.kept, "mended": self.mended, "cut": self.cut},
            "fallen_back": dict(self.fallen_back.most_common()), "by_source": {name: dict(found) for name, found in self.by_source.items()},
            "strays": [asdict(one) for one in self.strays], "lost_figures": self.lost_figures,
            "lies": dict(self.lies), "lies_shown": self.lies_shown, "lies_believed": self.lies_believed,
            "generation_s": {"p50": _at(times, 0.5), "p95": _at(times, 0.95)},
            "checking_cpu_ms": {"p50": _at(checks, 0.5), "p95": _at(checks, 0.95)},
        }  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) if ordered else 0.0


def sample_questions(rng: random.Random, count: int) -> list[Asked]:
    """Dialogues over the shipped documents, `count` questions or a few more."""
    golden = ROOT / "tests" / "golden"
    single = [
        json.loads(line)["question"]
        for line in (golden / "sample_questions.jsonl").read_text("utf-8").splitlines()
        if line
    ]
    examples = tomllib.loads((ROOT / "app" / "page" / "examples.toml").read_text(encoding="utf-8"))
    single += [*examples["general"], *(one for group in examples["set"] for one in group["questions"])]
    dialogues = [
        json.loads(line)["turns"] for line in (golden / "followups.jsonl").read_text("utf-8").splitlines() if line
    ]
    made = [Asked("sample, follow-ups", tuple(turn["question"] for turn in turns)) for turns in dialogues]
    made += [Asked("sample", (one,)) for one in dict.fromkeys(single)]
    made += [Asked("sample, absent", (one,)) for one in _SAMPLE_ABSENT]
    terms = tomllib.loads((ROOT / "corpus" / "glossary.toml").read_text(encoding="utf-8"))["term"]
    made += [Asked("sample, definitions", (f"What is {one['term']}?",)) for one in rng.sample(terms, 4)]
    return _drawn(made, rng, count)


def filing_questions(engine: Footnote, rng: random.Random, count: int) -> list[Asked]:
    """Questions over the annual reports of an index, `count` or a few more."""
    made: list[Asked] = []
    records = [one for one in engine.documents() if one.metadata.company and one.metadata.period]
    for record in rng.sample(records, len(records)):
        company = record.metadata.company or ""
        year = record.metadata.period.fiscal_year if record.metadata.period else None
        if record.metadata.kind is Kind.ANNUAL_REPORT and year:
            figures = list(figure_questions(company, [year - 1, year], rng))
            made += [Asked("filings, figures", (one.text,)) for one in rng.sample(figures, 2)]
        for source, wordings, number in (
            ("topics", TOPICS, 2),
            ("open", _OPEN, 2),
            ("absent", _ABSENT, 1),
            ("series", SERIES[:3], 1),
        ):
            for wording in rng.sample(wordings, number):
                text = wording.format(company=company, name=rng.choice(NAMES), future=2036, past=1978)
                made.append(Asked(f"filings, {source}", (text,)))
        made.append(Asked("filings, follow-ups", (f"What was {company}'s revenue?", "and the year before?", "why?")))
    return _drawn(made, rng, count)


def _drawn(made: Sequence[Asked], rng: random.Random, count: int) -> list[Asked]:
    """As many of each source as of the others, by a seeded draw, until there are enough questions."""
    by_source: dict[str, list[Asked]] = {}
    for one in rng.sample(list(made), len(made)):
        by_source.setdefault(one.source, []).append(one)
    chosen: list[Asked] = []
    while any(by_source.values()):
        for some in by_source.values():
            if sum(len(one.turns) for one in chosen) >= count:
                return chosen
            if some:
                chosen.append(some.pop())
    return chosen


class Watched:
    """A model whose generation is timed, so that what checking costs is what is left."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.seconds = self.cpu = 0.0
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def stream(self, messages: Any) -> Iterator[str]:
        """What the model writes, with the clock stopped while it is judged."""
        self.calls += 1
        pieces = iter(self._model.stream(messages))
        while True:
            started, cpu = time.monotonic(), time.process_time()
            piece = next(pieces, None)
            self.seconds += time.monotonic() - started
            self.cpu += time.process_time() - cpu
            if piece is None:
                return
            yield piece


def run(engine: Footnote, asked: Sequence[Asked], model: Any, tally: Tally, out: Path | None = None) -> Tally:
    """Ask everything without the model and with it, and count."""
    page_text, about, common = pages_of(engine.settings.home)
    for dialogue in asked:
        history: list[Turn] = []
        for question in dialogue.turns:
            engine.model = None
            own = engine.ask(question, history)
            watched = Watched(model)
            engine.model = watched  # type: ignore[assignment]
            answer, checking = _timed(engine, question, history)
            engine.model = None
            counts = tally.by_source.setdefault(dialogue.source, Counter())
            _count(tally, counts, own, answer, watched, checking)
            found = list(strays(answer.to_json(), page_text, about, common))
            # What the engine itself says is another test's affair: strays of its own sentences are told apart.
            mine = {one.text for one in own.statements}
            tally.strays += [one for one in found if one.sentence not in mine]
            counts["strays of the engine's own"] += sum(one.sentence in mine for one in found)
            if isinstance(model, Liar) and watched.calls:
                _count_lies(tally, model, own, answer)
            if out:
                with out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(answer.to_json(), ensure_ascii=False) + "\n")
            history.append(Turn(question, answer))
    return tally


def _timed(engine: Footnote, question: str, history: Sequence[Turn]) -> tuple[Answer, float]:
    """The written answer, and the CPU milliseconds of its checks: each `Checker.check`."""
    from app.writer.checking import Checker

    spent = 0.0
    real = Checker.check

    def check(self: Checker, *arguments: Any) -> Any:
        nonlocal spent
        started = time.process_time()
        try:
            return real(self, *arguments)
        finally:
            spent += time.process_time() - started

    with mock.patch.object(Checker, "check", check):
        return engine.ask(question, history), 1000 * spent


def _count(tally: Tally, counts: Counter[str], own: Answer, answer: Answer, watched: Watched, checking: float) -> None:
    tally.questions += 1
    counts["questions"] += 1
    if not watched.calls:
        counts["not asked of the model"] += 1
        return
    tally.asked_of_model += 1
    tally.generation_s.append(watched.seconds)
    tally.checking_ms.append(checking)
    mine = {one.text for one in own.statements}
    shown = [one for one in answer.statements if one.text not in mine]
    mended = sum("stands in its place" in one.reason for one in answer.withheld)
    tally.mended += mended
    tally.cut += len(answer.withheld) - mended
    tally.drafted += len(answer.withheld) + max(0, len(shown) - mended)
    tally.kept += max(0, len(shown) - mended)
    if answer.writer:
        tally.written += 1
        counts["written"] += 1
    else:
        tally.fallen_back[re.sub(r"\d+", "N", answer.note) or "nothing to add"] += 1
        counts["fallen back"] += 1
    if own.kind is AnswerKind.ANSWER:
        lost = _figures(own) - _figures(answer)
        tally.lost_figures += [
            (answer.question, one, answer.text[:300]) for one in sorted(lost) if _states_a_figure(own)
        ]


def _states_a_figure(own: Answer) -> bool:
    return any(one.calculation or one.series for one in own.statements)


def _figures(answer: Answer) -> set[str]:
    """The results and values of an answer's calculations and series."""
    made = {one.calculation.result for one in answer.statements if one.calculation}
    return made | {point.text for one in answer.statements if one.series for point in one.series.points}


def _count_lies(tally: Tally, model: Liar, own: Answer, answer: Answer) -> None:
    quoted = " ".join(" ".join(place.quote.split()) for one in answer.statements for place in one.citations)
    mine = {one.text for one in own.statements}
    shown = {one.text.rstrip(".") for one in answer.statements if one.text not in mine}
    beside = {one.text.rstrip(".") for one in answer.withheld if one.reason == BESIDE}
    for text, kind in model.said:
        tally.lies[kind] += 1
        bare = text.rstrip(".")
        if kind == TRUE or bare in quoted:
            continue
        if bare in shown:
            tally.lies_shown.append((kind, text))
        elif bare in beside:
            tally.lies_believed.append((kind, text))


def language_model(name: str, model: str, seed: int, home: Path, tokens: int, context: int) -> Any:
    """The writer that is meant: the liar, a packaged file, or an endpoint with the name of its model."""
    if name == "liar":
        return Liar(seed)
    # A busy machine reads a prompt slowly: what is measured is what it writes, not whether it is in time.
    patient = {"llm_first_token_s": PATIENCE_S, "llm_timeout_s": PATIENCE_S, "llm_retries": 0}
    where: dict[str, Any] = {"llm_url": name, "llm_model": model} if "://" in name else {"llm_file": name}
    return load_language_model(
        Settings(home=home, llm_answer_tokens=tokens, llm_context_tokens=context, **patient, **where)
    )


def _ask_all(options: argparse.Namespace, rng: random.Random, model: Any, tally: Tally, place: Path) -> None:
    with closing(Footnote(Settings(home=place))) as sample:
        sample.ingest_sample()
        share = options.questions * 2 // 5 if options.home else options.questions
        run(sample, sample_questions(rng, share), model, tally, options.out)
    if options.home:
        with closing(Footnote(Settings(home=options.home.resolve()))) as filings:
            rest = options.questions - tally.questions
            run(filings, filing_questions(filings, rng, rest), model, tally, options.out)


def main() -> None:
    """Ask, count, print. Exit status 1 where something shown is stray."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--home", type=Path, help="data directory with filings; without it the sample corpus alone is asked"
    )
    parser.add_argument("--model", default="liar", help="liar, smollm2, a GGUF file, or the URL of an endpoint")
    parser.add_argument("--name", default="", help="an endpoint's model")
    parser.add_argument("--tokens", type=int, default=256, help="most that the model writes for an answer")
    parser.add_argument("--context", type=int, default=4096, help="tokens that it can read and write in all")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="write each answer to this file, one a line, for independent_check")
    options = parser.parse_args()
    rng, tally = random.Random(options.seed), Tally(model=options.model)
    with tempfile.TemporaryDirectory() as place:
        model = language_model(options.model, options.name, options.seed, Path(place), options.tokens, options.context)
        try:
            _ask_all(options, rng, model, tally, Path(place))
        except KeyboardInterrupt:
            print("Stopped early; these are the questions asked until then.", file=sys.stderr)
        finally:
            if close := getattr(model, "close", None):
                close()
    report = tally.report()
    print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 1))
    raise SystemExit(1 if tally.strays else 0)


if __name__ == "__main__":
    main()
