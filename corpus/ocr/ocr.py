"""Character recognition as it is set up on this machine: several pages at the same time, or what is missing for it."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import OcrMissing, UnreadableFile
from corpus.ocr.tesseract import INSTALL, LANGUAGES, Tesseract, find_tesseract

if TYPE_CHECKING:
    from PIL.Image import Image

    from corpus.ocr.page import Recognised

MOST_AT_ONCE = 8  # pages: each takes some 100 MB of the memory that reading may take
Told = Callable[[int, int], None]  # pages done, of how many; may raise Stopped


@dataclass(frozen=True, slots=True)
class Picture:
    """A page drawn to be read, of `dpi` pixels an inch."""

    image: "Image"
    dpi: float


@dataclass(frozen=True, slots=True)
class Ocr:
    """`tesseract` is None where there is none; `missing` then says what to install or set."""

    tesseract: Tesseract | None = None
    missing: str = INSTALL

    @property
    def key(self) -> str:
        """What its results depend on, for telling what was read otherwise: "ocr eng", "" without it."""
        return f"ocr {self.tesseract.languages}" if self.tesseract else ""

    def read(
        self, numbers: Sequence[int], draw: Callable[[int], Picture], told: Told | None = None
    ) -> "dict[int, Recognised | str]":
        """Page → what was recognised on it, or why nothing was. `draw` is called from several threads.

        Raises what `told` raises; pages not begun are left then.
        """
        from corpus.ocr.page import recognise  # only now: every command imports this module, and few read a scan

        assert self.tesseract is not None
        tesseract = self.tesseract

        def one(number: int) -> "Recognised | str":
            picture = draw(number)
            try:
                return recognise(tesseract, picture.image, picture.dpi)
            except UnreadableFile as error:
                return str(error)

        found: dict[int, Recognised | str] = {}
        with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_AT_ONCE), thread_name_prefix="ocr") as threads:
            waiting = {threads.submit(one, number): number for number in numbers}
            try:
                for done in as_completed(waiting):
                    found[waiting[done]] = done.result()
                    if told:
                        told(len(found), len(numbers))
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                raise
        return found


NO_OCR = Ocr()


def load_ocr(languages: str = LANGUAGES) -> Ocr:
    """Recognition in these languages, or one that says what is missing. Never raises."""
    try:
        return Ocr(find_tesseract(languages), "")
    except OcrMissing as error:
        return Ocr(None, str(error))
