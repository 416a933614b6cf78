"""The tools as a model may use them while it gathers evidence: what they give it is kept as numbered evidence.

They are offered as `app/tools.py` describes them. A bad call is answered with a line that says what was wrong.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from app.answer import Answer, AnswerKind
from app.statement_series import plan_statements
from app.tools import MOST_PASSAGES
from app.verifier import verify
from app.verifier.statements import judge
from app.writer.evidence import Item, passage
from app.writer.plain import as_data
from app.writer.tracing import traced
from corpus.errors import CalculationError, FootnoteError
from index.checks import ENOUGH
from index.concepts import concepts

if TYPE_CHECKING:
    from llama_index.core.tools import FunctionTool

    from app.footnote import Footnote

LONGEST_ARGUMENTS = 2_000  # characters
LONGEST_RESULT = 6_000
LONGEST_PASSAGE = 1_200
MOST_FIGURES = 6  # of one call of `facts`


@dataclass
class Toolbox:
    """Runs calls over `engine`, within `documents`; `items` is the evidence, which grows."""

    engine: "Footnote"
    question: str
    documents: Collection[int] | None
    items: list[Item]
    tools: "list[FunctionTool]"
    asked: set[tuple[str, str]] = field(default_factory=set)

    def run(self, name: str, arguments: Mapping[str, Any] | str) -> str:
        """What a call gives, as text for the model; never raises for what the model asked."""
        tool = next((one for one in self.tools if one.metadata.name == name), None)
        if tool is None:
            names = ", ".join(str(one.metadata.name) for one in self.tools)
            return f"error: there is no tool {name[:40]!r}. There are: {names}."
        try:
            read = _arguments(arguments)
            schema = tool.metadata.fn_schema
            if schema is not None:
                unknown = read.keys() - schema.model_fields.keys()
                if unknown:
                    return f"error: {name} takes {sorted(schema.model_fields)}, not {sorted(unknown)}."
                read = schema.model_validate(read).model_dump()
        except (ValueError, RecursionError) as error:
            return f"error: {_said(error)}"
        call = (name, json.dumps(read, sort_keys=True, default=str))
        if call in self.asked:
            return "error: this was asked already, and the answer is above."
        self.asked.add(call)
        try:
            result = getattr(self, f"_{name}")(**read)
        except FootnoteError as error:
            return f"error: {error}"
        return str(result)[:LONGEST_RESULT]

    def _search(self, query: str, k: int = 5) -> str:
        hits = self.engine.search(query[:LONGEST_ARGUMENTS], max(1, min(k, MOST_PASSAGES)), self.documents)
        lines = [self._added(passage(hit, 1)) for hit in hits]
        return "\n".join(lines) or "nothing found"

    def _glossary(self, term: str) -> str:
        lines = []
        for entry in self.engine.glossary().find(term):
            place = self.engine.cite_entry(entry)
            if place:
                lines.append(self._added(Item(place.quote, (place,), "the glossary", rank=1)))
        return "\n".join(lines) or "no entry"

    def _calculator(self, expression: str) -> str:
        result = self.engine.calculate(expression)
        page_text = self.engine.page_text
        statement = traced(result, self.items, self.question, page_text, self.engine.about)
        verdict = judge(statement, self.question, page_text)
        if not verdict.stands:
            raise CalculationError(f"{verdict.findings[0].reason}, so that this can't be used.")
        return self._added(Item(statement.text, statement.citations, figure=statement, made=True))

    def _facts(self, concept: str, company: str = "", year: int | None = None) -> str:
        """The figures that the engine itself states for a line item, each with its cells."""
        found = self.engine.facts(company, concept, year)
        asked = dict.fromkeys(
            (one.company, concepts()[one.concept].name, one.year)
            for one in found
            if one.concept and one.period.startswith("FY") and one.confidence >= ENOUGH
        )
        lines = []
        for owner, name, of_year in sorted(asked, key=lambda one: -one[2])[:MOST_FIGURES]:
            question = f"What was {owner}'s {name} in FY{of_year}?"
            plan = self.engine.filings.asked(question, self.documents)
            made = tuple(plan_statements(*plan)) if plan else ()
            kept, _ = verify(Answer(question, AnswerKind.ANSWER, "", made), self.engine.page_text)
            lines += [self._added(Item(one.text, one.citations, figure=one)) for one in kept]
        return "\n".join(lines) or "no fact beyond doubt"

    def _added(self, item: Item) -> str:
        known = next(
            (n for n, one in enumerate(self.items, 1) if one.citations == item.citations and one.text == item.text), 0
        )
        if not known:
            self.items.append(item)
        number = known or len(self.items)
        head = f"From {as_data(item.heading)}: " if item.heading else ""
        return f"[{number}] {head}{as_data(item.text)[:LONGEST_PASSAGE]}"


def _arguments(arguments: Mapping[str, Any] | str) -> dict[str, Any]:
    """A call's arguments as an object. Raises ValueError."""
    if isinstance(arguments, str):
        if len(arguments) > LONGEST_ARGUMENTS:
            raise ValueError(f"the arguments have {len(arguments):,} characters; {LONGEST_ARGUMENTS:,} are the most.")
        try:
            arguments = json.loads(arguments or "{}")
        except json.JSONDecodeError as error:
            raise ValueError(f"the arguments aren't JSON ({error}).") from error
    if not isinstance(arguments, Mapping):
        raise ValueError("the arguments aren't a JSON object.")
    return dict(arguments)


def _said(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:3])
    return str(error) or "the arguments can't be read."
