"""True answers that the verifier withholds: everything the product would say of many questions, with what isn't let through.

    python -m tests.eval.withheld --home DIR [--data FINANCEBENCH] [--tatqa FILE] [--share 0.2] [--seed N]

Asked are the examples and golden questions of the sample corpus with their dialogues, a seeded share of the figures of the
filings in DIR (figure_questions), the same figures over the years ("by year", "trend of"), topics and lists of each company,
the benchmark's questions where its folder is given, and tables with their paragraphs where their file is. Prints for each
source the statements made and withheld and the time of a check, then every statement withheld with its reason.
"""

import argparse
import json
import random
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from app.answer import Answer, Citation, Statement, Turn
from app.filing_topics import asked_topic, topic_statements
from app.footnote import Footnote
from app.settings import Settings
from app.statement_series import plan_statements
from app.tabletext.confidence import confidence, parameters
from app.tabletext.reading import read_request
from app.tabletext.statements import statements as table_statements
from app.tatqa import read_contexts, table_text
from app.verifier import unsupported, verify
from app.verifier.statements import About, PageText
from corpus.document import Document, Kind, Span
from index.store import DocumentRecord
from tests.eval.figure_questions import questions

ROOT = Path(__file__).parents[2]
GOLDEN = ("sample_questions", "seed_questions", "followups")
SERIES = (
    "{company}'s {name} by year", "What was the trend of {company}'s {name}?", "How has {company}'s {name} developed over the last three years?",
    "{company}'s {name} by quarter",
)  # fmt: skip
NAMES = (
    "revenue", "net income", "gross margin", "operating margin", "free cash flow", "capital expenditures", "total assets", "inventories",
    "diluted EPS", "effective tax rate", "quick ratio", "days of inventory outstanding", "return on assets", "working capital", "dividends paid",
)  # fmt: skip
TOPICS = (
    "What industry does {company} operate in?", "What are {company}'s main risks?", "What legal proceedings is {company} in?",
    "What segments does {company} have?", "Where is {company} headquartered?", "Who audits {company}?", "Summarise {company}'s annual report",
    "How many employees does {company} have?", "What drove {company}'s revenue?", "What securities of {company} are registered?",
)  # fmt: skip


@dataclass
class Tally:
    """What was made of each source's answers."""

    made: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    withheld: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # milliseconds an answer
    source: str = ""

    def check(
        self,
        statements: Sequence[Statement],
        question: str,
        page_text: PageText,
        first: str = "",
        about: About | None = None,
    ) -> None:
        """Hold each of an answer's statements to the verifier."""
        started = time.process_time()
        found = [(one, unsupported(one, question, page_text, about)) for one in statements]
        self.times[self.source].append(1000 * (time.process_time() - started))
        self.made[self.source] += len(found)
        self.withheld[self.source] += [(first or question, one.text, reason) for one, reason in found if reason]

    def verify(
        self, answer: Answer, page_text: PageText, about: About | None = None
    ) -> tuple[tuple[Statement, ...], list[str]]:
        """`app.verifier.verify`, counted."""
        self.check(answer.statements, answer.question, page_text, about=about)
        return verify(answer, page_text, about)


