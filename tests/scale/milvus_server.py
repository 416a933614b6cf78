"""A real Milvus server in a process of its own, which can be killed and started again over the same data.

`python -m tests.scale.milvus_server [PORT]` starts one for measurements, with a directory that goes with it, and prints its address.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = Path(os.environ.get("FOOTNOTE_MILVUS_PYTHON", ROOT / ".milvus" / "bin" / "python"))
START_SECONDS = 120.0
PORTS = "etcd root_coord proxy_internal query_coord query_node index_coord index_node data_coord data_node".split()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class MilvusServer:
    """One server on a free port, its data in `folder`."""

    def __init__(self, folder: Path, port: int | None = None, authorization: bool = False) -> None:
        assert PYTHON.exists(), f"There is no Milvus server at {PYTHON.parent}: run these tests with make test-scale."
        self.folder, self.port, self._authorization = folder, port or free_port(), authorization
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "MilvusServer":
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Unpacked once for all servers: it takes longer than the start.
        unpacked = PYTHON.parent.parent / "unpacked"
        unpacked.mkdir(exist_ok=True)
        if not (self.folder / "bin").exists():
            (self.folder / "bin").symlink_to(unpacked)
        ports = [f"{name}_port={free_port()}" for name in PORTS]
        program = [str(PYTHON), str(Path(__file__).with_name("serve_milvus.py")), str(self.folder), str(self.port)]
        program += [str(free_port()), str(free_port()), "on" if self._authorization else "off"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*program, f"proxy_port={self.port}", *ports],
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + START_SECONDS
        try:
            while not self._answers():
                assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]
                assert time.monotonic() < end, f"The Milvus server wasn't there after {START_SECONDS:g} s."
                time.sleep(0.2)
        except BaseException:
            self.kill()
            raise
        return self

    def _answers(self) -> bool:
        from pymilvus import MilvusClient, MilvusException

        try:
            client = MilvusClient(uri=self.uri, token="root:Milvus", timeout=2)
        except MilvusException:
            return False
        try:
            client.list_collections(timeout=2)
        except MilvusException:
            return False
        finally:
            client.close()
        return True

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = MilvusServer(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else None).start()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        try:
            print(server.uri, flush=True)
            signal.pause()
        except KeyboardInterrupt:
            pass  # that is how it is ended
        finally:
            server.kill()


if __name__ == "__main__":
    main()
