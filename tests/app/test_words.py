"""The page's words: the same keys and values in each language, each of them used, and the language of a visitor."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from app.footnote import Footnote
from app.page.chat_html import welcome_html
from app.page.chats_html import chats_html
from app.page.language import LANGUAGES, accepted_language, current_language, in_language, lang_of, language_of
from app.page.layout import build
from app.page.words import STRINGS, Words, say, say_html, words_of
from corpus.errors import DataProblem

PAGE = STRINGS.parent
PYTHON = "".join(path.read_text(encoding="utf-8") for path in sorted(PAGE.glob("*.py")))
SCRIPT = "".join(path.read_text(encoding="utf-8") for path in sorted((PAGE / "script").glob("*.js")))
SAID = re.compile(r"""\bsay(?:_html)?\(\s*["']([a-z_.]+)["']""")


def visitor(cookie: str = "", accepts: str = "") -> Any:
    """A request as far as the language is told by it."""
    return SimpleNamespace(
        cookies={"footnote_language": cookie} if cookie else {}, headers={"accept-language": accepts}
    )


def said_in(language: str, work: Any) -> Any:
    return in_language(work, language)(visitor())


def values_of(words: Words) -> set[str]:
    forms = words.values() if isinstance(words, dict) else [words]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def test_each_language_has_the_same_keys_in_the_same_order() -> None:
    for language in LANGUAGES:
        assert list(words_of(language)) == list(words_of("en")), language


@pytest.mark.parametrize("key", list(words_of("en")))
def test_the_words_of_each_language_take_the_same_values(key: str) -> None:
    for language in LANGUAGES:
        words = words_of(language)[key]
        assert values_of(words) == values_of(words_of("en")[key]), language
        assert isinstance(words, dict) == isinstance(words_of("en")[key], dict), language
        if isinstance(words, dict):
            assert set(words) == ({"one", "other"} if language == "en" else {"other"})
            assert all("{n" in form for form in words.values())
        assert all(form.strip() for form in (words.values() if isinstance(words, dict) else [words]))


def test_chinese_words_are_chinese() -> None:
    same = {"chat.csv", "header.other_language"}
    for key, words in words_of("zh").items():
        text = words if isinstance(words, str) else words["other"]
        assert key in same or re.search("[\u4e00-\u9fff、]", text), f"{key} is still to be translated: {text}"


def test_all_words_are_used_and_all_that_are_used_are_there() -> None:
    used = set(SAID.findall(PYTHON)) | {f"script.{name}" for name in re.findall(r"\bwords\.([a-z_]+)", SCRIPT)}
    assert used == set(words_of("en"))


def test_a_key_stands_where_it_is_said() -> None:
    # A key that is put together can't be looked for. words.py hands on the script's.
    for path in sorted(PAGE.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.name != "words.py":
            assert len(re.findall(r"\bsay(?:_html)?\(", text)) == len(SAID.findall(text)), path


def test_no_words_are_left_in_the_code() -> None:
    # Two words or more between tags, or one in a label, that aren't put in from elsewhere.
    for path in sorted(PAGE.glob("*_html.py")):
        text = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), count=1, flags=re.DOTALL)
        text = re.sub(r'^ *""".*?"""$', "", text, flags=re.DOTALL | re.MULTILINE)
        assert re.findall(r'(?:aria-label|title|data-confirm|data-prompt|placeholder)="[A-Z][^"{]*"', text) == [], path
        assert [
            each for each in re.findall(r">([A-Z][a-z]+[^<{}]*)<", text) if each not in {"Footnote", "Esc"}
        ] == [], path


def test_an_unknown_key_is_said_with_its_file() -> None:
    with pytest.raises(DataProblem, match=r"en\.toml has no words for “chat\.nothing”"):
        say("chat.nothing")


def test_one_and_many() -> None:
    assert say("documents.pages", n=1) == "1 page"
    assert say("documents.pages", n=2) == "2 pages"
    assert said_in("zh", lambda: say("documents.pages", n=1)) == "1 页"


def test_values_are_escaped_and_set_apart() -> None:
    assert "“<bdi>&lt;b&gt;{n}</bdi>”" in say_html("glossary.nothing", query="<b>{n}")
    assert say_html("documents.added", names=["a", "b&c"]) == "Added: <bdi>a</bdi>, <bdi>b&amp;c</bdi>"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.5", "en"),
        ("de-DE,de;q=0.9,zh-TW;q=0.7,en;q=0.3", "zh"),
        ("fr;q=1", "en"),
        ("zh;q=0", "en"),
        ("zh;q=0,en;q=0.1", "en"),
        ("EN-us;q=0.2, ZH ; q=0.9", "zh"),
        (";;;,q=,zh;q=.,\0", "en"),
        ("*", "en"),
    ],
)
def test_the_language_that_a_browser_asks_for(header: str, language: str) -> None:
    assert accepted_language(header) == language


def test_a_choice_is_stronger_than_the_browser_and_the_settings_than_both() -> None:
    assert language_of(visitor(cookie="zh", accepts="en")) == "zh"
    assert language_of(visitor(cookie="en", accepts="zh")) == "en"
    assert language_of(visitor(cookie="<script>", accepts="zh")) == "zh"
    assert language_of(visitor(cookie="en", accepts="en"), "zh") == "zh"
    assert language_of(None) == "en"


def test_each_step_of_a_generator_has_the_language_and_leaves_none_behind() -> None:
    closed: list[str] = []

    def work(value: int) -> Iterator[tuple[int, str]]:
        try:
            yield value, current_language()
            yield value, current_language()
        finally:
            closed.append(current_language())

    steps = in_language(work, "auto")(visitor(accepts="zh"), 3)
    assert next(steps) == (3, "zh")
    assert current_language() == "en"
    assert next(steps) == (3, "zh")
    steps.close()
    assert closed
    assert current_language() == "en"


def test_gradio_is_asked_for_the_request_beside_what_a_handler_takes() -> None:
    def work(value: int, event: gr.EventData) -> None: ...

    from gradio.helpers import special_args

    request = visitor()
    given, _, _, _ = special_args(in_language(work, "auto"), [5], request, gr.EventData(None, {}))
    assert given[:2] == [request, 5]
    assert isinstance(given[2], gr.EventData)


def test_every_handler_of_the_page_knows_the_language(sample: Footnote) -> None:
    blocks = build(sample)
    public = {"ask", "search"}
    handlers = [each.fn for each in blocks.fns.values() if each.fn and each.api_name not in public]
    assert len(handlers) > 15
    assert [each for each in handlers if not hasattr(each, "__signature__")] == []


def test_the_welcome_and_the_chats_in_chinese() -> None:
    page = said_in("zh", lambda: welcome_html(["What is HBM?"], 3))
    assert "已有 3 份文档可供提问。" in page
    assert 'lang="en">What is HBM?' in page
    assert "还没有对话" in said_in("zh", lambda: chats_html([], None))


def test_a_text_in_another_language_than_the_page_says_so() -> None:
    assert lang_of("Revenue rose.") == ""
    assert lang_of("营业收入增长") == ' lang="zh-Hans"'
    assert lang_of("売上高は増加した") == ' lang="ja"'
    assert lang_of("2.88") == ""
    assert said_in("zh", lambda: lang_of("Revenue rose.")) == ' lang="en"'
    assert said_in("zh", lambda: lang_of("营业收入增长")) == ""


def test_the_files_are_read_once_and_told_apart() -> None:
    assert {path.stem for path in Path(STRINGS).glob("*.toml")} == set(LANGUAGES)
