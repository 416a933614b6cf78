"""Reports of answers with their evidence, and the same question asked again from them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer, AnswerKind, Turn
from app.chats import Chats
from app.evidence_report import Report, make_report, read_report, write_report
from app.footnote import Footnote
from app.replay import differences, replay, replay_object, replay_text
from app.settings import Settings
from corpus.errors import DataProblem, UnknownChat
from tests.app.drawn_filing import Company, companies, draw
from tests.app.server_process import client, running
from tests.started import ROOT, footnote

BASE = "What was Cambricon's revenue in the same quarter of the year before?"
QUESTIONS = [
    BASE,
    "Who makes HBM?",
    "What is HBM?",
    "What drove the jump in Cambricon's revenue?",
    "Harrowvale operating margin in the second quarter of 2025?",
    "Who is the chief executive of Cambricon?",
    "159% growth to 2.88 billion: what was the base?",
    "",
]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Footnote]:
    engine = Footnote(Settings(home=tmp_path / "empty"))
    yield engine
    engine.close()


def through_file(report: Report, folder: Path) -> Report:
    write_report(folder / "report.json", report)
    return read_report(folder / "report.json")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_report_gives_the_same_answer_over_its_index(sample: Footnote, question: str, tmp_path: Path) -> None:
    answer = sample.ask(question)
    report = through_file(make_report(sample, answer), tmp_path)
    assert report.answer == answer
    done = replay(sample, report)
    assert done.same, done.differences
    assert not done.over_evidence
    assert not done.changed


@pytest.mark.parametrize("question", [QUESTIONS[0], QUESTIONS[1], QUESTIONS[2], QUESTIONS[4], QUESTIONS[6]])
def test_where_the_documents_are_not_there_the_reports_own_pages_give_it(
    sample: Footnote, empty: Footnote, question: str, tmp_path: Path
) -> None:
    report = through_file(make_report(sample, sample.ask(question)), tmp_path)
    done = replay(empty, report, over_evidence=True)
    assert done.same, done.differences
    assert done.over_evidence
    assert set(done.missing) == {source.document for source in report.sources}
    assert empty.documents() == []


def test_a_refusal_stays_one_over_its_own_pages(sample: Footnote, empty: Footnote) -> None:
    answer = sample.ask("Who is the chief executive of Cambricon?")
    done = replay(empty, make_report(sample, answer))
    assert done.answer.kind is AnswerKind.REFUSAL


def test_a_follow_up_is_asked_with_the_turns_before_it(sample: Footnote, empty: Footnote, tmp_path: Path) -> None:
    first = sample.ask("What was Cambricon's revenue in the first quarter of 2026?")
    history = [Turn(first.question, first)]
    answer = sample.ask("And in the same quarter of the year before?", history)
    report = through_file(make_report(sample, answer, history), tmp_path)
    for engine in (sample, empty):
        done = replay(engine, report)
        assert done.same, done.differences
        assert "1.112 billion CNY" in done.answer.text


def test_figures_of_a_filing_are_computed_again_from_the_pages_in_the_report(
    empty: Footnote, filing: tuple[Footnote, Company], tmp_path: Path
) -> None:
    engine, company = filing
    answered = 0
    for question, figure in company.asks:
        answer = engine.ask(question)
        if not figure or answer.kind is AnswerKind.REFUSAL:
            continue
        report = through_file(make_report(engine, answer), tmp_path)
        assert all(len(source.pages) < source.page_count for source in report.sources)
        done = replay(empty, report)
        assert done.same, (question, done.differences)
        answered += 1
    assert answered >= 3


@pytest.fixture(scope="module")
def filing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Footnote, Company]]:
    folder = tmp_path_factory.mktemp("filing")
    company = companies()[0]
    draw(company, folder / f"{company.key}-10-K.pdf")
    engine = Footnote(Settings(home=folder / "home"))
    engine.ingest([folder / f"{company.key}-10-K.pdf"])
    yield engine, company
    engine.close()


def article(revenue: str) -> str:
    return f"# Quellmar AG\n\nRevenue of Quellmar in 2025 was {revenue} million EUR.\n"


def test_what_a_changed_document_changes_is_told(tmp_path: Path) -> None:
    file = tmp_path / "quellmar.md"
    file.write_text(article("12"), encoding="utf-8")
    engine = Footnote(Settings(home=tmp_path / "home"))
    try:
        engine.ingest([file])
        report = make_report(engine, engine.ask("What was Quellmar's revenue in 2025?"))
        file.write_text(article("13"), encoding="utf-8")
        engine.ingest([file])
        done = replay(engine, report)
        assert done.same  # over the pages that were reported
        assert done.missing == ("quellmar",)
        same_file = replace(report, sources=(replace(report.sources[0], sha256=engine.documents()[0].sha256),))
        done = replay(engine, same_file)
    finally:
        engine.close()
    assert not done.same
    said = replay_text(done)
    assert "12 million EUR" in said
    assert "13 million EUR" in said
    assert "The answer differs" in said


def test_a_document_under_another_name_is_the_same_document(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    first, second = Footnote(Settings(home=tmp_path / "one")), Footnote(Settings(home=tmp_path / "two"))
    try:
        for engine, name in ((first, "before"), (second, "after")):
            file = tmp_path / "a" / f"{name}.md"
            file.write_text(article("12"), encoding="utf-8")
            engine.ingest([file])
        answer = first.ask("What was Quellmar's revenue in 2025?")
        done = replay(second, make_report(first, answer, documents={first.documents()[0].id}))
    finally:
        first.close()
        second.close()
    assert not done.over_evidence
    assert done.same, done.differences


def test_ones_own_glossary_goes_with_the_report(tmp_path: Path, empty: Footnote) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "glossary.toml").write_text(
        '[[term]]\nterm = "Quellwert"\ndefinition = "What a \\"lamp\\" is worth; 5% of its price."\n', encoding="utf-8"
    )
    engine = Footnote(Settings(home=home))
    try:
        report = through_file(make_report(engine, engine.ask("What is Quellwert?")), tmp_path)
    finally:
        engine.close()
    assert [entry.term for entry in report.glossary] == ["Quellwert"]
    done = replay(empty, report, over_evidence=True)
    assert done.same, done.differences


def test_each_kind_of_difference_is_named(sample: Footnote) -> None:
    then = sample.ask(BASE)
    now = replace(then, kind=AnswerKind.REFUSAL, text="No.", statements=(), resolved="else")
    said = "\n".join(differences(then, now))
    for part in (
        "kind: answer then, refusal now",
        "text then: About",
        "text now: No.",
        "figures:",
        "understood as",
        "cited then, not now: cambricon-q1-2026, page 1",
    ):
        assert part in said
    assert list(differences(then, replace(then, elapsed_ms=1e9))) == []


# The file


def test_a_report_holds_the_cited_pages_and_no_more(sample: Footnote, tmp_path: Path) -> None:
    write_report(tmp_path / "report.json", make_report(sample, sample.ask(BASE)))
    text = (tmp_path / "report.json").read_text(encoding="utf-8")
    data = json.loads(text)
    assert [source["document"] for source in data["sources"]] == ["cambricon-q1-2026"]
    assert data["sources"][0]["sha256"] == sample.store.document("cambricon-q1-2026").sha256
    assert data["settings"]["passage_tokens"] == 220
    assert str(sample.settings.home) not in text
    assert str(ROOT) not in text


def test_no_key_goes_into_a_report(sample: Footnote, tmp_path: Path) -> None:
    settings = Settings(home=sample.settings.home, api_key="a-key-for-tests")
    engine = Footnote(settings)
    try:
        write_report(tmp_path / "report.json", make_report(engine, engine.ask(BASE)))
    finally:
        engine.close()
    assert "a-key-for-tests" not in (tmp_path / "report.json").read_text(encoding="utf-8")


def changed(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    found: Any = data
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        found = found[part]
    found[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("footnote_report", 2),
        ("question", None),
        ("answer.kind", "truth"),
        ("answer.statements", {}),
        ("history", [{"question": 1}]),
        ("sources.0.sha256", "../../etc/passwd"),
        ("sources.0.page_count", 10**9),
        ("sources.0.page_count", 0),
        ("sources.0.pages.0.text", "Something else."),
        ("sources.0.passages.0.span", {"page": 0, "start": 9, "end": 3}),
        ("sources.0.passages.0.text", "Revenue was 9 billion CNY."),
        ("sources.0.metadata.kind", "nonsense"),
    ],
)
def test_a_report_that_was_tampered_with_is_refused(sample: Footnote, tmp_path: Path, path: str, value: Any) -> None:
    file = tmp_path / "report.json"
    write_report(file, make_report(sample, sample.ask(BASE)))
    data = changed(json.loads(file.read_text(encoding="utf-8")), path, value)
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(DataProblem, match=r"report\.json"):
        read_report(file)


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b"\xff\xfe", b"[" * 200_000, b'{"footnote_report": 1}'])
def test_what_is_no_report_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(DataProblem, match="--report wrote"):
        read_report(tmp_path / "x.json")
    with pytest.raises(DataProblem, match="can't be read"):
        read_report(tmp_path / "missing.json")


# From outside


def test_the_command_line_reports_and_replays(sample: Footnote, tmp_path: Path) -> None:
    home, file = str(sample.settings.home), str(tmp_path / "report.json")
    # A process that starts from nothing: another order of sets than in those that replay.
    command = [sys.executable, "-m", "app", "ask", BASE, "--report", file, "--home", home]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=True)
    assert "with its evidence" in asked.stdout
    again = footnote("replay", file, "--home", home)
    assert again.returncode == 0
    assert "The answer is the same" in again.stdout
    elsewhere = footnote("replay", file, "--json", "--home", str(tmp_path / "elsewhere"))
    assert elsewhere.returncode == 0, elsewhere.stderr
    data = json.loads(elsewhere.stdout)
    assert data["same"]
    assert data["missing"] == ["cambricon-q1-2026"]
    data = json.loads(Path(file).read_text(encoding="utf-8"))
    data["answer"]["text"] = "Revenue was 9 billion CNY."
    Path(file).write_text(json.dumps(data), encoding="utf-8")
    assert footnote("replay", file, "--home", home).returncode == 1
    assert footnote("replay", str(tmp_path / "none.json"), "--home", home).returncode == 1


def test_the_chats_report_is_one_exchange_with_those_before_it(tmp_path: Path) -> None:
    engine = Footnote(Settings(home=tmp_path / "home"))
    engine.ingest_sample()
    chats = Chats(engine.store)
    chat = chats.create("Cambricon")
    answers: list[Answer] = []
    for question in (
        "What was Cambricon's revenue in the first quarter of 2026?",
        "And in the same quarter of the year before?",
    ):
        answers.append(engine.ask(question, chats.get(chat.id).history))
        message = chats.append(chat.id, answers[-1])
    with running("chat", tmp_path / "home", "--no-browser", "--no-sample") as server, client(server) as http:
        got = http.get(f"/report/{message.id}")
        assert got.headers["content-disposition"] == f'attachment; filename="footnote-report-{message.id}.json"'
        for path in ("999", "x", "-1", "9" * 50, ""):
            assert http.get(f"/report/{path}").status_code == 404
        assert http.get("/report/1", headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert http.get("/report/1", headers={"host": "elsewhere.invalid"}).status_code == 403
        assert http.post("/report/1").status_code == 403
    (tmp_path / "report.json").write_bytes(got.content)
    report = read_report(tmp_path / "report.json")
    assert report.answer == answers[1]
    assert [turn.answer for turn in report.history] == answers[:1]
    assert replay(engine, report).same
    assert replay_object(replay(engine, report))["then"]["text"] == answers[1].text
    engine.close()


def test_a_deleted_chats_report_is_told(sample: Footnote) -> None:
    from app.server.reports import message_report

    with pytest.raises(UnknownChat):
        message_report(sample, "12345")
