"""The engine as a person sees it: as if what isn't theirs weren't there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answer import AnswerKind
from app.chats import Chats
from app.evidence_report import make_report, report_json
from app.export import answer_text
from app.footnote import Footnote
from app.page.chat import ChatActions
from app.page.documents import DocumentActions
from app.page.visit import Visit
from app.people.person import PROGRAM, SOLE, work_for
from app.people.seen import for_callers
from app.people.users import Users
from app.settings import Settings
from corpus.errors import NotSignedIn, NotYours, UnknownChat, UnknownDocument
from tests.app.people import ANNAS, BENS, EVERYONES, World, made, put, tells

QUESTIONS = (
    "What was the revenue of Quellmar AG in 2025?", "What was revenue in 2025?", "Who is the chief executive?", "Okapibond",
    "What is an Okapibond?", "What were total assets in FY2025?", "What was Quellmar's FY2025 cash and cash equivalents?",
    "Summarise the report", "Which companies are there?", "Does anything stand in Wolkenstein?", "Who is Zanderling?",
    "Compare the revenue of Quellmar and Birch Mills", "How many employees has Cedar Foods?", "report (anna)",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = made(tmp_path_factory.mktemp("people"))
    yield world
    world.whole.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footnote]:
    """An engine that never had Anna's document."""
    home = tmp_path_factory.mktemp("alone")
    engine = Footnote(Settings(home=home))
    for name, text in (("report (ben).md", BENS), ("cedar.md", EVERYONES)):
        (home / name).write_text(text, encoding="utf-8")
        assert not engine.ingest([home / name]).failed
    yield engine
    engine.close()


