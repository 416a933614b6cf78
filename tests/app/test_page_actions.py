"""The page's actions without a browser: what a question, a choice of documents or a defect leads to."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import gradio as gr
import pytest
from bs4 import BeautifulSoup

from app.answer import Answer, AnswerKind
from app.footnote import Footnote
from app.page.chat import STREAM_STEPS, ChatActions, growing
from app.page.chat_html import RECENT
from app.page.documents import DocumentActions
from app.page.visit import Visit
from app.page.words import say
from app.scope import Scope


@pytest.fixture
def page(sample: Footnote) -> ChatActions:
    return ChatActions(sample)


def live(shown: Iterator[tuple[Any, ...]]) -> str:
    """The text of the live part at the end."""
    return BeautifulSoup(list(shown)[-1][2], "html.parser").get_text(" ")


def test_a_question_is_kept_without_what_turns_its_text_around(page: ChatActions) -> None:
    visit = Visit()
    list(page.ask("What is \u202eHBM\u202c?\0", visit))
    assert visit.chat is not None
    assert page.chats.get(visit.chat).record.title == "What is HBM?"
    assert page.chats.get(visit.chat).messages[0].question == "What is HBM?"


def test_nothing_but_invisible_characters_is_no_question(page: ChatActions) -> None:
    assert say("chat.no_question") in live(page.ask(" \u200b\u202e ", Visit()))


@pytest.mark.parametrize("words", [1, 2, 3, 4, 35, 36, 37, 38, 400])
def test_an_answer_of_any_length_grows_to_its_whole_in_a_few_steps(words: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.page.chat.time.sleep", lambda seconds: None)
    text = " ".join(f"word{number}" for number in range(words))
    steps = list(growing(Answer("What?", AnswerKind.ANSWER, text)))
    assert steps[-1] == text
    assert len(steps) <= STREAM_STEPS
    assert all(later.startswith(earlier) and later != earlier for earlier, later in pairwise(steps))


def asked_of(*documents: int) -> Visit:
    visit = Visit()
    visit.scope = Scope.of([], documents)
    return visit


def test_documents_that_are_gone_are_not_searched_in_silence(page: ChatActions) -> None:
    assert say("chat.no_scope") in live(page.ask("What is HBM?", asked_of(987654)))


def test_an_answer_is_kept_before_its_first_word_is_shown(page: ChatActions) -> None:
    visit = Visit()
    shown = page.ask("What is HBM?", visit)
    next(shown)
    next(shown)
    assert visit.chat is not None
    assert len(page.chats.get(visit.chat).messages) == 1


def test_an_answer_that_is_left_goes_on_nowhere_and_brings_no_chat_back(page: ChatActions) -> None:
    visit = Visit()
    shown = page.ask("What is HBM?", visit)
    next(shown)
    page.new_chat(visit)
    assert list(shown) == []
    assert visit.chat is None


def test_a_defect_is_said_with_the_question_and_told_in_the_log(
    page: ChatActions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(page.engine, "stream", broken)
    said = live(page.ask("What is HBM?", Visit()))
    assert say("chat.defect") in said
    assert "What is HBM?" in said
    assert "a defect" in caplog.text


def test_a_deleted_chat_is_said_and_takes_no_answer(page: ChatActions) -> None:
    visit = Visit()
    visit.open(987654)
    assert "deleted" in live(page.ask("What is HBM?", visit))


def test_a_long_chat_shows_its_last_exchanges_and_the_earlier_ones_when_asked(page: ChatActions) -> None:
    visit = Visit()
    for number in range(RECENT + 3):
        list(page.ask(f"{number} + 1000", visit))
    page.open_chat(visit, clicked(chat=visit.chat))
    shown = BeautifulSoup(page.thread(visit.chat), "html.parser")
    assert len(shown.select(".message")) == RECENT
    assert "3" in shown.select_one("[data-event=show_earlier]").text  # type: ignore[union-attr]
    whole = BeautifulSoup(page.show_earlier(visit)[0], "html.parser")
    assert [each.text for each in whole.select(".question p")] == [f"{n} + 1000" for n in range(RECENT + 3)]
    assert not whole.select("[data-event=show_earlier]")
    assert visit.whole
    page.new_chat(visit)
    assert not visit.whole


def clicked(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def test_what_the_glossary_is_searched_for_outlasts_a_change_of_the_documents(sample: Footnote) -> None:
    held, visit = DocumentActions(sample), Visit()
    everything = held.documents(visit)[-1]
    found = held.glossary.search("HBM", visit)
    assert found != everything
    assert held.documents(visit)[-1] == found
    assert held.glossary.refresh(visit) == gr.skip()  # the page shows it already
    visit.looked_up = "GPU"
    assert held.glossary.refresh(visit) not in (found, everything, gr.skip())
    assert held.documents(Visit())[-1] == everything
    assert held.glossary.search("", visit) == everything == held.documents(visit)[-1]