def sample(tally: Tally) -> None:
    """The shipped documents: the questions offered, the golden ones, and the dialogues."""
    data = tomllib.loads((ROOT / "app" / "page" / "examples.toml").read_text(encoding="utf-8"))
    offered = [*data["general"], *(one for group in data["set"] for one in group["questions"])]
    with tempfile.TemporaryDirectory() as home, mock.patch("app.footnote.verify", tally.verify):
        engine = Footnote(Settings(home=Path(home)))
        engine.ingest_sample()
        tally.source = "sample, offered"
        for question in offered:
            engine.ask(question)
        for name in GOLDEN:
            tally.source = f"golden, {name}"
            for line in (ROOT / "tests" / "golden" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
                history: list[Turn] = []
                one = json.loads(line)
                for turn in one.get("turns", [one]):
                    history.append(Turn(turn["question"], engine.ask(turn["question"], history)))
        engine.close()


def filings(tally: Tally, engine: Footnote, seed: int, share: float) -> None:
    """Figures, series and topics of each annual report."""
    records = [
        one
        for one in engine.documents()
        if one.metadata.kind is Kind.ANNUAL_REPORT and one.metadata.company and one.metadata.period
    ]
    for record in records:
        company = record.metadata.company or ""
        rng = random.Random(f"{seed}/{record.name}")
        read = engine.filings.asked(f"What was {company}'s revenue?", [record.id])
        years = (
            sorted({line.column.year for line in read[1][0].lines if line.statement == "balance sheet"}) if read else []
        )
        tally.source = "filings, figures"
        for asked in questions(company, years, rng):
            if rng.random() < share:
                _of_filings(tally, engine, asked.text, [record.id])
    tally.source = "filings, series"
    for company in sorted({one.metadata.company or "" for one in records}):
        for name in NAMES:
            for wording in SERIES[:3]:
                _of_filings(tally, engine, wording.format(company=company, name=name), None)
    tally.source = "filings, topics"
    for company in sorted({one.metadata.company or "" for one in records}):
        for wording in TOPICS:
            _of_topic(tally, engine, wording.format(company=company), records)


def _of_filings(tally: Tally, engine: Footnote, question: str, documents: list[int] | None) -> None:
    if (asked := engine.filings.asked(question, documents)) and (made := plan_statements(*asked)):
        tally.check(made, question, engine.page_text)


def _of_topic(tally: Tally, engine: Footnote, question: str, records: list[DocumentRecord]) -> None:
    if (topic := asked_topic(question, records)) and (made := topic_statements(topic, engine.store)):
        tally.check(made, question, engine.page_text)


def benchmark(tally: Tally, engine: Footnote, data: Path) -> None:
    """The benchmark's questions, and a few series of rows, asked whole."""
    rows = (data / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in rows if line.strip()]
    with mock.patch("app.footnote.verify", tally.verify):
        tally.source = "benchmark"
        for question in asked:
            engine.ask(question)
        tally.source = "filings, asked whole"
        companies = sorted({one.metadata.company for one in engine.documents() if one.metadata.company})
        for number, company in enumerate(companies):
            for wording in (SERIES[number % len(SERIES)], SERIES[3], TOPICS[number % len(TOPICS)]):
                engine.ask(wording.format(company=company, name=NAMES[number % len(NAMES)]))


def tables(tally: Tally, path: Path, seed: int, share: float) -> None:
    """What is computed from a table and said of it; a seeded share of the questions."""
    tally.source = "tables"
    rng = random.Random(seed)
    for document, asked in read_contexts(path):
        engine = table_text(document)
        for one in asked:
            if rng.random() >= share or (reply := engine.answer(one.text)) is None or not reply.computed:
                continue
            if confidence(reply, as_printed=True) < parameters().threshold:
                continue  # the product gives the cells instead
            made = table_statements(read_request(one.text), reply, _citing(document), engine)
            tally.check(made, one.text, lambda _, page, pages=document.pages: pages[page].text)  # type: ignore[misc]


def _citing(document: Document) -> Callable[[Span], Citation]:
    def cite(span: Span) -> Citation:
        text = document.pages[span.page].text[span.start : span.end]
        return Citation(document.name, span.page, span.start, span.end, text)

    return cite


def lines(tally: Tally) -> Iterator[str]:
    """The table of what was counted, then what was withheld."""
    yield f"{'source':28} {'answers':>8} {'made':>6} {'withheld':>9} {'ms, p95':>8}"
    for source, made in tally.made.items():
        times = sorted(tally.times[source])
        p95 = times[int(0.95 * len(times))] if times else 0.0
        yield f"{source:28} {len(times):8} {made:6} {len(tally.withheld[source]):9} {p95:8.1f}"
    for source, found in tally.withheld.items():
        for question, text, reason in found:
            yield f"\n[{source}] {question}\n  {text}\n  {reason}"


def main() -> None:
    """Ask, count, print. Exit status 1 where a statement is withheld."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data directory with filings in its index")
    parser.add_argument("--data", type=Path, help="the benchmark's folder")
    parser.add_argument("--tatqa", type=Path, help="the file of tables with paragraphs")
    parser.add_argument("--share", type=float, default=0.2, help="of the figures and the tables' questions, drawn")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally = Tally()
    sample(tally)
    if options.home:
        engine = Footnote(Settings(home=options.home.resolve()))
        filings(tally, engine, options.seed, options.share)
        if options.data:
            benchmark(tally, engine, options.data)
        engine.close()
    if options.tatqa:
        tables(tally, options.tatqa, options.seed, options.share)
    print("\n".join(lines(tally)))
    raise SystemExit(1 if any(tally.withheld.values()) else 0)


if __name__ == "__main__":
    main()
