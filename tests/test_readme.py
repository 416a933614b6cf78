"""The README's commands give what it shows, and what it points at is there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.started import footnote

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = [
    example
    for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    for example in re.findall(
        r"^\$ footnote (.+)\n((?:(?!\$ |```).*\n)*)", file.read_text(encoding="utf-8"), re.MULTILINE
    )
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    subprocess.run(
        [sys.executable, "-m", "app", "ingest", "--sample", "--home", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize(("command", "expected"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_an_example_gives_what_is_shown(home: Path, command: str, expected: str) -> None:
    result = footnote(*shlex.split(command), home=home)
    assert result.returncode == 0, result.stderr
    # Which of two passages equally near comes first may differ by processor; what is said may not.
    said, _, nearest = result.stdout.rstrip().partition("Nearest passages:\n")
    shown, _, passages = expected.rstrip().partition("Nearest passages:\n")
    assert said == shown
    assert len(nearest.splitlines()) == len(passages.splitlines())
    assert nearest.splitlines()[:1] == passages.splitlines()[:1]


def test_the_python_example_gives_what_is_shown(tmp_path: Path) -> None:
    found = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL)
    assert found
    done = subprocess.run(
        [sys.executable, "-c", found[1]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == found[2]


PAGES = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]


@pytest.mark.parametrize("file", PAGES, ids=[file.name for file in PAGES])
def test_links_lead_to_files(file: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8")):
        assert (file.parent / target).exists(), target


@pytest.mark.parametrize("file", PAGES, ids=[file.name for file in PAGES])
def test_tests_that_are_named_exist(file: Path) -> None:
    for name in set(re.findall(r"`(tests/[\w/]+\.\w+)(?:::\w+)?`", file.read_text(encoding="utf-8"))):
        assert (ROOT / name).exists(), name
    for name, test in set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", file.read_text(encoding="utf-8"))):
        assert re.search(rf"^def {test}\(", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE), f"{name}::{test}"


def test_the_page_of_settings_is_made_from_the_settings() -> None:
    from app.settings_page import settings_markdown

    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_markdown()


def test_make_targets_that_are_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_glossary_has_as_many_terms_as_is_said() -> None:
    from corpus.glossary import load_glossary

    assert f"({len(load_glossary())} terms)" in README


def test_every_setting_of_a_language_model_is_documented_with_its_default() -> None:
    from app.settings import Settings

    text = (ROOT / "docs" / "language-models.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        if name.startswith("llm_"):
            line = next(line for line in text.splitlines() if line.startswith("| `llm_") and f"`{name}`" in line)
            assert (str(field.default) if field.default else "none" if field.default in ("", None) else "0") in line
