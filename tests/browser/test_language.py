"""The page in Chinese: the whole first flow without an English word of the interface, and the change of language."""

import re
from string import Formatter

import pytest
from playwright.sync_api import Page, expect

from app.page.words import Words, words_of
from app.screenshots import ask
from tests.browser.conftest import Site, Visit, serve
from tests.browser.test_chat import BASE, CAUSES, shown_mark

pytestmark = pytest.mark.browser

# Every text that a person sees or hears, but those in another language than the page, and names.
SAID = """() => {
  const texts = [];
  const foreign = (element) => element.closest('[lang]:not(html):not(#announcer), bdi, code, pre, kbd, .language, h1') !== null;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), parent = walker.currentNode.parentElement;
    if (text && parent.checkVisibility({ visibilityProperty: true }) && !foreign(parent) && !parent.closest('script, style')) texts.push(text);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (element.checkVisibility({ visibilityProperty: true }) && !foreign(element))
      for (const name of ['aria-label', 'title', 'placeholder']) if (element.hasAttribute(name)) texts.push(element.getAttribute(name));
  }
  return texts;
}"""


def pattern(words: str) -> re.Pattern[str]:
    """What matches these words with any values in them."""
    parts = [re.escape(text) + (".*" if name is not None else "") for text, name, _, _ in Formatter().parse(words)]
    return re.compile("".join(parts), re.DOTALL)


def english() -> list[re.Pattern[str]]:
    """English words of the interface that aren't the same in Chinese and hold at least one word of three letters."""
    found: list[re.Pattern[str]] = []
    for key, words in words_of("en").items():
        forms: Words = words_of("zh")[key]
        for form in words.values() if isinstance(words, dict) else [words]:
            plain = re.sub(r"\{[^}]*\}", "", form)
            if form != forms and re.search("[A-Za-z]{3}", plain):
                found.append(pattern(form))
    return found


def english_on(page: Page) -> list[str]:
    texts = page.evaluate(SAID)
    assert len(texts) > 8
    return [text for text in texts if any(each.fullmatch(text) for each in english())]


def test_the_whole_first_flow_is_in_chinese(visit: Visit, site: Site) -> None:
    page = visit(locale="zh-CN")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    expect(page.locator(".welcome h2")).to_have_text("向您的文档提问")
    assert english_on(page) == []
    page.locator(".example").first.click()
    page.wait_for_selector("#live .message-tools")
    assert english_on(page) == []
    ask(page, BASE)
    expect(page.locator("#live .calculation summary").first).to_contain_text("计算过程")
    assert english_on(page) == []
    page.locator("#live .cite").first.click()
    shown_mark(page)
    expect(page.locator("#panel .close")).to_contain_text("关闭")
    assert english_on(page) == []
    page.keyboard.press("Escape")
    ask(page, "Who is the chief executive of Cambricon?")
    expect(page.locator("#live .nearest h3")).to_have_text("最接近的段落")
    assert english_on(page) == []
    page.get_by_role("button", name="对话", exact=True).click()
    page.wait_for_selector(".chats li")
    assert english_on(page) == []
    page.locator(".chats [data-event=delete_chat]").first.click()
    expect(page.locator(".toast [data-event=undo_delete]")).to_have_text("撤销")
    assert english_on(page) == []
    page.keyboard.press("Escape")
    for view in ("glossary", "documents"):
        page.click(f".views [data-view={view}]")
        page.wait_for_selector(f"#view-{view} :is(.glossary, .documents)")
        assert english_on(page) == []
    expect(page.locator(".documents .facts").first).to_contain_text("添加于 20")


def test_answers_say_that_they_are_english(visit: Visit, site: Site) -> None:
    page = visit(locale="zh-CN")
    ask(page, CAUSES)
    assert page.locator("#live .question p").get_attribute("lang") == "en"
    assert page.locator("#live .statement").first.get_attribute("lang") == "en"


def test_a_change_of_language_keeps_the_chat_the_view_and_what_is_typed(visit: Visit, site: Site) -> None:
    page = visit(locale="en-GB")
    assert page.evaluate("document.documentElement.lang") == "en"
    ask(page, BASE)
    address = page.url
    assert "chat=" in address
    page.fill("#question textarea", "half a question")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("#send")).to_have_text("提问")
    expect(page.locator("#thread .question p")).to_have_text(BASE)
    expect(page.locator("#thread .calculation summary").first).to_contain_text("计算过程")
    assert page.url == address
    assert page.input_value("#question textarea") == "half a question"
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.evaluate("document.activeElement.matches('.language')")
    page.reload()
    expect(page.locator("#thread .calculation summary").first).to_contain_text("计算过程")
    page.click(".views [data-view=documents]")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#header .views [aria-current]")).to_have_text("Documents")
    expect(page.locator("#document-list .documents")).to_be_visible()


def test_the_settings_decide_for_all(visit: Visit, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "settings.toml").write_text('language = "zh"\n')
    with serve(home, "--no-sample") as address:
        page = visit(address=address, locale="en-GB")
        expect(page.locator(".welcome h2")).to_have_text("三步得到可核对的答案")
        expect(page.locator(".language")).to_have_count(0)
        page.goto("about:blank")
