from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.answer import Answer, AnswerKind, Calculation, Citation, Operand, Statement
from app.verifier import unsupported, verify
from corpus.errors import UnknownDocument

PAGE = "Revenue was 2.88 billion CNY, up 159% on the year. Staff grew to 1,200 people."
QUOTE = PAGE[:50]
CITED = Citation("note", 0, 0, 50, QUOTE)


def page_text(document: str, page: int) -> str:
    if (document, page) != ("note", 0):
        raise UnknownDocument("no such page")
    return PAGE


def operand(text: str, value: str, unit: str, scale: str, citation: Citation | None = CITED) -> Operand:
    return Operand(text, Decimal(value), unit, scale, citation)


SUM = Calculation(
    "2.88 billion CNY * 4",
    (operand("2.88 billion CNY", "2.88", "CNY", "billion"), replace(operand("4", "4", "", "", None), role="constant")),
    "11.52 billion CNY",
    Decimal("11520000000"),
    "CNY",
)


def test_a_quoted_sentence_stands() -> None:
    assert unsupported(Statement("Revenue was 2.88 billion CNY, up 159% on the year.", (CITED,)), "", page_text) is None


def test_a_computed_figure_stands() -> None:
    assert unsupported(Statement("11.52 billion CNY: 2.88 billion CNY × 4.", (CITED,), SUM), "", page_text) is None


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (Statement("Revenue was 2.88 billion CNY."), "no citation"),
        (Statement("Revenue was 2.89 billion CNY.", (CITED,)), "2.89"),
        (Statement("Revenue was 1,200 CNY.", (CITED,)), "1,200"),
        (Statement("Profit was 2.88 billion CNY.", (CITED,)), "not of Profit"),
        (Statement(QUOTE, (replace(CITED, start=1),)), "doesn't hold"),
        (
            Statement(QUOTE, (replace(CITED, quote="Revenue was 3.88 billion CNY, up 159% on the year."),)),
            "doesn't hold",
        ),
        (Statement(QUOTE, (replace(CITED, document="other"),)), "doesn't hold"),
        (Statement(QUOTE, (replace(CITED, page=3),)), "doesn't hold"),
        (Statement("12 billion CNY.", (CITED,), SUM), "12"),
        (Statement("11.52 billion CNY.", (CITED,), replace(SUM, value=Decimal(11))), "not 11"),
        (Statement("11.52 billion CNY.", (CITED,), replace(SUM, expression="2.88 billion CNY * 99")), "99"),
        (
            Statement("7.", (CITED,), replace(SUM, operands=(operand("7 billion CNY", "7", "CNY", "billion"),))),
            "isn't in the passage",
        ),
        (
            Statement("7.", (CITED,), replace(SUM, operands=(operand("77 CNY", "77", "CNY", "", None),))),
            "neither cited nor given",
        ),
    ],
)
def test_what_is_unsupported_does_not_stand(statement: Statement, why: str) -> None:
    reason = unsupported(statement, "how much?", page_text)
    assert reason is not None
    assert why in reason


@given(number=st.decimals(0, 10**9, places=2))
def test_no_number_gets_through_that_is_not_in_the_quote(number: Decimal) -> None:
    text = f"{number:,f}"
    assume(number not in (Decimal("2.88"), Decimal(159)))
    assert unsupported(Statement(f"Revenue was {text} billion CNY.", (CITED,)), "", page_text) is not None


def test_verify_keeps_the_good_and_says_why_the_others_went() -> None:
    good, bad = Statement(QUOTE, (CITED,)), Statement("Revenue was 5 CNY.", (CITED,))
    kept, reasons = verify(Answer("q", AnswerKind.ANSWER, "", (good, bad)), page_text)
    assert kept == (good,)
    assert len(reasons) == 1
