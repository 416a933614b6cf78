"""Every word sent to a language model, each prompt a file of this folder, and the small loader.

A prompt is `NAME.md`: between two lines of three dashes its version and its variables, a line each on what they hold;
below them the text with `$variable`s (`$$` is a dollar sign). A file of the same name in `prompts/` of the data directory
takes its place. Tools offered to a model are described here too: the description is what the model reads when it decides
whether to call one.
"""

from pathlib import Path

from corpus.errors import DataProblem
from prompts.prompt import Prompt, read_prompt

FOLDER = Path(__file__).parent
OWN = "prompts"  # the folder of a person's own, in the data directory


def names() -> tuple[str, ...]:
    """The names of all prompts, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.md")))


def load(name: str, home: Path | None = None) -> Prompt:
    """A prompt: the person's own where the data directory `home` has it, else the shipped one.

    Raises DataProblem for an unknown prompt, and where one of a person's own isn't fit to stand in for the shipped one.
    """
    if name not in names():
        raise DataProblem(f"There is no prompt {name!r}; there are: {', '.join(names())}.")
    shipped = read_prompt(FOLDER / f"{name}.md")
    place = own(name, home) if home else None
    if place is None:
        return shipped
    mine = read_prompt(place)
    if mine.variables.keys() != shipped.variables.keys():
        wrong = sorted(mine.variables.keys() ^ shipped.variables.keys())
        raise DataProblem(
            f"{place}: this prompt has the variables {sorted(shipped.variables)}; these are missing or unknown: {wrong}. "
            "Put them right, or remove the file to have the shipped prompt again."
        )
    if mine.version != shipped.version:
        raise DataProblem(
            f"{place}: it was written for version {mine.version} of this prompt, which is now at {shipped.version}. Compare it "
            f"with `footnote prompts {name} --shipped`, then set its version to {shipped.version}."
        )
    return mine


def own(name: str, home: Path) -> Path | None:
    """The file of a person's own for a prompt, where the data directory has one."""
    place = home / OWN / f"{name}.md"
    return place if place.exists() else None


def variables(name: str, home: Path | None = None) -> frozenset[str]:
    """The names of a prompt's variables. Raises DataProblem as `load` does."""
    return frozenset(load(name, home).variables)


def render(name: str, /, home: Path | None = None, **values: str) -> str:
    """The prompt's text with its variables filled in; what the values hold is text, whatever it looks like.

    Raises DataProblem as `load` does, and where the values aren't exactly the prompt's variables.
    """
    return load(name, home).render(**values)


def copy(name: str, home: Path) -> Path:
    """Copy a shipped prompt into the data directory, to be edited there; gives its place.

    Raises DataProblem for an unknown prompt, and where there is one already or it can't be written.
    """
    text = load(name).source
    place = home / OWN / f"{name}.md"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise DataProblem(f"{place} is there already; edit it, or remove it first.") from None
    except OSError as error:
        raise DataProblem(f"{place} can't be written ({error.strerror}).") from error
    return place


__all__ = ["Prompt", "copy", "load", "names", "own", "render", "variables"]
