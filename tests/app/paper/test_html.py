"""The HTML file as a browser reads it: no script, nothing loaded, each mark leads to its footnote and back."""

from html.parser import HTMLParser

from app.paper import Format, chat_file, message_file
from tests.app.paper.answers import ALL, COMPUTED, HOSTILE, REFUSAL, chat

TAGS = set(
    "html head meta title style body main header h1 h2 p bdi section div table caption thead tbody tr th td ul ol li q a sup".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name class id href value aria-label tabindex role scope".split()
)  # fmt: skip


class Read(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self._skip = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._skip = tag == "style"
        for name, value in attributes:
            self.attributes.add(name)
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._skip = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._skip else data


def read(form: bytes) -> Read:
    return Read(form.decode())


def test_every_link_leads_to_one_place_in_the_file_and_back() -> None:
    page = read(chat_file(chat(*ALL), Format.HTML).body)
    assert len(page.ids) == len(set(page.ids))
    assert page.links
    assert {link.removeprefix("#") for link in page.links} == set(page.ids)


def test_nothing_of_a_document_becomes_markup_and_nothing_runs_or_is_loaded() -> None:
    body = message_file(chat(HOSTILE).messages[0], Format.HTML).body
    page = read(body)
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert all(link.startswith("#") for link in page.links)
    assert '<script>alert(1)</script><img src=x onerror="alert(2)">' in page.text
    assert '<svg onload="alert(4)"> & "it"' in page.text
    assert b"default-src &#x27;none&#x27;" in body
    assert b"url(" not in body
    assert b"@import" not in body


def test_it_shows_what_the_answer_shows() -> None:
    page = read(message_file(chat(COMPUTED).messages[0], Format.HTML).body)
    for words in (
        "What was revenue a year before?",
        "1.112 billion CNY",
        "2.88 ÷ (1 + 159%)",
        "Acorn Mills",
        "07:05 UTC",
    ):
        assert words in page.text
    assert "7 trillion" not in page.text
    refused = read(message_file(chat(REFUSAL).messages[0], Format.HTML).body)
    assert "No officer is named." in refused.text


def test_a_mark_behind_a_figure_is_not_copied_as_a_digit_of_it() -> None:
    page = read(message_file(chat(COMPUTED).messages[0], Format.HTML).body)
    assert "159%[1]" in page.text
