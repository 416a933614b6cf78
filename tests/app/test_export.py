"""An answer as text, Markdown and HTML: one numbering, and nothing of a document taken for markup."""

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.answer import Answer, AnswerKind, Calculation, Citation, Operand, Statement, Withheld
from app.export import answer_markdown, answer_text, calculation_rows, citations_of, writer_lines
from app.page.answer_html import answer_html
from corpus.glossary import Glossary, GlossaryEntry

REVENUE = Citation("quarter", 0, 10, 40, "revenue of 2.88 billion CNY, up 159%")
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
ANSWER = Answer(
    "What was revenue a year before?",
    AnswerKind.ANSWER,
    "About 1.11 billion CNY. Large orders followed.",
    (
        Statement("About 1.11 billion CNY, implied.", (), CALCULATION),
        Statement("Large orders followed.", (ORDERS, REVENUE)),
    ),
)
REFUSAL = Answer("Who leads it?", AnswerKind.REFUSAL, "The documents don't say.", (), (NEAR, REVENUE))


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def test_citations_are_numbered_once_in_the_order_shown() -> None:
    assert citations_of(ANSWER) == (REVENUE, ORDERS)
    assert citations_of(REFUSAL) == (NEAR, REVENUE)


def test_html_numbers_agree_with_the_citations() -> None:
    buttons = soup(answer_html(ANSWER, key="7")).select("button.cite")
    assert [button["data-n"] for button in buttons] == ["1", "1", "2", "1"]
    assert {button["data-message"] for button in buttons} == {"7"}
    assert buttons[2]["aria-label"] == "Citation 2: orders & more, page 4"
    assert buttons[2].text == "[2]"


def test_calculation_shows_cited_operands_then_steps_and_the_result_last() -> None:
    rows = calculation_rows(CALCULATION)
    assert rows == [
        ("revenue, Q1 2026", "2.88 billion CNY", REVENUE),
        ("growth on the year", "159%", REVENUE),
        ("base = 2.88 ÷ (1 + 1.59)", "1.112 billion CNY", None),
    ]
    without_steps = calculation_rows(replace(CALCULATION, steps=()))
    assert without_steps[-1] == ("2.88 ÷ (1 + 159%)", "1.112 billion CNY", None)


def test_a_result_equal_to_an_operand_is_still_shown() -> None:
    same = replace(CALCULATION, result="2.88 billion CNY", steps=())
    assert calculation_rows(same)[-1][1:] == ("2.88 billion CNY", None)


def test_a_last_step_without_its_unit_is_the_result() -> None:
    steps = (*CALCULATION.steps[:2], ("base = 2.88 / (1 + 1.59)", "1.112"))
    assert calculation_rows(replace(CALCULATION, steps=steps)) == calculation_rows(CALCULATION)


def test_text_lists_its_sources() -> None:
    text = answer_text(ANSWER)
    assert "Large orders followed. [2][1]" in text
    assert "revenue, Q1 2026: 2.88 billion CNY [1]" in text
    assert "[2] orders & more, page 4: “Large orders followed.”" in text
    assert "both inputs are rounded" in text


def test_refusal_shows_the_nearest_passages_in_every_format() -> None:
    assert "Nearest passages:\n[1] quarter, page 2: “No officer is named.”" in answer_text(REFUSAL)
    assert "Nearest passages" in answer_markdown(REFUSAL)
    page = soup(answer_html(REFUSAL, key="3"))
    assert [item.blockquote.text for item in page.select(".nearest li")] == [NEAR.quote, REVENUE.quote]
    assert page.select_one(".answer.refusal > p").text == "The documents don't say."


def test_what_a_follow_up_was_understood_as_is_said_only_when_it_differs() -> None:
    understood = replace(ANSWER, resolved="What was revenue in Q1 2025?")
    same = replace(ANSWER, resolved=ANSWER.question)
    for render in (answer_text, answer_markdown, answer_html):
        assert "What was revenue in Q1 2025?" in render(understood)
        assert "nderstood as" in render(understood)
        assert "nderstood as" not in render(same)


def test_markdown_footnotes_match_their_marks() -> None:
    markdown = answer_markdown(ANSWER)
    marks = set(re.findall(r"\[\^(\d+)\](?!:)", markdown))
    notes = set(re.findall(r"^\[\^(\d+)\]:", markdown, re.MULTILINE))
    assert marks == notes == {"1", "2"}


