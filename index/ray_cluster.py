"""A Ray cluster joined for a while: found by its address, or started on this machine and stopped again."""

import contextlib
import importlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.errors import ClusterProblem

ROOT = Path(__file__).parents[1]  # of the code that the workers of a cluster started here run


class _Joined:
    """How many in this process use the cluster that it joined: the last one leaves it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.users = 0
        self.ours = False


_joined = _Joined()


def libraries() -> tuple[Any, Any]:
    """Ray and Ray Data. Raises ClusterProblem where they aren't installed."""
    try:
        # By name: its types come and go with the extra.
        return importlib.import_module("ray"), importlib.import_module("ray.data")
    except ModuleNotFoundError as error:
        raise ClusterProblem(
            f"ingest_on = ray needs the package {error.name}, which isn't installed: pip install 'footnote[ray]'"
        ) from error


@contextlib.contextmanager
def joined(address: str) -> Iterator[tuple[Any, Any]]:
    """Ray and Ray Data, connected to the cluster at `address`; "" starts one here. Raises ClusterProblem.

    One that this process is connected to already is used as it is.
    """
    ray, data = libraries()
    with _joined.lock:
        if not ray.is_initialized():
            with told(ray):
                _start(ray, address)
            _joined.ours = True
        _joined.users += 1
    try:
        yield ray, data
    finally:
        with _joined.lock:
            _joined.users -= 1
            if _joined.ours and not _joined.users:
                _joined.ours = False
                ray.shutdown()


def _start(ray: Any, address: str) -> None:
    quiet = {"include_dashboard": False} if not address else {}
    # A cluster that is started here runs the code of this process.
    environment = {} if address else {"runtime_env": {"env_vars": {"PYTHONPATH": str(ROOT)}}}
    ray.init(address=address or "local", log_to_driver=False, logging_level="ERROR", **quiet, **environment)


@contextlib.contextmanager
def told(ray: Any) -> Iterator[None]:
    """Turn what goes wrong with a cluster into a ClusterProblem that says what to do."""
    try:
        yield
    except (ray.exceptions.RayError, ConnectionError, TimeoutError) as error:
        lines = str(error).strip().splitlines()
        said = lines[-1][:300] if lines else type(error).__name__
        raise ClusterProblem(
            f"The Ray cluster can't be used ({said}). Check ray_address and that its workers run this version of Footnote; "
            "without it, read on this machine with ingest_on = here. What was finished is kept."
        ) from error
