"""The figures that a text of a dialogue names: those of statements, else what sentences give amounts of."""

from collections.abc import Sequence

from app import measure, metrics
from app.companies import name_span, named_companies

Found = metrics.Named | measure.FoundMeasure


def measures_in(text: str) -> Sequence[Found]:
    """The line items and metrics that a text names, in order; where there are none, other measures ("backlog")."""
    return metrics.find_measures(text) or measure.find_measures(text)


def measures_of(text: str, companies: Sequence[str]) -> list[Found]:
    """The same for a question; none in a company's name."""
    spans = [span for one in named_companies(companies, text) if (span := name_span(one, text))]
    return [one for one in measures_in(text) if not any(start <= one.start < end for start, end in spans)]
