"""The packages that Footnote runs on, as they are installed: `python -m tests.supply.runtime` prints NAME==VERSION lines.

Those of requirements.txt and of the extras, and all that these need here; what tests and linters need is not among them.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-embedded.txt", "requirements-ocr.txt")


def normal(name: str) -> str:
    """A package's name in the one spelling by which indexes know it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named() -> list[Requirement]:
    """What the files of requirements name."""
    lines = [line.strip() for file in FILES for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def runtime() -> dict[str, Distribution]:
    """Name → installed package. Raises PackageNotFoundError where one of those that are named isn't installed."""
    found: dict[str, Distribution] = {}
    waiting = [(requirement, True) for requirement in named()]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, must = waiting.pop()
        key = normal(requirement.name), frozenset(requirement.extras)
        if key in seen:
            continue
        seen.add(key)
        try:
            found[key[0]] = distribution(requirement.name)
        except PackageNotFoundError:
            if must:
                raise
            continue  # left out on purpose, as the Makefile says: what would only build another copy of what is there
        for line in found[key[0]].requires or ():
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in ("", *key[1])):
                waiting.append((inner, False))
    return dict(sorted(found.items()))


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}=={package.version.partition('+')[0]}\n" for name, package in runtime().items())
