"""Drafts: a text whose sentences carry [n] marks, the passages that the marks stand for, and its check."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any

from app.answer import Calculation, Citation, Operand, Point, Series, Statement
from app.quantity import find_quantities
from app.verifier.finding import Finding, Kind, Verdict, VerifiedAnswer
from app.verifier.reading import Part, read
from app.verifier.statements import About, PageText, judge
from corpus.errors import BadDraft, UnknownDocument
from corpus.sentences import sentence_spans

if TYPE_CHECKING:
    from index.embedding import PassageEmbedding

MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
MARKUP = re.compile(r"^\s*(?:[-*•>]|#{1,6}|\d{1,2}[.)])\s+")
AFTER_STOP = re.compile(r"([.!?][\"”’)]*)((?:\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\])+)")
LONGEST_BEFORE = 400  # characters of a sentence before a quote
LONGEST = 20_000  # characters of a draft


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer to check. Each statement has its own citations; a draft of a model is split into them by `of_text`."""

    question: str
    statements: tuple[Statement, ...]

    @classmethod
    def of_text(
        cls, question: str, text: str, citations: Sequence[Citation], calculations: Sequence[Calculation] = ()
    ) -> "Draft":
        """A text with [n] marks, n from 1 among `citations`. A sentence gets the calculation whose result it gives.

        Raises BadDraft for a text that is too long.
        """
        if len(text) > LONGEST:
            raise BadDraft(f"The text has {len(text):,} characters; {LONGEST:,} are the most. Check it in parts.")
        found = []
        for sentence, numbers in marked_sentences(text):
            cited = [citations[number - 1] for number in numbers if 0 < number <= len(citations)]
            if len(cited) < len(numbers):
                cited = []  # a mark that stands for nothing leaves the whole sentence without support
            made = next((one for one in calculations if _gives(sentence, one)), None) if calculations else None
            if made and not _all_cited(sentence, cited):
                operands = [one.citation for one in made.operands if one.citation]
                found.append(Statement(sentence, tuple(dict.fromkeys([*cited, *operands])), made))
            else:
                found.append(Statement(sentence, tuple(dict.fromkeys(cited))))
        return cls(question, tuple(found))


def marked_sentences(text: str) -> list[tuple[str, list[int]]]:
    """The sentences of a marked text without their marks, and the numbers of these."""
    found = []
    for line in text.splitlines():
        # A mark after the full stop belongs to the sentence before it.
        plain = AFTER_STOP.sub(lambda match: f"{match[2]}{match[1]}", MARKUP.sub("", line).replace("**", ""))
        for start, end in sentence_spans(plain):
            piece = plain[start:end]
            numbers = [int(number) for match in MARK.finditer(piece) for number in re.findall(r"\d+", match[1])]
            bare = " ".join(MARK.sub("", piece).split())
            if re.search(r"\w", bare):
                found.append((bare, numbers))
    return found


def _gives(sentence: str, calculation: Calculation) -> bool:
    results = find_quantities(calculation.result)
    values = {abs(one.quantity.value) for one in results}
    return any(abs(one.quantity.value) in values for one in find_quantities(sentence))


def _all_cited(sentence: str, citations: Sequence[Citation]) -> bool:
    """Whether each of a sentence's numbers stands in a citation, so that it needs no calculation."""
    held = {abs(one.quantity.base) for citation in citations for one in find_quantities(citation.quote)}
    return bool(citations) and all(abs(one.quantity.base) in held for one in find_quantities(sentence))


def verify_draft(
    draft: Draft,
    page_text: PageText,
    about: About | None = None,
    embedding: "Callable[[], PassageEmbedding] | None" = None,
) -> VerifiedAnswer | None:
    """The verdicts on a draft's sentences; None where nothing of it may be shown.

    A repair that says what another sentence says already is dropped.
    """
    verdicts = review(draft, page_text, about, embedding)
    return verdicts if verdicts.statements else None


