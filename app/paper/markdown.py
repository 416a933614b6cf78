"""A paper as Markdown with footnotes (`[^1]`), as GitHub, Pandoc and Obsidian read them."""

from collections.abc import Iterator

from app.export import markdown_literal
from app.paper.paper import Block, Listing, Paper, Paragraph, Table, Text, Tone, dateline, moment


def paper_markdown(paper: Paper) -> str:
    """The text of the file."""
    blocks = [f"# {markdown_literal(paper.title)}", f"*{dateline(paper)}*"]
    for section in paper.sections:
        if not paper.single:
            blocks += [f"## {markdown_literal(section.question)}", f"*Asked {moment(section.asked)}*"]
        blocks += [text for block in section.blocks for text in _block(block)]
        notes = [
            f"[^{note.number}]: {markdown_literal(note.place)}: “{markdown_literal(note.quote)}”"
            for note in section.notes
        ]
        blocks += ["\n".join(notes)] if notes else []
    return "\n\n".join(blocks) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(parts, Tone.BODY):
            yield " ".join(map(_text, parts))
        case Paragraph(parts, _):
            # The mark stands outside of the emphasis: some readers take no footnote inside of it.
            yield " ".join(f"*{markdown_literal(part.text)}*{_marks(part)}" for part in parts)
        case Listing(items, numbered):
            yield "\n".join(f"{f'{n}.' if numbered else '-'} {_text(item)}" for n, item in enumerate(items, 1))
        case Table(caption, head, rows, _, figures):
            width = len(head or rows[0]) if head or rows else 0
            yield f"*{markdown_literal(caption)}*"
            lines = [_row([markdown_literal(one) for one in head] or [""] * width)]
            lines.append(_row(["---", *["---:" if figures else "---"] * (width - 1)]))
            lines += [_row([_text(cell) for cell in row]) for row in rows]
            yield "\n".join(lines)


def _text(text: Text) -> str:
    return markdown_literal(text.text) + _marks(text)


def _marks(text: Text) -> str:
    return "".join(f"[^{number}]" for number in text.notes)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
