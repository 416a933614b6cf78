"""Plain text: one page as it stands, headings told by how they are set."""

from corpus.document import Heading, Page
from corpus.readers.clean import clean
from corpus.readers.headings import find_headings


def read_text(text: str) -> tuple[list[Page], list[Heading]]:
    """Give the page and the headings of plain text."""
    page = Page(0, clean(text).strip("\n"))
    return [page], find_headings(page, frozenset())
