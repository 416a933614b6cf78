"""Commands over the kept chats: list, search, show, rename, delete, pin and rate them, export them, list the ratings."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.command import Add, Output, counted, open_engine, open_store, text_argument
from corpus.errors import DataProblem
from corpus.readers import path_text
from corpus.readers.clean import one_line

if TYPE_CHECKING:
    from app.chats import Chat, FoundChat, Message, Rated
    from app.paper import File

REPORT = "report"
RATINGS = ("good", "bad", "none")
LARGEST_ID = (1 << 63) - 1


def add_commands(command: Add) -> None:
    """Add `export` and `ratings` to the command line."""
    export = command("export", _export, "write a chat or an answer to a file, with its sources as footnotes")
    export.add_argument("chat", nargs="?", type=key, metavar="CHAT", help="a chat's number: footnote chats list")
    export.add_argument("--message", type=key, metavar="ID", help="one answer: footnote chats show CHAT has its number")
    export.add_argument(
        "--format", choices=("md", "html", "pdf", "docx", "csv", REPORT),
        help="default: by the file's ending, else md; report: an answer with its evidence, for `replay`",
    )  # fmt: skip
    export.add_argument("-o", "--out", type=Path, metavar="FILE", help="default: a name of its own in this folder")
    ratings = command("ratings", _ratings, "list the answers that were rated, with what was said of them")
    ratings.add_argument("--csv", action="store_true", help="as CSV")


def add_chat_commands(command: Add) -> None:
    """Add what `footnote chats` does."""
    command("list", _list, "list the chats, the last used first")
    command("search", _search, "find chats by the words of questions, answers and quotations").add_argument(
        "words", type=text_argument
    )
    command("show", _show, "show a chat's questions and answers").add_argument("chat", type=key)
    rename = command("rename", _rename, "give a chat another title")
    rename.add_argument("chat", type=key)
    rename.add_argument("title", type=text_argument)
    command("delete", _delete, "delete a chat for good").add_argument("chat", type=key)
    pin = command("pin", _pin, "pin an answer, or list the pinned ones")
    pin.add_argument("message", type=key, nargs="?", help="an answer's number (default: list the pinned ones)")
    pin.add_argument("--off", action="store_true", help="take its pin off")
    rate = command("rate", _rate, "say of an answer whether it is good")
    rate.add_argument("message", type=key)
    rate.add_argument("rating", choices=RATINGS)
    rate.add_argument("--remark", type=text_argument, default="", help="why")


def key(text: str) -> int:
    """An argument as the number of a chat or an answer."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST_ID):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of a chat or an answer")
    return int(text)


def _export(arguments: argparse.Namespace) -> Output:
    from app.paper.files import write

    if (arguments.chat is None) == (arguments.message is None):
        raise DataProblem("Name what to export: footnote export CHAT, or footnote export --message ID.")
    file = _report(arguments) if arguments.format == REPORT else _file(arguments)
    path = arguments.out or Path(file.name)
    write(file, path)
    data = {"file": path_text(path), "bytes": len(file.body)}
    return Output(data, f"Written to {one_line(str(path))} ({len(file.body):,} bytes).")


def _file(arguments: argparse.Namespace) -> "File":
    from app.chats import Chats
    from app.paper import Format, chat_file, format_of, message_file

    named = arguments.out.name if arguments.out and arguments.out.suffix else ""
    form = Format(arguments.format) if arguments.format else format_of(named) if named else Format.MARKDOWN
    with open_store(arguments) as store:
        chats = Chats(store)
        if arguments.message is not None:
            return message_file(chats.message(arguments.message), form)
        return chat_file(chats.get(arguments.chat), form)


def _report(arguments: argparse.Namespace) -> "File":
    from app.chats import Chats
    from app.evidence_report import message_report, report_json
    from app.paper import File

    if arguments.message is None:
        raise DataProblem("A report is of one answer. Name it: footnote export --message ID --format report")
    with open_engine(arguments) as engine:
        message = Chats(engine.store).message(arguments.message)
        body = report_json(message_report(engine, message))
    return File(f"footnote-report-{message.id}.json", "application/json", body)


def _list(arguments: argparse.Namespace) -> Output:
    return _listed(arguments, "")


def _search(arguments: argparse.Namespace) -> Output:
    if not arguments.words.strip():
        raise DataProblem("Give at least one word to search for; `footnote chats list` lists all chats.")
    return _listed(arguments, arguments.words)


def _listed(arguments: argparse.Namespace, words: str) -> Output:
    from app.chats import Chats
    from app.json_objects import found_object

    with open_store(arguments) as store:
        found = Chats(store).find(words)
    nothing = f"No chat has the words “{one_line(words)}”." if words else "No chats yet: footnote chat"
    return Output({"chats": [found_object(one) for one in found]}, "\n".join(map(_line, found)) or nothing)


