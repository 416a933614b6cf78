"""Formulas read from metrics.toml or from a question's own definition, by one grammar.

sum      = product { ("+" | "-" | "plus" | "minus" | "less") product }
product  = factor { ("*" | "/" | "times" | "divided by" | "over") factor }
factor   = ["-"] ( number ["%"] | "(" sum ")" | function "(" sum { "," sum } ")" | timed )
timed    = [year] ( "average" | "change in" | name ) … [years]
years    = "in" year | "between" year "and" year | "from" year "to" year

A name is a line item's or a metric's. Relative years ("prior", the year before an average's) are resolved by `dated`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.formula import Binary, Call, Formula, Number, dated
from corpus.errors import CalculationError

FUNCTIONS = frozenset(["margin", "growth", "cagr", "mean", "sum"])


@dataclass(frozen=True, slots=True)
class Name:
    """A name found in a text, half-open [start, end), and what it stands for."""

    start: int
    end: int
    formula: Formula


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, name, year, word, sign
    text: str
    formula: Formula | None = None


_SPLIT = re.compile(
    r"(?P<year>\b(?:FY|fiscal(?: year)?)\s?['’]?(?:20)?\d\d\b|\b(?:19|20)\d\d\b)|(?P<number>\d[\d,]*(?:\.\d+)?)|(?P<sign>[-+*/(),%×÷−–])|(?P<word>[A-Za-z_]+)",
    re.IGNORECASE,
)
_SIGNS = {"×": "*", "÷": "/", "−": "-", "–": "-"}
_WORDS = {"plus": "+", "minus": "-", "less": "-", "times": "*", "over": "/"}
_SILENT = frozenset(["the", "of", "for", "total", "net", "its", "company", "s", "year", "end", "ending", "fiscal"])
_ASIDE = re.compile(
    r"[\[(]\s*(?:from|in|on|per|as shown|found|taken)\b[^\])]*[\])]"
    r"|\b(?:(?:as\s+)?(?:shown|found|given|reported|stated|taken)\s+)?(?:from|in|on|per)\s+the\s+(?:consolidated\s+)?(?:(?:income|cash\s+flows?|p&l)\s+statements?|balance\s+sheets?|statements?\s+of\s+(?:income|operations|earnings|cash\s+flows?|financial\s+position))",
    re.IGNORECASE,
)


def read_formula(text: str, find: Callable[[str], Sequence[Name]]) -> Formula:
    """Read a formula; `find` gives the names in a text, in order. Raises CalculationError where it isn't one."""
    plain = _ASIDE.sub(lambda found: " " * len(found[0]), text)
    return _Parser(_tokens(plain, find(plain))).read()


def _tokens(text: str, names: Sequence[Name]) -> list[_Token]:
    found: list[_Token] = []
    position, waiting = 0, list(names)
    while position < len(text):
        if waiting and waiting[0].start < position:
            waiting.pop(0)
            continue
        if waiting and waiting[0].start == position:
            name = waiting.pop(0)
            found.append(_Token("name", text[name.start : name.end], name.formula))
            position = name.end
            continue
        match = _SPLIT.match(text, position)
        if match is None:
            if not text[position].isspace() and text[position] not in "[].:;'’\"“”$":
                raise CalculationError(f"{text[position]!r} has no meaning in a formula.")
            position += 1
            continue
        kind = match.lastgroup or "sign"
        found.append(_Token(kind, _SIGNS.get(match[0], match[0])))
        position = match.end()
    return _without_doubles(found)


