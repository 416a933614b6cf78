"""The page's own API (`gradio_client`): what of it is public. Everything else belongs to the page and may change."""

from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api

from app.json_objects import answer_object, hit_object
from app.server.requests import MOST_HITS
from corpus.errors import FootnoteError

if TYPE_CHECKING:
    from app.footnote import Footnote


def add_endpoints(engine: "Footnote") -> None:
    """Add `/ask` and `/search` to the page that is being built."""

    def ask(question: str) -> dict[str, Any]:
        """Answer a question from all documents: the object of `footnote ask --json`, with its citations numbered."""
        try:
            return answer_object(engine.ask(str(question)))
        except FootnoteError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def search(query: str, k: int = 10) -> list[dict[str, Any]]:
        """Give the passages nearest to a query, best first."""
        try:
            return [hit_object(hit) for hit in engine.search(str(query), max(1, min(int(k), MOST_HITS)))]
        except FootnoteError as error:
            raise gr.Error(str(error), print_exception=False) from error

    api(ask, api_name="ask", concurrency_limit=4)
    api(search, api_name="search", concurrency_limit=4)
