"""The page's words, from a file per language (`strings/en.toml`, `strings/zh.toml`)."""

import json
import tomllib
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from app.page.language import TAGS, Language, current_language
from corpus.errors import DataProblem

STRINGS = Path(__file__).with_name("strings")
Words = str | dict[str, str]  # one text, or a form for one and one for all others


@cache
def words_of(language: Language) -> dict[str, Words]:
    """All words of a language by key, "chat.send". Raises DataProblem where the file can't be read."""
    path = STRINGS / f"{language}.toml"
    try:
        areas = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataProblem(f"{path} isn't valid TOML: {error}. Mend that line, or restore the file.") from error
    return {f"{area}.{name}": words for area, names in areas.items() for name, words in names.items()}


def say(key: str, /, **values: object) -> str:
    """The words of `key` in the visitor's language, with the values put in; `n` chooses between one and many.

    Raises DataProblem for a key that the language's file doesn't have.
    """
    return _form(key, values).format(**values)


def say_html(key: str, /, **values: object) -> str:
    """`say` for HTML between tags, escaped. Each text put in is set apart (`<bdi>`), so that a name that runs from right
    to left turns nothing around it; of a sequence each, with commas between."""
    shown: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, str):
            shown[name] = f"<bdi>{escape(value)}</bdi>"
        elif isinstance(value, Sequence):
            shown[name] = say("day.comma").join(f"<bdi>{escape(str(each))}</bdi>" for each in value)
        else:
            shown[name] = value
    return escape(_form(key, values), quote=False).format(**shown)


def _form(key: str, values: dict[str, object]) -> str:
    language = current_language()
    words = words_of(language).get(key)
    if words is None:
        raise DataProblem(f"{STRINGS / language}.toml has no words for “{key}”. Add them, or restore the file.")
    if isinstance(words, str):
        return words
    return words["one"] if values.get("n") == 1 and "one" in words else words["other"]


def words_html() -> str:
    """The script's words, and the page's language, as data that the script reads."""
    area = "script."
    held = {key.removeprefix(area): say(key) for key in words_of(current_language()) if key.startswith(area)}
    data = escape(json.dumps(held, ensure_ascii=False))
    return f'<div hidden data-words="{data}" data-language="{TAGS[current_language()]}"></div>'
