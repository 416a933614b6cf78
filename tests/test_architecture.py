"""The import rule: app → index → corpus, app → prompts, prompts → corpus.errors. Nothing points back."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED = {
    "corpus": {"corpus"},
    "index": {"index", "corpus"},
    "prompts": {"prompts", "corpus.errors"},
    "app": {"app", "index", "corpus", "prompts"},
}
MODULES = sorted(path for room in ALLOWED for path in (ROOT / room).rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] in {*ALLOWED, "tests"}}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    allowed = ALLOWED[path.relative_to(ROOT).parts[0]]
    wrong = {
        name for name in imports_of(path) if not any(name == room or name.startswith(f"{room}.") for room in allowed)
    }
    assert not wrong


HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "gradio",
    "faiss",
    "onnxruntime",
    "llama_index",
    "numpy",
    "openai",
    "httpx",
    "xllamacpp",
}
FOR_AN_ANSWER = {"numpy", "faiss", "onnxruntime", "llama_index"}


@pytest.mark.parametrize(
    ("command", "allowed"),
    [
        (["--help"], set()),
        (["documents"], {"numpy"}),
        (["remove", "1"], {"numpy"}),
        (["calc", "1 + 1"], set()),
        (["glossary", "HBM"], {"numpy"}),
        (["facts"], {"numpy"}),
        (["settings"], set()),
        (["prompts"], set()),
        (["ingest", "--sample"], FOR_AN_ANSWER),
        (["ask", "Who makes HBM?"], FOR_AN_ANSWER),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_loads_only_what_it_needs(command: list[str], allowed: set[str], tmp_path: Path) -> None:
    script = (
        f"import sys; from app.cli import main\n"
        f"try: main({command + ([] if command == ['--help'] else ['--home', str(tmp_path)])!r})\n"
        f"except SystemExit: pass\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(ast.literal_eval(run.stdout.splitlines()[-1])) <= allowed
    assert "Loading weights" not in run.stderr


def test_no_eval_or_exec_in_the_product() -> None:
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not names & {"eval", "exec", "__import__"}, path


def test_the_product_names_nothing_of_the_evaluation_data() -> None:
    data = ROOT.parent / "shared" / "eval" / "financebench" / "documents.jsonl"
    companies = set(re.findall(r'"company": "([^"]+)"', data.read_text(encoding="utf-8")))
    assert companies
    files = [
        path for room in ALLOWED for path in (ROOT / room).rglob("*") if path.suffix in {".py", ".toml", ".md", ".lark"}
    ]
    for path in files:
        text = path.read_text(encoding="utf-8")
        # A whole name of two words or a rare one is a sign; a common word such as "Block" is not.
        named = {name for name in companies if name != "Block" and re.search(rf"\b{re.escape(name)}\b", text)}
        assert not named, f"{path} names {named}"
