"""Commands over the people who sign in: made, listed, given another password, a token or documents, removed."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.commands.command import Add, Output, counted, open_store, text_argument
from corpus.errors import BadPerson

if TYPE_CHECKING:
    from app.people.users import UserRecord
    from index.store import DocumentRecord


def add_commands(command: Add) -> None:
    """Add them to `footnote user`."""
    add = command("add", _add, "make a user; the password is asked for, or the first line of standard input")
    add.add_argument("--admin", action="store_true", help="may also remove and change what is everyone's")
    add.add_argument("name", type=text_argument)
    command("list", _list, "list the users")
    password = command(
        "password", _password, "give a user another password, asked for as by `add`; ends their sessions"
    )
    password.add_argument("name", type=text_argument)
    admin = command("admin", _admin, "make a user an admin")
    admin.add_argument("--no", action="store_true", help="or no longer one")
    admin.add_argument("name", type=text_argument)
    token = command("token", _token, "make a token for a user's programs; it is shown once")
    token.add_argument("--end", action="store_true", help="end all tokens of the user instead")
    token.add_argument("name", type=text_argument)
    own = command("own", _own, "give a user documents that are here; others than their owners don't see them then")
    own.add_argument("name", type=text_argument)
    own.add_argument("documents", nargs="*", type=text_argument, metavar="DOCUMENT", help="ids or names")
    own.add_argument("--all", action="store_true", help="all documents and chats that are everyone's")
    remove = command("remove", _remove, "remove a user with their chats and collections")
    remove.add_argument("name", type=text_argument)
    left = remove.add_mutually_exclusive_group()
    left.add_argument("--remove-documents", action="store_true", help="and the documents that are theirs alone")
    left.add_argument("--keep-documents", action="store_true", help="these become everyone's")


def _add(arguments: argparse.Namespace) -> Output:
    from app.people.users import Users, checked_name

    with open_store(arguments) as store:
        users, first = Users(store), not Users(store).any()
        name = checked_name(arguments.name)
        user = users.add(name, _asked_password(name), admin=arguments.admin)
        documents = [one for one in store.documents() if not users.owners(one.id)] if first else []
    said = f"{user.name} may sign in now{', as an admin' if user.admin else ''}."
    if first:
        said += "\nFrom now on the page, the API and MCP over HTTP ask who it is; no restart is needed."
    if documents:
        said += (
            f"\n{counted(len(documents), 'document')} that are here already are everyone’s who signs in, and so are the chats. "
            f"To make them {user.name}’s alone: footnote user own {_quoted(user.name)} --all"
        )
    return Output(_object(user), said)


def _list(arguments: argparse.Namespace) -> Output:
    from app.people.users import Users

    with open_store(arguments) as store:
        users = Users(store).list()
    lines = [
        f"{one.name}{' (admin)' if one.admin else ''}: {counted(one.documents, 'document')}, {counted(one.chats, 'chat')}, "
        f"since {one.created:%Y-%m-%d}"
        for one in users
    ]
    nobody = "No users: whoever opens the page on this machine sees everything. Make one with: footnote user add NAME"
    return Output({"users": [_object(one) for one in users]}, "\n".join(lines) or nobody)


def _password(arguments: argparse.Namespace) -> Output:
    from app.people.users import Users

    with open_store(arguments) as store:
        users = Users(store)
        user = users.get(arguments.name)
        users.set_password(user.id, _asked_password(user.name))
    return Output(_object(user), f"{user.name} has another password, and is signed out everywhere. Their tokens stay.")


def _admin(arguments: argparse.Namespace) -> Output:
    from app.people.users import Users

    with open_store(arguments) as store:
        users = Users(store)
        users.set_admin(users.get(arguments.name).id, not arguments.no)
        user = users.get(arguments.name)
    return Output(_object(user), f"{user.name} is {'an admin' if user.admin else 'no admin'} now.")


def _token(arguments: argparse.Namespace) -> Output:
    from app.people.tokens import Tokens
    from app.people.users import Users

    with open_store(arguments) as store:
        user = Users(store).get(arguments.name)
        if arguments.end:
            ended = Tokens(store).end(user.id)
            return Output({"user": user.name, "ended": ended}, f"{counted(ended, 'token')} of {user.name} ended.")
        token = Tokens(store).make(user.id)
    how = f"For programs of {user.name}, sent as “Authorization: Bearer TOKEN”. It isn’t shown again."
    print(how, file=sys.stderr, flush=True)
    return Output({"user": user.name, "token": token}, token)


def _own(arguments: argparse.Namespace) -> Output:
    from app.people.users import Users

    if not (arguments.documents or arguments.all):
        raise BadPerson("Name the documents by id or name, or say --all for everything that is everyone's.")
    with open_store(arguments) as store:
        users = Users(store)
        user = users.get(arguments.name)
        records = [store.document(int(key) if key.isdigit() else key) for key in arguments.documents]
        if arguments.all:
            records += [one for one in store.documents() if not users.owners(one.id)]
        chats = users.own(user.id, records, chats=arguments.all)
    data = {"user": user.name, "documents": [one.name for one in records], "chats": chats}
    return Output(data, f"{counted(len(records), 'document')} and {counted(chats, 'chat')} are {user.name}’s now.")


def _remove(arguments: argparse.Namespace) -> Output:
    from app.people.users import Users

    with open_store(arguments) as store:
        users = Users(store)
        user = users.get(arguments.name)
        theirs = users.only_theirs(user.id)
        if theirs and not (arguments.remove_documents or arguments.keep_documents):
            raise BadPerson(
                f"{user.name} has {counted(len(theirs), 'document')} of their own ({_some(theirs)}). Say what becomes of them: "
                "--remove-documents, or --keep-documents, which makes them everyone's."
            )
        users.remove(user.id, keep_documents=arguments.keep_documents)
        last = not users.any()
    gone = [] if arguments.keep_documents else [one.name for one in theirs]
    said = f"{user.name} is gone, with {counted(user.chats, 'chat')} and {counted(len(gone), 'document')}."
    if arguments.keep_documents and theirs:
        said += f" {counted(len(theirs), 'document')} became everyone’s."
    if last:
        said += "\nThere is no user any more: whoever opens the page on this machine sees everything."
    return Output({"user": user.name, "chats": user.chats, "documents": gone}, said)


def _asked_password(name: str) -> str:
    """A password that was typed twice at a terminal, or the first line of standard input."""
    from app.people.passwords import checked_password

    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            raise BadPerson("No password came: type it at the prompt, or send it as the first line of standard input.")
        return checked_password(line.removesuffix("\n").removesuffix("\r"))
    try:
        password = checked_password(getpass.getpass(f"Password for {name}: ", sys.stderr))
        again = getpass.getpass("Once more: ", sys.stderr)
    except EOFError as error:
        raise BadPerson("No password was typed; nothing was changed.") from error
    if again != password:
        raise BadPerson("The two passwords aren't the same. Nothing was changed; try again.")
    return password


def _object(user: "UserRecord") -> dict[str, Any]:
    return {
        "user": user.name,
        "admin": user.admin,
        "created": user.created.isoformat(),
        "documents": user.documents,
        "chats": user.chats,
    }


def _some(records: "Sequence[DocumentRecord]") -> str:
    named = ", ".join(one.name for one in records[:3])
    return f"{named}, …" if len(records) > 3 else named


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
