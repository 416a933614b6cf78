"""Commands that run until they are stopped: servers for programs, and the watch over folders."""

import argparse
import contextlib
import sys

from app.commands.command import Add, Output, open_engine


def add_commands(command: Add) -> None:
    """Add them to the command line."""
    serve = command("serve", _serve, "serve programs over HTTP: an OpenAI-compatible API, a plain one, and MCP")
    serve.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port (default 7860)")

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
