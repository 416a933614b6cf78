"""The words of follow-ups, read from wording.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.errors import DataProblem

FILE = Path(__file__).parent / "wording.toml"


@dataclass(frozen=True, slots=True)
class Wording:
    """`opens`: patterns of what a follow-up begins with; `whole`: of all that it says; both by name."""

    opens: dict[str, re.Pattern[str]]
    whole: dict[str, re.Pattern[str]]
    ordinals: tuple[frozenset[str], ...]  # the words of each place, the first place first
    silent: frozenset[str]
    asking: frozenset[str]
    several: dict[str, tuple[str, ...]]  # by a short name of a figure: the figures that it may mean
    currencies: dict[str, str]  # by sign: what they are called in a sentence

    def says(self, name: str, text: str) -> re.Match[str] | None:
        """The match of a whole follow-up, its end marks and its opening "and" or "ok" apart."""
        plain = plain_of(text)
        return self.whole[name].fullmatch(plain) or self.whole[name].fullmatch(
            self.opens["more"].sub("", plain, count=1)
        )


@cache
def wording(path: Path = FILE) -> Wording:
    """The words of the file. Raises DataProblem where it can't be used."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        opens = {name: re.compile(rf"^(?:{text})", re.IGNORECASE) for name, text in data["opens"].items()}
        whole = {name: re.compile(text, re.IGNORECASE) for name, text in data["whole"].items()}
        return Wording(
            opens,
            whole,
            tuple(frozenset(words) for words in data["ordinals"].values()),
            frozenset(data["words"]["silent"].split()),
            frozenset(data["words"]["asking"].split()),
            {name: tuple(figures) for name, figures in data["several"].items()},
            data["currency_names"],
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError, re.error) as error:
        raise DataProblem(f"{path.name} can't be used: {error}. Compare it with the one that is shipped.") from error


def plain_of(text: str) -> str:
    """A follow-up on one line without its end marks."""
    return " ".join(text.split()).strip(" ?.!,;:")
