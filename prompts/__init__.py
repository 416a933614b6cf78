"""Every word sent to a language model, each prompt a file of this folder, and the small loader.

A prompt is `NAME.md` with `$variable`s (`string.Template`). Tools offered to a model are described here too: the
description is what the model reads when it decides whether to call one.
"""

from pathlib import Path
from string import Template

from corpus.errors import DataProblem

FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The names of all prompts, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.md")))


def variables(name: str) -> frozenset[str]:
    """The variables that a prompt declares by using them."""
    return frozenset(Template(_text(name)).get_identifiers())


def render(name: str, **values: str) -> str:
    """The prompt's text with its variables filled in.

    Raises DataProblem for an unknown prompt, and where the values aren't exactly the prompt's variables.
    """
    declared = variables(name)
    if declared != values.keys():
        wrong = sorted(declared ^ values.keys())
        raise DataProblem(f"Prompt {name!r} takes {sorted(declared)}; these are missing or unknown: {wrong}.")
    return Template(_text(name)).substitute(values).strip()


def _text(name: str) -> str:
    path = FOLDER / f"{name}.md"
    if name not in names():
        raise DataProblem(f"There is no prompt {name!r}; there are: {', '.join(names())}.")
    return path.read_text(encoding="utf-8")
