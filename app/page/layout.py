"""The page in Gradio: its layout, and which click calls which action."""

import os
from typing import TYPE_CHECKING, Any

# Gradio reads this when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr

from app.page.chat import ChatActions
from app.page.documents import DocumentActions
from app.page.shell_html import DRAWER_HEAD, HEADER, SOURCE_EMPTY, TOOLBAR
from app.page.source import SourceActions
from app.page.visit import Visit
from app.server.gradio_api import add_endpoints

if TYPE_CHECKING:
    from app.footnote import Footnote

# The names in quotes are the events that Gradio lets these elements send.
CONNECT = """
const go = () => window.footnote ? window.footnote.connect(element, trigger, watch) : setTimeout(go, 20);
go();
// 'cite' 'ask' 'new_chat' 'open_chat' 'rename_chat' 'delete_chat' 'open_page' 'remove_document' 'look_up' 'refresh' 'list_chats' 'chart' 'stop_writing'
"""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(engine: "Footnote") -> gr.Blocks:
    """The page over an engine, ready to launch."""
    chat, shown, held = ChatActions(engine), SourceActions(engine), DocumentActions(engine)
    # Uploads wait inside the data directory, not in a shared temporary one.
    os.environ["GRADIO_TEMP_DIR"] = str(held.uploads / "incoming")

    def load(visit: Visit, request: gr.Request) -> tuple[Any, ...]:
        return (*chat.load(visit, request), *held.documents())

    def html(value: str, name: str, live: bool = True) -> gr.HTML:
        return gr.HTML(value, elem_id=name, js_on_load=CONNECT if live else None, apply_default_css=False)

    blocks: gr.Blocks
    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True, fill_height=True) as blocks:
        add_endpoints(engine)  # first, so that the names are theirs
        visit = gr.State(Visit())
        html(HEADER, "header", live=False)
        with gr.Row(elem_id="frame"):
            with gr.Column(elem_id="main"):
                with gr.Column(elem_id="view-chat"):
                    with gr.Row(elem_id="toolbar"):
                        tools = html(TOOLBAR, "tools")
                        scope = gr.Dropdown(
                            [], value=[], multiselect=True, label="Ask of", elem_id="scope", container=False,
                            show_label=False, filterable=True,
                        )  # fmt: skip
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
                            placeholder="Ask a question …", label="Your question",
                            show_label=False, container=False, lines=1, max_lines=6, elem_id="question", autofocus=True,
                            max_length=engine.settings.max_question_chars * 5,
                        )  # fmt: skip
                        send = gr.Button("Ask", variant="primary", elem_id="send")
                with gr.Column(elem_id="view-glossary"):
                    glossary_query = gr.Textbox(
                        label="Search the glossary", placeholder="A term or a word of its definition",
                        elem_id="glossary-search",
                    )  # fmt: skip
                    glossary_list = html("", "glossary-list")
                with gr.Column(elem_id="view-documents"):
                    files = gr.File(label="Add documents", file_count="multiple", elem_id="upload", height=150)
                    status = html("", "upload-status")
                    documents = html("", "document-list")
            with gr.Column(elem_id="panel"):
                source = html(SOURCE_EMPTY, "source")
        with gr.Column(elem_id="drawer"):
            html(DRAWER_HEAD, "drawer-head")
            chats_query = gr.Textbox(
                label="Search chats", placeholder="Words of a question or answer", elem_id="chat-search"
            )
            chat_list = html("", "chat-list")

        opened = [thread, live, chat_list]
        changed = [documents, scope, glossary_list]
        answered = [question, thread, live, chat_list]
        asking = {"concurrency_limit": 4, **QUIET}
        asked = gr.on([question.submit, send.click], chat.ask, [question, visit, scope], answered, **asking)
        clicked = [each.ask(chat.ask_example, [visit, scope], answered, **asking) for each in (thread, live)]
        live.stop_writing(chat.stop_writing, visit, None, **QUIET)
        # An answer on its way must not arrive in another chat; it is kept in its own.
        leaving: dict[str, Any] = {"cancels": [asked, *clicked], **QUIET}
        tools.new_chat(chat.new_chat, visit, opened, **leaving)
        chat_list.open_chat(chat.open_chat, visit, opened, **leaving)
        chat_list.list_chats(chat.list_chats, [chats_query, visit], chat_list, **QUIET)
        chat_list.rename_chat(chat.rename_chat, [chats_query, visit], chat_list, **QUIET)
        chat_list.delete_chat(chat.delete_chat, visit, opened, **QUIET)
        chats_query.change(chat.list_chats, [chats_query, visit], chat_list, **QUIET)
        for each in (thread, live, source, glossary_list):
            each.cite(shown.cite, None, source, trigger_mode="always_last", **QUIET)
        for each in (thread, live):
            each.chart(chat.chart, None, [plot, drawn], trigger_mode="always_last", **QUIET)
        for each in (source, documents):
            each.open_page(shown.open_page, None, source, trigger_mode="always_last", **QUIET)
        glossary_query.change(held.glossary.search, glossary_query, glossary_list, **QUIET)
        glossary_list.look_up(held.glossary.look_up, None, [glossary_query, glossary_list], **QUIET)
        documents.refresh(held.refresh, glossary_query, changed, **QUIET)
        documents.remove_document(held.remove_document, None, [status, *changed], **QUIET)
        files.upload(held.add_documents, files, [files, status, *changed], **QUIET)
        blocks.load(load, visit, [*opened, *changed], **QUIET)
    return blocks
