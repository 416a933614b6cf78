"""Run by the Python of `.milvus/`: write a server's configuration, then become the server.

`python serve_milvus.py FOLDER ALIAS METRICS_PORT ETCD_PEER_PORT AUTHORIZATION NAME=PORT…`; an alias of its own lets several run at once.
"""

import os
import socket
import sys
from pathlib import Path

import milvus  # of its own environment


def own_ports_for_etcd(folder: Path, client: str, peer: str) -> None:
    """Without this, it listens on those that every etcd has, and a second server can't start."""
    here = f"http://127.0.0.1:{peer}"
    etcd, configuration = folder / "configs" / "etcd.yaml", folder / "configs" / "milvus.yaml"
    etcd.write_text(
        f"name: default\nlisten-client-urls: http://127.0.0.1:{client}\nadvertise-client-urls: http://127.0.0.1:{client}\n"
        f"listen-peer-urls: {here}\ninitial-advertise-peer-urls: {here}\ninitial-cluster: default={here}\n"
    )
    text = configuration.read_text()
    configuration.write_text(text.replace("etcd:\n", f"etcd:\n  config:\n    path: {etcd}\n", 1))


def main() -> None:
    folder, alias, metrics, peer, authorization, *ports = sys.argv[1:]
    config = milvus.MilvusServerConfig(
        data_dir=folder, **{name: int(port) for name, port in (each.split("=") for each in ports)}
    )
    config.set("authorization_enabled", authorization == "on")
    # They are free, though one of a server that was killed just now may look taken.
    config.try_bind_port = lambda port: socket.socket()
    config.resolve()
    own_ports_for_etcd(Path(folder), dict(each.split("=") for each in ports)["etcd_port"], peer)
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