def review(
    draft: Draft,
    page_text: PageText,
    about: About | None = None,
    embedding: "Callable[[], PassageEmbedding] | None" = None,
) -> VerifiedAnswer:
    """The verdicts on a draft's sentences, also where nothing of it may be shown."""
    page_text, about = cache(page_text), cache(about) if about else None
    verdicts: list[Verdict] = []
    said: set[str] = set()
    for statement in draft.statements:
        verdict = judge(statement, draft.question, page_text, about, embedding)
        if verdict.stands and (
            leaning := leans_wrongly(statement, verdicts[-1] if verdicts else None, page_text, about)
        ):
            verdict = Verdict(statement, verdict.claims, (leaning,))
        if verdict.repaired and verdict.repaired.text in said:
            verdict = Verdict(verdict.statement, verdict.claims, verdict.findings)
        if verdict.shown:
            said.add(verdict.shown.text)
        verdicts.append(verdict)
    return VerifiedAnswer(draft.question, tuple(verdicts))


_LEANS = re.compile(r"(?:It|He|She|They|This|These|Those|Its|His|Her|Their|Both|Such)\b")


def leans(text: str) -> bool:
    """Whether a sentence opens with a word that stands for something before it."""
    return bool(_LEANS.match(text))


def leans_wrongly(
    statement: Statement, previous: Verdict | None, page_text: PageText, about: About | None
) -> Finding | None:
    """Why a sentence that opens with "It" may not stand here: what it leans on was cut, or is another than its source's."""
    if not leans(statement.text) or previous is None or statement.calculation:
        return None
    if previous.shown is None:
        return Finding(Kind.NAME, "it leans on a sentence that is withheld")
    names = {word.stem for word in read(previous.shown.text).words if word.part is Part.NAME}
    held = " ".join(
        f"{_before(one, page_text)} {one.quote} {about(one.document) if about else ''}" for one in statement.citations
    )
    if names and not names & read(held).stems:
        return Finding(Kind.NAME, "its passage doesn't name whom the sentence before it is about")
    return None


def _before(citation: Citation, page_text: PageText) -> str:
    """The sentence that stands right before a quote on its page, which tells whom "it" is."""
    text = page_text(citation.document, citation.page)[max(0, citation.start - LONGEST_BEFORE) : citation.start]
    spans = sentence_spans(text)
    return text[slice(*spans[-1])] if spans else ""


# Input: JSON from a file


def read_input(data: Any, page_text: PageText) -> Draft:
    """The object that `ask --json` prints, or {"question", "text" with [n] marks, "citations"}.

    A citation without `start` and `end` is looked up on its page. Raises BadDraft, which says what is missing.
    """
    if not isinstance(data, Mapping):
        raise BadDraft(f"The file holds {_kind(data)}, not an object. Give what `footnote ask --json` prints.")
    if isinstance(data.get("error"), str):
        raise BadDraft(f"The file holds an error, not an answer: {data['error']}")
    question = _text(data, "question", "")
    listed = data.get("statements")
    if listed:
        if not isinstance(listed, list):
            raise BadDraft(f"`statements` is {_kind(listed)}, not a list.")
        # What was understood counts as asked, as when the answer was made.
        asked = f"{question} {_text(data, 'resolved', '')}".strip()
        return Draft(asked, tuple(_statement(one, f"statements[{n}]", page_text) for n, one in enumerate(listed)))
    if data.get("kind") == "refusal":
        return Draft(question, ())
    if not isinstance(data.get("text"), str) or "citations" not in data:
        raise BadDraft(
            "The object has neither `statements` nor `text` with `citations`. Give what `footnote ask --json` prints, or "
            '{"question": …, "text": "… [1].", "citations": [{"document": …, "page": 1, "quote": …}]}.'
        )
    citations = _list(data, "citations", "")
    made = [_calculation(one, f"calculations[{n}]", page_text) for n, one in enumerate(_list(data, "calculations", ""))]
    return Draft.of_text(
        question, data["text"], [_citation(one, f"citations[{n}]", page_text) for n, one in enumerate(citations)], made
    )


