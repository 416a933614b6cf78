"""Serves one GGUF file until its standard input closes. Run as a process of its own by embedded.py, never imported.

Takes one line of JSON (file, context_tokens, key, threads) and gives one back: the URL, or the error. Imports nothing
of Footnote's, so that it starts with the bare file.
"""

import json
import os
import sys
from typing import Any


def main() -> None:
    """Serve as ordered."""
    reply = os.fdopen(os.dup(1), "w", encoding="utf-8")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)  # llama.cpp writes to it
    os.dup2(quiet, 2)
    order = json.loads(sys.stdin.readline())
    try:
        server = _serve(order)
        said = {"url": server.listening_address}
    except (RuntimeError, ImportError) as error:
        said = {"error": f"can't be served ({str(error).strip().rstrip('.')})"}
    with reply:
        print(json.dumps(said), file=reply)
    if "url" in said:
        sys.stdin.read()  # until the one who ordered it closes the pipe, or ends
    # The server's threads would hold a usual exit.
    os._exit(0)


def _serve(order: dict[str, Any]) -> Any:
    import xllamacpp

    wanted = xllamacpp.CommonParams()
    wanted.model.path = order["file"]
    wanted.n_ctx = order["context_tokens"]
    wanted.n_parallel = 1
    wanted.cache_ram_mib = 0  # else it keeps the state of earlier prompts, up to 8 GiB
    wanted.cpuparams.n_threads = order["threads"]
    wanted.port = 0
    wanted.api_keys = [order["key"]]
    wanted.cors_origins = "http://127.0.0.1"
    wanted.cors_origins_explicit = True
    wanted.endpoint_slots = False
    wanted.ui = False
    wanted.offline = True
    return xllamacpp.Server(wanted)


if __name__ == "__main__":
    main()
