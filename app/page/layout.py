"""The page in Gradio: its layout, and which click calls which action."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

# Gradio reads this when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr

from app.page.adding import AddingActions
from app.page.adding_html import drop_html
from app.page.chat import ChatActions
from app.page.collections import CollectionActions
from app.page.documents import DocumentActions
from app.page.language import in_language
from app.page.marks import MarkActions
from app.page.reader_html import PANES, find_bar_html, keys_html, pane_tabs_html
from app.page.reading import ReadingActions
from app.page.shell_html import drawer_head_html, header_html, heading_html, source_empty_html, toolbar_html
from app.page.source import SourceActions
from app.page.visit import Visit
from app.page.words import say, words_html
from app.people.person import signed_in
from app.server.gradio_api import add_endpoints
from app.server.personal_blocks import Blocks

if TYPE_CHECKING:
    from app.footnote import Footnote

# The names in quotes are the events that Gradio lets these elements send.
CONNECT = """
const go = () => window.footnote ? window.footnote.connect(element, trigger, watch) : setTimeout(go, 20);
go();
// 'cite' 'ask' 'new_chat' 'open_chat' 'rename_chat' 'delete_chat' 'open_page' 'remove_document' 'look_up' 'refresh' 'list_chats' 'chart' 'stop_writing' 'language' 'show_earlier' 'pin' 'rate' 'undo_delete' 'add_files' 'paste_text' 'add_sample' 'stop_adding' 'give_password' 'cite_beside' 'open_beside' 'find_in' 'outline' 'elsewhere' 'share_chat' 'narrow' 'show_more' 'more_scope' 'choose_scope' 'ask_of' 'put_in' 'take_out' 'remove_documents' 'rename_collection' 'delete_collection' 'overview' 'close_overview' 'ask_document' 'reindex' 'share_collection'
"""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(engine: "Footnote") -> gr.Blocks:
    """The page over an engine, ready to launch."""
    chat, shown, held = ChatActions(engine), SourceActions(engine), DocumentActions(engine)
    marks = MarkActions(engine)
    adding = AddingActions(engine, held, chat)
    reading = ReadingActions(engine)
    several = CollectionActions(engine, held)
    # Uploads wait inside the data directory, not in a shared temporary one.
    os.environ["GRADIO_TEMP_DIR"] = str(held.uploads / "incoming")

    def on(work: Callable[..., Any]) -> Callable[..., Any]:
        return in_language(work, engine.settings.language)

    def load(visit: Visit, request: gr.Request) -> tuple[Any, ...]:
        return (*chat.load(visit, request), *held.documents(visit))

    def reload(visit: Visit) -> tuple[Any, ...]:
        return (*chat.reload(visit), *held.documents(visit))

    def worded() -> tuple[Any, ...]:
        choice = engine.settings.language == "auto"
        return (
            words_html(),
            header_html(choice, signed_in()),
            toolbar_html(),
            drawer_head_html(),
            source_empty_html(),
            source_empty_html(),
            pane_tabs_html(),
            *(find_bar_html(name) for name in PANES),
            keys_html(),
            heading_html(say("header.glossary")),
            heading_html(say("header.documents")),
            gr.update(label=say("chat.your_question"), placeholder=say("chat.placeholder")),
            gr.update(value=say("chat.send")),
            gr.update(label=say("glossary.search"), placeholder=say("glossary.placeholder")),
            gr.update(label=say("chats.search"), placeholder=say("chats.search_placeholder")),
            drop_html(engine.ocr()),
            "",
        )

    def html(value: str, name: str, live: bool = True) -> gr.HTML:
        return gr.HTML(value, elem_id=name, js_on_load=CONNECT if live else None, apply_default_css=False)

    blocks: gr.Blocks
    with Blocks(title="Footnote", analytics_enabled=False, fill_width=True, fill_height=True) as blocks:
        add_endpoints(engine)  # first, so that the names are theirs
        visit = gr.State(Visit())
        header = html("", "header")
        words = html("", "words")
        with gr.Row(elem_id="frame"):
            with gr.Column(elem_id="main"):
                with gr.Column(elem_id="view-chat"):
                    with gr.Row(elem_id="toolbar"):
                        tools = html("", "tools")
                        scope = html("", "scope")
                    with gr.Column(elem_id="scroll"):
                        thread = html("", "thread")
                        live = html("", "live")
                    # Out of sight until the script puts it into the answer that it belongs to.
                    with gr.Column(elem_id="chart"):
                        # Not there before the first series: a page without one loads nothing for it.
                        plot = gr.BarPlot(show_label=False, visible=False, elem_id="plot", container=False)
                        drawn = html("", "drawn")
                    with gr.Row(elem_id="composer"):
                        question = gr.Textbox(
                            show_label=False, container=False, lines=1, max_lines=6, elem_id="question", autofocus=True,
                            max_length=engine.settings.max_question_chars * 5,
                        )  # fmt: skip
                        send = gr.Button("", variant="primary", elem_id="send")
                with gr.Column(elem_id="view-glossary"):
                    glossary_head = html("", "glossary-head", live=False)
                    glossary_query = gr.Textbox(label="", elem_id="glossary-search")
                    glossary_list = html("", "glossary-list")
                with gr.Column(elem_id="view-documents"):
                    documents_head = html("", "documents-head", live=False)
                    drop = html("", "upload")
                    status = html("", "upload-status")
                    outdated = html("", "outdated")
                    overview = html("", "overview")
                    documents = html("", "document-list")
            with gr.Column(elem_id="panel"):
                pane_tabs = html("", "pane-tabs", live=False)
                panes, find_bars = {}, []
                for name in PANES:
                    with gr.Column(elem_id=f"pane-{name}", elem_classes="pane"):
                        page = html("", name)
                        find_bars.append(html("", f"{name}-find", live=False))
                        panes[name] = page, html("", f"{name}-found")
                keys = html("", "keys", live=False)
        with gr.Column(elem_id="drawer"):
            drawer_head = html("", "drawer-head", live=False)
            chats_query = gr.Textbox(label="", elem_id="chat-search")
            chat_list = html("", "chat-list")
        undo = html("", "undo")
        marked = html("", "marked")

        opened = [thread, live, chat_list]
        changed = [documents, scope, glossary_list]
        answered = [question, thread, live, chat_list]
        asking = {"concurrency_limit": engine.settings.answers_at_once, **QUIET}
        gr.on([question.submit, send.click], on(chat.ask), [question, visit], answered, **asking)
        for each in (thread, live):
            each.ask(on(chat.ask_example), visit, answered, **asking)
        live.stop_writing(on(chat.stop_writing), visit, None, **QUIET)
        tools.new_chat(on(chat.new_chat), visit, [*opened, scope], **QUIET)
        chat_list.open_chat(on(chat.open_chat), visit, [*opened, scope], **QUIET)
        chat_list.list_chats(on(chat.list_chats), [chats_query, visit], chat_list, **QUIET)
        chat_list.rename_chat(on(chat.rename_chat), [chats_query, visit], chat_list, **QUIET)
        chat_list.share_chat(on(chat.share_chat), [chats_query, visit], chat_list, **QUIET)
        chat_list.delete_chat(on(chat.delete_chat), [chats_query, visit], [*opened, scope, undo], **QUIET)
        undo.undo_delete(on(chat.undo_delete), [chats_query, visit], [*opened, scope, undo], **QUIET)
        for each in (thread, live, chat_list):
            each.pin(on(marks.pin), None, marked, **QUIET).then(
                on(chat.list_chats), [chats_query, visit], chat_list, **QUIET
            )
        for each in (thread, live):
            each.rate(on(marks.rate), None, marked, **QUIET)
        chats_query.change(on(chat.list_chats), [chats_query, visit], chat_list, **QUIET)
        (source, found), (beside, beside_found) = panes["source"], panes["beside"]
        latest: dict[str, Any] = {"trigger_mode": "always_last", **QUIET}
        for each in (thread, live, source, found, glossary_list, overview):
            each.cite(on(shown.cite), None, source, **latest)
            each.cite_beside(on(shown.cite), None, beside, **latest)
        beside.cite(on(shown.cite), None, beside, **latest)
        beside.cite_beside(on(shown.cite), None, source, **latest)
        for each in (thread, live):
            each.show_earlier(on(chat.show_earlier), visit, [thread, live], **QUIET)
            each.chart(on(chat.chart), None, [plot, drawn], **latest)
        for each in (source, found, documents):
            each.open_page(on(shown.open_page), None, source, **latest)
            each.open_beside(on(shown.open_page), None, beside, **latest)
        for each in (beside, beside_found):
            each.open_page(on(shown.open_page), None, beside, **latest)
            each.open_beside(on(shown.open_page), None, source, **latest)
        for each in (found, beside_found):
            each.find_in(on(reading.find), None, each, **latest)
            each.outline(on(reading.outline), None, each, **latest)
            each.elsewhere(on(reading.elsewhere), None, each, **latest)
        glossary_query.change(
            on(held.glossary.search), [glossary_query, visit], glossary_list, concurrency_id="glossary", **QUIET
        )
        glossary_list.look_up(on(held.glossary.look_up), visit, [glossary_query, glossary_list], **QUIET)
        # One after the other: what was asked for last must come last. The glossary as it is searched by then.
        documents.refresh(on(held.refresh), visit, [outdated, documents, scope], concurrency_id="list", **QUIET).then(
            on(held.glossary.refresh), visit, glossary_list, concurrency_id="glossary", **QUIET
        )
        documents.narrow(on(held.narrow), visit, documents, concurrency_id="list", **latest)
        documents.show_more(on(held.show_more), visit, documents, concurrency_id="list", **QUIET)
        told = [status, overview, *changed]
        for removed in (
            documents.remove_document(on(held.remove_document), visit, told, **QUIET),
            documents.remove_documents(on(several.remove_documents), visit, told, **QUIET),
        ):
            removed.then(on(chat.welcome_again), visit, thread, **QUIET)
        documents.put_in(on(several.put_in), visit, told, **QUIET)
        documents.take_out(on(several.take_out), visit, told, **QUIET)
        documents.rename_collection(on(several.rename), visit, told, **QUIET)
        documents.share_collection(on(several.share), visit, told, **QUIET)
        documents.delete_collection(on(several.delete), visit, told, **QUIET)
        documents.ask_of(on(held.scope.ask_of), visit, scope, **QUIET)
        scope.narrow(on(held.scope.narrow), visit, scope, **latest)
        scope.more_scope(on(held.scope.more), visit, scope, **QUIET)
        scope.choose_scope(on(held.scope.choose), visit, scope, **QUIET)
        for each in (documents, status):
            each.overview(on(held.overview), None, overview, **latest)
        overview.close_overview(on(held.close_overview), None, overview, **QUIET)
        overview.ask_document(on(chat.ask_document), visit, [*answered, scope], **asking)
        outdated.reindex(on(held.reindex), visit, [status, outdated, *changed], **QUIET)
        brought = [*told, thread]
        drop.add_files(on(adding.add_files), visit, brought, **QUIET)
        drop.paste_text(on(adding.paste_text), visit, brought, **QUIET)
        drop.add_sample(on(adding.add_sample), visit, brought, **QUIET)
        status.give_password(on(adding.give_password), visit, brought, **QUIET)
        status.stop_adding(on(adding.stop), visit, None, **QUIET)
        status.ask(on(chat.ask_example), visit, answered, **asking)
        written = [
            words, header, tools, drawer_head, source, beside, pane_tabs, *find_bars, keys, glossary_head, documents_head, question, send, glossary_query, chats_query, drop, status,
        ]  # fmt: skip
        header.language(on(worded), None, written, **QUIET)
        header.language(on(reload), visit, [*opened, *changed], **QUIET)
        blocks.load(on(worded), None, written, **QUIET)
        blocks.load(on(load), visit, [*opened, *changed], **QUIET)
    return blocks