def _without_doubles(tokens: list[_Token]) -> list[_Token]:
    """A name repeated in brackets is its abbreviation: "cost of goods sold (COGS)"."""
    result: list[_Token] = []
    for number, token in enumerate(tokens):
        before = result[-2:]
        if (
            token.text == ")"
            and len(before) == 2
            and before[0].text == "("
            and before[1].kind == "name"
            and len(result) > 2
            and result[-3].formula == before[1].formula
        ):
            del result[-2:]
            continue
        result.append(tokens[number])
    return result


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = [token for token in tokens if not (token.kind == "word" and token.text.lower() in _SILENT)]
        self.position = 0

    def read(self) -> Formula:
        result = self._sum()
        if self.position < len(self.tokens):
            raise CalculationError(f"{self.tokens[self.position].text!r} isn't expected in a formula.")
        return result

    def _peek(self) -> _Token:
        return self.tokens[self.position] if self.position < len(self.tokens) else _Token("end", "")

    def _take(self) -> _Token:
        token = self._peek()
        self.position += 1
        return token

    def _is(self, *words: str) -> bool:
        return self._peek().kind in ("word", "sign") and self._peek().text.lower() in words

    def _operator(self, signs: str) -> str | None:
        text = self._peek().text.lower()
        if self._peek().kind == "word" and text == "divided":
            following = self.tokens[self.position + 1 : self.position + 2]
            if "/" in signs and following and following[0].text.lower() == "by":
                self.position += 2
                return "/"
            return None
        sign = _WORDS.get(text, text) if self._peek().kind in ("word", "sign") else ""
        if sign and sign in signs:
            self.position += 1
            return sign
        return None

    def _sum(self) -> Formula:
        result = self._product()
        while sign := self._operator("+-"):
            result = Binary(sign, result, self._product())
        return result

    def _product(self) -> Formula:
        result = self._factor()
        while sign := self._operator("*/"):
            result = Binary(sign, result, self._factor())
        return result

    def _factor(self) -> Formula:
        if self._is("-"):
            self._take()
            return Binary("-", Number(Decimal(0)), self._factor())
        if self._peek().kind == "number":
            value = Decimal(self._take().text.replace(",", ""))
            percent = self._is("%")
            if percent:
                self._take()
            return Number(value, percent)
        year = _year(self._take().text) if self._peek().kind == "year" else None
        inner, years = self._timed()
        return _in_years(inner, years or ((year,) if year else ()))

    def _timed(self) -> tuple[Formula, tuple[int, ...]]:
        token = self._take()
        word = token.text.lower()
        if token.kind == "name" and token.formula is not None:
            return token.formula, self._years()
        if token.text == "(":
            result = self._sum()
            self._expect(")")
            return result, self._years()
        if word in ("average", "mean", "change", "increase", "prior"):
            name = {"mean": "average", "increase": "change"}.get(word, word)
            while self._is("in", "annual"):
                self._take()
            year = _year(self._take().text) if self._peek().kind == "year" else None
            inner, years = self._timed()
            if years == () and year is not None:
                years = (year - 1, year)
            if name == "average" and isinstance(inner, Call) and inner.name == "average":
                return inner, years
            return Call(name, (inner,), years), ()
        if word in FUNCTIONS and self._is("("):
            self._take()
            arguments = [self._sum()]
            while self._is(","):
                self._take()
                arguments.append(self._sum())
            self._expect(")")
            return Call(word, tuple(arguments)), ()
        raise CalculationError(f"{token.text or 'the end'!r} isn't expected in a formula.")

    def _years(self) -> tuple[int, ...]:
        """The years after a name: "in FY2015", "between FY2014 and FY2015"."""
        start = self.position
        if self._peek().kind == "year":
            return (_year(self._take().text),)
        if self._is("(") and [one.kind for one in self.tokens[self.position + 1 : self.position + 2]] == ["year"]:
            self._take()
            years = self._listed()
            self._expect(")")
            return years
        if not self._is("in", "between", "from", "at", "during", "as"):
            return ()
        self._take()
        found = self._listed()
        if not found:
            self.position = start
        return found

    def _listed(self) -> tuple[int, ...]:
        """Years in a row: "FY2014 and FY2015"."""
        found: list[int] = []
        while self._peek().kind == "year" or (found and self._is("and", "to", "through", "-")):
            token = self._take()
            if token.kind == "year":
                found.append(_year(token.text))
        return tuple(found)

    def _expect(self, sign: str) -> None:
        if self._take().text != sign:
            raise CalculationError(f"A {sign!r} is missing in a formula.")


def _year(text: str) -> int:
    number = int(re.sub(r"\D", "", text))
    return number if number > 99 else 2000 + number


def _in_years(formula: Formula, years: tuple[int, ...]) -> Formula:
    """A formula with the years named for it; one year for a plain item, two for an average or a change."""
    if not years:
        return formula
    if isinstance(formula, Call) and formula.name in ("average", "change", "prior"):
        return formula if formula.years else Call(formula.name, formula.arguments, years)
    if len(years) != 1:
        raise CalculationError("Several years for one figure: say average or change.")
    return dated(formula, years[0])
