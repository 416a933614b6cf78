"""Tesseract as a program: whether it is there, which languages it has, and the words that it sees in a picture.

It is called directly: a picture goes in on standard input and a table comes out, so that no file is written and a page
that takes too long can be stopped.
"""

import io
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from corpus.errors import OcrMissing, UnreadableFile
from corpus.pulse import pulse

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS = 90  # for one page; a clean one takes about two, noise may take minutes and gives nothing
BEAT = 1.0  # seconds between two signs of life while it is waited for
LANGUAGES = "eng"
INSTALL = "install Tesseract (Debian and Ubuntu: apt install tesseract-ocr; macOS: brew install tesseract)"
# One thread a page: several pages are read at the same time.
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
_NAMES = re.compile(r"[A-Za-z0-9_/]+(?:\+[A-Za-z0-9_/]+)*")
_TURN = re.compile(r"^Rotate: (\d+)$", re.MULTILINE)
_WORD = "5"  # the level of the table's rows that are words


@dataclass(frozen=True, slots=True)
class Seen:
    """A word in a picture: its text, its box in pixels, how sure Tesseract is (0 to 100), the line that it gave it to."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float
    line: tuple[int, int, int]  # block, paragraph, line
    again: float = 0.0  # how sure a second reading is that gave the same figures; 0 where it gave others


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program, ready to read in `languages`, as it names them: "eng", "eng+deu"."""

    program: str
    version: str
    languages: str

    def words(self, picture: "Image", *, column: bool = False) -> list[Seen]:
        """The words of an upright picture in Tesseract's order of reading; `column`: it is one column of lines.

        Raises UnreadableFile where the program fails, or isn't done in `SECONDS`.
        """
        table = self._run(picture, "--psm", "6" if column else "3", "-l", self.languages, "tsv")
        found = []
        for row in table.splitlines()[1:]:
            fields = row.split("\t")
            if len(fields) < 12 or fields[0] != _WORD or not fields[11].strip():
                continue
            left, top, width, height = map(float, fields[6:10])
            line = (int(fields[2]), int(fields[3]), int(fields[4]))
            found.append(Seen(fields[11].strip(), left, top, left + width, top + height, float(fields[10]), line))
        return found

    def turn(self, picture: "Image") -> int:
        """By how many degrees clockwise a picture must be turned to stand upright: 0, 90, 180 or 270; 0 where unsure."""
        try:
            found = _TURN.search(self._run(picture, "--psm", "0", "-l", "osd"))
        except UnreadableFile:
            return 0  # too few characters to tell by
        return int(found[1]) % 360 if found else 0

    def _run(self, picture: "Image", *options: str) -> str:
        data = io.BytesIO()
        picture.save(data, "PPM")
        try:
            with _living():
                done = subprocess.run(
                    [self.program, "-", "-", *options],
                    input=data.getvalue(), capture_output=True, timeout=SECONDS, check=True, env={**os.environ, **_ENVIRONMENT},
                )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise UnreadableFile(f"nothing could be made out within {SECONDS} s") from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode("utf-8", "replace").strip().splitlines()
            raise UnreadableFile(f"Tesseract failed ({said[-1] if said else error.returncode})") from error
        except OSError as error:
            raise UnreadableFile(f"Tesseract can't be started ({error.strerror})") from error
        return done.stdout.decode("utf-8", "replace")


@contextmanager
def _living() -> Iterator[None]:
    """Tell waiting for the program as life meanwhile: it has its own time."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT):
            pulse()

    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield
    finally:
        done.set()
        beating.join()


def find_tesseract(languages: str = LANGUAGES) -> Tesseract:
    """The program on this machine. Raises OcrMissing, saying what to install, where it or a language isn't there."""
    if not _NAMES.fullmatch(languages):
        raise OcrMissing(f"write the setting ocr_languages as eng, or eng+deu ({languages!r} names no languages)")
    try:
        import PIL.Image  # noqa: F401
    except ImportError as error:
        raise OcrMissing("install Pillow (pip install 'footnote[ocr]')") from error
    program = shutil.which("tesseract")
    if program is None:
        raise OcrMissing(INSTALL)
    return _found(program, languages)


@cache
def _found(program: str, languages: str) -> Tesseract:
    try:
        version, listed = (
            subprocess.run([program, option], capture_output=True, text=True, timeout=SECONDS, check=True).stdout
            for option in ("--version", "--list-langs")
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise OcrMissing(f"install Tesseract again ({program} can't be run: {error})") from error
    known = set(listed.split("\n")[1:])
    lacking = [one for one in languages.split("+") if one not in known]
    if lacking:
        has = ", ".join(sorted(known - {"", "osd"})) or "none"
        raise OcrMissing(
            f"give Tesseract the language {lacking[0]} (it has {has}; Debian and Ubuntu: "
            f"apt install tesseract-ocr-{lacking[0].replace('_', '-')}) or set ocr_languages to what it has"
        )
    return Tesseract(program, version.split()[1] if len(version.split()) > 1 else "", languages)
