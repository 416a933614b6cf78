"""The glossary view as HTML."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from app.page.language import lang_of
from app.page.words import say, say_html

if TYPE_CHECKING:
    from corpus.glossary import GlossaryEntry


def glossary_html(entries: Sequence["GlossaryEntry"], query: str = "") -> str:
    """Glossary entries as a list of definitions; each source is a citation that opens."""
    if not entries:
        return f'<p class="notice">{say_html("glossary.nothing", query=query.strip())}</p>'
    items = []
    for entry in entries:
        also = say_html("glossary.also", aliases=entry.aliases)
        aliases = f'<span class="aliases">{also}</span>' if entry.aliases else ""
        formula = f'<p class="formula"><code>{escape(entry.formula)}</code></p>' if entry.formula else ""
        see = "".join(
            f'<button type="button" class="plain" data-event="look_up" data-term="{escape(term)}"{lang_of(term)}>'
            f"{escape(term)}</button>"
            for term in entry.see_also
        )
        see = f'<p class="see-also">{escape(say("glossary.see_also"))} {see}</p>' if see else ""
        named = escape(say("glossary.source_of", term=entry.term, source=entry.source))
        source = (
            f'<button type="button" class="plain source-link" data-event="cite" data-term="{escape(entry.term)}" '
            f'data-source="{escape(entry.source)}" aria-label="{named}">'
            f"{say_html('glossary.source', source=entry.source)}</button>"
        )
        items.append(
            f"<div><dt{lang_of(entry.term)}>{escape(entry.term)} {aliases}</dt>"
            f"<dd><p{lang_of(entry.definition)}>{escape(entry.definition)}</p>{formula}{see}{source}</dd></div>"
        )
    return f'<dl class="glossary">{"".join(items)}</dl>'
