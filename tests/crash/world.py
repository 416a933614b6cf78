"""The world of the trials: short documents in versions, an engine with a cheap embedding, and what happens in it."""

import hashlib
import random
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.footnote import Footnote
from app.settings import Settings
from index.embedding import PassageEmbedding
from index.store import Store

DIMENSION = 24
WORDS = "orders revenue margin cash memory wafer export controls supply growth licence pension lease tax".split()


class HashEncoder:
    """Texts → unit vectors by their hash: as deterministic as the model, and free of its threads and its time."""

    dimension = DIMENSION

    def __init__(self, version: int) -> None:
        self._version = version

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    encode_queries = encode_passages = encode

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _vector(self, text: str) -> NDArray[np.float32]:
        seed = hashlib.sha256(f"{self._version} {text}".encode()).digest()
        vector = np.random.default_rng(int.from_bytes(seed[:8], "big")).normal(size=DIMENSION).astype(np.float32)
        unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
        return unit


def embedding(version: int) -> PassageEmbedding:
    """An embedding model behind the same seam as the real one; another version is another model."""
    return PassageEmbedding(HashEncoder(version), "hash", f"hash@{version}")


SHARED = "FOOTNOTE_POSTGRES_URI"  # in the environment, where data directories are copies of a database


def open_store(home: Path) -> Store:
    """The store of a data directory, as the product opens it."""
    return Settings(home=home).open_store()


class Engine(Footnote):
    """The engine itself, with that embedding."""

    def __init__(self, home: Path, version: int) -> None:
        super().__init__(Settings(home=home))
        self._embedding = embedding(version)


def write_document(path: Path, version: int) -> None:
    """A short report with a statement, a glossary and paragraphs; wholly another text in each version."""
    draw = random.Random(f"{path.name} {version}")
    year, number = 2015 + draw.randrange(9), draw.randrange(100, 900)
    lines = [
        f"# Annual report {year}",
        f"Company: {path.stem.title()} Mills.",
        f"Period: fiscal year {year}.",
        "## Consolidated balance sheets",
        f"| In millions of USD | FY{year} | FY{year - 1} |\n|---|---|---|\n"
        f"| Cash and cash equivalents | {number} | {number + 7} |\n| Inventories | 200 | 160 |\n"
        f"| Total current assets | {number + 200} | {number + 167} |\n| Total assets | {number + 900} | {number + 800} |",
    ]
    for part in range(draw.randrange(3, 12)):
        lines.append(f"## Part {part} of version {version}")
        words = " ".join(draw.choice(WORDS) for _ in range(draw.randrange(40, 200)))
        lines.append(f"In {path.stem}, version {version}: {words}.")
    lines.append(f"## Glossary\n\nTerm {path.stem}: what version {version} says of it.\n\nOther {path.stem}: one more.")
    # Whole or not at all, so that an interrupted trial leaves no file that nobody wrote.
    part = path.with_suffix(".part")
    part.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    part.replace(path)


def write_scan(path: Path, version: int) -> None:
    """A picture of a few lines, another text in each version: what is read by OCR."""
    draw = random.Random(f"{path.name} {version}")
    picture = Image.new("L", (900, 170), 255)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=34)
    for number in range(2):
        words = " ".join(draw.choice(WORDS) for _ in range(6))
        pen.text((40, 30 + 60 * number), f"The {words}.", 0, font)
    part = path.with_suffix(".part")
    picture.save(part, "PNG")
    part.replace(path)


def write_file(path: Path, version: int) -> None:
    """A version of a file, of the kind that its name tells."""
    (write_scan if path.suffix == ".png" else write_document)(path, version)


def write_archive(path: Path, names: Sequence[str], versions: Sequence[int]) -> None:
    """A zip archive of documents in these versions."""
    part = path.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, zipfile.ZipFile(part, "w") as archive:
        for name, version in zip(names, versions, strict=True):
            write_file(Path(folder, name), version)
            archive.write(Path(folder, name), f"papers/{name}")
    part.replace(path)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done: what, to which files, chat, user or collection."""

    what: str  # a key of `steps.STEPS`
    names: tuple[str, ...] = ()  # of files
    versions: tuple[int, ...] = ()  # of the files
    chat: int = 0
    text: str = ""  # question, title, password, secret, name of a collection, path of a backup
    version: int = 1  # of the embedding
    person: str = ""  # whose it is, or to whom it is done; "": everyone's
    flag: bool = False  # documents stay (leave); everyone's chats go along (own)
