"""A series as a small chart: what Gradio's own plot needs to draw it, chosen so that a bar's length is its figure."""

from typing import Any

import gradio as gr

from app.answer import Series
from app.figure_table import period_order
from app.page.words import say
from app.terms import capitalised

HEIGHT = 260  # pixels
UPRIGHT = 5  # periods that stand side by side under their bars on a phone; more of them are slanted


def chart_update(series: Series) -> dict[str, Any]:
    """The bar plot of a series: title, axis with unit, periods in order, a gap where a period isn't given."""
    import pandas as pd

    values: dict[str, float | None] = {point.period: float(point.value) for point in series.points}
    values |= dict.fromkeys(series.missing)
    periods = sorted(values, key=period_order)
    name = capitalised(series.name)
    figures = [value for value in values.values() if value is not None]
    # Bars begin at nought: Gradio would cut the axis at the smallest figure.
    limits: list[float | None] = [0 if min(figures) >= 0 else None, 0 if max(figures) <= 0 else None]
    return gr.BarPlot(
        pd.DataFrame({"period": periods, "value": pd.Series([values[period] for period in periods], dtype="float64")}),
        x="period",
        y="value",
        title=name,
        x_title=" ",
        y_title=series.unit or say("chart.ratio"),
        y_lim=limits,
        y_axis_format=",~f",
        x_label_angle=0 if len(periods) <= UPRIGHT else -50,
        sort=periods,
        tooltip="axis",
        height=HEIGHT,
        visible=True,
    )  # type: ignore[return-value]
