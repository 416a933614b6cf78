"""What a document's notes say of its scanned pages, and why one of nothing but scans can't be read."""

from collections.abc import Mapping, Sequence

from corpus.ocr.page import Recognised

_MOST = 20  # page numbers named


def page_list(numbers: Sequence[int]) -> str:
    """Pages from 0, as a person calls them: "page 3", "pages 3, 9"."""
    shown = ", ".join(str(number + 1) for number in numbers[:_MOST]) + (" …" if len(numbers) > _MOST else "")
    return f"{'page' if len(numbers) == 1 else 'pages'} {shown}"


def unread_note(numbers: Sequence[int], missing: str) -> str:
    """Scanned pages that weren't read."""
    verb = "is" if len(numbers) == 1 else "are"
    them = "it" if len(numbers) == 1 else "them"
    return f"{page_list(numbers)} {verb} scanned and not read; to have {them} read, {missing}, and add the file again"


def read_notes(found: Mapping[int, Recognised | str]) -> list[str]:
    """What came of the scanned pages that were read."""
    read = [number for number, page in sorted(found.items()) if isinstance(page, Recognised) and page.text.strip()]
    empty = [number for number, page in sorted(found.items()) if isinstance(page, Recognised) and not page.text.strip()]
    notes = [f"{page_list(read)} read by OCR"] if read else []
    if empty:
        notes.append(f"{page_list(empty)} scanned, and no text could be made out")
    notes += [
        f"{page_list([number])} couldn't be read: {page}" for number, page in found.items() if isinstance(page, str)
    ]
    doubtful = {
        number: page.doubtful for number, page in found.items() if isinstance(page, Recognised) and page.doubtful
    }
    if doubtful:
        count, where = sum(doubtful.values()), page_list(sorted(doubtful))
        what = "1 figure couldn't" if count == 1 else f"{count} figures couldn't"
        notes.append(f"{what} be read for certain on {where}: such a line's figures stand as ▯ and aren't used")
    poor = [number for number in read if isinstance(page := found[number], Recognised) and page.legible < 0.7]
    if poor:
        notes.append(f"{page_list(poor)} hard to make out: read {'it' if len(poor) == 1 else 'them'} with care")
    return notes