@pytest.fixture
def chats_of(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    yield world
    world.whole.close()


def test_each_sees_their_own_and_everyones(world: World) -> None:
    assert [one.name for one in world.annas.documents()] == ["cedar", "report (anna)"]
    assert [one.name for one in world.bens.documents()] == ["cedar", "report (ben)"]
    assert [one.name for one in world.views.of(PROGRAM).documents()] == ["cedar"]
    assert len(world.views.of(SOLE).documents()) == 3


def test_anna_is_answered_from_her_documents(world: World) -> None:
    answer = world.annas.ask("What was the revenue of Quellmar AG in 2025?")
    assert "4,711" in answer.text
    assert world.annas.glossary().find("Okapibond")
    assert world.annas.facts()


@pytest.mark.parametrize("question", QUESTIONS)
def test_ben_is_answered_as_if_annas_were_not_there(world: World, alone: Footnote, question: str) -> None:
    mine, plain = world.bens.ask(question), alone.ask(question)
    assert answer_text(mine) == answer_text(plain)
    assert mine.nearest == plain.nearest
    assert not tells(mine.text) or mine.kind is AnswerKind.REFUSAL  # which may repeat the question
    assert not any(tells(one.quote) for one in (*mine.nearest, *(c for s in mine.statements for c in s.citations)))


def test_all_else_that_the_engine_gives_is_bens_alone(world: World, alone: Footnote) -> None:
    bens = world.bens
    assert bens.known_names() == alone.known_names()
    assert [one.term for one in bens.glossary().entries] == [one.term for one in alone.glossary().entries]
    assert bens.facts() == [] == alone.facts()
    assert [hit.document for hit in bens.search("revenue chief executive", 50)] == [
        hit.document for hit in alone.search("revenue chief executive", 50)
    ]
    with pytest.raises(UnknownDocument):
        bens.page_text("report (anna)", 0)
    with pytest.raises(UnknownDocument):
        bens.facts(document="report (anna)")
    theirs = world.annas.store.document("report (anna)").id
    assert bens.search("revenue", 10, [theirs]) == []
    assert not tells(bens.ask("What was revenue?", (), [theirs]).text)
    assert bens.about("report (anna)") == ""
    with pytest.raises(UnknownDocument):
        bens.store.source_file(theirs)


def test_the_welcome_page_offers_nothing_of_annas(world: World) -> None:
    with work_for(world.ben):
        engine = for_callers(world.whole)
        page = DocumentActions(engine)
        assert not tells(ChatActions(engine).welcome())
        assert not tells(page.glossary.search("", Visit()))
        assert not tells(str(page.documents(Visit())))
        assert "report (anna)" not in str(page.documents(Visit()))
    with work_for(world.anna):
        assert "Okapibond" in page.glossary.search("", Visit())


def test_a_servers_engine_gives_nothing_without_a_caller(world: World) -> None:
    engine = for_callers(world.whole)
    for work in (lambda: engine.documents(), lambda: engine.ask("revenue"), lambda: engine.store.documents()):
        with pytest.raises(NotSignedIn):
            work()


# What comes in and goes out


def test_the_same_file_of_two_people_is_two_documents(chats_of: World, tmp_path: Path) -> None:
    anna, ben = chats_of.annas, chats_of.bens
    assert put(ben, tmp_path, "report.md", ANNAS) == "report (ben)"  # takes his own earlier one's place, not hers
    assert {one.name for one in anna.documents()} == {"cedar", "report (anna)"}
    assert "4,711" in ben.ask("What was the revenue of Quellmar AG in 2025?").text
    assert len({one.id for one in (anna.store.document("report (anna)"), ben.store.document("report (ben)"))}) == 2
    anna.remove("report (anna)")
    assert "4,711" in ben.ask("What was the revenue of Quellmar AG in 2025?").text
    assert ben.store.source_file(ben.store.document("report (ben)").id).is_file()
    assert chats_of.whole.store.check() == []


def test_bytes_that_another_has_are_new_to_me(chats_of: World, tmp_path: Path) -> None:
    path = tmp_path / "copy of hers.md"
    path.write_text(ANNAS, encoding="utf-8")
    report = chats_of.bens.ingest([path], uploaded=True)
    assert [one.name for one in report.added] == ["copy of hers (ben)"]
    again = chats_of.bens.ingest([path], uploaded=True)
    assert [one.name for one in again.unchanged] == ["copy of hers (ben)"]
    everyones = tmp_path / "copy.md"
    everyones.write_text(EVERYONES, encoding="utf-8")
    assert [one.name for one in chats_of.bens.ingest([everyones], uploaded=True).unchanged] == ["cedar"]


def test_a_document_read_again_stays_its_owners(chats_of: World, tmp_path: Path) -> None:
    put(chats_of.annas, tmp_path, "report.md", ANNAS.replace("Zanderling", "Wolkenstein"))
    assert [one.name for one in chats_of.bens.documents()] == ["cedar", "report (ben)"]
    assert "Zanderling" not in chats_of.annas.page_text("report (anna)", 0)


def test_only_an_admin_removes_what_is_everyones(chats_of: World) -> None:
    with pytest.raises(NotYours):
        chats_of.bens.remove("cedar")
    with pytest.raises(UnknownDocument):
        chats_of.bens.remove("report (anna)")
    Users(chats_of.whole.store).set_admin(chats_of.ben.id, True)
    admin = Users(chats_of.whole.store).person(chats_of.ben.id)
    assert admin is not None
    chats_of.views.of(admin).remove("cedar")
    with pytest.raises(UnknownDocument):
        chats_of.views.of(admin).remove("report (anna)")


def test_a_user_who_goes_leaves_nothing_to_everyone_unless_that_is_said(chats_of: World) -> None:
    users = Users(chats_of.whole.store)
    Chats(chats_of.annas.store).begin(chats_of.annas.ask("Who is the chief executive?"))
    users.remove(chats_of.anna.id, keep_documents=False)
    assert [one.name for one in chats_of.whole.documents()] == ["cedar", "report (ben)"]
    assert Chats(chats_of.whole.store).list() == []
    users.remove(chats_of.ben.id, keep_documents=True)
    assert [one.name for one in chats_of.views.of(PROGRAM).documents()] == ["cedar", "report (ben)"]
    assert chats_of.whole.store.check() == []


# Collections


def share(world: World, owner: int | None, document: str, shared: bool = True) -> int:
    with world.whole.store.writing() as connection:
        key = connection.execute(
            "INSERT INTO collections (name, owner_id, shared, created) VALUES (?, ?, ?, '2026-01-01')",
            (f"of {owner} {shared}", owner, shared),
        ).lastrowid
        record = world.whole.store.document(document)
        connection.execute("INSERT INTO collection_documents VALUES (?, ?)", (key, record.id))
    return int(key or 0)


def test_a_shared_collection_makes_its_owners_documents_readable(chats_of: World) -> None:
    question = "What was the revenue of Quellmar AG in 2025?"
    assert not tells(answer_text(chats_of.bens.ask(question)).replace("Quellmar", ""))
    key = share(chats_of, chats_of.anna.id, "report (anna)")
    assert "4,711" in chats_of.bens.ask(question).text
    with pytest.raises(NotYours):
        chats_of.bens.remove("report (anna)")
    assert "report (anna)" not in [one.name for one in chats_of.views.of(PROGRAM).documents()]
    with chats_of.whole.store.writing() as connection:
        connection.execute("UPDATE collections SET shared = 0 WHERE id = ?", (key,))
    assert not tells(answer_text(chats_of.bens.ask(question)).replace("Quellmar", ""))


def test_a_collection_shares_nothing_that_is_not_its_owners(chats_of: World) -> None:
    share(chats_of, chats_of.ben.id, "report (anna)")
    share(chats_of, None, "report (anna)")
    share(chats_of, chats_of.anna.id, "report (anna)", shared=False)
    assert [one.name for one in chats_of.bens.documents()] == ["cedar", "report (ben)"]


# Chats


def test_a_chat_is_its_owners_until_it_is_shared(chats_of: World) -> None:
    annas, bens = Chats(chats_of.annas.store), Chats(chats_of.bens.store)
    kept = annas.begin(chats_of.annas.ask("What was the revenue of Quellmar AG in 2025?"))
    assert bens.list() == []
    assert bens.search("Quellmar") == []
    for work in (lambda: bens.get(kept.chat_id), lambda: bens.message(kept.id), lambda: bens.share(kept.chat_id, True)):
        with pytest.raises(UnknownChat):
            work()
    annas.share(kept.chat_id, True)
    record = bens.get(kept.chat_id).record
    assert (record.owner, record.shared, record.mine) == ("anna", True, False)
    assert "4,711" in bens.message(kept.id).answer.text
    answer = chats_of.bens.ask("What was revenue in 2025?")
    for work in (
        lambda: bens.append(kept.chat_id, answer),
        lambda: bens.rename(kept.chat_id, "mine"),
        lambda: bens.delete(kept.chat_id),
        lambda: bens.share(kept.chat_id, False),
    ):
        with pytest.raises(NotYours, match="anna"):
            work()
    annas.share(kept.chat_id, False)
    assert bens.list() == []


def test_the_report_of_a_shared_chat_has_no_page_of_a_document_that_is_not_shared(chats_of: World) -> None:
    annas, bens = Chats(chats_of.annas.store), Chats(chats_of.bens.store)
    kept = annas.begin(chats_of.annas.ask("What was the revenue of Quellmar AG in 2025?"))
    annas.share(kept.chat_id, True)
    answer = bens.message(kept.id).answer
    theirs, hers = make_report(chats_of.bens, answer), make_report(chats_of.annas, answer)
    assert b"Zanderling" in report_json(hers)
    assert b"Zanderling" not in report_json(theirs)
    assert theirs.sources == ()
