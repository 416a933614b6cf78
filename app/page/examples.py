"""Questions to offer while certain documents are in the index (`examples.toml`)."""

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.companies import possessive
from corpus.document import Kind, Metadata
from corpus.errors import DataProblem

if TYPE_CHECKING:
    from index.store import DocumentRecord

MOST_ASKED = 4  # questions offered of what was just added


@cache
def _examples() -> dict[str, object]:
    path = Path(__file__).with_name("examples.toml")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataProblem(f"{path} isn't valid TOML: {error}. Mend that line, or restore the file.") from error


def example_questions(
    documents: Iterable[str], terms: Sequence[str] = (), filings: Sequence[Metadata] = ()
) -> list[str]:
    """Questions to offer while these documents are in the index.

    `terms` are glossary terms found in them, `filings` what the annual reports among them say of themselves.
    """
    data, names = _examples(), set(documents)
    sets = data.get("set", [])
    assert isinstance(sets, list)
    found = [str(question) for each in sets if each["document"] in names for question in each["questions"]]
    general = data.get("general", [])
    assert isinstance(general, list)
    about = _about_filings(filings)
    if not found:
        found = [str(data["terms"]).format(term=term) for term in terms[: max(0, 3 - len(about))]]
        if not about:
            found += [str(data["summary"]).format(name=name) for name in sorted(names)[:2]]
        found += [str(each) for each in general]
    return [*about, *found]


def questions_about(records: "Sequence[DocumentRecord]", terms: Sequence[tuple[str, str]]) -> list[str]:
    """Questions to ask of documents that were just added; `terms` are those of glossaries, each with its document's name."""
    names = {record.name for record in records}
    data = _examples()
    sets = data.get("set", [])
    assert isinstance(sets, list)
    found = [str(question) for each in sets if each["document"] in names for question in each["questions"]][:3]
    found += _about_filings([one.metadata for one in records if one.metadata.kind is Kind.ANNUAL_REPORT])
    found += [str(data["terms"]).format(term=term) for term, document in terms if document in names][:2]
    if len(found) < MOST_ASKED:
        found += [str(data["summary"]).format(name=record.name) for record in records[: MOST_ASKED - len(found)]]
    return found[:MOST_ASKED]


def _about_filings(filings: Sequence[Metadata]) -> list[str]:
    """A question on the newest annual report of each of the first companies."""
    newest: dict[str, int] = {}
    for one in filings:
        if one.company and one.period and one.period.fiscal_year:
            newest[one.company] = max(newest.get(one.company, 0), one.period.fiscal_year)
    forms = _examples().get("filings", [])
    assert isinstance(forms, list)
    latest = sorted(newest.items(), key=lambda item: -item[1])
    return [
        str(form).format(whose=possessive(company.title() if company.isupper() else company), year=year)
        for form, (company, year) in zip(forms, latest, strict=False)
    ]
