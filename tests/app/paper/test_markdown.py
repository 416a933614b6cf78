"""The Markdown file as a renderer reads it."""

import re

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from app.paper import Format, chat_file, message_file
from tests.app.paper.answers import ALL, COMPUTED, HOSTILE, chat


def test_marks_and_footnotes_match() -> None:
    text = chat_file(chat(*ALL), Format.MARKDOWN).body.decode()
    marks = re.findall(r"\[\^(\d+)\](?!:)", text)
    notes = re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)
    assert list(dict.fromkeys(marks)) == notes == [str(number) for number in range(1, len(notes) + 1)]


def test_nothing_of_a_document_becomes_markup() -> None:
    text = message_file(chat(HOSTILE).messages[0], Format.MARKDOWN).body.decode()
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    page = BeautifulSoup(html, "lxml")
    assert {tag.name for tag in page.find_all()} <= {"html", "body", "h1", "p", "em"}
    assert "<script>alert(1)</script>" in page.get_text()


def test_one_answer_has_its_question_as_the_title_and_a_chat_its_own() -> None:
    one = message_file(chat(COMPUTED).messages[0], Format.MARKDOWN)
    assert one.body.decode().startswith("# What was revenue a year before?\n\n*Asked 28 November 2026, 07:05 UTC*\n")
    assert one.name == "footnote-answer-1.md"
    whole = chat_file(chat(COMPUTED), Format.MARKDOWN)
    assert whole.body.decode().startswith("# Orders \\& officers\n")
    assert "\n## What was revenue a year before?\n" in whole.body.decode()
    assert whole.name == "footnote-chat-3.md"


def test_a_calculation_is_a_table() -> None:
    text = message_file(chat(COMPUTED).messages[0], Format.MARKDOWN).body.decode()
    page = BeautifulSoup(MarkdownIt("commonmark").enable("table").render(text), "lxml")
    rows = [[cell.get_text() for cell in row.select("td")] for row in page.select("table")[0].select("tbody tr")]
    assert rows[0] == ["revenue, Q1 2026", "2.88 billion CNY[^1]"]
    assert rows[-1] == ["base = 2.88 ÷ (1 + 1.59)", "1.112 billion CNY"]
