"""Gradio's page, in which each click is worked on for the person who clicked."""

from typing import Any

import gradio as gr

from app.people.person import work_for
from app.server.gate import CALLER, TABS
from corpus.errors import NotSignedIn


class Blocks(gr.Blocks):
    """A page behind the gate. All that Gradio's routes and its queue call goes through here."""

    async def process_api(self, *args: Any, **options: Any) -> dict[str, Any]:
        """Do one event, or its next piece, for the person whose request it came with."""
        request = options.get("request")
        scope = getattr(getattr(request, "request", None), "scope", None) or {}
        person = scope.get(CALLER)
        tab = options.get("session_hash")
        if person is None or (not person.sole and tab and not scope[TABS].belongs(tab, person)):
            raise NotSignedIn("This page is of another person, or nobody is signed in. Reload it.")
        with work_for(person):
            done: dict[str, Any] = await super().process_api(*args, **options)
            return done
