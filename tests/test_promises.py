"""Each promise of docs/reliability.md and docs/threat-model.md names a test, and each test that is named is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
DOCS = ("reliability.md", "threat-model.md")
DEFINED = {
    (path.name, node.name)
    for path in TESTS.rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef) and (node.name.startswith("test_") or path.name == "invariants.py")
}


def promises(text: str) -> list[tuple[str, str]]:
    """The rows of tables whose last column is headed "test": the promise and that cell, "…::" made whole."""
    found, held, file = [], False, ""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")] if line.startswith("|") else []
        if not cells or set(line) <= set("|-: "):
            held = held and bool(cells)
        elif cells[-1] == "test":
            held = True
        elif held:
            names = []
            for name in re.findall(r"`([^`]+)`", cells[-1]):
                file = name.split("::")[0] if "::" in name and not name.startswith("…") else file
                names.append(re.sub(r"^…::", f"{file}::", re.sub(r"^…_", f"{file}::…_", name)))
            found.append((cells[0], " ".join(names) if names else cells[-1]))
    return found


def is_there(name: str) -> bool:
    """Whether something is a file or folder of tests, or a test or invariant; "…" stands for the rest of a name."""
    if "::" not in name and not name.startswith(("test_", "invariants.")):
        return (ROOT / name).exists()
    if re.fullmatch(r"test_\w+\.py", name):
        return any(file == name for file, _ in DEFINED)
    file, _, function = name.replace("invariants.", "invariants.py::").rpartition("::")
    pattern = re.compile(re.escape(function).replace("…", r"\w*"))
    return any(pattern.fullmatch(one) and file.rpartition("/")[2] in ("", where) for where, one in DEFINED)


@pytest.mark.parametrize("doc", DOCS)
def test_each_promise_names_a_test_that_is_there(doc: str) -> None:
    found = promises((ROOT / "docs" / doc).read_text(encoding="utf-8"))
    assert len(found) > 20
    wrong = [f"{promise}: {name}" for promise, names in found for name in names.split() if not is_there(name)]
    assert wrong == []


@pytest.mark.parametrize(
    ("row", "there"),
    [
        ("a | `test_each_promise_names_a_test_that_is_there`", True),
        ("a | `test_promises.py::test_each_promise_…`, `…::test_a_name_that_…`", True),
        ("a | `test_promises.py::test_no_such_promise`", False),
        ("a | `test_store.py::test_each_promise_names_a_test_that_is_there`", False),
        ("a | `tests/nowhere.py`", False),
        ("a | it is so", False),
    ],
)
def test_a_name_that_leads_nowhere_is_found(row: str, there: bool) -> None:
    ((_, names),) = promises(f"| promise | test |\n|---|---|\n| {row} |")
    assert all(is_there(name) for name in names.split()) is there
