"""A reply over a table as statements: what is said, its calculation done by the calculator, and every cell cited."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from app import answer
from app.answer import Citation, Statement
from app.calculator import calculate
from app.calculator.notation import shown_expression
from app.figures import cited, computed
from app.tabletext.compare import period_text
from app.tabletext.engine import TableText
from app.tabletext.reply import Operand, Reply
from app.tabletext.request import Form, Request
from app.tabletext.unit_places import unit_places
from corpus.document import Span
from corpus.errors import CalculationError

Cite = Callable[[Span], Citation]


def statements(request: Request, reply: Reply, cite: Cite, over: TableText | None = None) -> list[Statement]:
    """What a reply says; empty where a cell has no place to cite or the calculator refuses.

    `cite` gives the text at a span of the table's document. `over` is what was read: where it states the unit is cited.
    """
    if any(one.entry.cell.span is None for one in reply.operands) or not reply.operands:
        return []
    operands = [operand(one, cite) for one in reply.operands]
    places = [place for one in reply.operands for place in citations(one, cite)]
    if over:
        places += [cite(span) for span in unit_places(reply.operands, over.table, over.paragraphs)]
    try:
        if reply.form is Form.WHICH_ITEM:
            return _parts(request, reply, operands, places)
        if reply.form in (Form.WHICH_PERIOD, Form.COUNT_PERIODS):
            return _compared(request, reply, operands, places)
        return _computed(request, reply, operands, places)
    except CalculationError:
        return []


def operand(one: Operand, cite: Cite) -> answer.Operand:
    """A cell as an operand of a calculation, with its row as its citation."""
    figure = one.entry.figure
    text = " ".join(part for part in (one.entry.text, one.scale, one.unit if one.unit != "%" else "") if part)
    return answer.Operand(
        _plain(text), figure.value if figure else Decimal(0), one.unit, one.scale, citations(one, cite)[0], _role(one)
    )


def _plain(text: str) -> str:
    """Without the currency sign that the unit repeats: "$ 44.1 million USD" → "44.1 million USD"."""
    return " ".join(text.lstrip("$€£¥ ").split()) if text[:1] in "$€£¥" and text.split()[-1].isupper() else text


def _role(one: Operand) -> str:
    label = one.entry.label or " ".join(one.entry.section[-1:])
    head = " ".join(one.entry.head.split())
    return ", ".join(part for part in (label[:80], head[:60]) if part) or "figure"


def citations(one: Operand, cite: Cite) -> list[Citation]:
    """The row from its label to the cell, the column's headers, the section it stands under."""
    entry = one.entry
    span = entry.cell.span
    assert span is not None
    label = entry.label_cell.span if entry.label_cell else None
    first = min(label.start, span.start) if label and label.page == span.page else span.start
    last = max(label.end, span.end) if label and label.page == span.page else span.end
    heads = [cell.span for cell in (*entry.heads, *entry.section_cells) if cell.span]
    return [cite(Span(span.page, first, last)), *(cite(place) for place in heads)]


def _computed(
    request: Request, reply: Reply, operands: Sequence[answer.Operand], places: Sequence[Citation]
) -> list[Statement]:
    name = str(reply.form)
    calculation = computed(reply.expression, operands, name)
    label = reply.label or "The figure"
    shown = shown_expression(reply.expression)
    first, last = operands[0], operands[-1]
    if reply.form in (Form.CHANGE, Form.PERCENT_CHANGE):
        later, earlier = (first, last)
        if calculation.value == 0:
            text = f"{label} did not change: {later.text} both times."
        else:
            rose = later.value > earlier.value
            text = f"{label} {'rose' if rose else 'fell'} by {_size(calculation.result)}, from {earlier.text} to {later.text}."
            if later.value < 0 or earlier.value < 0:
                text = f"{label}: a change of {calculation.result}, from {earlier.text} to {later.text}."
        made = [cited(text, calculation, places)]
        return [*made, *_rate(reply, operands, places)]
    said = {
        Form.AVERAGE: f"{label}, average{_over(reply)}",
        Form.SUM: f"{label}, sum{_over(reply)}",
        Form.DIFFERENCE: f"{_label(reply, 0)} against {_label(reply, -1)}, difference",
        Form.SHARE: f"{_label(reply, 0)} as a share of {_label(reply, -1)}",
        Form.RATIO: f"{_label(reply, 0)} divided by {_label(reply, -1)}",
    }.get(reply.form, label)
    return [cited(f"{said}: {calculation.result}, from {shown}.", calculation, places)]


