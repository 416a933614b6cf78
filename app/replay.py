"""`footnote replay`: a reported question asked again, over the present index or over the report's own evidence."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.answer import Answer, Citation, Turn
from app.evidence_report import Evidence, Report, used_settings, used_versions
from app.export import citations_of, place
from app.json_objects import answer_object
from corpus.document import Document, Page
from corpus.glossary_entry import FILE_SOURCE, GlossaryEntry
from corpus.readers.clean import one_line
from index.part_files import working_folder

if TYPE_CHECKING:
    from app.footnote import Footnote


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of asking again."""

    report: Report
    answer: Answer  # with the names that the documents have in the report
    missing: tuple[str, ...]  # documents that the present index doesn't have
    over_evidence: bool  # asked over the report's own pages
    differences: tuple[str, ...]  # of the answer; empty where it is the same
    changed: tuple[str, ...]  # settings and versions that are others now

    @property
    def same(self) -> bool:
        """Whether the answer is the same."""
        return not self.differences


def replay(engine: "Footnote", report: Report, *, over_evidence: bool = False) -> Replay:
    """Ask a report's question again over `engine`'s index; over the report's own pages where a document is missing.

    Raises what `Footnote.ask` does.
    """
    held = {record.sha256 for record in engine.documents()}
    missing = tuple(one.document for one in report.sources if one.sha256 not in held)
    over_evidence = over_evidence or bool(missing)
    if over_evidence:
        with evidence_engine(engine, report) as small:
            answer = _asked(small, report)
    else:
        answer = _asked(engine, report)
    now: dict[str, Any] = {**used_settings(engine), **used_versions(engine)}
    then: dict[str, Any] = {**report.settings, **report.versions}
    if over_evidence:
        now["index"] = engine.embedding().model_id
    changed = tuple(f"{name}: {then[name]} then, {now.get(name)} now" for name in then if then[name] != now.get(name))
    return Replay(report, answer, missing, over_evidence, tuple(differences(report.answer, answer)), changed)


def _asked(engine: "Footnote", report: Report) -> Answer:
    """The answer, its citations under the names of the report; so are those that it leans on under today's."""
    records = engine.documents()
    names = {record.sha256: record.name for record in records}
    to_now = {one.document: names[one.sha256] for one in report.sources if one.sha256 in names}
    scope = None
    if report.scope is not None:
        wanted = {one.sha256 for one in report.scope}
        scope = {record.id for record in records if record.sha256 in wanted}
    history = [Turn(turn.question, renamed(turn.answer, to_now)) for turn in report.history]
    return renamed(engine.ask(report.question, history, scope), {now: then for then, now in to_now.items()})


def renamed(answer: Answer, names: dict[str, str]) -> Answer:
    """An answer whose citations name its documents otherwise."""
    if all(old == new for old, new in names.items()):
        return answer

    def cited(citation: Citation) -> Citation:
        return replace(citation, document=names.get(citation.document, citation.document))

    found: Answer = _with_citations(answer, cited)
    return found


def _with_citations(value: Any, cited: Any) -> Any:
    """A value of frozen dataclasses and tuples with each citation in it put through `cited`."""
    if isinstance(value, Citation):
        return cited(value)
    if isinstance(value, tuple):
        return tuple(_with_citations(one, cited) for one in value)
    if hasattr(value, "__dataclass_fields__"):
        return replace(
            value, **{name: _with_citations(getattr(value, name), cited) for name in value.__dataclass_fields__}
        )
    return value


@contextmanager
def evidence_engine(engine: "Footnote", report: Report) -> "Iterator[Footnote]":
    """An engine over a temporary index of a report's own pages; with `engine`'s settings and model."""
    from app.footnote import Footnote

    with working_folder(engine.settings.home) as home:
        (home / "glossary.toml").write_text(_glossary_toml(report.glossary), encoding="utf-8")
        small = Footnote(engine.settings.model_copy(update={"home": home}))
        try:
            small.use_embedding(engine.embedding())
            for number, source in enumerate(report.sources):
                _add(small, source, number)
            yield small
        finally:
            small.close()


