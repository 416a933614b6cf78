"""People: names and passwords, sessions, tokens, attempts, the command line."""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.cli import main
from app.people import passwords
from app.people.attempts import MOST_KEPT, OF_A_NAME, OF_AN_ADDRESS, WINDOW, Attempts
from app.people.person import SOLE, Person, caller, work_for
from app.people.secret import key_of
from app.people.sessions import LONGEST, MOST, Sessions
from app.people.tokens import Tokens
from app.people.users import Users
from app.server.sign_in import local_path
from corpus.errors import BadPerson, NotSignedIn
from index.store import Store

PASSWORD = "a long password"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def anna(store: Store) -> Person:
    found = Users(store).person(Users(store).add("Anna", PASSWORD).id)
    assert found is not None
    return found


# Names and passwords


@pytest.mark.parametrize("name", ["anna", "Ännä Müller", "a.b-c_d@example.org", "李", "x" * 40])
def test_names_that_are_taken(store: Store, name: str) -> None:
    assert Users(store).add(name, PASSWORD).name == name


@pytest.mark.parametrize("name", ["", " ", "a  b", "x" * 41, "anna (ben)", "a/b", "a\nb", "<b>", "a\u202eb", "'"])
def test_names_that_are_not(store: Store, name: str) -> None:
    with pytest.raises(BadPerson, match="Take 1 to 40"):
        Users(store).add(name, PASSWORD)


@pytest.mark.parametrize("same", ["anna", "ANNA", "Ａnna"])
def test_two_spellings_of_a_name_are_one(store: Store, anna: Person, same: str) -> None:
    with pytest.raises(BadPerson, match="already"):
        Users(store).add(same, PASSWORD)
    assert Users(store).authenticate(same, PASSWORD) == anna


@pytest.mark.parametrize(
    ("password", "said"), [("", "0 characters"), ("nine char", "9 characters"), ("x" * 1025, "more than 1,024")]
)
def test_passwords_that_are_not_taken_are_told_why(store: Store, password: str, said: str) -> None:
    with pytest.raises(BadPerson, match=said):
        Users(store).add("anna", password)
    assert not Users(store).any()


@pytest.mark.parametrize("password", ["ten chars!", "x" * 1024, "          ", "пароль из слов"])
def test_passwords_of_any_characters_are_taken(store: Store, password: str) -> None:
    Users(store).add("anna", password)
    assert Users(store).authenticate("anna", password)


def test_a_password_is_kept_as_a_salted_hash_alone(store: Store) -> None:
    for name in ("anna", "ben"):
        Users(store).add(name, PASSWORD)
    kept = [row[0] for row in store.connect().execute("SELECT password FROM users")]
    assert all(one.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for one in kept)
    assert len(set(kept)) == 2
    assert PASSWORD.encode() not in store.file.read_bytes()