def _rate(reply: Reply, operands: Sequence[answer.Operand], places: Sequence[Citation]) -> list[Statement]:
    """The change as a percentage besides, where it is one of two amounts above zero."""
    later, earlier = operands[0], operands[-1]
    if reply.form is not Form.CHANGE or later.unit == "%" or later.value <= 0 or earlier.value <= 0:
        return []
    one, two = reply.operands[0].expression, reply.operands[-1].expression
    calculation = computed(f"growth({one}, {two})", operands, "percentage change")
    if calculation.value == 0:
        return []
    return [cited(f"That is a change of {calculation.result}.", calculation, places)]


def _over(reply: Reply) -> str:
    """ " over 2022, 2023", or nothing where the figures are of other lines."""
    periods = [period_text(one.entry) for one in reply.operands if one.entry.when]
    several = len({one.entry.label for one in reply.operands}) > 1
    if several and len(set(periods)) <= 1:
        return f" of {' and '.join(dict.fromkeys(one.entry.label for one in reply.operands))}"
    return f" over {', '.join(dict.fromkeys(periods))}" if periods and not several else ""


def _size(result: str) -> str:
    return result.lstrip("-−")


def _label(reply: Reply, place: int) -> str:
    entry = reply.operands[place].entry
    label = entry.label or " ".join(entry.section[-1:]) or entry.head
    alike = len({one.entry.label for one in reply.operands}) == 1
    return f"{label}, {' '.join(entry.head.split())}" if alike and entry.head else label


def _compared(
    request: Request, reply: Reply, operands: Sequence[answer.Operand], places: Sequence[Citation]
) -> list[Statement]:
    """Which periods are above or below, each with its figure; or the first against the next."""
    label = reply.label or "The figure"
    told = [f"{period_text(one.entry)} ({shown.text})" for one, shown in zip(reply.operands, operands, strict=True)]
    if request.limit is None:
        rest = list(reply.operands[1:])
        next_ = max(rest, key=lambda one: _value(one) * request.side)
        expression = f"{reply.operands[0].expression} - {next_.expression}"
        word = "highest" if request.side > 0 else "lowest"
        text = f"{label}: {word} in {told[0]}; the others: {', '.join(told[1:])}."
        return [cited(text, computed(expression, operands, "distance to the next"), places)]
    count = len(reply.texts) if reply.form is Form.WHICH_PERIOD else int(reply.number or 0)
    word = "above" if request.side > 0 else "below"
    asked = answer.Operand(_limit(request), request.limit, "", request.limit_scale, None, "given in the question")
    expression = " + ".join("1" for _ in range(count)) or "0"
    calculation = computed(expression, [*operands, asked], f"periods {word} {asked.text}")
    held = ", ".join(told[:count]) or "no period"
    text = f"{label}: {word} {asked.text} in {calculation.result} {'period' if count == 1 else 'periods'}: {held}."
    if len(told) > 12:
        return []
    return [cited(text, calculation, places)]


def _parts(
    request: Request, reply: Reply, operands: Sequence[answer.Operand], places: Sequence[Citation]
) -> list[Statement]:
    """The part of a whole that is asked for, against the next."""
    told = [f"{name} ({shown.text})" for name, shown in zip(reply.texts, operands[:-1], strict=True)]
    first, second = (one.expression for one in reply.operands[:2][:: request.side])
    period = period_text(reply.operands[0].entry) if reply.operands[0].entry.when else ""
    word = "highest" if request.side > 0 else "lowest"
    text = f"{reply.label}{period and ', '}{period}: {word} for {told[0]}; the others: {', '.join(told[1:])}; total: {operands[-1].text}."
    return [cited(text, computed(f"{first} - {second}", operands, "distance to the next"), places)]


def _limit(request: Request) -> str:
    return " ".join(part for part in (f"{request.limit:,f}", request.limit_scale) if part)


def _value(one: Operand) -> Decimal:
    return calculate(one.expression).quantity.base
