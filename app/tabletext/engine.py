"""A question over one table with the text around it: read, computed or picked, or quoted from the text."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from app.tabletext import pick
from app.tabletext.compute import compute
from app.tabletext.confidence import confidence
from app.tabletext.grid import Grid, read_grid
from app.tabletext.matching import Matcher
from app.tabletext.prose import Prose, TextSentence, sentences_of
from app.tabletext.quote import kind_of
from app.tabletext.reading import read_request
from app.tabletext.reply import Reply
from app.tabletext.request import Form, Request
from app.tabletext.tableau import Tableau
from app.tabletext.told import told_grid
from corpus.document import Span, Table

_TOLD_FROM = 0.7  # share of a question's words in a sentence from which a change that it tells is taken
_TOLD_BELOW = 0.85  # share of a phrase's words in a line, below which the text's figures are looked at too
_VALUE_BEATS_TEXT = 0.62  # score of a cell's line from which a cell is taken before a sentence


class TableText:
    """A table and the paragraphs around it, ready for questions. `paragraphs` are texts with their places on the page."""

    def __init__(self, table: Table | None, paragraphs: Sequence[tuple[str, Span]]) -> None:
        self.table = table
        self.paragraphs = tuple(paragraphs)

    @cached_property
    def grid(self) -> Grid:
        """The table read."""
        return read_grid(self.table or Table(Span(0, 0, 0), ()))

    @cached_property
    def tableau(self) -> Tableau:
        """The table with its matcher and what the text says of its scale."""
        return Tableau(self.grid, Matcher(self.grid, self.introduction), tuple(text for text, _ in self.paragraphs))

    @cached_property
    def introduction(self) -> str:
        """Headings and the sentences that lead to the table."""
        return " ".join(text for text, _ in self.paragraphs if len(text.split()) <= 10 or text.rstrip().endswith(":"))

    @cached_property
    def told(self) -> Tableau:
        """The figures that the text gives by period, as lines of their own."""
        grid = told_grid(self.prose.sentences)
        return Tableau(grid, Matcher(grid), ())

    @cached_property
    def prose(self) -> Prose:
        """The sentences of the paragraphs."""
        found: list[TextSentence] = []
        for number, (text, span) in enumerate(self.paragraphs):
            found += sentences_of(text, span, number)
        return Prose(found)

    def computed(self, request: Request) -> Reply | None:
        """The calculation or count that a question asks for, with its confidence."""
        reply = compute(request, self.tableau)
        if (
            request.periods
            and request.form not in (Form.VALUE, Form.RATIO, Form.SHARE)
            and (reply is None or reply.features["recall"] < _TOLD_BELOW)
        ):
            said = compute(request, self.told)
            if (
                said
                and (reply is None or said.features["recall"] > reply.features["recall"] + 0.15)
                and said.features["recall"] > 0.5
            ):
                reply = replace(said, features={**said.features, "told": 1.0})
        if reply is None and request.form in (Form.COUNT_PERIODS, Form.COUNT_ITEMS):
            reply = pick.pick(request, self.tableau)
        return replace(reply, confidence=confidence(reply)) if reply else None

    def compared(self, request: Request) -> Reply | None:
        """The periods that compare as asked, with the confidence of their line."""
        if request.form is not Form.WHICH_PERIOD:
            return None
        reply = pick.pick(request, self.tableau)
        return replace(reply, confidence=confidence(reply)) if reply else None

    def answer(self, question: str) -> Reply | None:
        """The best answer there is, sure or not; None where neither the table nor the text shares a word with it."""
        request = read_request(question)
        if request.form is Form.PROSE:
            return self.prose.answer(request) or pick.value(request, self.tableau)
        if reply := self.computed(request):
            if request.form in (Form.CHANGE, Form.PERCENT_CHANGE) and len(request.periods) < 2:
                # A change that is asked for without two periods may be told in so many words.
                said = self.prose.answer(request)
                if said and said.features["recall"] >= _TOLD_FROM and said.features["tells"]:
                    return said
            return reply
        if request.form is Form.VALUE or request.form is Form.VALUES:
            return self._value(request)
        return pick.pick(request, self.tableau) or self._value(replace(request, form=Form.VALUE))

    def _value(self, request: Request) -> Reply | None:
        cell = pick.pick(request, self.tableau)
        said = self.prose.answer(request)
        if cell is None or said is None:
            return cell or said
        wants_words = kind_of(request.text) in (
            "open",
            "says",
            "who",
            "where",
            "cause",
            "date",
            "method",
            "ends",
            "duration",
        )
        bar = _VALUE_BEATS_TEXT + (0.15 if wants_words else 0.0)
        if said.features["recall"] >= 0.9 and cell.features["precision"] < 0.6:
            return said  # a label that says much else besides, and a sentence that says all of it
        return cell if cell.features["score"] >= bar or said.features["recall"] < 0.45 else said


__all__ = ["TableText"]
