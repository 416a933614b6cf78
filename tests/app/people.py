"""Two people with documents of their own, for the tests of who sees what."""

from dataclasses import dataclass
from pathlib import Path

from app.footnote import Footnote
from app.people.person import Person
from app.people.seen import Views
from app.people.users import Users
from app.settings import Settings

PASSWORDS = {"anna": "anna's long password", "ben": "ben's long password"}
# Words that stand in Anna's documents and nowhere else: whoever is shown one of them was shown something of hers.
SECRETS = ("Quellmar", "Zanderling", "4,711", "Okapibond", "Wolkenstein")
ANNAS = """# Annual report 2025

Company: Quellmar AG.
Period: fiscal year 2025.

Revenue of Quellmar AG in 2025 was 4,711 million EUR. Its chief executive is Zanderling.

## Consolidated statements of income

| In millions of EUR | FY2025 | FY2024 |
|---|---|---|
| Net sales | 4,711 | 4,100 |
| Cost of sales | 2,711 | 2,600 |
| Gross profit | 2,000 | 1,500 |
| Net income | 158 | 121 |

## Consolidated balance sheets

| In millions of EUR | FY2025 | FY2024 |
|---|---|---|
| Cash and cash equivalents | 4,711 | 3,210 |
| Inventories | 200 | 160 |
| Total current assets | 4,911 | 3,370 |
| Total assets | 9,001 | 8,002 |

## Glossary

Okapibond: a bond that Quellmar sells in Wolkenstein.
"""
BENS = "# Birch Mills\n\nRevenue of Birch Mills in 2025 was 12 million EUR. Its chief executive is Tanner.\n"
EVERYONES = "# Cedar Foods\n\nRevenue of Cedar Foods in 2025 was 31 million EUR. It has 900 employees.\n"


@dataclass(frozen=True)
class World:
    """A whole engine, its two people, and the engine as each of them sees it."""

    whole: Footnote
    anna: Person
    ben: Person
    views: Views

    @property
    def annas(self) -> Footnote:
        return self.views.of(self.anna)

    @property
    def bens(self) -> Footnote:
        return self.views.of(self.ben)


def made(home: Path) -> World:
    """A data directory in which Anna, Ben and everyone have a document each; `report.md` is the name of two of them."""
    engine = Footnote(Settings(home=home))
    users = Users(engine.store)
    people = []
    for name, password in PASSWORDS.items():
        record = users.add(name, password)
        person = users.person(record.id)
        assert person is not None
        people.append(person)
    world = World(engine, people[0], people[1], Views(engine))
    files = home / "to-read"
    files.mkdir(exist_ok=True)
    put(world.annas, files, "report.md", ANNAS)
    put(world.bens, files, "report.md", BENS)
    everyones = files / "cedar.md"
    everyones.write_text(EVERYONES, encoding="utf-8")
    assert not engine.ingest([everyones]).failed
    return world


def put(engine: Footnote, folder: Path, name: str, text: str) -> str:
    """Upload a text; gives the name that its document got."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    report = engine.ingest([path], uploaded=True)
    assert not report.failed, report.failed
    return [*report.added, *report.replaced, *report.unchanged][0].name


def tells(text: str) -> list[str]:
    """Which of Anna's words stand in a text."""
    return [word for word in SECRETS if word.lower() in text.lower()]
