"""Definitions that a document gives itself: lists of "Term: definition", tables of terms, and whole glossaries.

A list counts where its items follow one another and read like definitions, or where a heading says what it is. A lone
"Note: …", labelled data ("Revenue: 2.88 billion") and the rows of a statement are none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.document import Document, Kind, Page, Span
from corpus.glossary_entry import GlossaryEntry, names_in, normal
from corpus.glossary_table import entries_in

_BULLET = re.compile(r"(?:[-*•·▪◦‣–]|\d{1,3}[.)])[ \t\u00a0]+")
_MARK = re.compile(r":(?=[ \t\u00a0])|：|(?<=[ \t\u00a0])[–—-](?=[ \t\u00a0])")
_HEAD = re.compile(r"[\"“'‘]?(?P<term>[^\W_][^:：\n|()（）]{0,80})(?:[(（](?P<alias>[^()（）]{2,80})[)）])?")
_LONGEST_HEAD = 150  # characters before the definition: a term and its other names
_HEADLINE = re.compile(
    r"(?:(?:\d{1,2}|[A-Z])[.)]\s+|appendix\s+\w+[:.]?\s+)?"
    r"(?:(?:[\w ]{1,40} )?glossary(?: of [\w ]{1,40})?|(?:key|important|main) (?:terms|definitions|concepts)|"
    r"terms(?: used\b[\w ]{0,30}| and (?:definitions|abbreviations)| to know)|definitions?(?: of terms| and \w+)?|"
    r"(?:abbreviations|acronyms)(?: and \w+)?|terminology|vocabulary|术语表?|术语解释|名词解释|词汇表)\s*[:：]?",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:notes?|sources?|dates?|by|to|from|cc|re|subject|company|period|author|title|pages?|tel|phone|fax|e-?mail|address|"
    r"website|url|contact|examples?|questions?|answers?|q|a|warning|tip|summary|less|add|plus|total|deduct|name|location|"
    r"time|venue|item|step|figure|table|chart|part|section|chapter|keywords|tags|published|updated|version|status|"
    r"background|results?|conclusion|overview|caution|important|remember|first|second|third|finally|pros|cons|yes|no|"
    r"units?|currency)"
)
_NUMBERED = re.compile(
    r"(?:step|figure|fig|table|item|note|part|section|chapter|question|example|exhibit|phase|q)\.?\s*\d+", re.I
)
_DEFINES = re.compile(
    r"(?:an?|the|one|any|each|every|how|what|when|where|someone|something|ways?|money|short|said|refers|means|stands)\b|"
    r".*\b(?:divided by|multiplied by|less the|refers? to|stands? for|short for|a measure of|known as|used (?:to|for|in|by))\b|"
    r"[\u3400-\u9fff]",
    re.IGNORECASE,
)  # fmt: skip
_TELLS = re.compile(r"(?:it|this|that|we|they|our|he|she|i|you|these|there)\b", re.IGNORECASE)
_FIGURE = re.compile(r"[$€£¥]\s?\d|\d\s?%|\d[\d,.]*\s(?:million|billion|trillion)\b", re.IGNORECASE)
_STOPS = (".", "!", "?", "。", "！", "？")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a list and its place in its page."""

    term: str
    aliases: tuple[str, ...]
    start: int
    begin: int  # of the definition
    end: int
    bullet: bool
    dash: bool


def glossary_of(document: Document, whole: bool = False) -> tuple[GlossaryEntry, ...]:
    """The terms that a document defines, in the order of the document, each with the span of its whole entry.

    Two or more items in sequence that read like definitions are a list; under a heading such as "Glossary" or "Key
    terms" one is enough. `whole` says that the document is nothing but a glossary. Where a term is defined twice, the
    first definition counts.
    """
    whole = whole or document.metadata.kind is Kind.GLOSSARY
    regions = [((0, 0), (len(document.pages), 0))] if whole else _regions(document)
    heads = {(heading.span.page, heading.span.start) for heading in document.headings}
    found: list[GlossaryEntry] = []
    for page in document.pages:
        marked = [part for region in regions if (part := _part(page, region))]
        found += [_listed(document.name, page, item) for item in _items(page, marked)]
        for part in marked:
            found += [_listed(document.name, page, item) for item in _pairs(page, *part, heads)]
    for table in document.tables:
        found += entries_in(document, table)
    found.sort(key=lambda entry: (entry.span.page, entry.span.start) if entry.span else (0, 0))
    first: dict[str, GlossaryEntry] = {}
    for entry in found:
        first.setdefault(normal(entry.term), entry)
    return tuple(first.values())


# Where a glossary is announced


