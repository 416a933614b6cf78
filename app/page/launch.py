"""The page's server."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.page.layout import build  # before Gradio: it says that nothing is to be reported

# isort: split
import gradio as gr
from starlette.middleware import Middleware

from app.page.assets import script, style
from app.page.sessions import OPEN_PAGES, bound_sessions
from app.people.seen import for_callers
from app.server.application import Interfaces
from app.server.gate import require_users
from app.server.guard import LOCAL, Guard
from app.server.listen import address, free_port

if TYPE_CHECKING:
    from app.footnote import Footnote

UPLOAD_SLACK = 10  # times the largest file read: below it a file is refused with a reason, above it the upload
SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]


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
    blocks.queue(max_size=engine.settings.page_queue)
    bound_sessions()
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
        state_session_capacity=OPEN_PAGES,
        footer_links=[],
        max_file_size=f"{engine.settings.max_file_mb * UPLOAD_SLACK}mb",
        theme=gr.themes.Base(font=SANS, font_mono=MONO),
        head=f"<style>{style()}</style><script>{script()}</script>",
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
