"""What a server keeps of an open page doesn't grow with what is asked there."""

import asyncio
from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from app.page.sessions import PageSession


def kept_after(session: Any, blocks: gr.Blocks, answers: int) -> tuple[int, int]:
    """Components and values that are kept once an output was skipped and given, in turn."""
    function = next(iter(blocks.fns.values()))
    for number in range(answers):
        for value in (gr.skip(), f"<p>Answer {number}</p>"):
            asyncio.run(blocks.postprocess_data(function, value, session))
    return len(session.blocks_config.blocks), len(session.config_values)


@pytest.fixture
def blocks() -> gr.Blocks:
    with gr.Blocks() as made:
        shown = gr.HTML()
        made.load(lambda: "", None, shown)
    return made


def test_an_open_page_keeps_the_same_after_any_number_of_answers(blocks: gr.Blocks) -> None:
    session = PageSession(blocks)
    before = kept_after(session, blocks, 1)
    assert kept_after(session, blocks, 20) == before


def test_gradio_itself_keeps_each_answer_anew(blocks: gr.Blocks) -> None:
    """Where this fails, Gradio no longer does, and `app/page/sessions.py` can go."""
    session = SessionState(blocks)
    before = kept_after(session, blocks, 1)
    after = kept_after(session, blocks, 20)
    assert after[0] >= before[0] + 20
    assert after[1] >= before[1] + 20
