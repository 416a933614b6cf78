"""One prompt: its file read, what it declares held against what it uses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from corpus.errors import DataProblem

_FENCE = "---"
_VARIABLE = re.compile(r"  ([a-z][a-z0-9_]*): (\S.*)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt's text and what it is filled with."""

    name: str
    version: int
    variables: Mapping[str, str]  # name → what it holds
    text: str  # with `$variable`s
    path: Path
    source: str  # the whole file

    def render(self, **values: str) -> str:
        """The text with its variables filled in. Raises DataProblem where the values aren't exactly the variables."""
        if self.variables.keys() != values.keys():
            wrong = sorted(self.variables.keys() ^ values.keys())
            raise DataProblem(
                f"Prompt {self.name!r} takes {sorted(self.variables)}; these are missing or unknown: {wrong}."
            )
        return Template(self.text).substitute(values).strip()


def read_prompt(path: Path) -> Prompt:
    """A prompt from its file. Raises DataProblem, which says what is wrong with it."""
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataProblem(f"{path} can't be read: {error}.") from error
    head, text = _parted(source, path)
    version, variables = _declared(head, path)
    template = Template(text)
    if not template.is_valid():
        raise DataProblem(f"{path}: a $ stands before what is no name of a variable. Write $$ for a dollar sign.")
    used = set(template.get_identifiers())
    if used != variables.keys():
        unused, undeclared = sorted(variables.keys() - used), sorted(used - variables.keys())
        what = [f"declared and not used: {unused}"] * bool(unused) + [f"used and not declared: {undeclared}"] * bool(
            undeclared
        )
        raise DataProblem(f"{path}: variables {'; '.join(what)}.")
    if not text.strip():
        raise DataProblem(f"{path}: it has no text below its second line of {_FENCE}.")
    return Prompt(path.stem, version, variables, text.strip(), path, source)


def _parted(source: str, path: Path) -> tuple[list[str], str]:
    first, *lines = source.splitlines() or [""]
    if first.rstrip() != _FENCE or _FENCE not in (line.rstrip() for line in lines):
        raise DataProblem(
            f"{path}: it must begin with a line of {_FENCE}, its version and variables, and {_FENCE} again."
        )
    end = next(number for number, line in enumerate(lines) if line.rstrip() == _FENCE)
    return lines[:end], "\n".join(lines[end + 1 :])


def _declared(head: list[str], path: Path) -> tuple[int, dict[str, str]]:
    version = 0
    variables: dict[str, str] = {}
    inside = False
    for line in filter(str.strip, head):
        variable = _VARIABLE.fullmatch(line.rstrip())
        if inside and variable and variable[1] not in variables:
            variables[variable[1]] = variable[2]
            continue
        name, colon, value = line.rstrip().partition(":")
        inside = name == "variables" and not value.strip()
        if name == "version" and value.strip().isdecimal() and int(value) > 0:
            version = int(value)
        elif not (inside and colon):
            raise DataProblem(
                f"{path}: {line.strip()!r} can't be read. It takes `version: 1`, then `variables:` with a line for each, two "
                "blanks in: `  name: what it holds`."
            )
    if not version:
        raise DataProblem(f"{path}: it gives no version. Begin with `version: 1`.")
    return version, variables
