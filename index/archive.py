"""What a backup is: a ZIP archive of the database, the kept files and the person's own files, with a manifest.

The manifest tells each member's size and SHA-256, so that a damaged archive is known, and nothing else is unpacked.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from index.store.connection import FILE_NAME

MANIFEST = "manifest.json"
MANIFEST_BYTES = 64 << 20  # at most; a member takes about 200
OWN_FILES = ("glossary.toml", "settings.toml", "sample-indexed")  # beside the database in the data directory
BLOCK = 1 << 20
KEPT = re.compile(r"files/[0-9a-f]{64}(?:\.[^./\\:\x00-\x1f]{1,40})?")


class Member(BaseModel):
    """A file in the archive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What is in the archive, and of which Footnote it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    footnote_backup: Literal[1]
    schema_version: Annotated[int, Field(ge=1)]
    created: datetime
    documents: Annotated[int, Field(ge=0)]
    chats: Annotated[int, Field(ge=0)]
    members: tuple[Member, ...]


def is_ours(name: str) -> bool:
    """Whether a member's name is one that a backup writes: no other is unpacked, wherever it would lead."""
    return name in (FILE_NAME, *OWN_FILES) or KEPT.fullmatch(name) is not None
