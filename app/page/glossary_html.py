"""The glossary view as HTML."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.glossary import GlossaryEntry


def glossary_html(entries: Sequence["GlossaryEntry"], query: str = "") -> str:
    """Glossary entries as a list of definitions; each source is a citation that opens."""
    if not entries:
        return f'<p class="notice">The glossary has nothing for “{escape(query.strip())}”.</p>'
    items = []
    for entry in entries:
        aliases = f'<span class="aliases">also {escape(", ".join(entry.aliases))}</span>' if entry.aliases else ""
        formula = f'<p class="formula"><code>{escape(entry.formula)}</code></p>' if entry.formula else ""
        see = "".join(
            f'<button type="button" class="plain" data-event="look_up" data-term="{escape(term)}">'
            f"{escape(term)}</button>"
            for term in entry.see_also
        )
        see = f'<p class="see-also">See also {see}</p>' if see else ""
        source = (
            f'<button type="button" class="plain source-link" data-event="cite" data-term="{escape(entry.term)}" '
            f'data-source="{escape(entry.source)}" aria-label="Source of {escape(entry.term)}: {escape(entry.source)}">'
            f"Source: <bdi>{escape(entry.source)}</bdi></button>"
        )
        items.append(
            f"<div><dt>{escape(entry.term)} {aliases}</dt>"
            f"<dd><p>{escape(entry.definition)}</p>{formula}{see}{source}</dd></div>"
        )
    return f'<dl class="glossary">{"".join(items)}</dl>'