def _add(engine: "Footnote", source: Evidence, number: int) -> None:
    """Bring the pages of a report into an index; those that it doesn't hold are empty."""
    from index.statement_facts import facts_of, stamp

    texts = {page.number: page for page in source.pages}
    path = f"report/{number}/{source.document}"
    document = Document(
        source.document,
        path,
        source.sha256,
        source.media_type,
        tuple(texts.get(one) or Page(one, "") for one in range(source.page_count)),
        source.tables,
        metadata=source.metadata,
    )
    features = {page: frozenset(found) for page, found in source.features.items()}
    embedding = engine.embedding()
    engine.store.add(
        document,
        source.passages,
        embedding.embed_passages([passage.embedded_text for passage in source.passages]),
        embedding.model_id,
        source.glossary,
        features,
        facts=facts_of(document, source.passages, features),
        facts_stamp=stamp(),
        source=engine.settings.home / "nowhere",
    )


def _glossary_toml(entries: Sequence[GlossaryEntry]) -> str:
    """Entries as a glossary file; JSON's strings and lists are TOML's, too. What they refer to isn't there."""
    lines = []
    for entry in entries:
        fields = {"term": entry.term, "definition": entry.definition, "aliases": list(entry.aliases)}
        if entry.formula:
            fields["formula"] = entry.formula
        lines += ["[[term]]", *(f"{name} = {json.dumps(value)}" for name, value in fields.items()), ""]
    return "\n".join(lines)


# What differs


def differences(then: Answer, now: Answer) -> Iterator[str]:
    """In what an answer differs from an earlier one, a line each; the time it took is nothing of it."""
    if then.kind is not now.kind:
        yield f"kind: {then.kind} then, {now.kind} now"
    if then.resolved != now.resolved:
        yield f"understood as: {then.resolved or then.question!r} then, {now.resolved or now.question!r} now"
    if then.text != now.text:
        yield f"text then: {then.text}"
        yield f"text now: {now.text}"
    if _figures(then) != _figures(now):
        yield f"figures: {'; '.join(_figures(then)) or 'none'} then, {'; '.join(_figures(now)) or 'none'} now"
    before, after = _places(then), _places(now)
    yield from (f"cited then, not now: {said}" for key, said in before.items() if key not in after)
    yield from (f"cited now, not then: {said}" for key, said in after.items() if key not in before)


def _figures(answer: Answer) -> list[str]:
    """The results of calculations and series, exact."""
    found = []
    for statement in answer.statements:
        if statement.calculation:
            found.append(f"{statement.calculation.expression} = {statement.calculation.value}")
        if statement.series:
            found += [f"{point.period} {statement.series.name} = {point.value}" for point in statement.series.points]
    return found


def _places(answer: Answer) -> dict[tuple[Any, ...], str]:
    """Citations by what they are compared by: of the glossary its words, since other entries move them."""
    found: dict[tuple[Any, ...], str] = {}
    for one in citations_of(answer):
        key = (one.document, one.quote) if one.document == FILE_SOURCE else (one.document, one.page, one.start, one.end)
        found[key] = f"{place(one)}, characters {one.start} to {one.end}"
    return found


# What is told of it


def replay_object(done: Replay) -> dict[str, Any]:
    """The object of `replay --json`."""
    return {
        "question": done.report.question,
        "same": done.same,
        "over_evidence": done.over_evidence,
        "missing": list(done.missing),
        "differences": list(done.differences),
        "changed": list(done.changed),
        "then": answer_object(done.report.answer),
        "now": answer_object(done.answer),
    }


def replay_text(done: Replay) -> str:
    """The same for a person."""
    lines = [f"“{one_line(done.report.question)}”, reported {one_line(done.report.created)}"]
    if done.missing:
        lines.append(f"Not in this index: {one_line(', '.join(done.missing))}. Asked over the pages in the report.")
    elif done.over_evidence:
        lines.append("Asked over the pages in the report.")
    else:
        lines.append("Asked over this index, which has every document of the report.")
    lines.append("The answer is the same:" if done.same else "The answer differs:")
    lines += [f"  {one_line(one)}" for one in done.differences] or [f"  {done.answer.text}"]
    if done.changed:
        lines += ["Other than when it was reported:", *(f"  {one_line(one)}" for one in done.changed)]
    return "\n".join(lines)
