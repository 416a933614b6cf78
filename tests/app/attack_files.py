"""The attacks of tests/golden/attacks.toml, and the files that they are written to."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.shared import RGBColor
from reportlab.lib.colors import black, blue, white
from reportlab.pdfgen.canvas import Canvas

FILE = Path(__file__).parents[1] / "golden" / "attacks.toml"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack; attacks.toml says what each field is."""

    id: str
    tries: str
    format: str
    text: str
    never: tuple[str, ...]
    draft: str
    hidden: str = ""
    secret: str = ""
    how: str = ""
    name: str = ""
    part: str = ""
    plain: bool = False
    defines: bool = False
    copies: int = 1
    repeat: int = 1


def attacks() -> list[Attack]:
    """Every attack of the file."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [Attack(**{**one, "never": tuple(one["never"])}) for one in data["attack"]]


def write(attack: Attack, folder: Path) -> list[Path]:
    """Write the attack's files into a folder; gives their paths."""
    name = attack.name or f"{attack.id}.{attack.format}"
    first = folder / name
    write_one = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx}.get(attack.format, _text)
    write_one(attack, first)
    paths = [first]
    for number in range(1, attack.copies):
        # Each says a little of its own, so that it isn't taken for the same file.
        paths.append(folder / f"{attack.id}-{number}.{attack.format}")
        paths[-1].write_text(f"{attack.text}\n\nCopy {number}.", encoding="utf-8")
    if attack.part:
        paths.append(folder / f"{attack.id}-part.{attack.format}")
        paths[-1].write_text(attack.part, encoding="utf-8")
    return paths


def _text(attack: Attack, path: Path) -> None:
    path.write_text(attack.text * attack.repeat, encoding="utf-8")


def _pdf(attack: Attack, path: Path) -> None:
    canvas = Canvas(str(path), pagesize=(612, 792))
    canvas.saveState()
    if attack.how == "title":
        canvas.setTitle(attack.secret)
        canvas.setSubject(attack.secret)
    elif attack.how == "mode":
        text = canvas.beginText(72, 600)
        text.setTextRenderMode(3)
        text.textLine(attack.secret)
        canvas.drawText(text)
    else:
        canvas.setFillColor(white if attack.how == "white" else black)
        canvas.setFont("Helvetica", 1 if attack.how == "tiny" else 11)
        canvas.drawString(*((72, 900) if attack.how == "away" else (72, 600)), attack.secret)
    if attack.how == "behind":
        canvas.drawInlineImage(_picture(), 60, 590, 500, 30)
    canvas.restoreState()
    canvas.setFillColor(blue)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 700, attack.text)
    canvas.save()


def _picture() -> Any:
    from PIL import Image

    return Image.new("RGB", (50, 3), (200, 220, 200))


def _docx(attack: Attack, path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(attack.text)
    if attack.how == "comments":
        document.core_properties.comments = attack.secret
        document.core_properties.keywords = attack.secret
    else:
        run = document.add_paragraph().add_run(attack.secret)
        if attack.how == "vanish":
            run.font.hidden = True
        else:
            run.font.color.rgb = RGBColor(255, 255, 255)
    document.save(str(path))


def _xlsx(attack: Attack, path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    _rows(sheet, attack.text.splitlines())
    if attack.how == "sheet":
        hidden = book.create_sheet("more")
        hidden.sheet_state = "hidden"
        _rows(hidden, [attack.secret])
    elif attack.how == "named":
        sheet.title = attack.secret
    book.save(path)


def _rows(sheet: Any, lines: Sequence[str]) -> None:
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line.split(" | "), 1):
            cell = sheet.cell(number, column)
            cell.value = text
            cell.data_type = "s"  # a text, though it may begin with "="
