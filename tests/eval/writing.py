"""What becomes of a language model's drafts: `python -m tests.eval.writing --drafts FILE [--home DIR] [--write] [--questions FILE]`.

With `--write` the model that the settings name (FOOTNOTE_LLM_FILE=smollm2, FOOTNOTE_LLM_URL …) writes a draft for each question,
which is kept in FILE, a line each; questions already in it aren't asked again. Then, or without `--write`, the drafts are said
again by a model that only repeats them: how many sentences stand, are put in the source's words or withheld, how many answers
are written or fall back, whether what the golden asks for holds with and without the model, and what checking costs in CPU time.
Without `--home` the questions are asked of the sample corpus.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from app.answer import Answer, AnswerKind
from app.footnote import Footnote
from app.language_model.model import LanguageModel
from app.settings import Settings
from app.writer import Sentence
from app.writer.writer import IN_ITS_PLACE
from corpus.errors import ModelProblem
from tests.app.test_answers import assert_golden

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage
    from llama_index.core.tools import FunctionTool

GOLDEN = Path(__file__).parents[1] / "golden" / "sample_questions.jsonl"


class Recorder:
    """A model that keeps what it writes."""

    def __init__(self, model: LanguageModel) -> None:
        self.model, self.text, self.problem = model, "", ""
        self.name, self.calls_tools = model.name, False
        self.context_tokens, self.answer_tokens = model.context_tokens, model.answer_tokens

    def count_tokens(self, text: str) -> int:
        return self.model.count_tokens(text)

    def stream(self, messages: "Sequence[ChatMessage]") -> Iterator[str]:
        try:
            for piece in self.model.stream(messages):
                self.text += piece
                yield piece
        except ModelProblem as problem:
            self.problem = str(problem)
            raise

    def choose(self, messages: "Sequence[ChatMessage]", tools: "Sequence[FunctionTool]") -> "ChatMessage":
        raise ModelProblem("No tools are offered here.")

    def close(self) -> None:
        self.model.close()


class Repeater(Recorder):
    """A model that says a draft again."""

    def __init__(self, model: LanguageModel, draft: str, problem: str) -> None:
        super().__init__(model)
        self.text, self.problem = draft, problem

    def stream(self, messages: "Sequence[ChatMessage]") -> Iterator[str]:
        yield from (self.text[at : at + 8] for at in range(0, len(self.text), 8))
        if self.problem:
            raise ModelProblem(self.problem)


def record(engine: Footnote, model: LanguageModel, questions: Sequence[str], path: Path) -> None:
    """Have each question's draft written and kept; what needs no model is kept as null."""
    done = {one["question"] for one in drafts(path)}
    with path.open("a", encoding="utf-8") as file:
        for question in dict.fromkeys(questions):
            if question in done:
                continue
            engine.model = recorder = Recorder(model)
            started = time.monotonic()
            answer = engine.ask(question)
            asked = bool(recorder.text or recorder.problem or answer.note)
            row = {
                "question": question,
                "draft": recorder.text if asked else None,
                "problem": recorder.problem,
                "seconds": round(time.monotonic() - started, 1),
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()


def drafts(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def holds(expected: dict[str, Any], answer: Answer) -> bool:
    """Whether an answer is what a golden question expects."""
    try:
        assert_golden(expected, answer)
    except AssertionError:
        return False
    return True


def replay(
    engine: Footnote, model: LanguageModel, rows: Sequence[dict[str, Any]], goldens: dict[str, Any]
) -> dict[str, Any]:
    """Counts over the drafts, and the CPU time that each took beside the engine's own answer."""
    count = dict.fromkeys(
        ["questions", "drafts", "sentences", "stand", "repaired", "withheld", "written", "fell_back", "refusal_stands", "refusal_lifted",
         "golden", "golden_alone", "golden_written"], 0
    )  # fmt: skip
    lost, costs = [], []
    for row in rows:
        question = row["question"]
        engine.model = None
        alone = engine.ask(question)
        started = time.process_time()
        engine.ask(question)
        own = time.process_time() - started
        answer = alone
        count["questions"] += 1
        if row["draft"] is not None:
            engine.model = Repeater(model, row["draft"], row["problem"])
            engine.ask(question)  # what is read first is read from disk
            started = time.process_time()
            events = list(engine.stream(question))
            costs.append((time.process_time() - started - own) * 1000)
            answer = events[-1]
            assert isinstance(answer, Answer)
            shown = sum(isinstance(one, Sentence) for one in events)
            repaired = sum(one.reason.endswith(IN_ITS_PLACE) for one in answer.withheld)
            count["drafts"] += 1
            count["sentences"] += shown - repaired + len(answer.withheld)
            count["stand"] += shown - repaired
            count["repaired"] += repaired
            count["withheld"] += len(answer.withheld) - repaired
            count["written"] += bool(answer.writer)
            count["fell_back"] += not answer.writer and bool(answer.statements)
            if alone.kind is AnswerKind.REFUSAL:
                count["refusal_lifted" if answer.statements else "refusal_stands"] += 1
        if question in goldens:
            count["golden"] += 1
            count["golden_alone"] += holds(goldens[question], alone)
            count["golden_written"] += holds(goldens[question], answer)
            if holds(goldens[question], alone) and not holds(goldens[question], answer):
                lost.append(question)
    cuts = quantiles(costs, n=20) if len(costs) > 1 else costs * 19
    return {**count, "lost": lost, "cpu_ms_p50": round(cuts[9], 1), "cpu_ms_p95": round(cuts[18], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drafts", type=Path, required=True)
    parser.add_argument("--questions", type=Path, default=GOLDEN)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--most", type=int, default=10_000)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        engine = Footnote(Settings(home=arguments.home or Path(folder)))
        if arguments.home is None:
            engine.ingest_sample()
        model = engine.language_model()
        if model is None:
            raise SystemExit(
                "Name a language model: FOOTNOTE_LLM_FILE=smollm2, or FOOTNOTE_LLM_URL and FOOTNOTE_LLM_MODEL."
            )
        if arguments.write:
            record(engine, model, [row["question"] for row in rows][: arguments.most], arguments.drafts)
        goldens = {row["question"]: row for row in rows if "must_contain" in row}
        # Without a model in its settings, so that its own answer is asked of nobody.
        plain = Footnote(Settings(home=engine.settings.home, llm_url="", llm_file=""))
        print(json.dumps(replay(plain, model, drafts(arguments.drafts), goldens), indent=1))
        plain.model = None
        plain.close()
        engine.model = model
        engine.close()


if __name__ == "__main__":
    main()
