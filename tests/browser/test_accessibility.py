"""No barrier that axe finds, and no sideways scrolling, in any state of the page, light and dark, at each width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Site, Visit
from tests.browser.states import STATES, stocked

pytestmark = pytest.mark.browser
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SIZES = ((1280, 800), (768, 1024), (360, 740))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory):
    with stocked(tmp_path_factory.mktemp("home")) as site:
        yield site


def barriers(page: Page) -> list[str]:
    """Everything that axe has against the page as it stands."""
    options = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
    return [
        f"{each['id']}: {' '.join(node['target'])} {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in Axe().run(page, options=options).response["violations"]
        for node in each["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    return page.evaluate(
        """() => {
          if (document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth
            && [...document.querySelectorAll('#main, #scroll, #panel, #drawer, .source-body, #view-glossary, #view-documents, dialog')]
              .every((each) => each.scrollWidth <= each.clientWidth + 1)) return [];
          return [...document.querySelectorAll('body *')].filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map((each) => each.outerHTML.slice(0, 160)).concat(['too wide']);
        }"""
    )


@pytest.mark.parametrize("state", list(STATES))
def test_no_barrier_and_no_sideways_scrolling(visit: Visit, filled: Site, state: str) -> None:
    page = visit(1280, 800, address=filled.address)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    STATES[state](page)
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} px: {each}" for each in too_wide(page)]
        if width == 768:
            continue  # between the two layouts: it fits, and is one of them
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(f"document.body.classList.contains('dark') === {str(scheme == 'dark').lower()}")
            found += [f"{width} px, {scheme}: {each}" for each in barriers(page)]
    assert found == []
