"""Tables written by hand, ready for questions."""

from collections.abc import Callable, Sequence

import pytest

from app.tabletext.engine import TableText
from app.tatqa import document_of, table_text

Make = Callable[..., TableText]


@pytest.fixture
def table() -> Make:
    """Give a function from rows of texts and paragraphs to a table ready for questions."""

    def make(rows: Sequence[Sequence[str]], *paragraphs: str) -> TableText:
        texts = [{"order": str(number), "text": text} for number, text in enumerate(paragraphs, 1)]
        return table_text(document_of({"table": {"uid": "by hand", "table": rows}, "paragraphs": texts}))

    return make
