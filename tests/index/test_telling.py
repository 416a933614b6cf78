import pytest

from index.telling import telling


@pytest.mark.parametrize(
    ("text", "embedded"),
    [
        ("Net sales $ 9,288 $ 10,330 (10.1)%", "Net sales"),
        ("Operating income | 72.0 | 61.5", "Operating income"),
        ("Goodwill — 1,383 — 1,383", "Goodwill"),
        ("Acorn, annual report, FY2019\nNet sales 9,288 10,330", "Acorn, annual report, FY2019\nNet sales"),
        ("Revenue rose 159% to 2.88 billion in the first quarter.", "Revenue rose 159% to 2.88 billion in the first quarter."),
        ("Acorn 10-K FY2019 Q2", "Acorn 10-K FY2019 Q2"),
        ("Note 7", "Note 7"),
        ("no figures at all", "no figures at all"),
        ("1,234 5,678", "1,234 5,678"),
        ("", ""),
    ],
)  # fmt: skip
def test_rows_keep_their_words_and_prose_its_figures(text: str, embedded: str) -> None:
    assert telling(text) == embedded
