"""Elements of an HTML page that nobody sees: by attribute, by their own style, or by a plain rule of the page's style sheet."""

import re
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import Tag

_END = r"\s*(?:!important\s*)?(?:;|$)"
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    rf"|opacity\s*:\s*0(?:\.0*)?%?{_END}"
    rf"|font-size\s*:\s*(?:0(?:\.\d+)?(?:px|pt|em|rem|%)?|1(?:\.\d+)?(?:px|pt)){_END}"
    r"|(?:left|right|top|bottom|text-indent|margin-left|margin-top)\s*:\s*-\d{4,}"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)
_WHITE = r"(?:white|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*(?:,\s*1(?:\.0*)?\s*)?\))"
_WHITE_TEXT = re.compile(rf"(?<![-\w])color\s*:\s*(?:{_WHITE}|transparent){_END}", re.IGNORECASE)
_WHITE_GROUND = re.compile(rf"background(?:-color)?\s*:\s*{_WHITE}", re.IGNORECASE)
_GROUND = re.compile(r"background", re.IGNORECASE)
_NESTED = re.compile(r"@[^{};]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"(?:\w+)?([.#])([\w-]+)")


@dataclass(frozen=True, slots=True)
class HiddenStyles:
    """What a page's style sheets hide: classes and ids; and whether they set a ground that white text may stand on."""

    classes: frozenset[str]
    ids: frozenset[str]
    grounds: bool
    coloured: dict[int, bool] = field(
        default_factory=dict
    )  # ids of elements → whether they or one around sets a ground

    def hide(self, node: Tag) -> bool:
        """Whether an element, and with it all that it holds, can't be seen."""
        if node.has_attr("hidden"):
            return True
        names = (
            str(node.get("class") or "") if isinstance(node.get("class"), str) else " ".join(node.get("class") or ())
        )
        if not self.classes.isdisjoint(names.split()) or node.get("id") in self.ids:
            return True
        style = node.get("style")
        if not isinstance(style, str):
            return False
        if _HIDES.search(style):
            return "font-size" not in style.lower() or not _sizes_below(node, style)
        return bool(_WHITE_TEXT.search(style)) and self._on_white(node, style)

    def _on_white(self, node: Tag, style: str) -> bool:
        """Whether white text stands on white: its own ground is, or nothing around it sets another."""
        if _GROUND.search(style):
            return bool(_WHITE_GROUND.search(style))
        return not self.grounds and not self._coloured(node.parent)

    def _coloured(self, node: Tag | None) -> bool:
        """Whether an element or one around it sets a ground. Each is looked at once: pages nest deeply."""
        path = []
        while node is not None and id(node) not in self.coloured:
            path.append(node)
            node = node.parent
        known = node is not None and self.coloured[id(node)]
        for one in reversed(path):
            known = known or bool(_GROUND.search(str(one.get("style") or ""))) or one.has_attr("bgcolor")
            self.coloured[id(one)] = known
        return known


def _sizes_below(node: Tag, style: str) -> bool:
    """Whether an element without size holds others that set their own, as pages do to close gaps; nothing else hides it."""
    other = re.sub(r"font-size\s*:[^;]*;?", "", style, flags=re.IGNORECASE)
    return not _HIDES.search(other) and node.find(style=re.compile("font-size", re.IGNORECASE)) is not None


def hidden_styles(soup: BeautifulSoup) -> HiddenStyles:
    """Read the style sheets of a page as far as they hide single classes and ids on every medium."""
    classes: set[str] = set()
    ids: set[str] = set()
    grounds = False
    for sheet in soup.find_all("style"):
        text = _NESTED.sub("", _COMMENT.sub("", sheet.get_text()))
        grounds = grounds or bool(_GROUND.search(text))
        for rule in _RULE.finditer(text):
            if not _HIDES.search(rule[2].strip()):
                continue
            for selector in rule[1].split(","):
                if found := _SELECTOR.fullmatch(selector.strip()):
                    (classes if found[1] == "." else ids).add(found[2])
    return HiddenStyles(frozenset(classes), frozenset(ids), grounds)
