"""An overview of a document as HTML: each sentence and figure with a button that opens its place."""

from collections.abc import Callable, Sequence
from html import escape

from app.answer import Statement
from app.export import place
from app.overview import Overview
from app.page.language import lang_of
from app.page.words import say
from index.citation import Citation

Marker = Callable[[Citation], str]


def overview_html(overview: Overview, document: int) -> str:
    """`document` is its id, that questions are asked of."""
    name = escape(overview.document)
    counter = [0]

    def mark(citation: Citation) -> str:
        counter[0] += 1
        return _mark(citation, counter[0])

    groups = [
        _parts(overview),
        _group(say("overview.says"), overview.says, mark),
        _group(say("overview.figures"), overview.figures, mark),
        _group(say("overview.terms"), overview.terms, mark),
        _questions(overview.questions, document),
    ]
    return (
        f'<section class="overview" data-overview="{name}" aria-label="{escape(say("overview.of", name=overview.document))}">'
        f'<header><h2 tabindex="-1"><bdi>{escape(overview.title or overview.document)}</bdi></h2>'
        f'<button type="button" class="close" data-event="close_overview">{escape(say("overview.close"))}</button></header>'
        f'<p class="facts">{_about(overview)}</p>{"".join(groups)}</section>'
    )


def _about(overview: Overview) -> str:
    language = {"en": say("overview.english"), "zh": say("overview.chinese")}.get(overview.language or "", "")
    facts = (
        overview.company,
        _kind(overview.kind),
        overview.period,
        language,
        say("documents.pages", n=overview.pages),
        say("overview.tables", n=overview.tables),
    )
    return " · ".join(escape(fact) for fact in facts if fact)


def _kind(kind: str) -> str:
    from app.page.documents_html import kind_words
    from corpus.document import Kind

    return kind_words(Kind(kind))


def _parts(overview: Overview) -> str:
    if not overview.parts:
        return ""
    items = "".join(
        f'<li><button type="button" class="plain" {_cite(part.citation)}{lang_of(part.name)}><bdi>{escape(part.name)}</bdi>'
        f'<span class="facts"> {escape(say("source.page", n=part.citation.page + 1))}</span></button></li>'
        for part in overview.parts
    )
    more = overview.parts_in_all - len(overview.parts)
    rest = f'<p class="facts">{escape(say("overview.more_parts", n=more))}</p>' if more else ""
    return f'<h3>{escape(say("overview.parts"))}</h3><ul class="parts">{items}</ul>{rest}'


def _group(title: str, statements: Sequence[Statement], mark: Marker) -> str:
    if not statements:
        return ""
    items = "".join(
        f"<li{lang_of(one.text)}>{escape(one.text)}{''.join(mark(each) for each in one.citations)}</li>"
        for one in statements
    )
    return f'<h3>{escape(title)}</h3><ul class="said">{items}</ul>'


def _questions(questions: Sequence[str], document: int) -> str:
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" class="example" data-event="ask_document" data-document="{document}" '
        f'data-question="{escape(one)}"{lang_of(one)}>{escape(one)}</button></li>'
        for one in questions
    )
    return f'<h3>{escape(say("overview.questions"))}</h3><ul class="examples">{items}</ul>'


def _mark(citation: Citation, number: int) -> str:
    label = escape(say("answer.citation", number=number, place=place(citation)))
    return (
        f'<button type="button" class="cite" {_cite(citation)} title="{escape(place(citation))}" aria-label="{label}">'
        f"[{number}]</button>"
    )


def _cite(citation: Citation) -> str:
    return (
        f'data-event="cite" data-document="{escape(citation.document)}" data-page="{citation.page}" '
        f'data-start="{citation.start}" data-end="{citation.end}"'
    )