def _statement(data: Any, where: str, page_text: PageText) -> Statement:
    fields = _object(data, where)
    citations = [
        _citation(one, f"{where}.citations[{n}]", page_text) for n, one in enumerate(_list(fields, "citations", where))
    ]
    computed = fields.get("calculation")
    calculation = _calculation(computed, f"{where}.calculation", page_text) if computed is not None else None
    drawn = fields.get("series")
    series = _series(drawn, f"{where}.series", page_text) if drawn is not None else None
    return Statement(_text(fields, "text", where), tuple(citations), calculation, series)


def _series(data: Any, where: str, page_text: PageText) -> Series:
    fields = _object(data, where)
    points = []
    for number, one in enumerate(_list(fields, "points", where)):
        place = f"{where}.points[{number}]"
        inner = _object(one, place)
        operand, computed = inner.get("operand"), inner.get("calculation")
        points.append(
            Point(
                _text(inner, "period", place), _text(inner, "text", place), _number(inner, "value", place),
                _operand(operand, f"{place}.operand", page_text) if operand is not None else None,
                _calculation(computed, f"{place}.calculation", page_text) if computed is not None else None,
            )
        )  # fmt: skip
    missing = _list(fields, "missing", where)
    if not points or not all(isinstance(one, str) for one in missing):
        raise BadDraft(f"{where} has no points, or a missing period that is not a text.")
    return Series(_text(fields, "name", where), _text(fields, "unit", ""), tuple(points), tuple(missing))


def _citation(data: Any, where: str, page_text: PageText) -> Citation:
    fields = _object(data, where)
    document, quote = _text(fields, "document", where), _text(fields, "quote", where)
    page = _whole(fields, "page", where) - 1
    if page < 0:
        raise BadDraft(f"{where}.page is {page + 1}; pages count from 1.")
    if "start" in fields or "end" in fields:
        return Citation(document, page, _whole(fields, "start", where), _whole(fields, "end", where), quote)
    try:
        start = page_text(document, page).find(quote)
    except UnknownDocument:
        start = -1
    # Not found: a place that holds nothing, so that the citation doesn't stand.
    return Citation(document, page, max(start, 0), start + len(quote) if start >= 0 else 0, quote)


def _calculation(data: Any, where: str, page_text: PageText) -> Calculation:
    fields = _object(data, where)
    operands = [
        _operand(one, f"{where}.operands[{number}]", page_text)
        for number, one in enumerate(_list(fields, "operands", where))
    ]
    return Calculation(
        _text(fields, "expression", where), tuple(operands), _text(fields, "result", where),
        _number(fields, "value", where), _text(fields, "unit", ""), _text(fields, "scale", ""),
    )  # fmt: skip


def _operand(data: Any, where: str, page_text: PageText) -> Operand:
    fields = _object(data, where)
    cited = fields.get("citation")
    return Operand(
        _text(fields, "text", where), _number(fields, "value", where), _text(fields, "unit", ""),
        _text(fields, "scale", ""), _citation(cited, f"{where}.citation", page_text) if cited is not None else None,
        _text(fields, "role", ""),
    )  # fmt: skip


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", str: "a text", type(None): "nothing"}.get(type(value), "a value")


def _object(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise BadDraft(f"{where} is {_kind(data)}, not an object.")
    return data


def _list(fields: Mapping[str, Any], name: str, where: str) -> list[Any]:
    found = fields.get(name) or []
    if not isinstance(found, list):
        raise BadDraft(f"{where}{'.' if where else ''}{name} is {_kind(found)}, not a list.")
    return found


def _text(fields: Mapping[str, Any], name: str, where: str) -> str:
    """A text; one that must be there where `where` is given."""
    found = fields.get(name, None if where else "")
    if not isinstance(found, str):
        raise BadDraft(f"{where}{'.' if where else ''}{name} is {_kind(found)}, not a text.")
    return found


def _whole(fields: Mapping[str, Any], name: str, where: str) -> int:
    found = fields.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise BadDraft(f"{where}.{name} is {_kind(found)}, not a whole number.")
    return found


def _number(fields: Mapping[str, Any], name: str, where: str) -> Decimal:
    try:
        return Decimal(str(fields.get(name)))
    except InvalidOperation as error:
        raise BadDraft(f"{where}.{name} is {fields.get(name)!r}, not a number.") from error
