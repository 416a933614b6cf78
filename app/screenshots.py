"""Takes the README's pictures: `python -m app.screenshots DIR` starts the real page over a temporary data directory
with the sample corpus and a made-up company's report, asks questions in a real Chromium and saves PNGs at desktop and phone width, light and dark.

The browser tests use `serve` and `chromium` from here.
"""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import DataProblem, FootnoteError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A browser that asks nobody for anything: what is seen on the wire is the page's doing.
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
)  # fmt: skip
START_SECONDS = 240  # the first start reads and embeds the sample corpus
REPORT = """# Annual report 2025

Company: Harbour Lamps.
Period: fiscal year 2025.

## Consolidated statements of income

| In millions of USD | FY2025 | FY2024 | FY2023 | FY2022 |
|---|---|---|---|---|
| Net sales | 1,284 | 1,131 | 1,042 | 987 |
| Cost of sales | 732 | 667 | 636 | 612 |
| Gross profit | 552 | 464 | 406 | 375 |
| Operating income | 214 | 165 | 131 | 112 |
| Net income | 158 | 121 | 94 | 80 |
"""  # a company of our own making: the pictures show nobody's figures
DESKTOP, PHONE = (1280, 800), (390, 844)


@contextmanager
def serve(home: Path, *options: str) -> Iterator[str]:
    """The real chat page as its own process over `home`; gives its address, stops it at the end.

    Raises DataProblem with the process's last words where it doesn't come up.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "app", "chat", "--no-browser", "--home", str(home), "--port", str(port), *options]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}/"
            _wait_for(address, process, log)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Any) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with opener.open(address, timeout=10) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    log.seek(0)
    said = log.read().decode("utf-8", "replace")[-2000:]
    raise DataProblem(f"The chat page didn't come up at {address}. It said: {said or 'nothing'}")


@contextmanager
def chromium() -> "Iterator[Browser]":
    """The system's Chromium, headless. Raises DataProblem where it or Playwright is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise DataProblem("Playwright is missing; install it with: pip install -r requirements-dev.txt") from error
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        raise DataProblem(
            f"No Chromium on this machine (looked for {', '.join(BROWSERS)}); install the package chromium."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def ask(page: "Page", question: str) -> None:
    """Type a question, send it with Enter, wait until its answer is complete."""
    from playwright.sync_api import TimeoutError as NotYet

    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    taken = "question => document.querySelector('#question textarea').value !== question"
    try:
        page.wait_for_function(taken, arg=question, timeout=15_000)
    except NotYet:
        page.press("#question textarea", "Enter")  # a page that is still busy with its first load may miss a key
    settled(page, question)


def settled(page: "Page", question: str) -> None:
    """Wait until the answer to `question` is there whole, with its citations."""
    page.wait_for_function(
        "question => { const said = document.querySelector('#live .message .question p');"
        " return said && said.textContent === question && document.querySelector('#live .message .as-text'); }",
        arg=question,
        timeout=120_000,
    )


def take(folder: Path) -> list[Path]:
    """Save the pictures in `folder`; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    with tempfile.TemporaryDirectory() as home, _filled(Path(home)) as address, chromium() as browser:
        for name, (width, height), dark in (
            ("desktop", DESKTOP, False),
            ("phone", PHONE, False),
            ("dark", DESKTOP, True),
        ):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                device_scale_factor=2,
            )
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector(".welcome .example")
            for view, reach in VIEWS.items():
                reach(page)
                page.wait_for_function("document.getAnimations().every(each => each.playState !== 'running')")
                if f"{name}-{view}" in PICTURES:
                    taken.append(folder / f"{name}-{view}.png")
                    page.screenshot(path=taken[-1])
                    _shrink(taken[-1])
            context.close()
    return taken


def _answer(page: "Page") -> None:
    ask(page, "What was Cambricon's revenue in the same quarter of the year before?")


def _source(page: "Page") -> None:
    ask(page, "What drove the jump in Cambricon's revenue?")
    page.locator("#live .cite[data-n='2']").first.click()
    page.wait_for_selector("#panel:not([data-waiting]) mark")


def _elsewhere(page: "Page") -> None:
    page.click("#source [data-event=elsewhere], #source [data-action=elsewhere]")
    page.wait_for_selector("#source-found li")


def _chart(page: "Page") -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.click(".tools [data-event=new_chat]")
    page.wait_for_selector(".welcome")
    ask(page, "How has Harbour Lamps' gross margin developed?")
    page.wait_for_selector("#live .chart svg .mark-rect path")
    page.locator("#live .message").evaluate("each => each.scrollIntoView({ block: 'start' })")


def _glossary(page: "Page") -> None:
    page.click(".views [data-view=glossary]")
    page.wait_for_selector(".glossary dt")


def _documents(page: "Page") -> None:
    page.click(".views [data-view=documents]")
    page.locator(".documents li[data-document^=harbour] [data-event=overview]").click()
    page.wait_for_selector("#overview .overview h2")


def _scope(page: "Page") -> None:
    page.click(".views [data-view=chat]")
    page.click(".tools [data-event=new_chat]")
    page.wait_for_selector(".welcome")
    page.click("#scope .scope-button")
    page.locator(".scope-picker input[data-scope=document]").first.check()
    page.wait_for_selector(".scope-now .tag")


# The views in the order in which a page goes through them, and the pictures that the documentation shows.
VIEWS: dict[str, "Callable[[Page], None]"] = {
    "welcome": lambda page: None,
    "answer": _answer,
    "source": _source,
    "elsewhere": _elsewhere,
    "chart": _chart,
    "glossary": _glossary,
    "documents": _documents,
    "scope": _scope,
}
PICTURES = frozenset(
    (
        "desktop-welcome", "desktop-source", "desktop-elsewhere", "desktop-chart", "desktop-glossary",
        "desktop-documents", "desktop-scope", "dark-answer", "phone-answer", "phone-documents",
    )
)  # fmt: skip


@contextmanager
def _filled(home: Path) -> Iterator[str]:
    """The page over the sample corpus and the made-up report."""
    from app.footnote import Footnote
    from app.settings import Settings

    given: dict[str, Any] = {"home": home}
    engine = Footnote(Settings(**given))
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "harbour-lamps-2025.md"
        report.write_text(REPORT, encoding="utf-8")
        engine.ingest_sample()
        engine.ingest([report])
    engine.close()
    with serve(home) as address:
        yield address


def _shrink(path: Path) -> None:
    """A page has few colours: with 128 of them a picture is a third of the size."""
    from PIL import Image

    with Image.open(path) as image:
        small = image.convert("RGB").quantize(128)
    small.save(path, optimize=True)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m app.screenshots", description="Take the README's pictures.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the PNGs go")
    try:
        for path in take(parser.parse_args(argv).folder):
            print(path)
    except FootnoteError as error:
        print(f"screenshots: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