def _line(one: "FoundChat") -> str:
    record = one.record
    line = (
        f"{record.id:>5}  {record.updated:%Y-%m-%d}  {one_line(record.title)}  ({counted(record.messages, 'question')})"
    )
    found = one.found
    if found and found.hit:
        line += f"\n       answer {found.message_id}: {one_line(f'{found.before}{found.hit}{found.after}')}"
    return line


def _show(arguments: argparse.Namespace) -> Output:
    from app.chats import Chats
    from app.json_objects import chat_object, message_object

    with open_store(arguments) as store:
        chat = Chats(store).get(arguments.chat)
    data = {**chat_object(chat.record), "exchanges": [message_object(one) for one in chat.messages]}
    return Output(data, _chat_text(chat))


def _chat_text(chat: "Chat") -> str:
    from app.export import answer_text

    parts = [one_line(chat.record.title)]
    for message in chat.messages:
        said: list[str] = [message.rating.word] if message.rating else []
        said += ["pinned"] if message.pinned else []
        state = f" ({', '.join(said)})" if said else ""
        parts.append(f"--- {message.id}, {message.created:%Y-%m-%d %H:%M} UTC{state}: {one_line(message.question)}")
        parts += [f"Remark: {one_line(message.remark)}"] if message.remark else []
        parts.append(answer_text(message.answer))
    return "\n\n".join(parts)


def _rename(arguments: argparse.Namespace) -> Output:
    from app.chats import Chats
    from app.json_objects import chat_object

    if not one_line(arguments.title):
        raise DataProblem("A chat's title can't be empty. Give it a few words.")
    with open_store(arguments) as store:
        record = Chats(store).rename(arguments.chat, one_line(arguments.title))
    return Output(chat_object(record), f"Chat {record.id} is called “{record.title}”.")


def _delete(arguments: argparse.Namespace) -> Output:
    from app.chats import Chats

    with open_store(arguments) as store:
        record = Chats(store).delete(arguments.chat)
    said = f"Deleted “{one_line(record.title)}” and its {counted(record.messages, 'question')}."
    return Output({"deleted": record.id, "title": record.title}, said)


def _pin(arguments: argparse.Namespace) -> Output:
    from app.chats import Chats

    with open_store(arguments) as store:
        chats = Chats(store)
        if arguments.message is not None:
            message = chats.pin(arguments.message, not arguments.off)
            return Output(
                {"message": message.id, "pinned": message.pinned.isoformat() if message.pinned else None},
                f"Answer {message.id} is {'pinned' if message.pinned else 'no longer pinned'}.",
            )
        if arguments.off:
            raise DataProblem("Name the answer whose pin is to be taken off: footnote chats pin ID --off")
        pinned = chats.pinned()
    lines = [f"{one.message_id:>5}  {one.pinned:%Y-%m-%d}  {one_line(one.question)}  (chat {one.chat_id})" for one in pinned]  # fmt: skip
    data: dict[str, Any] = {
        "pinned": [
            {"message": one.message_id, "chat": one.chat_id, "question": one.question, "pinned": one.pinned.isoformat()}
            for one in pinned
        ]
    }
    return Output(data, "\n".join(lines) or "No answer is pinned: footnote chats pin ID")


def _rate(arguments: argparse.Namespace) -> Output:
    from app.chats import Chats
    from app.rating import Rating

    rating = {"good": Rating.GOOD, "bad": Rating.BAD, "none": None}[arguments.rating]
    if rating is None and arguments.remark.strip():
        raise DataProblem("A remark belongs to a rating. Give good or bad with it.")
    with open_store(arguments) as store:
        message = Chats(store).rate(arguments.message, rating, arguments.remark)
    said = f"Answer {message.id} is rated {message.rating.word}." if message.rating else f"Answer {message.id} has no rating."  # fmt: skip
    return Output(_rating_object(message), said)


def _rating_object(message: "Message") -> dict[str, Any]:
    return {
        "message": message.id,
        "rating": message.rating.word if message.rating else None,
        "remark": message.remark,
    }


def _ratings(arguments: argparse.Namespace) -> Output:
    from app.chats import Chats
    from app.json_objects import rated_object
    from app.ratings_list import ratings_csv

    with open_store(arguments) as store:
        rated = Chats(store).rated()
    text = ratings_csv(rated).rstrip("\r\n") if arguments.csv else "\n\n".join(map(_rated_text, rated))
    nothing = "No answer is rated yet: in the chat, or with footnote chats rate ID good|bad"
    return Output({"ratings": [rated_object(one) for one in rated]}, text or nothing)


def _rated_text(one: "Rated") -> str:
    from app.json_objects import rated_object

    told = rated_object(one)
    remark = f"\n    remark: {one_line(one.message.remark)}" if one.message.remark else ""
    return (
        f"{told['message']:>5}  {told['rating']}: {one_line(told['question'])}{remark}\n"
        f"    answer: {one_line(told['answer'])}\n    report: {told['report']}"
    )
