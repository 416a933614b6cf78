"""The rated answers as CSV, one row for each, so that a team can work them off in a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.csv_cell import safe_cell
from app.json_objects import rated_object

if TYPE_CHECKING:
    from app.chats import Rated

COLUMNS = ("message", "rating", "remark", "question", "answer", "asked", "chat", "title", "report")


def ratings_csv(rated: "Iterable[Rated]") -> str:
    """Rated answers with a header row, lines ended by CR LF (RFC 4180)."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in rated:
        row = rated_object(one)
        writer.writerow([safe_cell(str(row[column] or "")) for column in COLUMNS])
    return text.getvalue()
