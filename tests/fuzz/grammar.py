"""Questions and calculations out of a grammar, and real ones that are put together wrongly."""

import json
import random
from functools import cache
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"
ODD = (
    "\0", "\u202e", "\u200b", "\ufeff", "\ud7ff", "🙂", "营业收入", "（", "“", "‰", "½", "²", "∞", "…", "\n\n", "\t", "((((", "))))", "[[", "{{", "%s", "${x}",
    "'; DROP TABLE passages; --", "\" OR \"", "NEAR(", "*", "AND", "NOT", "1e999", "0x10", "9" * 60, "1/0", "--", "$", "€", "FY", "Q5", "FY9999", "FY0",
    "Q1 2026", "2019-02-30", "between 2030 and 1990", "Inc.", "if", "where x is y / x", "average of the average", "a" * 300, "the the the", "?" * 40, "3rd",
    "-5%", "per cent per cent", "in thousands of billions", "year over year over year",
)  # fmt: skip
_WHO = ("Cambricon", "Huawei", "Acorn Mills", "Norrland Forest Products", "it", "they", "the company", "")
_WHAT = (
    "revenue",
    "net income",
    "gross margin",
    "run-rate",
    "free cash flow",
    "EBITDA margin",
    "total assets",
    "days payable outstanding",
    "growth",
)
_WHEN = (
    "in Q1 2026",
    "in FY2018",
    "for fiscal 2022",
    "from 2016 to 2031",
    "a year before",
    "as of March 31, 2026",
    "between FY2017 and FY2019",
    "",
)
_HOW = ("What was {what} of {who} {when}?", "By how much did {who}'s {what} grow {when}?", "How is {what} reached?", "Which of {who} and {who2} had the higher {what} {when}?",
        "If {what} is defined as {calc}, what was it {when}?", "Is it true that {who}'s {what} fell {when}?", "Why did {what} rise, and what is {calc}?", "what is {calc}",
        "And {when}?", "Give the 3 year average of {what} as a % of {what2}, rounded to {number} decimals.", "Define {what} and list {what2} by year {when}.")  # fmt: skip
_FUNCTIONS = (
    "growth",
    "cagr",
    "margin",
    "implied_base",
    "run_rate",
    "mean",
    "round",
    "max",
    "min",
    "abs",
    "sqrt",
    "nothing",
)
_UNITS = (
    "",
    "%",
    " pp",
    " million USD",
    " billion CNY",
    " thousand",
    " GB",
    " TB",
    " kW",
    " years",
    " bps",
    "亿元",
    "k",
    " EUR",
    "x",
)
_OPERATORS = ("+", "-", "*", "/", "^", "**", "×", "÷", "−", "%", "of", "to", "=", ",")


@cache
def real_questions() -> tuple[str, ...]:
    """The questions of the goldens, in their order."""
    found: list[str] = []
    for path in sorted(GOLDEN.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line) if line.strip() else {}
            found += [str(turn["question"]) for turn in (one, *one.get("turns", ())) if "question" in turn]
    return tuple(found)


def question(draw: random.Random) -> str:
    """A question, up to some thousand characters."""
    text = _asked(draw) if draw.random() < 0.5 else draw.choice(real_questions())
    for _ in range(draw.choice((0, 1, 1, 2, 4))):
        text = _changed(draw, text)
    return text[: draw.choice((200, 1000, 4000, 4000))]


def _asked(draw: random.Random) -> str:
    form = draw.choice(_HOW)
    return form.format(
        who=draw.choice(_WHO), who2=draw.choice(_WHO), what=draw.choice(_WHAT), what2=draw.choice(_WHAT), when=draw.choice(_WHEN),
        calc=expression(draw, 2), number=draw.choice(("2", "0", "-1", "99", "1000000")),
    )  # fmt: skip


def _changed(draw: random.Random, text: str) -> str:
    words = text.split(" ")
    at = draw.randrange(len(words))
    match draw.randrange(9):
        case 0:
            words[at] = draw.choice(ODD)
        case 1:
            words.insert(at, draw.choice(ODD))
        case 2:
            draw.shuffle(words)
        case 3:
            del words[at]
        case 4:
            words += draw.choice(real_questions()).split(" ")
        case 5:
            return draw.choice(
                (text.upper(), text.lower(), text.title(), text.swapcase(), text[::-1], text.replace(" ", ""))
            )
        case 6:
            return text + (" " + words[at]) * draw.choice((3, 60, 600))
        case 7:
            cut = draw.randrange(len(text) + 1)
            return text[:cut] + draw.choice(ODD) * draw.choice((1, 1, 30)) + text[cut:]
        case _:
            words[at:at] = [str(draw.choice((2018, 1999, 10**9, "12.5%", "(3,000)", "$1.2 billion", "0")))]
    return " ".join(words)


def expression(draw: random.Random, depth: int = 5) -> str:
    """A calculation: mostly one that can be read, now and then a broken one."""
    if depth <= 0 or draw.random() < 0.2:
        digits = draw.choice(
            ("0", "1", "2.5", "1,234.5", "0.000001", "9" * draw.choice((3, 20, 45)), "1e5", ".5", "5.", "159%", "2018")
        )
        return digits + draw.choice(_UNITS)
    match draw.randrange(7):
        case 0 | 1 | 2:
            return f"{expression(draw, depth - 1)} {draw.choice(_OPERATORS[:9])} {expression(draw, depth - 1)}"
        case 3:
            return f"({expression(draw, depth - 1)})" + draw.choice(_UNITS)
        case 4:
            return f"{draw.choice(_FUNCTIONS)}({', '.join(expression(draw, depth - 1) for _ in range(draw.choice((0, 1, 2, 3))))})"
        case 5:
            return draw.choice("+-−") * draw.choice((1, 1, 40)) + expression(draw, depth - 1)
        case _:
            return f"{expression(draw, depth - 1)} {draw.choice((*_OPERATORS, *ODD))} {expression(draw, depth - 1)}"


def calculation(draw: random.Random) -> str:
    """An expression, or a request in words around some."""
    made = expression(draw, draw.choice((1, 2, 4, 6)))
    if draw.random() < 0.3:
        form = draw.choice(("what is {0}", "growth from {0} to {1}", "{0} as a percentage of {1}", "the average of {0}, {1} and {0}", "{0} divided by {1}", "annualise {0}", "by what % is {0} above {1}"))  # fmt: skip
        made = form.format(made, expression(draw, 2))
    return _changed(draw, made) if draw.random() < 0.3 else made
