"""The check of a statement: its citations stand, and each of its claims is supported by what they say."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.answer import Answer, AnswerKind, Citation, Statement
from app.extract import trim
from app.verifier.calculations import calculation_findings
from app.verifier.evidence import Evidence, Source, evidence_of, page_currency
from app.verifier.finding import Claim, Finding, Kind, Verdict
from app.verifier.propositions import partings
from app.verifier.reading import Part, read, vocabulary
from app.verifier.repair import repaired
from app.verifier.series import series_findings
from app.verifier.sides import side_findings
from app.verifier.support import coverage, findings_of, reach
from corpus.errors import UnknownDocument

if TYPE_CHECKING:
    from index.embedding import PassageEmbedding

PageText = Callable[[str, int], str]  # a page by document name and number; raises UnknownDocument
About = Callable[[str], str]  # what a document is: title, company, period
_PARTS = re.compile(
    r"\s*;\s+|,\s+(?:and|but|while|whereas|although)\s+|\s+(?:and|but)\s+(?=(?:it|they|its|their|the)\s)", re.IGNORECASE
)
FEWEST_WORDS = 3  # of a part that is a claim by itself
MOST_TRIED = 6  # pieces of evidence that a claim is held against, those with most of its words
OWN_WORDS = 0.75  # share of a sentence's words from which it is in its source's words, so that meaning needs no look
MOST_EMBEDDED = 2
ENOUGH = 0.4  # share of a claim's words that a piece of evidence must have itself to be worth a look
NEAR = 0.3  # cosine below which a sentence is about something else than its passages


def unsupported(statement: Statement, question: str, page_text: PageText, about: About | None = None) -> str | None:
    """Why a statement may not be shown, None where it may. `page_text` gives a page by document name and number."""
    verdict = judge(statement, question, page_text, about)
    return verdict.findings[0].reason if verdict.findings else None


def verify(answer: Answer, page_text: PageText, about: About | None = None) -> tuple[tuple[Statement, ...], list[str]]:
    """The statements of an answer that may be shown, and why the others may not."""
    if answer.kind is AnswerKind.REFUSAL:
        return (), []
    verdicts = [judge(one, answer.question, page_text, about) for one in answer.statements]
    kept = tuple(one.statement for one in verdicts if one.stands)
    return kept, [f"{one.statement.text!r}: {one.findings[0].reason}" for one in verdicts if not one.stands]


def judge(
    statement: Statement,
    question: str,
    page_text: PageText,
    about: About | None = None,
    embedding: "Callable[[], PassageEmbedding] | None" = None,
) -> Verdict:
    """The verdict on one statement, with a repair where one is certain.

    `embedding` gives the model, asked for only when a sentence isn't its source's own; None leaves meaning to words.
    """
    claims = claims_of(statement.text)
    if not statement.citations and statement.calculation is None:
        return Verdict(statement, claims, (Finding(Kind.CITATION, "it has no citation and no calculation"),))
    for citation in (*statement.citations, *_operand_citations(statement)):
        if not _stands(citation, page_text):
            reason = f"{citation.document}, page {citation.page + 1} doesn't hold what is quoted"
            return Verdict(statement, claims, (Finding(Kind.CITATION, reason),))
    sources = [
        Source(one, about(one.document) if about else "", page_currency(page_text(one.document, one.page)))
        for one in statement.citations
    ]
    over = " ".join(one.about for one in sources)
    if statement.series:
        return Verdict(statement, claims, tuple(series_findings(statement, question, over)))
    if statement.calculation:
        wrong = tuple(calculation_findings(statement, question, over))
        return Verdict(statement, claims, wrong or (tuple(side_findings(statement, about)) if about else ()))
    if _is_quote(statement):
        return Verdict(statement, claims)
    evidence = evidence_of(sources)
    findings = tuple(unsupported_claims(statement.text, claims, evidence))
    if not findings and embedding and (far := _reworded(statement.text, evidence)):
        findings = tuple(_far(statement, far, embedding()))
    mended = repaired(statement, findings, evidence) if findings else None
    return Verdict(statement, claims, findings, mended)


def claims_of(sentence: str) -> tuple[Claim, ...]:
    """The parts of a sentence that are true or false by themselves; the whole where it has one."""
    cuts = [match.span() for match in _PARTS.finditer(sentence)]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(sentence)]
    parts = [Claim(sentence[start:end], start, end) for start, end in zip(starts, ends, strict=True)]
    whole = Claim(sentence, 0, len(sentence))
    enough = all(len(part.text.split()) >= FEWEST_WORDS for part in parts)
    return tuple(parts) if len(parts) > 1 and enough else (whole,)


def unsupported_claims(text: str, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> Iterator[Finding]:
    """What of a sentence's claims no piece of evidence supports."""
    whole = _best(text, evidence, frozenset())
    if not whole.findings:
        if _says_twice(text):
            # Once right and once wrong would pass for right: each telling is looked at.
            for cut in _TWICE.finditer(text):
                yield from (
                    *_best(text[: cut.start()], evidence, frozenset()).findings,
                    *_best(text[cut.end() :], evidence, frozenset()).findings,
                )
        return
    if any(coverage(text, one) == 1 for one in evidence):
        yield from whole.findings  # one piece of evidence says it all, so that its parts must stand as they stand there
        return
    if any(_all_stand(parts, evidence) for parts in partings(text)):
        return
    if len(claims) == 1:
        yield from whole.findings
        return
    carried: frozenset[str] = frozenset()
    for claim in claims:
        yield from _best(claim.text, evidence, carried).findings
        carried |= _names(claim.text)


