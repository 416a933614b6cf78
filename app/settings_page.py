"""docs/settings.md, made from the settings themselves: `footnote settings --markdown`."""

from typing import Any

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app.settings import Settings

HEAD = """# Settings

Every setting can be given in the environment (`FOOTNOTE_` and the name in capitals), in `settings.toml` in the data directory, which
is stronger, and some as flags of a command, which are strongest. `footnote settings` prints those in force. A name that
doesn't exist, or a value that can't be, is an error that says so: nothing starts with half of what you meant.

```toml
# settings.toml
port = 8080
max_file_mb = 500
```

This page is made by `footnote settings --markdown`; a test holds it to the settings.

| setting | default | may be | what it does |
|---|---|---|---|
"""
TAIL = "\n*Secret*: never printed, logged or repeated in an error.\n"


def settings_markdown() -> str:
    """The page: one row for each setting, in the order of the settings."""
    return HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items()) + TAIL


def _row(name: str, field: FieldInfo) -> str:
    secret = " *Secret.*" if "SecretStr" in str(field.annotation) else ""
    cells = (f"`{name}`", _default(name, field), _limits(field), f"{field.description}{secret}")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _default(name: str, field: FieldInfo) -> str:
    if name == "home":
        return "the user's data folder"  # another one on each system
    if field.default is None or field.default in ("", PydanticUndefined):
        return "none"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def _limits(field: FieldInfo) -> str:
    choices = getattr(field.annotation, "__args__", ())
    if choices and all(isinstance(each, str) for each in choices):
        return ", ".join(f"`{each}`" for each in choices)
    if field.annotation is bool:
        return "`true`, `false`"
    said = []
    for limit in field.metadata:
        match limit:
            case Ge(ge=least):
                said.append(f"from {least}")
            case Gt(gt=least):
                said.append(f"above {least}")
            case Le(le=most):
                said.append(f"up to {most}")
            case MinLen(min_length=least):
                said.append(f"{least} characters or more")
            case MaxLen(max_length=most):
                said.append(f"{most} characters at most")
    kinds: dict[Any, str] = {int: "whole number", float: "number"}
    kind = kinds.get(field.annotation, "" if said else "text")
    return " ".join(filter(None, [kind, *said]))
