"""An overview as text for the command line, and as the object of the API."""

from typing import Any

from app.export import place
from app.overview.contents import Overview
from index.citation import Citation


def overview_object(overview: Overview) -> dict[str, Any]:
    """The object of `overview --json`; each page from 1."""
    return {
        "document": overview.document,
        "title": overview.title,
        "company": overview.company,
        "period": overview.period,
        "kind": overview.kind,
        "language": overview.language,
        "pages": overview.pages,
        "tables": overview.tables,
        "parts": [{"name": part.name, "citation": part.citation.to_json()} for part in overview.parts],
        "parts_in_all": overview.parts_in_all,
        "says": [_said(one.text, one.citations) for one in overview.says],
        "figures": [_said(one.text, one.citations) for one in overview.figures],
        "terms": [_said(one.text, one.citations) for one in overview.terms],
        "questions": list(overview.questions),
    }


def overview_text(overview: Overview) -> str:
    """The same for a person, each line with its place."""
    about = (overview.company, overview.kind, overview.period, _language(overview.language))
    sizes = (_counted(overview.pages, "page"), _counted(overview.tables, "table"))
    lines = [overview.title or overview.document, ", ".join(one for one in (*about, *sizes) if one)]
    if overview.parts:
        more = overview.parts_in_all - len(overview.parts)
        lines += ["", f"Parts{f' (the first {len(overview.parts)} of {overview.parts_in_all})' if more else ''}"]
        lines += [f"  {part.name}  [page {part.citation.page + 1}]" for part in overview.parts]
    for heading, group in (
        ("What it says", overview.says),
        ("Figures", overview.figures),
        ("Terms that it defines", overview.terms),
    ):
        if group:
            lines += [
                "",
                heading,
                *(f"  {one.text}  [{'; '.join(place(each) for each in one.citations)}]" for one in group),
            ]
    if overview.questions:
        lines += ["", "Questions that it answers", *(f"  {question}" for question in overview.questions)]
    return "\n".join(lines)


def _said(text: str, citations: tuple[Citation, ...]) -> dict[str, Any]:
    return {"text": text, "citations": [one.to_json() for one in citations]}


def _language(code: str | None) -> str:
    return {"en": "English", "zh": "Chinese"}.get(code or "", code or "")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
