"""Answers of every kind that exports are tried on, some with what nobody should be able to put into a file."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from app.answer import (
    Answer,
    AnswerKind,
    Calculation,
    Candidate,
    Citation,
    Operand,
    Point,
    Series,
    Statement,
    Withheld,
)
from app.chats import Chat, ChatRecord, Message

WHEN = datetime(2026, 11, 28, 7, 5, tzinfo=UTC)
REVENUE = Citation("quarter", 0, 10, 40, "revenue of 2.88 billion CNY,\nup 159%")
ORDERS = Citation("orders & more", 3, 5, 30, "Large orders followed.")
NEAR = Citation("quarter", 1, 0, 12, "No officer is named.")
CALCULATION = Calculation(
    expression="2.88 / (1 + 159%)",
    operands=(
        Operand("2.88 billion CNY", Decimal("2.88"), "CNY", "billion", REVENUE, "revenue, Q1 2026"),
        Operand("159%", Decimal(159), "%", "", REVENUE, "growth on the year"),
    ),
    result="1.112 billion CNY",
    value=Decimal("1111969111.97"),
    unit="CNY",
    rounding="to 4 significant digits, half up",
    steps=(
        ("revenue, Q1 2026", "2.88 billion CNY"),
        ("growth on the year", "159%"),
        ("base = 2.88 / (1 + 1.59)", "1.112 billion CNY"),
    ),
    note="both inputs are rounded",
)
COMPUTED = Answer(
    "What was revenue a year before?",
    AnswerKind.ANSWER,
    "About 1.11 billion CNY, implied. Large orders followed.",
    (
        Statement("About 1.11 billion CNY, implied.", (), CALCULATION, understood=(("Company", "Acorn Mills"),)),
        Statement("Large orders followed.", (ORDERS, REVENUE)),
    ),
    resolved="What was Acorn's revenue a year before Q1 2026?",
    writer="small model",
    withheld=(Withheld("Profit was 7 trillion.", "no passage says so"),),
)
REFUSAL = Answer("Who leads it?", AnswerKind.REFUSAL, "The documents don’t say who.", (), (NEAR, REVENUE))


def _point(year: str, figure: str, number: int) -> Point:
    cell = Citation("harbour", 1, number * 10, number * 10 + len(figure), figure)
    value = Decimal(figure.replace(",", ""))
    operand = Operand(f"{figure} million USD", value, "USD", "million", cell, f"net sales, {year}", year)
    return Point(year, f"{figure} million USD", value, operand)


POINTS = tuple(
    _point(year, figure, number)
    for number, (year, figure) in enumerate([("FY2023", "1,042"), ("FY2024", "1,131"), ("FY2025", "1,284")])
)
SERIES = Answer(
    "How did net sales develop?",
    AnswerKind.ANSWER,
    "Net sales rose each year.",
    (
        Statement(
            "Net sales rose each year.",
            tuple(point.operand.citation for point in POINTS if point.operand and point.operand.citation),
            None,
            Series("net sales", "million USD", POINTS, note="from one filing"),
        ),
    ),
)
CANDIDATES = replace(REFUSAL, candidates=(Candidate("Operating profit", "FY2025", "(214)", ORDERS),))
HOSTILE_QUOTE = (
    '<script>alert(1)</script><img src=x onerror="alert(2)"> =HYPERLINK("http://x") ]]> </w:t> '
    "收入增长 שלום עולם مرحبا €5 − 3 \u202eabc \x07 \ud800 😀 | *bold* [link](javascript:alert(3))"
)
HOSTILE = Answer(
    '=cmd|"/c calc" <b>who</b> & why?',
    AnswerKind.ANSWER,
    "x",
    (Statement('<svg onload="alert(4)"> & "it"', (Citation("<i>name</i>", 0, 0, 9, HOSTILE_QUOTE),)),),
)
LONG = Answer(
    "Tell me all of it.",
    AnswerKind.ANSWER,
    "x",
    (Statement("Orders rose and costs fell. " * 400, (ORDERS,)), Statement("W" * 3000, (NEAR,))),
)
ALL = (COMPUTED, REFUSAL, SERIES, CANDIDATES, HOSTILE, LONG)


def chat(*answers: Answer, title: str = "Orders & officers") -> Chat:
    messages = tuple(Message(number, 3, answer.question, answer, WHEN) for number, answer in enumerate(answers, 1))
    return Chat(ChatRecord(3, title, WHEN, WHEN, len(messages)), messages)
