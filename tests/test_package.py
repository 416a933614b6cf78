"""`pip install .` brings everything along: the wheel holds every file of the rooms, and runs outside of the checkout."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("app", "corpus", "index", "prompts")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A copy, so that nothing of the build stays in the checkout.
    folder = tmp_path_factory.mktemp("build")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", "out", "."]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return next((folder / "out").glob("*.whl"))


def test_every_file_of_the_rooms_is_in_the_wheel(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file())
    assert held == {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_what_the_wheel_holds_ingests_and_answers_by_itself(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    environment = {
        **os.environ,
        "PYTHONPATH": str(site),
        "PYTHONSAFEPATH": "1",
        "FOOTNOTE_HOME": str(tmp_path / "home"),
    }

    def footnote(*arguments: str) -> str:
        script = "import sys, app; print(app.__file__, file=sys.stderr); from app.cli import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert str(site) in done.stderr
        return done.stdout

    assert footnote("--help").startswith("usage: footnote")
    assert footnote("ingest", "--sample").startswith("5 added")
    assert "SK hynix, Samsung and Micron" in footnote("ask", "Who makes HBM?")


def test_the_container_copies_all_that_the_build_needs() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    copied = set(" ".join(re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE)).split())
    requirements = {"requirements.txt", "requirements-ocr.txt", "constraints.txt"}
    assert copied == {*ROOMS, *requirements, "pyproject.toml", "README.md", "LICENSE"}
    assert "tesseract-ocr" in text, "what the extra ocr needs beside it"
    torch = re.search(r"^torch==\S+", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert torch
    assert f'"{torch[0]}"' in text
    assert re.search(r"^USER (?!root)", text, re.MULTILINE)
