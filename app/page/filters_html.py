"""What stands above a list of documents: a box for words, and a choice of company, year, kind and collection, with counts."""

from collections.abc import Iterable
from html import escape

from app.document_list import Order
from app.page.documents_html import kind_words
from app.page.listing import Listed
from app.page.words import say


def filters_html(listed: Listed, *, order: bool = True) -> str:
    """The filters of a list; choices are left out where there is nothing to choose between. `order`: with what sorts it."""
    listing, counts = listed.listing, listed.counts
    parts = [
        f'<input type="search" data-filter="words" value="{escape(listing.words)}" maxlength="200" '
        f'placeholder="{escape(say("list.words"))}" aria-label="{escape(say("list.words"))}">',
        _select(
            "company",
            say("list.company"),
            say("list.any_company"),
            listing.company,
            ((name, name, number) for name, number in counts.companies),
        ),
        _select(
            "year",
            say("list.year"),
            say("list.any_year"),
            "" if listing.year is None else str(listing.year),
            ((str(year), f"FY{year}", number) for year, number in counts.years),
        ),
        _select(
            "kind",
            say("list.kind"),
            say("list.any_kind"),
            listing.kind.value if listing.kind else "",
            ((kind.value, kind_words(kind), number) for kind, number in counts.kinds),
        ),
    ]
    if order:
        parts.append(
            _select(
                "collection",
                say("list.collection"),
                say("list.any_collection"),
                "" if listing.collection is None else str(listing.collection),
                ((str(one.id), one.name, one.documents) for one in listed.collections),
                always=bool(listed.collections),
            )
        )
        parts.append(_order(listed))
    return f'<div class="filters" role="search" aria-label="{escape(say("list.filters"))}">{"".join(parts)}</div>'


def _select(
    name: str, label: str, anything: str, current: str, choices: Iterable[tuple[str, str, int]], *, always: bool = False
) -> str:
    """A choice of (value, words, count); "" where there is but one and it isn't made."""
    choices = list(choices)
    if len(choices) < 2 and not current and not always:
        return ""
    if current and all(value.casefold() != current.casefold() for value, _, _ in choices):
        choices.append((current, current, 0))
    options = [f'<option value="">{escape(anything)}</option>']
    for value, words, number in choices:
        here = " selected" if value.casefold() == current.casefold() else ""
        options.append(f'<option value="{escape(value)}"{here}>{escape(words)} ({number})</option>')
    return f'<select data-filter="{name}" aria-label="{escape(label)}">{"".join(options)}</select>'


def _order(listed: Listed) -> str:
    current = f"{listed.listing.order}{'-down' if listed.listing.descending else ''}"
    choices = {
        Order.NAME.value: say("list.by_name"),
        Order.COMPANY.value: say("list.by_company"),
        f"{Order.PERIOD}-down": say("list.by_period_down"),
        Order.PERIOD.value: say("list.by_period"),
        f"{Order.ADDED}-down": say("list.by_added_down"),
        Order.ADDED.value: say("list.by_added"),
    }
    options = "".join(
        f'<option value="{value}"{" selected" if value == current else ""}>{escape(words)}</option>'
        for value, words in choices.items()
    )
    return f'<select data-filter="order" aria-label="{escape(say("list.order"))}">{options}</select>'