def test_a_citation_stays_on_the_line_of_the_last_word() -> None:
    page = soup(
        answer_html(Answer("?", AnswerKind.ANSWER, "", (Statement("Large orders <b>followed.", (ORDERS, REVENUE)),)))
    )
    assert page.select_one(".keep").text == "<b>followed.[1]"
    assert [button.text for button in page.select(".cite")] == ["[1]", "[2]"]
    assert "".join(part.text for part in page.select(".statement")) == "Large orders <b>followed."


def test_a_term_is_explained_at_its_first_use_only() -> None:
    entry = GlossaryEntry("HBM", 'Memory stacked "beside" the chip.')
    answer = Answer("?", AnswerKind.ANSWER, "", (Statement("HBM is short. More HBM is made.", (ORDERS,)),))
    terms = soup(answer_html(answer, Glossary([entry]))).select(".term")
    assert [term.text for term in terms] == ["HBM"]
    assert terms[0]["data-definition"] == 'Memory stacked "beside" the chip.'
    assert terms[0]["tabindex"] == "0"


hostile = st.text(alphabet=st.sampled_from("<>\"'&`*_[]()!#|\\$~-+1.= \n\tscriptimgonerror:/;"), max_size=60)


class Parsed(HTMLParser):
    """The tags with their attributes' names, and the text of its statements as it is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.statement = ""
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attributes)))
        self._inside = ("class", "statement") in attributes

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        self.statement += data if self._inside else ""


@given(hostile, hostile, hostile)
def test_no_text_adds_a_tag_or_an_attribute(statement: str, quote: str, document: str) -> None:
    def build(statement: str, quote: str, document: str) -> Answer:
        citation = Citation(document, 0, 0, 4, quote)
        operand = Operand(statement, Decimal(1), "", "", citation, document)
        calculation = Calculation(statement, (operand,), quote + "=", Decimal(1), "", rounding=quote or "x", note="x")
        return Answer("q", AnswerKind.REFUSAL, "x", (Statement(statement, (citation,), calculation),), (citation,))

    page = Parsed(answer_html(build(statement, quote, document)))
    assert page.tags == Parsed(answer_html(build("plain", "words", "name"))).tags
    assert page.statement == statement


@given(hostile)
def test_markdown_shows_any_text_literally(text: str) -> None:
    answer = Answer("q", AnswerKind.ANSWER, "", (Statement(text),))
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(answer_markdown(answer))
    page = soup(html)
    assert {tag.name for tag in page.find_all()} <= {"html", "body", "h1", "p"}
    assert " ".join(page.get_text().split()) == " ".join(["q", *text.split()])


WITHHELD = Answer(
    "Who?", AnswerKind.ANSWER, "It is so.", (Statement("It is so."),), writer="small <b>model</b>",
    withheld=(Withheld("Acorn *made* <img src=x onerror=alert(1)>\n\x1b[31mit.", "the passage doesn't name Acorn"),),
)  # fmt: skip


def test_who_wrote_an_answer_and_what_was_withheld_stands_in_every_form_and_as_text_alone() -> None:
    text, markdown, html = answer_text(WITHHELD), answer_markdown(WITHHELD), answer_html(WITHHELD)
    for form in (text, markdown, html):
        assert "1 sentence withheld" in form
        assert "every sentence checked" in form
        assert "the passage doesn't name Acorn" in unescape(form)
    assert "\x1b" not in text
    assert "<img" not in html
    assert "<b>" not in html
    assert "\\<img" in markdown
    assert "\\*made\\*" in markdown


def test_a_note_says_that_these_are_the_sources_own_words_once_and_only_beside_some() -> None:
    shown = replace(WITHHELD, writer="", withheld=(), note="The language model at http://h/v1 failed (500).")
    assert writer_lines(shown) == ("The language model at http://h/v1 failed (500). These are the sources' own words.",)
    said = replace(shown, note="Its draft wasn't supported; these are the sources' own words.")
    assert writer_lines(said) == (said.note,)
    assert writer_lines(replace(shown, statements=())) == (shown.note,)
    assert writer_lines(replace(shown, note="")) == ()
    assert 'class="writer"' not in answer_html(replace(shown, note=""))
