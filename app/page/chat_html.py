"""The chat as HTML: the welcome, exchanges, the one being answered; plain functions from values to escaped strings."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from app.chats import Message
from app.figure_csv import figures_csv
from app.page.answer_html import answer_html
from app.page.language import lang_of
from app.page.tools_html import message_tools_html
from app.page.words import say

if TYPE_CHECKING:
    from corpus.glossary import Glossary

RECENT = 20  # exchanges of a chat that are shown before the earlier ones are asked for
LONG_QUESTION = 800  # characters; a longer one scrolls in its bubble, so that its answer is in sight


def welcome_html(examples: Sequence[str], documents: int) -> str:
    """The empty chat: what Footnote does, what can be asked, questions to click; how to begin where there is no document."""
    if not documents:
        return _begin_html(examples)
    have = say("welcome.ready", n=documents)
    return f"""<div class="welcome"><h2>{escape(say("welcome.title"))}</h2>
<p class="lead">{escape(say("welcome.lead"))} {escape(have)}</p>
<p class="can">{escape(say("welcome.can"))}</p>
<h3>{escape(say("welcome.try_one"))}</h3>{examples_html(examples)}</div>"""


def _begin_html(examples: Sequence[str]) -> str:
    steps = (
        (say("welcome.step_add"), say("welcome.step_add_how")),
        (say("welcome.step_ask"), say("welcome.step_ask_how")),
        (say("welcome.step_check"), say("welcome.step_check_how")),
    )
    listed = "".join(f"<li><strong>{escape(name)}</strong> <span>{escape(how)}</span></li>" for name, how in steps)
    return f"""<div class="welcome begin"><h2>{escape(say("welcome.begin"))}</h2>
<ol class="steps">{listed}</ol>
<p class="ways"><button type="button" class="primary" data-action="view" data-view="documents">{escape(say("welcome.add"))}</button>
<button type="button" data-event="add_sample">{escape(say("welcome.sample"))}</button></p>
<h3>{escape(say("welcome.without"))}</h3>{examples_html(examples)}</div>"""


def examples_html(examples: Sequence[str]) -> str:
    """Questions, each of which a click asks."""
    buttons = "".join(
        f'<li><button type="button" class="example" data-event="ask" data-question="{escape(each)}"{lang_of(each)}>'
        f"{escape(each)}</button></li>"
        for each in examples
    )
    return f'<ul class="examples">{buttons}</ul>'


def question_html(question: str) -> str:
    """A question as the person wrote it."""
    long = len(question) > LONG_QUESTION or question.count("\n") > LONG_QUESTION // 80
    scrolled = ' class="long" tabindex="0"' if long else ""
    return (
        f'<div class="question"><h2 class="unseen">{escape(say("chat.you_asked"))}</h2>'
        f"<p{scrolled}{lang_of(question)}>{escape(question)}</p></div>"
    )


def message_html(message: Message, glossary: "Glossary | None") -> str:
    """One finished exchange, with its tools."""
    key = str(message.id)
    figures = " data-figures" if figures_csv([message.answer]) else ""
    return (
        f'<article class="message" data-message="{key}"{figures}>{question_html(message.question)}'
        f'<h3 class="unseen">{escape(say("chat.answer"))}</h3>{answer_html(message.answer, glossary, key)}'
        f"{message_tools_html(message)}</article>"
    )


def thread_html(
    chat_id: int | None, messages: Sequence[Message], glossary: "Glossary | None", empty: str, *, whole: bool = False
) -> str:
    """A chat's exchanges; `empty` is shown where there are none.

    Of a long chat the last ones, with a button for the earlier: what each answer sends and the browser holds stays small.
    """
    shown = messages if whole else messages[-RECENT:]
    body = "".join(message_html(message, glossary) for message in shown) or empty
    if earlier := len(messages) - len(shown):
        label = escape(say("chat.earlier", n=earlier))
        body = f'<p class="earlier"><button type="button" class="plain" data-event="show_earlier">{label}</button></p>{body}'
    return f'<div class="thread" data-chat="{chat_id or ""}">{body}</div>'


def live_html(question: str, text: str | None, chat_id: int | None = None) -> str:
    """The exchange that is being answered: None before the first words."""
    if text is None:
        said = f'<p class="working"><span class="dots" aria-hidden="true"></span>{escape(say("chat.looking"))}</p>'
    else:
        said = (
            f'<div class="answer streaming"><p>{escape(text)}<span class="caret" aria-hidden="true"></span></p></div>'
        )
    message = f'<article class="message live" aria-busy="true">{question_html(question)}{said}</article>'
    # The chat is named while its answer still streams, so that a reload opens it.
    return f'<div class="thread" data-chat="{chat_id}">{message}</div>' if chat_id else message


def writing_html(question: str, doing: str, sentences: Sequence[str], chat_id: int | None = None) -> str:
    """The exchange while a language model writes: what it does, its verified sentences so far, a way to stop it."""
    said = f'<div class="answer streaming"><p>{escape(" ".join(sentences))}</p></div>' if sentences else ""
    working = (
        f'<div class="writing"><p class="working"><span class="dots" aria-hidden="true"></span>'
        f"<span{lang_of(doing)}>{escape(doing)}&nbsp;…</span></p>"
        f'<button type="button" class="plain" data-event="stop_writing">{escape(say("chat.stop"))} <kbd>Esc</kbd></button></div>'
    )
    message = f'<article class="message live" aria-busy="true">{question_html(question)}{said}{working}</article>'
    return f'<div class="thread" data-chat="{chat_id}">{message}</div>' if chat_id else message


def failed_html(question: str, reason: str) -> str:
    """An exchange that ended in an error, in words."""
    asked = question_html(question) if question else ""
    return f'<article class="message">{asked}<p class="error" role="alert">{escape(reason)}</p></article>'
