"""Pinning and rating of answers: each action gives the new state, which the script puts into the answer's tools."""

from typing import TYPE_CHECKING, Any

import gradio as gr

from app.chats import Chats
from app.page.tools_html import marked_html
from app.page.visit import data_of, number_of, spoken
from app.rating import Rating

if TYPE_CHECKING:
    from app.footnote import Footnote

_RATINGS = {"good": Rating.GOOD, "bad": Rating.BAD}


class MarkActions:
    """Pins and ratings over one engine."""

    def __init__(self, engine: "Footnote") -> None:
        self.chats = Chats(engine.store)

    def pin(self, event: gr.EventData) -> str:
        """Pin an answer, or take its pin off."""
        wanted = data_of(event).get("pinned") == "true"
        return marked_html(spoken(lambda: self.chats.pin(number_of(event, "message"), wanted)))

    def rate(self, event: gr.EventData) -> str:
        """Rate an answer, with a remark; a rating that is none takes both back."""
        data: dict[str, Any] = data_of(event)
        rating = _RATINGS.get(str(data.get("rating", "")))
        remark = str(data.get("remark", ""))
        return marked_html(spoken(lambda: self.chats.rate(number_of(event, "message"), rating, remark)))