def _regions(document: Document) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The stretches under headings that announce a glossary, as (page, offset) pairs."""
    found = []
    for number, heading in enumerate(document.headings):
        if _HEADLINE.fullmatch(heading.text.strip()):
            after = (each.span for each in document.headings[number + 1 :] if each.level <= heading.level)
            following = next(after, None)
            end = (following.page, following.start) if following else (len(document.pages), 0)
            found.append(((heading.span.page, heading.span.end), end))
    if not document.headings:
        for page in document.pages:
            for start, line in _lines(page.text):
                if len(line) <= 60 and _HEADLINE.fullmatch(line.strip()):
                    found.append(((page.number, start + len(line)), (page.number, len(page.text))))
                    break
    return found


def _part(page: Page, region: tuple[tuple[int, int], tuple[int, int]]) -> tuple[int, int] | None:
    (first, start), (last, end) = region
    if not first <= page.number <= last:
        return None
    start, end = (start if page.number == first else 0), (end if page.number == last else len(page.text))
    return (start, end) if start < end else None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    position = 0
    for line in text.splitlines(keepends=True):
        yield position, line
        position += len(line)


# Lists


def _items(page: Page, marked: list[tuple[int, int]]) -> Iterator[_Item]:
    for run in _runs(page.text):
        if any(start <= run[0].start < end for start, end in marked):
            yield from run
        elif len(run) >= 2 and (run[0].bullet or not any(item.dash for item in run)):
            if not run[0].bullet and any("\n\n" in page.text[a.end : b.start] for a, b in pairwise(run)):
                continue
            good = [item for item in run if _defines(item, page.text[item.begin : item.end])]
            if len(good) >= 2 and len(good) * 2 > len(run):
                yield from good


def _runs(text: str) -> list[list[_Item]]:
    """Items that follow one another, at most one blank line apart, all with bullets or all without."""
    runs: list[list[_Item]] = []
    blank, grows, previous = 2, False, ""
    for start, line in _lines(text):
        plain = line.strip()
        if not plain:
            blank += 1
            continue
        item = _item(start, line)
        last = runs[-1][-1] if runs else None
        if item:
            follows = grows and last is not None and blank <= 1 and last.bullet == item.bullet
            if follows:
                runs[-1].append(item)
            else:
                runs.append([item])
            grows = True
        elif grows and last and not blank and _continues(previous, line):
            end = start + len(line.rstrip())
            runs[-1][-1] = replace(last, end=end)
        else:
            grows = False
        blank, previous = 0, plain
    return runs


def _continues(previous: str, line: str) -> bool:
    """Whether a line goes on with the definition of the line before, which its format broke."""
    plain = line.strip()
    if previous.endswith(_STOPS) or _BULLET.match(plain):
        return False
    return line[0] in " \t\u00a0" or plain[0].islower() or len(previous) >= 60


def _item(start: int, line: str) -> _Item | None:
    plain = line.strip()
    start += len(line) - len(line.lstrip())
    bullet = _BULLET.match(plain)
    first = bullet.end() if bullet else 0
    for mark in _MARK.finditer(plain, first, first + _LONGEST_HEAD):
        head = plain[first : mark.start()].rstrip()
        if sum(map(head.count, "(（")) == sum(map(head.count, ")）")):
            break
    else:
        return None
    match, definition = _HEAD.fullmatch(head), plain[mark.end() :].lstrip()
    term = match["term"].rstrip(" \t\u00a0\"”'’") if match else ""
    if not match or not _is_term(term) or not _is_definition(definition):
        return None
    begin, end = start + len(plain) - len(definition), start + len(plain)
    return _Item(term, names_in(match["alias"] or ""), start + first, begin, end, bool(bullet), mark[0] in "–—-")


def _is_term(term: str) -> bool:
    plain = term.casefold().strip("*_ ")
    return (
        2 <= len(plain) <= 60
        and len(plain.split()) <= 7
        and any(character.isalpha() for character in plain)
        and not _LABEL.fullmatch(plain)
        and not _NUMBERED.fullmatch(plain)
        and not re.search(r"[.!?](?:\s|$)|[;,=|\n]|https?$", plain)
    )


def _is_definition(text: str) -> bool:
    words = len(text.split()) + len(_CJK.findall(text)) // 2
    digits = sum(character.isdigit() for character in text)
    return words >= 2 and not re.match(r"[\d$€£¥(]|https?:", text) and digits * 5 < len(text)


def _defines(item: _Item, definition: str) -> bool:
    """Whether an item outside of an announced glossary reads like a definition rather than like news or a label."""
    return (
        len(definition.split()) + len(_CJK.findall(definition)) // 2 >= 4
        and (bool(item.aliases) or bool(_DEFINES.match(definition)))
        and not _TELLS.match(definition)
        and not _FIGURE.search(definition)
        and not re.search(rf"\b{re.escape(item.term)}\b", definition, re.IGNORECASE)
    )


def _listed(name: str, page: Page, item: _Item) -> GlossaryEntry:
    definition = " ".join(page.text[item.begin : item.end].split())
    aliases = tuple(alias for alias in item.aliases if normal(alias) != normal(item.term))
    return GlossaryEntry(item.term, definition, aliases, None, (), name, Span(page.number, item.start, item.end))


# A heading, or a short line, and the paragraph under it


def _pairs(page: Page, start: int, end: int, heads: set[tuple[int, int]]) -> list[_Item]:
    paragraphs = [
        (start + m.start(), m[0].strip()) for m in re.finditer(r"\S(?:[^\n]|\n(?![^\S\n]*\n))*", page.text[start:end])
    ]
    pairs: list[tuple[int, _Item]] = []
    for number, ((at, term), (begin, definition)) in enumerate(pairwise(paragraphs)):
        name = re.fullmatch(r"(?P<term>[^()（）\n:：]+?)\s*(?:[(（](?P<alias>[^()（）]+)[)）])?", term)
        if not name or not _is_term(name["term"]) or _HEADLINE.fullmatch(term):
            continue
        if not definition.endswith((*_STOPS, ")")) or "|" in definition or not _is_definition(definition):
            continue
        item = _Item(name["term"], names_in(name["alias"] or ""), at, begin, begin + len(definition), False, False)
        pairs.append((number, item))
    numbers = {number for number, _ in pairs}
    return [
        item
        for number, item in pairs
        if (page.number, item.start) in heads or numbers & {number - 2, number + 2}
    ]  # fmt: skip
