"""What a question is asked of: resolved to documents, kept with a chat and its messages, replayed from a report."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Answer, AnswerKind
from app.chats import Chats
from app.evidence_report import make_report, read_report, write_report
from app.footnote import Footnote
from app.replay import replay
from app.scope import Scope, documents_asked, reached, scope_named
from app.server.conversation import scope_of
from app.server.reports import message_report
from app.settings import Settings
from corpus.errors import DataProblem, EmptyScope, UnknownCollection, UnknownDocument
from tests.index.test_store import add, made_up

ids = st.integers(1, 8)
scopes = st.builds(Scope.of, st.lists(ids, max_size=4), st.lists(ids, max_size=4))
members = st.dictionaries(ids, st.frozensets(ids), max_size=6)


@given(scopes, members, st.frozensets(ids))
def test_a_scope_reaches_what_it_names_and_what_its_collections_hold_of_what_is_there(
    scope: Scope, held: dict[int, frozenset[int]], present: frozenset[int]
) -> None:
    found = reached(scope, held, present)
    if scope == Scope():
        assert found is None
        return
    assert found is not None
    for document in ids_up_to(8):
        named = document in scope.documents
        within = any(document in held.get(key, ()) for key in scope.collections)
        assert (document in found) == (document in present and (named or within))


def ids_up_to(last: int) -> range:
    return range(1, last + 1)


@given(scopes, members, st.frozensets(ids), ids)
def test_a_document_put_into_a_collection_counts_at_the_next_question(
    scope: Scope, held: dict[int, frozenset[int]], present: frozenset[int], new: int
) -> None:
    if not scope.collections:
        return
    key = scope.collections[0]
    more = {**held, key: held.get(key, frozenset()) | {new}}
    assert reached(scope, more, present | {new}) == (reached(scope, held, present | {new}) or frozenset()) | {new}


@given(scopes)
def test_a_scope_comes_back_from_json_equal(scope: Scope) -> None:
    assert Scope.from_json(scope.to_json()) == scope
    assert (scope.to_json() == "{}") == scope.everything


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '{"documents": 3}', '{"documents": ["a"]}', '{"collections": [true]}']
)
def test_a_damaged_scope_is_named(text: str) -> None:
    with pytest.raises(DataProblem, match="can't be read"):
        Scope.from_json(text)


@pytest.fixture
def engine(tmp_path: Path) -> Footnote:
    found = Footnote(Settings(home=tmp_path / "home"))
    for name, number in (("alpha", 4), ("beta", 7)):
        file = tmp_path / f"{name}.txt"
        file.write_text(f"The harbour of {name.title()} was deepened to {number} metres in 2019.")
        found.ingest([file])
    return found


def test_names_become_documents_and_an_empty_scope_says_so(engine: Footnote) -> None:
    store = engine.store
    alpha, beta = (record.id for record in engine.documents())
    made = store.make_collection("Ports")
    assert documents_asked(store, Scope()) is None
    assert scope_of(engine, None) is None
    with pytest.raises(EmptyScope, match="“Ports”"):
        scope_of(engine, None, "ports")
    store.put_in(made.id, [beta])
    assert scope_of(engine, None, "ports") == {beta}
    assert scope_of(engine, ["alpha"], made.id) == {alpha, beta}
    scope = scope_named(store, ["beta"], [])
    store.remove(beta)
    with pytest.raises(EmptyScope, match="removed"):
        documents_asked(store, scope)
    with pytest.raises(EmptyScope, match="“Ports”"):
        documents_asked(store, Scope.of([made.id]))
    store.delete_collection(made.id)
    with pytest.raises(EmptyScope, match="removed"):
        documents_asked(store, Scope.of([made.id]))
    with pytest.raises(UnknownCollection):
        scope_of(engine, None, "ports")
    with pytest.raises(UnknownDocument):
        scope_of(engine, ["beta"])


def test_a_chat_keeps_its_scope_and_each_message_what_it_was_asked_of(engine: Footnote) -> None:
    chats = Chats(engine.store)
    alpha, beta = (record.id for record in engine.documents())
    refusal = Answer("q", AnswerKind.REFUSAL, "No.")
    first = chats.begin(refusal, Scope.of([], [alpha]), frozenset([alpha]))
    assert first.asked == ("alpha",)
    assert chats.get(first.chat_id).record.scope == Scope.of([], [alpha])
    assert chats.set_scope(first.chat_id, Scope()).scope.everything
    second = chats.append(first.chat_id, refusal)
    third = chats.append(first.chat_id, refusal, frozenset([beta, alpha]))
    assert [one.asked for one in chats.get(first.chat_id).messages] == [("alpha",), None, ("alpha", "beta")]
    assert chats.list()[0].scope == Scope()
    assert (second.asked, third.asked) == (None, ("alpha", "beta"))


def test_a_report_of_a_message_replays_over_the_documents_it_was_asked_of(engine: Footnote, tmp_path: Path) -> None:
    question = "To how many metres was the harbour of Alpha deepened in 2019?"
    alpha = engine.store.document("alpha").id
    answer = engine.ask(question, (), frozenset([alpha]))
    assert "4 metres" in answer.text
    assert "7 metres" not in answer.text
    message = Chats(engine.store).begin(answer, Scope.of([], [alpha]), frozenset([alpha]))
    file = tmp_path / "report.json"
    file.write_bytes(message_report(engine, str(message.id)))
    assert [one["document"] for one in json.loads(file.read_text())["scope"]] == ["alpha"]
    done = replay(engine, read_report(file))
    assert done.same, done.differences
    everywhere = tmp_path / "everywhere.json"
    write_report(everywhere, make_report(engine, answer))
    assert read_report(everywhere).scope is None


def test_more_documents_in_the_collection_are_asked_the_next_time(engine: Footnote) -> None:
    store = engine.store
    alpha, beta = (record.id for record in engine.documents())
    made = store.make_collection("Ports")
    scope = Scope.of([made.id])
    store.put_in(made.id, [alpha])
    question = "To how many metres was the harbour of Beta deepened?"
    assert "7 metres" not in engine.ask(question, (), documents_asked(store, scope)).text
    store.put_in(made.id, [beta])
    assert "7 metres" in engine.ask(question, (), documents_asked(store, scope)).text


def test_a_store_of_made_up_documents_keeps_scopes_by_id(engine: Footnote) -> None:
    # An id is never used twice: a scope never comes to mean a document that came in later.
    gone = add(engine.store, made_up("gone", "It goes."))
    scope = Scope.of([], [gone])
    engine.store.remove(gone)
    later = add(engine.store, made_up("gone", "It comes."))
    assert later != gone
    with pytest.raises(EmptyScope):
        documents_asked(engine.store, scope)
