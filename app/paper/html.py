"""A paper as one HTML file: no script, nothing loaded from anywhere, readable on a screen in light and dark and on paper."""

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from app.paper.paper import Block, Listing, Note, Paper, Paragraph, Section, Table, Text, Tone, dateline, moment

# The file says itself that it may run and load nothing, whatever a document put into it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def paper_html(paper: Paper) -> str:
    """The text of the file."""
    seen: set[int] = set()
    title = escape(paper.title)
    sections = "".join(_section(section, paper.single, seen) for section in paper.sections)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="Footnote">'
        f"<title>{title}</title><style>{_style()}</style></head>\n"
        f'<body><main><header><h1><bdi>{title}</bdi></h1><p class="when">{escape(dateline(paper))}</p></header>\n'
        f"{sections}</main></body></html>\n"
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("paper.css").read_text(encoding="utf-8")


def _section(section: Section, single: bool, seen: set[int]) -> str:
    head = ""
    if not single:
        head = f'<h2><bdi>{escape(section.question)}</bdi></h2><p class="when">Asked {moment(section.asked)}</p>'
    blocks = "".join(_block(block, seen) for block in section.blocks)
    notes = "".join(map(_note, section.notes))
    listed = f'<ol class="notes" aria-label="Footnotes">{notes}</ol>' if notes else ""
    return f"<section>{head}{blocks}{listed}</section>\n"


def _note(note: Note) -> str:
    number = note.number
    return (
        f'<li id="note-{number}" value="{number}"><bdi class="place">{escape(note.place)}</bdi>: '
        f"<q><bdi>{escape(note.quote)}</bdi></q> "
        f'<a href="#mark-{number}" aria-label="Back to mark {number}">↩</a></li>'
    )


def _block(block: Block, seen: set[int]) -> str:
    match block:
        case Paragraph(parts, Tone.BODY):
            return f"<p>{_texts(parts, seen)}</p>"
        case Paragraph(parts, tone):
            return f'<p class="{tone}">{_texts(parts, seen)}</p>'
        case Listing(items, numbered):
            lines = "".join(f"<li>{_texts([item], seen)}</li>" for item in items)
            return f"<ol>{lines}</ol>" if numbered else f"<ul>{lines}</ul>"
        case Table():
            return _table(block, seen)


def _table(table: Table, seen: set[int]) -> str:
    head = ""
    if table.head:
        cells = "".join(
            f'<th scope="col">{escape(one)}</th>' if one else "<td></td>" for one in table.head
        )  # an empty corner is no header
        head = f"<thead><tr>{cells}</tr></thead>"
    rows = []
    for index, row in enumerate(table.rows):
        kind = ' class="result"' if index in table.results else ""
        cells = "".join(f"<td>{_texts([cell], seen)}</td>" for cell in row[1:])
        rows.append(f'<tr{kind}><th scope="row">{_texts(row[:1], seen)}</th>{cells}</tr>')
    caption = escape(table.caption)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{caption}">'
        f"<table{'' if table.figures else ' class=words'}><caption>{caption}</caption>{head}<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _texts(parts: Iterable[Text], seen: set[int]) -> str:
    return " ".join(f"<bdi>{escape(part.text)}</bdi>{_marks(part, seen)}" for part in parts)


def _marks(text: Text, seen: set[int]) -> str:
    """The marks; the first of each number is where its footnote leads back to.

    In brackets, so that a mark behind a figure is never read, or copied, as one of its digits.
    """
    marks = []
    for number in text.notes:
        name = "" if number in seen else f' id="mark-{number}"'
        seen.add(number)
        marks.append(f'<sup><a href="#note-{number}"{name} aria-label="Footnote {number}">[{number}]</a></sup>')
    return "".join(marks)
