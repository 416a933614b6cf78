"""The chat page in Gradio: its layout, which click calls which action, and the server.

The actions are in page_actions.py, the HTML in page_html.py, the look in page.css, what the browser does in page.js.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Gradio reads this when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from starlette.middleware import Middleware

from app import page_html as parts
from app.page_actions import PageActions, Visit
from app.people.seen import for_callers
from app.server.application import Interfaces
from app.server.gate import require_users
from app.server.gradio_api import add_endpoints
from app.server.guard import LOCAL, Guard
from app.server.listen import address, free_port
from app.server.personal_blocks import Blocks

if TYPE_CHECKING:
    from app.footnote import Footnote

HERE = Path(__file__).parent
UPLOAD_SLACK = (
    10  # times the largest file that is read: below it one file is refused with a reason, above it the upload
)
SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
# The names in quotes are the events that Gradio lets these elements send.
CONNECT = """
const go = () => window.footnote ? window.footnote.connect(element, trigger, watch) : setTimeout(go, 20);
go();
// 'cite' 'ask' 'new_chat' 'open_chat' 'rename_chat' 'delete_chat' 'open_page' 'remove_document' 'look_up' 'refresh' 'list_chats' 'chart' 'stop_writing'
"""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(engine: "Footnote") -> gr.Blocks:
    """The page over an engine, ready to launch."""
    page = PageActions(engine)
    # Uploads wait inside the data directory, not in a shared temporary one.
    os.environ["GRADIO_TEMP_DIR"] = str(page.uploads / "incoming")

    def html(value: str, name: str, live: bool = True) -> gr.HTML:
        return gr.HTML(value, elem_id=name, js_on_load=CONNECT if live else None, apply_default_css=False)

    blocks: gr.Blocks
    with Blocks(title="Footnote", analytics_enabled=False, fill_width=True, fill_height=True) as blocks:
        add_endpoints(engine)  # first, so that the names are theirs
        visit = gr.State(Visit())
        html(parts.HEADER, "header", live=False)
        with gr.Row(elem_id="frame"):
            with gr.Column(elem_id="main"):
                with gr.Column(elem_id="view-chat"):
                    with gr.Row(elem_id="toolbar"):
                        tools = html(parts.TOOLBAR, "tools")
                        scope = gr.Dropdown(
                            [], value=[], multiselect=True, label="Ask of", elem_id="scope", container=False,
                            show_label=False, filterable=True,
                        )  # fmt: skip
                    with gr.Column(elem_id="scroll"):
                        thread = html("", "thread")
                        live = html("", "live")
                    # Out of sight until page.js puts it into the answer that it belongs to.
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
                source = html(parts.SOURCE_EMPTY, "source")
        with gr.Column(elem_id="drawer"):
            html(parts.DRAWER_HEAD, "drawer-head")
            chats_query = gr.Textbox(
                label="Search chats", placeholder="Words of a question or answer", elem_id="chat-search"
            )
            chat_list = html("", "chat-list")

        opened = [thread, live, chat_list]
        changed = [documents, scope, glossary_list]
        answered = [question, thread, live, chat_list]
        asking = {"concurrency_limit": 4, **QUIET}
        asked = gr.on([question.submit, send.click], page.ask, [question, visit, scope], answered, **asking)
        clicked = [each.ask(page.ask_example, [visit, scope], answered, **asking) for each in (thread, live)]
        live.stop_writing(page.stop_writing, visit, None, **QUIET)
        # An answer on its way must not arrive in another chat; it is kept in its own.
        leaving: dict[str, Any] = {"cancels": [asked, *clicked], **QUIET}
        tools.new_chat(page.new_chat, visit, opened, **leaving)
        chat_list.open_chat(page.open_chat, visit, opened, **leaving)
        chat_list.list_chats(page.list_chats, [chats_query, visit], chat_list, **QUIET)
        chat_list.rename_chat(page.rename_chat, [chats_query, visit], chat_list, **QUIET)
        chat_list.delete_chat(page.delete_chat, visit, opened, **QUIET)
        chats_query.change(page.list_chats, [chats_query, visit], chat_list, **QUIET)
        for each in (thread, live, source, glossary_list):
            each.cite(page.cite, None, source, trigger_mode="always_last", **QUIET)
        for each in (thread, live):
            each.chart(page.chart, None, [plot, drawn], trigger_mode="always_last", **QUIET)
        for each in (source, documents):
            each.open_page(page.open_page, None, source, trigger_mode="always_last", **QUIET)
        glossary_query.change(page.glossary, glossary_query, glossary_list, **QUIET)
        glossary_list.look_up(page.look_up, None, [glossary_query, glossary_list], **QUIET)
        documents.refresh(page.refresh, glossary_query, changed, **QUIET)
        documents.remove_document(page.remove_document, None, [status, *changed], **QUIET)
        files.upload(page.add_documents, files, [files, status, *changed], **QUIET)
        blocks.load(page.load, visit, [*opened, *changed], **QUIET)
    return blocks


def launch(engine: "Footnote", host: str, port: int, *, open_browser: bool = True) -> None:
    """Serve the page until it is interrupted. Raises DataProblem where it can't listen, or may not for want of users."""
    # Gradio asks its own server whether it is up: not through a proxy.
    local = {*LOCAL, host}
    os.environ["NO_PROXY"] = ",".join(sorted({*filter(None, os.environ.get("NO_PROXY", "").split(",")), *local}))
    require_users(engine, host)
    blocks, interfaces = build(for_callers(engine)), Interfaces(engine, host)
    shutil.rmtree(Path(engine.settings.home) / "uploads", ignore_errors=True)
    chosen = free_port(host, port)
    if chosen != port:
        print(f"Port {port} is taken; using {chosen}.", file=sys.stderr, flush=True)
    css = (HERE / "page.css").read_text(encoding="utf-8")
    script = (HERE / "page.js").read_text(encoding="utf-8")
    blocks.launch(
        server_name=host,
        server_port=chosen,
        inbrowser=open_browser,
        prevent_thread_lock=True,
        quiet=True,
        show_error=True,
        share=False,
        ssr_mode=False,
        pwa=False,
        run_history=False,
        footer_links=[],
        max_file_size=f"{engine.settings.max_file_mb * UPLOAD_SLACK}mb",
        theme=gr.themes.Base(font=SANS, font_mono=MONO),
        head=f"<style>{css}</style><script>{script}</script>",
        app_kwargs={
            "middleware": [
                Middleware(Guard, hosts=LOCAL if host in LOCAL else frozenset()),
                Middleware(interfaces.beside),
            ],
            "lifespan": interfaces.lifespan,
        },
    )
    print(f"Footnote is at {address(host, chosen)} (Ctrl-C stops it)", file=sys.stderr, flush=True)
    blocks.block_thread()
