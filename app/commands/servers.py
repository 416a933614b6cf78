"""Commands that run until they are stopped: servers for programs, and the watch over folders."""

import argparse
import contextlib
import dataclasses
import signal
import sys
from pathlib import Path

from app.commands.command import Add, Output, open_engine


def add_commands(command: Add) -> None:
    """Add them to the command line."""
    serve = command("serve", _serve, "serve programs over HTTP: an OpenAI-compatible API, a plain one, and MCP")
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port (default 7860)")

    watch = command("watch", _watch, "keep the index in step with folders, until interrupted")
    watch.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    watch.add_argument("--mirror", action="store_true", help="a file that is deleted takes its document with it")
    watch.add_argument("--once", action="store_true", help="stop when nothing is left to be done")

    command("mcp", _mcp, "serve a program over standard input and output by MCP")


def _serve(arguments: argparse.Namespace) -> Output:
    with open_engine(arguments, host=arguments.host, port=arguments.port) as engine:
        from app.server.headless import serve

        with contextlib.suppress(KeyboardInterrupt):
            serve(engine, engine.settings.host, engine.settings.port)
    return Output({"status": "stopped"}, "Footnote has stopped.")


def _mcp(arguments: argparse.Namespace) -> Output:
    with open_engine(arguments) as engine:
        from app.server.mcp_server import serve_stdio

        # The protocol's lines are what standard output is for here; the library sends strays to standard error.
        with contextlib.redirect_stdout(sys.__stdout__), contextlib.suppress(KeyboardInterrupt):
            serve_stdio(engine)
    return Output({"status": "stopped"}, "")


def _watch(arguments: argparse.Namespace) -> Output:
    from app.watch import Watch
    from corpus.readers.clean import one_line

    def tell(said: str) -> None:
        print(said, file=sys.stderr, flush=True)

    with open_engine(arguments) as engine:
        watch = Watch(engine, arguments.folders, tell, arguments.mirror)
        # A service manager's way to stop it is to be as clean as Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            tell(f"Watching {', '.join(one_line(str(folder)) for folder in watch.folders)} (Ctrl-C stops it)")
            watch.run(once=arguments.once)
        counts = dataclasses.asdict(watch.counts)
        documents = len(engine.documents())
    text = ", ".join(f"{number} {word}" for word, number in counts.items())
    return Output({**counts, "documents": documents}, f"{text}. {documents} documents in the index.")
