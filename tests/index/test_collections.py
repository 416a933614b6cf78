"""Collections over the real store: names, members, owners; what a replaced or removed document does to them."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import BadName, UnknownCollection, UnknownDocument
from index.store import Store
from index.store.collections import LONGEST_NAME, collection_name
from tests.index.test_store import add, made_up


def people(store: Store, *names: str) -> list[int]:
    with store.writing() as connection:
        return [
            int(
                connection.execute(
                    "INSERT INTO users (name, password, created) VALUES (?, '', '2026-01-01T00:00:00+00:00')", (name,)
                ).lastrowid
                or 0
            )
            for name in names
        ]


def test_a_collection_is_made_filled_renamed_and_deleted(store: Store) -> None:
    one, two = add(store, made_up("one", "One says this.")), add(store, made_up("two", "Two says that."))
    made = store.make_collection("  Annual\nreports ")
    assert (made.name, made.documents, made.shared) == ("Annual reports", 0, False)
    assert store.put_in(made.id, [one, two, one]) == 2
    assert store.put_in("annual REPORTS", [two]) == 0
    assert store.members(made.id) == [one, two]
    assert store.collection(made.id).documents == 2
    assert store.take_out(made.id, [one, 999]) == 1
    assert store.rename_collection(made.id, "Reports").name == "Reports"
    assert store.delete_collection("reports").id == made.id
    assert store.collections() == []
    assert [record.name for record in store.documents()] == ["one", "two"]


def test_a_document_may_be_in_several(store: Store) -> None:
    key = add(store, made_up())
    first, second = store.make_collection("B"), store.make_collection("a")
    store.put_in(first.id, [key])
    store.put_in(second.id, [key])
    assert store.memberships() == {key: (second.id, first.id)}
    assert [one.name for one in store.collections()] == ["a", "B"]


def test_a_document_that_is_read_again_stays_in_its_collections_and_with_its_owners(store: Store) -> None:
    key, person = add(store, made_up()), people(store, "ann")[0]
    made = store.make_collection("Kept")
    store.put_in(made.id, [key])
    with store.writing() as connection:
        connection.execute("INSERT INTO document_owners VALUES (?, ?)", (key, person))
    assert add(store, made_up(words="Quite another text.")) == key
    assert store.members(made.id) == [key]
    assert store.connect().execute("SELECT user_id FROM document_owners").fetchall() == [(person,)]


def test_a_document_that_is_removed_leaves_its_collections(store: Store) -> None:
    key, other = add(store, made_up()), add(store, made_up("other", "Other words."))
    made = store.make_collection("Some")
    store.put_in(made.id, [key, other])
    store.remove(key)
    assert store.members(made.id) == [other]


def test_where_one_document_is_not_there_none_is_put_in_and_none_is_removed(store: Store) -> None:
    key = add(store, made_up())
    made = store.make_collection("Some")
    with pytest.raises(UnknownDocument, match="nothing was changed"):
        store.put_in(made.id, [key, 999])
    assert store.members(made.id) == []
    with pytest.raises(UnknownDocument):
        store.remove_all([key, 999])
    assert [record.id for record in store.documents()] == [key]


def test_several_documents_are_removed_at_once_and_nothing_of_them_is_left(store: Store) -> None:
    keys = [add(store, made_up(f"note-{number}", f"The walrus number{number} swam.")) for number in range(4)]
    told: list[tuple[int, int]] = []
    removed = store.remove_all([keys[0], keys[1], keys[0]], lambda done, total: told.append((done, total)))
    assert [record.name for record in removed] == ["note-0", "note-1"]
    assert told == [(1, 2), (2, 2)]
    assert store.match('"number0"', 5) == []
    assert len(store.match('"walrus"', 5)) == 2
    assert not store.check() or all("kept file" in problem for problem in store.check())
    assert store.remove_all([]) == []


@pytest.mark.parametrize("name", ["", " \n ", "\u200b\u2066", "x" * (LONGEST_NAME + 1)])
def test_a_name_that_can_not_be_taken_is_refused_with_what_to_do(store: Store, name: str) -> None:
    with pytest.raises(BadName, match=r"\."):
        store.make_collection(name)
    assert store.collections() == []


@pytest.mark.parametrize(("taken", "wanted"), [("Reports", "reports"), ("Ärzte", "ärzte"), ("年报", " 年报 ")])
def test_a_name_is_taken_once_in_any_case(store: Store, taken: str, wanted: str) -> None:
    made = store.make_collection(taken)
    with pytest.raises(BadName, match="already"):
        store.make_collection(wanted)
    other = store.make_collection("Other")
    with pytest.raises(BadName, match="already"):
        store.rename_collection(other.id, wanted)
    assert store.rename_collection(made.id, wanted).name == wanted.strip()


@given(st.text(max_size=120))
def test_a_kept_name_is_one_line_of_at_most_eighty_characters(text: str) -> None:
    try:
        name = collection_name(text)
    except BadName:
        return
    assert 1 <= len(name) <= LONGEST_NAME
    assert name == name.strip() == collection_name(name)
    assert "\n" not in name


def test_each_person_has_names_of_their_own_and_reads_what_is_shared(store: Store) -> None:
    ann, ben = people(store, "ann", "ben")
    hers, his = store.make_collection("Mine", ann), store.make_collection("Mine", ben)
    common = store.make_collection("Common")
    assert [one.id for one in store.collections(ann)] == [common.id, hers.id]
    assert store.collection("mine", ben).id == his.id
    with pytest.raises(UnknownCollection):
        store.collection(hers.id, ben)
    assert store.set_shared(hers.id, True, ann).shared
    assert {one.id for one in store.collections(ben)} == {common.id, hers.id, his.id}
    assert store.collection("mine", ben).id == his.id
    with pytest.raises(UnknownCollection, match="another person"):
        store.delete_collection(hers.id, ben)
    with pytest.raises(UnknownCollection, match="another person"):
        store.put_in(hers.id, [], ben)
    store.set_shared(hers.id, False, ann)
    with pytest.raises(UnknownCollection):
        store.collection(hers.id, ben)


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.rename_collection("nothing", "x"),
        lambda store: store.delete_collection(12),
        lambda store: store.put_in("nothing", []),
        lambda store: store.take_out("nothing", []),
        lambda store: store.set_shared("nothing", True),
    ],
)
def test_a_collection_that_is_not_there_is_named(store: Store, change: Callable[[Store], object]) -> None:
    with pytest.raises(UnknownCollection, match=r"nothing|12"):
        change(store)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 3))), max_size=12))
def test_members_are_what_was_put_in_and_not_taken_out(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, set[int]]]
) -> None:
    store = Store(tmp_path_factory.mktemp("home"))
    keys = [add(store, made_up(f"n{number}", f"Text {number}.")) for number in range(4)]
    made, held = store.make_collection("C"), set[int]()
    for into, picked in steps:
        chosen = {keys[number] for number in picked}
        count = store.put_in(made.id, chosen) if into else store.take_out(made.id, chosen)
        assert count == len(chosen - held if into else chosen & held)
        held = held | chosen if into else held - chosen
    assert set(store.members(made.id)) == held
    store.close()