_TWICE = re.compile(r"[,;]?\s+(?:and|but)\s+(?=\S+(?:\s+\S+){2,})|;\s+")
MOST_REPEATED = 0.7  # share of its words that a sentence has once, from which it tells nothing twice


def _says_twice(text: str) -> bool:
    """Whether a sentence tells one thing twice, as "it may rise, and it rises"."""
    stems = [word.stem for word in read(text).words if word.part in (Part.CONTENT, Part.NAME)]
    return len(stems) > FEWEST_WORDS and len(set(stems)) < MOST_REPEATED * len(stems)


def _names(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in read(text).words if word.part is Part.NAME)


@dataclass(frozen=True, slots=True)
class _Best:
    """What is wrong with a claim beside the evidence that it comes from; nothing where that supports it."""

    findings: tuple[Finding, ...]
    evidence: Evidence | None


def _best(claim: str, evidence: Sequence[Evidence], carried: frozenset[str]) -> _Best:
    ranked = sorted(((coverage(claim, one), -n) for n, one in enumerate(evidence)), reverse=True)[:MOST_TRIED]
    tried: list[list[Finding]] = []
    for share, place in ranked:
        one = evidence[-place]
        if tried and share < ENOUGH and reach(claim, one) < ENOUGH:
            break
        found = findings_of(claim, one, carried)
        if not found:
            return _Best((), one)
        tried.append(found)
    if not tried:
        nothing = Finding(Kind.CITATION, "the cited passage says nothing that could support it", claim)
        return _Best((nothing,), None)
    return _Best(tuple(Finding(one.kind, one.reason, claim) for one in tried[0]), None)


def _all_stand(parts: Sequence[str], evidence: Sequence[Evidence]) -> bool:
    """Whether each of a sentence's plain statements is supported, and none by a sentence on another year than theirs."""
    years = {key for part in parts for key in _years(part)}
    for part in parts:
        best = _best(part, evidence, frozenset())
        if best.findings or best.evidence is None:
            return False
        # A reader takes the year of one part for that of the others.
        if (
            read(part).quantities
            and not _years(part)
            and years
            and (own := _years(best.evidence.plain))
            and not own & years
        ):
            return False
    return True


def _years(text: str) -> frozenset[tuple[str | int, ...]]:
    return frozenset(one.key for one in read(text).times if one.key[0] == "year")


def _is_quote(statement: Statement) -> bool:
    """Whether a statement is a citation, whole but for an opening word that points elsewhere, or a sentence of one."""
    text = _plain(statement.text)
    return any(
        _plain(citation.quote).rstrip(".") == text.rstrip(".")
        or _plain(trim(citation.quote)) == text
        or _holds(_plain(citation.quote), text)
        for citation in statement.citations
    )


def _holds(quote: str, text: str) -> bool:
    """Whether a passage holds a text as a sentence of its own: after the end of another, and with its own."""
    at = quote.find(text)
    return at >= 0 and bool(_ENDS.search(text)) and (at == 0 or bool(_ENDED.search(quote[:at])))


_ENDS = re.compile(r"[.!?]$")
_ENDED = re.compile(r"[\w%)][\w%)][.!?][\"”)]*\s$")


def _reworded(text: str, evidence: Sequence[Evidence]) -> list[str]:
    """The pieces of evidence nearest in words to a sentence that is in other words than theirs; else none."""
    wanted = {word.stem for word in read(text).words if word.part in (Part.CONTENT, Part.NAME)}
    shares = sorted(((len(wanted & vocabulary(one.text).stems), -n) for n, one in enumerate(evidence)), reverse=True)
    if not wanted or not shares or shares[0][0] >= OWN_WORDS * len(wanted):
        return []
    return [evidence[-place].text for _, place in shares[:MOST_EMBEDDED]]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _far(statement: Statement, texts: Sequence[str], embedding: "PassageEmbedding") -> Iterator[Finding]:
    vectors = embedding.embed([statement.text, *texts])
    if float((vectors[1:] @ vectors[0]).max()) < NEAR:
        yield Finding(Kind.MEANING, "it is about something else than the passage that it cites")


def _stands(citation: Citation, page_text: PageText) -> bool:
    try:
        text = page_text(citation.document, citation.page)
    except UnknownDocument:
        return False
    return bool(citation.quote.strip()) and text[citation.start : citation.end] == citation.quote


def _operand_citations(statement: Statement) -> list[Citation]:
    """What the operands of a statement's calculation and of its series' values cite."""
    operands = list(statement.calculation.operands) if statement.calculation else []
    operands += [one for point in statement.series.points for one in point.operands] if statement.series else []
    return [operand.citation for operand in operands if operand.citation]
