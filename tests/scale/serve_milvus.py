"""Run by the Python of `.milvus/`: write a server's configuration, then become the server.

`python serve_milvus.py FOLDER ALIAS METRICS_PORT AUTHORIZATION NAME=PORT…`; an alias of its own lets several run at once.
"""

import os
import sys
from pathlib import Path

import milvus  # of its own environment


def main() -> None:
    folder, alias, metrics, authorization, *ports = sys.argv[1:]
    config = milvus.MilvusServerConfig(
        data_dir=folder, **{name: int(port) for name, port in (each.split("=") for each in ports)}
    )
    config.set("authorization_enabled", authorization == "on")
    config.resolve()
    milvus._initialize_data_files(folder)
    os.chdir(folder)
    os.environ |= {
        "DEPLOY_MODE": "STANDALONE",
        "METRICS_PORT": metrics,
        "LD_LIBRARY_PATH": str(Path(folder, "bin")),
    }
    os.execv("bin/milvus", ["bin/milvus", "run", "standalone", "-alias", alias])


if __name__ == "__main__":
    main()