def test_a_wrong_password_and_an_unknown_name_both_cost_a_hash(
    store: Store, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = []
    real = passwords._hasher.verify

    class Counted:
        @staticmethod
        def verify(kept: str, given: str) -> bool:
            verified.append(kept.split("$")[3])
            return real(kept, given)

    monkeypatch.setattr(passwords, "_hasher", Counted)
    users = Users(store)
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(Counted, "hash", staticmethod(lambda text: real.__self__.hash(text)), raising=False)
    assert users.authenticate("anna", "another password") is None
    assert users.authenticate("nobody", "another password") is None
    assert users.authenticate("nobody", "the password of nobody") is None
    assert users.authenticate("anna", "x" * 5000) is None
    assert len(verified) == 4
    assert len(set(verified)) == 1  # with the same parameters


def test_a_hash_of_other_parameters_is_made_anew(store: Store, anna: Person) -> None:
    from argon2 import PasswordHasher

    dated = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with store.writing() as connection:
        connection.execute("UPDATE users SET password = ?", (dated,))
    assert Users(store).authenticate("anna", PASSWORD) == anna
    assert "m=65536" in store.connect().execute("SELECT password FROM users").fetchone()[0]
    assert Users(store).authenticate("anna", PASSWORD) == anna


# Sessions and tokens


def test_a_session_is_kept_by_its_hash_and_ends(store: Store, anna: Person) -> None:
    sessions = Sessions(store, 1)
    secret = sessions.begin(anna)
    assert len(secret) == 43  # 256 bits
    assert [row[0] for row in store.connect().execute("SELECT token FROM sessions")] == [key_of(secret)]
    found = sessions.find(secret)
    assert found is not None
    assert found.person == anna
    assert sessions.find(secret[:-1] + ("a" if secret[-1] != "a" else "b")) is None
    assert sessions.find(key_of(secret)) is None
    sessions.end(secret)
    assert sessions.find(secret) is None


def aged(store: Store, **columns: timedelta) -> None:
    with store.writing() as connection:
        for column, age in columns.items():
            moment = (datetime.now(UTC) - age).isoformat()
            connection.execute(f"UPDATE sessions SET {column} = ?", (moment,))


def test_a_session_that_is_used_goes_on_and_one_that_is_not_ends(store: Store, anna: Person) -> None:
    sessions = Sessions(store, 2)
    secret = sessions.begin(anna)
    first = sessions.find(secret)
    assert first is not None
    assert not first.renewed
    aged(store, expires=-timedelta(minutes=50))
    again = sessions.find(secret)
    assert again is not None
    assert again.renewed
    assert again.expires > datetime.now(UTC) + timedelta(minutes=110)
    aged(store, expires=timedelta(seconds=1))
    assert sessions.find(secret) is None


def test_a_session_ends_once_however_much_it_is_used(store: Store, anna: Person) -> None:
    sessions = Sessions(store, 168)
    secret = sessions.begin(anna)
    aged(store, created=LONGEST + timedelta(seconds=1))
    assert sessions.find(secret) is None


def test_no_person_holds_sessions_without_end(store: Store, anna: Person) -> None:
    sessions = Sessions(store, 168)
    secrets = [sessions.begin(anna) for _ in range(MOST + 3)]
    assert store.connect().execute("SELECT count(*) FROM sessions").fetchone()[0] == MOST
    assert sessions.find(secrets[-1])
    assert sessions.find(secrets[0]) is None


def test_another_password_ends_all_sessions_but_this_one(store: Store, anna: Person) -> None:
    sessions = Sessions(store, 168)
    here, elsewhere = sessions.begin(anna), sessions.begin(anna)
    Users(store).set_password(anna.id, "another password", key_of(here))
    assert sessions.find(here)
    assert sessions.find(elsewhere) is None
    assert Users(store).authenticate("anna", PASSWORD) is None
    assert Users(store).authenticate("anna", "another password") == anna


def test_a_token_is_its_users_until_it_is_ended_or_they_are_gone(store: Store, anna: Person) -> None:
    tokens = Tokens(store)
    token, other = tokens.make(anna.id), tokens.make(anna.id)
    assert token.encode() not in b"".join(path.read_bytes() for path in store.home.glob("footnote.db*"))
    assert tokens.find(token) == anna
    assert tokens.find(other + "x") is None
    assert tokens.find("") is None
    assert tokens.end(anna.id) == 2
    assert tokens.find(token) is None
    last = tokens.make(anna.id)
    Users(store).remove(anna.id, keep_documents=False)
    assert tokens.find(last) is None


# Attempts


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_attempts_on_a_name_are_bounded_from_wherever_they_come() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for number in range(OF_A_NAME):
        assert attempts.begin("Anna ", f"10.0.0.{number}") == 0
        clock.now += 1
    assert attempts.begin("anna", "10.9.9.9") == WINDOW - OF_A_NAME
    assert attempts.begin("ben", "10.9.9.9") == 0
    clock.now += WINDOW - OF_A_NAME
    assert attempts.begin("anna", "10.9.9.9") == 0


@pytest.mark.parametrize("network", ["10.0.0.1", "2001:db8:1:2::{:x}"])
def test_attempts_from_an_address_are_bounded_whatever_the_name(network: str) -> None:
    attempts = Attempts(Clock())
    waits = [attempts.begin(f"name{number}", network.format(number)) for number in range(OF_AN_ADDRESS + 1)]
    assert waits == [0] * OF_AN_ADDRESS + [WINDOW]


def test_a_right_password_takes_its_attempts_back() -> None:
    attempts = Attempts(Clock())
    for _ in range(5 * OF_AN_ADDRESS):
        assert attempts.begin("anna", "10.0.0.1") == 0
        attempts.succeeded("anna", "10.0.0.1")


def test_attempts_take_bounded_memory() -> None:
    attempts = Attempts(Clock(), most_kept=100)
    for number in range(1000):
        attempts.begin(f"{number}" * 50, f"10.{number >> 8}.{number & 255}.1")
    assert len(attempts._times) <= 100
    assert MOST_KEPT < 100_000


# Whom work is done for


def test_work_for_nobody_is_refused() -> None:
    with pytest.raises(NotSignedIn):
        caller()
    with work_for(SOLE):
        assert caller() is SOLE
    with pytest.raises(NotSignedIn):
        caller()


@pytest.mark.parametrize("path", ["/", "/?chat=3", "/report/3", "/a/b?c=d&e=%20"])
def test_one_goes_on_to_a_path_of_ours(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "evil", "/a\r\nb", "/\t/x",
     "///x", "http:/x", "/sign-in", "/sign-out", "//[", "/ü", "/a b"],
)  # fmt: skip
def test_one_goes_nowhere_else(path: str) -> None:
    assert local_path(path) == "/"


# The command line


def run(monkeypatch: pytest.MonkeyPatch, home: Path, *arguments: str, given: str = "") -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    return main(["user", *arguments, "--home", str(home)])


def test_users_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "list") == 0
    assert "No users" in capsys.readouterr().out
    assert run(monkeypatch, tmp_path, "add", "anna", "--admin", given=f"{PASSWORD}\r\n") == 0
    assert "anna may sign in now, as an admin." in capsys.readouterr().out
    assert run(monkeypatch, tmp_path, "add", "anna", given=PASSWORD) == 1
    assert "already" in capsys.readouterr().err
    assert run(monkeypatch, tmp_path, "add", "ben", given="short\n") == 1
    assert "at least 10" in capsys.readouterr().err
    assert run(monkeypatch, tmp_path, "add", "ben") == 1
    assert "No password came" in capsys.readouterr().err
    assert run(monkeypatch, tmp_path, "password", "Anna", given="another password\n") == 0
    assert run(monkeypatch, tmp_path, "admin", "anna", "--no") == 0
    assert "no admin" in capsys.readouterr().out
    assert run(monkeypatch, tmp_path, "token", "anna") == 0
    token = capsys.readouterr().out.strip()
    store = Store(tmp_path)
    assert Users(store).authenticate("anna", "another password")
    person = Tokens(store).find(token)
    store.close()
    assert person is not None
    assert (person.name, person.admin) == ("anna", False)
    assert run(monkeypatch, tmp_path, "token", "anna", "--end") == 0
    assert "1 token" in capsys.readouterr().out
    assert run(monkeypatch, tmp_path, "remove", "anna") == 0
    assert "no user any more" in capsys.readouterr().out


def test_a_password_is_no_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path, "add", "anna", "a long password")
