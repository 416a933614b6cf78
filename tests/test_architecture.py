"""The import rule: app → index → corpus, app → prompts, prompts → corpus.errors. Nothing points back."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.footnote import Footnote
from app.settings import Settings
from tests.app.drawn_filing import companies, draw

ROOT = Path(__file__).parent.parent
ALLOWED = {
    "corpus": {"corpus"},
    "index": {"index", "corpus"},
    "prompts": {"prompts", "corpus.errors"},
    "app": {"app", "index", "corpus", "prompts"},
}
REPORT = companies()[0]
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


@pytest.mark.parametrize("module", ["app.footnote", "app.page.layout", "index.retriever"])
def test_nothing_imports_numpy_before_its_threads_are_told_not_to_wait_busily(module: str) -> None:
    script = (
        "import importlib, os, sys\n"
        "class Looks:\n"
        "    def find_spec(self, name, *more):\n"
        "        if name == 'numpy': assert os.environ.get('OPENBLAS_THREAD_TIMEOUT') == '4'; print('numpy')\n"
        "sys.meta_path.insert(0, Looks())\n"
        f"importlib.import_module({module!r})\n"
        "import numpy"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_THREAD_TIMEOUT"}
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.split()) == (0, ["numpy"]), ran.stderr[-2000:]


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
FOR_AN_ANSWER = {"numpy", "faiss", "onnxruntime"}


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
        (["ingest", "--sample"], FOR_AN_ANSWER | {"llama_index"}),
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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample corpus and an annual report in PDF."""
    folder = tmp_path_factory.mktemp("filled")
    draw(REPORT, folder / f"{REPORT.key}.pdf")
    engine = Footnote(Settings(home=folder / "home"))
    engine.ingest_sample()
    engine.ingest([folder / f"{REPORT.key}.pdf"])
    engine.close()
    return folder / "home"


FOR_ALL_BUT_AN_ANSWER = HEAVY - FOR_AN_ANSWER | {
    "charset_normalizer",
    "PIL",
    "pypdfium2",
    "app.paper",
    "app.writer.writer",
    "corpus.ocr.page",
    "corpus.readers.pdf",
    "index.llama_index_adapters",
    "index.ready",
}


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "What was revenue in Q1 2026?"],
        ["ask", "What drove the jump in revenue?"],
        ["ask", "Who is the chief executive?"],
        ["ask", REPORT.asks[0][0]],
        ["search", "export controls"],
        ["elsewhere", "Revenue rose 159% to 2.88 billion CNY."],
    ],
    ids=str,
)
def test_an_answer_loads_no_framework_and_nothing_that_reads_files(home: Path, command: list[str]) -> None:
    loaded = loaded_by(f"from app.cli import main\nassert main({[*command, '--home', str(home)]!r}) == 0")
    assert "onnxruntime" in loaded
    assert not loaded & FOR_ALL_BUT_AN_ANSWER


def test_what_a_page_asks_of_the_engine_before_a_file_comes_loads_no_framework(home: Path) -> None:
    loaded = loaded_by(
        "from pathlib import Path; from app.footnote import Footnote; from app.settings import Settings\n"
        f"engine = Footnote(Settings(home=Path({str(home)!r})))\n"
        "assert engine.documents() and not engine.outdated().documents\n"
        "assert engine.search('revenue') and engine.ask('What is HBM?').statements"
    )
    assert loaded & HEAVY == FOR_AN_ANSWER


def loaded_by(run: str) -> set[str]:
    """The modules that a new process has loaded once it has run these lines."""
    script = f"import sys\n{run}\nprint(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(ast.literal_eval(done.stdout.splitlines()[-1]))


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
