"""The chat as HTML: the welcome, exchanges, the one being answered; plain functions from values to escaped strings."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from app.chats import Message
from app.export import answer_markdown, answer_text
from app.figure_csv import figures_csv
from app.page.answer_html import answer_html
from app.page.language import lang_of
from app.page.words import say

if TYPE_CHECKING:
    from corpus.glossary import Glossary

LONG_QUESTION = 800  # characters; a longer one scrolls in its bubble, so that its answer is in sight


def welcome_html(examples: Sequence[str], documents: int) -> str:
    """The empty chat: what Footnote does, what can be asked, questions to click."""
    have = say("welcome.ready", n=documents) if documents else say("welcome.none")
    buttons = "".join(
        f'<li><button type="button" class="example" data-event="ask" data-question="{escape(each)}"{lang_of(each)}>'
        f"{escape(each)}</button></li>"
        for each in examples
    )
    return f"""<div class="welcome"><h2>{escape(say("welcome.title"))}</h2>
<p class="lead">{escape(say("welcome.lead"))} {escape(have)}</p>
<p class="can">{escape(say("welcome.can"))}</p>
<h3>{escape(say("welcome.try_one"))}</h3><ul class="examples">{buttons}</ul></div>"""


def question_html(question: str) -> str:
    """A question as the person wrote it."""
    long = len(question) > LONG_QUESTION or question.count("\n") > LONG_QUESTION // 80
    scrolled = ' class="long" tabindex="0"' if long else ""
    return (
        f'<div class="question"><h3 class="unseen">{escape(say("chat.you_asked"))}</h3>'
        f"<p{scrolled}{lang_of(question)}>{escape(question)}</p></div>"
    )


def message_html(message: Message, glossary: "Glossary | None") -> str:
    """One finished exchange, with copy and export."""
    key, answer = str(message.id), message.answer
    figures = figures_csv([answer])
    label = escape(say("chat.download_csv"))
    table = f'<button type="button" class="plain" data-action="download-csv">{label}</button>' if figures else ""
    return (
        f'<article class="message" data-message="{key}">{question_html(message.question)}'
        f'<h3 class="unseen">{escape(say("chat.answer"))}</h3>{answer_html(answer, glossary, key)}'
        '<div class="message-tools"><button type="button" class="plain" data-action="copy">'
        f"{escape(say('chat.copy'))}</button>"
        f'<button type="button" class="plain" data-action="download">{escape(say("chat.export"))}</button>'
        f'{table}<a class="plain" href="report/{key}" download title="{escape(say("chat.report_title"))}">'
        f"{escape(say('chat.report'))}</a></div>"
        f'<pre hidden class="as-text">{escape(answer_text(answer))}</pre>'
        f'<pre hidden class="as-markdown">{escape(answer_markdown(answer))}</pre>'
        f"{_csv_html(figures)}</article>"
    )


def _csv_html(figures: str) -> str:
    return f'<pre hidden class="as-csv">{escape(figures)}</pre>' if figures else ""


def thread_html(chat_id: int | None, messages: Sequence[Message], glossary: "Glossary | None", empty: str) -> str:
    """A chat's exchanges; `empty` is shown where there are none."""
    body = "".join(message_html(message, glossary) for message in messages) or empty
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
