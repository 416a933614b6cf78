"""Written answers on the real page, by a real server that speaks OpenAI's protocol from a script, and by a real model."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from app.screenshots import ask, settled
from tests.app.language_model.server import DONE, Handler, Script, Turn, event, fails, says, serving
from tests.browser.conftest import Site, Visit, serve

pytestmark = pytest.mark.browser
QUESTION = "Who makes HBM?"
TRUE = "SK hynix, Samsung and Micron make nearly all of the world's HBM [1]. "
FALSE = "Acorn Mills makes 97 percent of it <img src=x onerror=alert(1)> [1]. "
FIRST = "2 + 3"
BUSY = "#live [aria-busy=true]"


@dataclass
class Written:
    """A page whose answers are written by a scripted model."""

    site: Site
    script: Script

    def answers(self, *turns: Turn) -> None:
        self.script.turns[:] = turns
        self.script.requests.clear()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    home = tmp_path_factory.mktemp("written")
    with serving(says(TRUE)) as script:
        (home / "settings.toml").write_text(
            f'llm_url = "{script.url}"\nllm_model = "script-1"\nllm_key = "sk-not-to-be-seen"\nllm_retries = 0\nllm_tools = "off"\n'
        )
        with serve(home) as address:
            yield Written(Site(address, home), script)


def begin(page: Page, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(BUSY)


def pauses(until: threading.Event) -> Turn:
    """A true sentence and a false one, then the rest when the test has seen them."""

    def turn(handler: Handler) -> None:
        handler.start()
        handler.put(event(TRUE), event(FALSE), event("And "))
        until.wait(60)
        handler.put(event("so on."), DONE)

    return turn


def test_verified_sentences_come_while_it_writes_and_the_rest_is_withheld(visit: Visit, written: Written) -> None:
    written.answers(says(TRUE, FALSE))
    page = visit(address=written.site.address)
    ask(page, QUESTION)
    answer = page.locator("#live .answer")
    expect(answer).to_contain_text("SK hynix, Samsung and Micron")
    expect(answer.locator(".writer > p")).to_have_text("Written by script-1; every sentence checked.")
    expect(answer.locator(".cite").first).to_be_visible()
    withheld = answer.locator(".writer details")
    expect(withheld.locator("summary")).to_have_text("1 sentence withheld")
    expect(withheld.locator("li")).not_to_be_visible()
    withheld.locator("summary").click()
    expect(withheld.locator("q")).to_contain_text("97 percent")
    assert page.locator("#live img").count() == 0
    assert len(withheld.locator(".why").inner_text()) > 10
    assert "97" not in answer.locator("> p").first.inner_text()
    kept = written.site.last_answer()
    assert kept.writer == "script-1"
    assert len(kept.withheld) == 1
    text = page.locator("#live .as-text").text_content() or ""
    assert "Written by script-1" in text
    assert "1 sentence withheld" in text
    assert "sk-not-to-be-seen" not in page.content()


@pytest.mark.parametrize("how", ["button", "Escape"])
def test_writing_can_be_stopped_and_what_was_verified_stands(visit: Visit, written: Written, how: str) -> None:
    seen = threading.Event()
    written.answers(pauses(seen))
    page = visit(address=written.site.address)
    begin(page, QUESTION)
    expect(page.locator("#live .streaming")).to_contain_text("SK hynix, Samsung and Micron")
    expect(page.locator("#live .working")).to_contain_text("script-1 is writing")
    assert "97" not in page.locator("#live").inner_text()
    if how == "button":
        page.get_by_role("button", name=re.compile("^Stop")).click()
    else:
        page.keyboard.press("Escape")
    settled(page, QUESTION)
    seen.set()
    expect(page.locator("#live .writer")).to_contain_text("Writing was stopped")
    expect(page.locator("#live .answer > p").first).to_contain_text("SK hynix")
    ask(page, "2 + 3")
    expect(page.locator("#live .answer")).to_contain_text("5")


def test_a_model_that_fails_leaves_the_sources_own_words_with_the_reason(visit: Visit, written: Written) -> None:
    written.answers(fails(401, "sk-not-to-be-seen is no key"))
    page = visit(address=written.site.address)
    ask(page, QUESTION)
    note = page.locator("#live .writer")
    expect(note).to_contain_text("refused the key (401). Check llm_key. These are the sources' own words.")
    expect(note.locator("details")).to_have_count(0)
    expect(page.locator("#live .cite").first).to_be_visible()
    assert "sk-not-to-be-seen" not in page.content()
    assert written.site.last_answer().writer == ""


def test_an_answer_that_is_being_written_outlives_the_reload_of_its_page(visit: Visit, written: Written) -> None:
    seen = threading.Event()
    written.answers(pauses(seen))
    page = visit(address=written.site.address)
    ask(page, FIRST)
    begin(page, QUESTION)
    page.wait_for_selector("#live .writing")
    page.evaluate("console.error = () => {}")
    page.reload()
    seen.set()
    expect(page.locator("#thread .question p").first).to_have_text(FIRST)
    for _ in range(60):
        if page.locator("#thread .question").count() == 2:
            break
        page.wait_for_timeout(500)
        page.evaluate("console.error = () => {}")
        page.reload()
        page.wait_for_selector("#thread .question")
    expect(page.locator("#thread .question p").nth(1)).to_have_text(QUESTION)
    expect(page.locator("#thread .answer").nth(1)).to_contain_text("SK hynix, Samsung and Micron")


def test_a_written_answer_fits_a_phone(visit: Visit, written: Written) -> None:
    written.answers(says(TRUE, FALSE, "x" * 300 + " [1]. "))
    page = visit(390, 844, address=written.site.address)
    ask(page, QUESTION)
    page.locator("#live .writer summary").click()
    expect(page.locator("#live .writer li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.timeout(600)
def test_a_real_small_model_writes_and_nothing_of_it_stands_unchecked(
    visit: Visit, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("smollm2")
    (home / "settings.toml").write_text(
        'llm_file = "smollm2"\nllm_first_token_s = 200\nllm_timeout_s = 300\nllm_answer_tokens = 60\nllm_context_tokens = 1200\n'
    )
    with serve(home) as address:
        page = visit(address=address)
        page.set_default_timeout(400_000)
        begin(page, QUESTION)
        page.wait_for_selector("#live .writing")
        expect(page.locator("#live .working")).to_contain_text("SmolLM2-135M-Instruct is writing")
        page.wait_for_selector("#live .message-tools")
        answer = Site(address, home).last_answer()
        assert answer.writer == "SmolLM2-135M-Instruct" or answer.note
        assert answer.statements
        assert all(statement.citations or statement.calculation for statement in answer.statements)
        expect(page.locator("#live .writer")).to_be_visible()
        expect(page.locator("#live .cite").first).to_be_visible()
        page.close()  # before its server ends, which the page would report
