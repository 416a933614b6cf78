"""How documents are read now, told by a stamp: what was read otherwise is read again when its file is met."""

from dataclasses import dataclass

from corpus.document import Document
from corpus.ocr.ocr import Ocr
from corpus.splitter import VERSION

_SCANNED = "scanned"


@dataclass(frozen=True, slots=True)
class Reading:
    """Readers and splitter as they are, with this length of passages and this recognition of scanned pages."""

    passage_tokens: int
    ocr: Ocr

    @property
    def stamp(self) -> str:
        """Of a document without scanned pages."""
        return f"{VERSION}/{self.passage_tokens}"

    def of(self, document: Document) -> str:
        """The stamp of a document that was just read."""
        if document.recognised:
            return f"{self.stamp}/{self.ocr.key}"
        return f"{self.stamp}/{_SCANNED}" if document.unread else self.stamp

    def holds(self, stamp: str) -> bool:
        """Whether a document with this stamp would be read the same way now; what OCR gave stays where OCR is gone."""
        if stamp == self.stamp:
            return True
        if stamp == f"{self.stamp}/{_SCANNED}":
            return self.ocr.tesseract is None
        recognised = stamp.startswith(f"{self.stamp}/ocr ")
        return recognised and (self.ocr.tesseract is None or stamp == f"{self.stamp}/{self.ocr.key}")

    def loses(self, stamp: str) -> bool:
        """Whether reading a document with this stamp again would lose what OCR gave: OCR is gone."""
        return self.ocr.tesseract is None and "/ocr " in stamp
