"""What is asked of a company's reports in words: auditor, officers, employees, business, risks and the like.

A question that asks for one of the topics of filing_topics.toml and nothing else is answered by what its patterns find
in the company's reports, or not at all: a sentence that merely shares words with it is beside the point.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.answer import Citation, Statement
from app.companies import named_companies, telling_word
from app.evidence import Pages
from app.plan import plan_words
from app.terms import stems_of, words
from corpus.document import Kind, Page
from corpus.errors import DataProblem
from index.query import is_named, telling_words
from index.store import DocumentRecord, Store

FILE = Path(__file__).parent / "filing_topics.toml"
KINDS = {"10-K": Kind.ANNUAL_REPORT, "10-Q": Kind.QUARTERLY_REPORT, "release": Kind.EARNINGS_RELEASE}
REPORTS = frozenset([*KINDS.values(), Kind.CURRENT_REPORT])
CONTENTS = 4  # headings of items on a page from which it is a table of contents
LONGEST = 500  # characters of a sentence that is shown
SAME = 0.7  # share of common words from which two sentences say the same
HEADING = 60  # characters of a heading at most
FIGURES = 6  # numbers in a sentence from which it is a row of a table
_ITEM = re.compile(r"^\s*(?:ITEM|Item)\s+\d+[A-C]?\.?\s", re.MULTILINE)
_YEAR = re.compile(r"\b(?:FY\s?)?((?:19|20)\d\d)\b")
_CUT = re.compile(r"\bv\.$")  # a case's name goes on: "Smith v. Jones"
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}\s*$")  # a name goes on: "J.P. Morgan"
_DATED_HEADING = re.compile(
    r"(?:Fiscal )?(?:Years?|Quarters?|(?:Three|Six|Nine|Twelve) Months) [Ee]nded [A-Z][a-z]+ \d{1,2}, \d{4}"
)
_FUNCTION = frozenset(
    "by in of for at as on to from and or the a an its their is are was were be does do did has have".split()
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One of the topics, as filing_topics.toml explains; NAME is still to be filled in."""

    name: str
    ask: re.Pattern[str]
    words: frozenset[str]
    kinds: tuple[Kind, ...]
    section: str = ""
    until: str = ""
    span: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    same: str = ""
    sentence: tuple[str, ...] = ()
    page: str = ""
    also: str = ""
    without: str = ""
    most: int = 1
    dated: bool = False
    current: bool = False


@cache
def topics(path: Path = FILE) -> tuple[Topic, ...]:
    """The topics of the file. Raises DataProblem where it can't be used."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))["topic"]
        return tuple(
            Topic(
                one["name"],
                re.compile(one["ask"], re.IGNORECASE),
                frozenset(one["words"].split()),
                tuple(KINDS[kind] for kind in one["kinds"]),
                one.get("section", ""),
                one.get("until", ""),
                tuple(one.get("span", ())),
                tuple(one.get("parts", ())),
                one.get("same", ""),
                tuple(one.get("sentence", ())),
                one.get("page", ""),
                one.get("also", ""),
                one.get("without", ""),
                one.get("most", 1),
                one.get("dated", False),
                one.get("current", False),
            )
            for one in data
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise DataProblem(f"{path.name} can't be used: {error}. Compare it with the one that is shipped.") from error


@dataclass(frozen=True, slots=True)
class AskedTopic:
    """A topic and the documents that it is asked of, those to be read first in front."""

    topic: Topic
    records: tuple[DocumentRecord, ...]
    years: frozenset[int] = frozenset()


def asked_topic(question: str, records: Sequence[DocumentRecord]) -> AskedTopic | None:
    """The topic that a question asks for, of one company's reports; None where it asks for anything else."""
    companies = {record.metadata.company or "" for record in records if record.metadata.kind in REPORTS} - {""}
    named = named_companies(companies, question)
    if len({telling_word(company) for company in named} - {""}) != 1:
        return None
    topic = next((one for one in topics() if one.ask.search(question) and _only(question, one, named)), None)
    if topic is None:
        return None
    years = {int(year) for year in _YEAR.findall(question)}
    own = [one for one in records if one.metadata.company in named and one.metadata.kind in topic.kinds]
    if years:
        own = [one for one in own if _year(one) in years]
    elif topic.current:
        latest = max(map(_year, own), default=0)
        own = [one for one in own if _year(one) == latest]
    return AskedTopic(
        topic, tuple(sorted(own, key=lambda one: (topic.kinds.index(one.metadata.kind), -_year(one)))), frozenset(years)
    )


def _year(record: DocumentRecord) -> int:
    return (record.metadata.period.fiscal_year if record.metadata.period else None) or 0


def _only(question: str, topic: Topic, companies: Collection[str]) -> bool:
    """Whether every word of a question is the topic's, the company's, a year, or says nothing."""
    telling = {word.lower() for company in companies for word in re.findall(r"\w+", company.replace("'", ""))}
    for found in re.finditer(r"[^\W\d_][\w&-]*", re.sub(r"['’]s\b|\bFY\s?\d{2,4}\b", "", question)):
        word = found[0].lower()
        silent = word in words().stop or word in _FUNCTION or word in plan_words().silent or word in topic.words
        if not (silent or word in telling or any(is_named(company, found[0]) for company in companies)):
            return False
    return True


def topic_statements(asked: AskedTopic, store: Store) -> list[Statement]:
    """What the reports say of a topic, from the first that says it; empty where none does."""
    pages = Pages(store)
    for record in asked.records:
        text = _section(store.pages(record.id), asked.topic, _name(record))
        if found := _sentences(asked, record, text, pages) or _spans(asked.topic, record, text):
            return found
    return []


def _name(record: DocumentRecord) -> str:
    """A pattern of the company's name as sentences write it."""
    telling = telling_words(record.metadata.company or "") or ["The Company"]
    return rf"(?:The )?(?i:{re.escape(telling[0])})\b(?:,? [A-Z&][\w.&]*){{0,4}}"


@dataclass(frozen=True, slots=True)
class _Part:
    """A page, and the half-open stretch of its text that belongs to the section."""

    page: Page
    start: int
    end: int


def _section(pages: Sequence[Page], topic: Topic, name: str) -> list[_Part]:
    """The stretches of the pages from the section's heading to the one that ends it; all pages for a topic without one."""
    if not topic.section:
        return [_Part(page, 0, len(page.text)) for page in pages]
    head = re.compile(rf"^\s*(?:{topic.section.replace('NAME', name)})", re.MULTILINE)
    stop = re.compile(rf"^\s*(?:{topic.until})", re.MULTILINE) if topic.until else None
    found: list[_Part] = []
    for page in pages:
        if len(_ITEM.findall(page.text)) >= CONTENTS:
            continue
        begins = head.search(page.text) if not found else None
        if not found and begins is None:
            continue
        start = begins.end() if begins else 0
        ends = stop.search(page.text, start) if stop else None
        found.append(_Part(page, start, ends.start() if ends else len(page.text)))
        if ends:
            break
    return found


def _sentences(asked: AskedTopic, record: DocumentRecord, text: Sequence[_Part], pages: Pages) -> list[Statement]:
    topic = asked.topic
    for pattern in topic.sentence:
        says = re.compile(pattern.replace("NAME", _name(record)))
        found: list[Statement] = []
        for quote, page, start in _read(topic, record, text, says, pages):
            plain = " ".join(quote.split())
            if any(_alike(plain, one.text) for one in found):
                continue
            if topic.dated and asked.years and not asked.years & {int(year) for year in _YEAR.findall(plain)}:
                continue
            found.append(Statement(plain, (Citation(record.name, page, start, start + len(quote), quote),)))
            if len(found) == topic.most:
                return found
        if found:
            return found
    return []


def _alike(one: str, other: str) -> bool:
    """Whether two sentences say the same, going by the words of the shorter one."""
    mine, theirs = (stems_of(text) - words().stop for text in (one, other))
    return len(mine & theirs) >= SAME * max(1, min(len(mine), len(theirs)))


def _read(
    topic: Topic, record: DocumentRecord, text: Sequence[_Part], says: re.Pattern[str], pages: Pages
) -> Iterator[tuple[str, int, int]]:
    """The sentences that say it: text as it stands, page, start."""
    somewhere = topic.page or says.pattern.removeprefix("^").removesuffix("$")
    on_page = re.compile(somewhere.replace(" ", r"\s+"), re.DOTALL)
    also, without = re.compile(topic.also), re.compile(topic.without or r"(?!)")
    for part in text:
        if not on_page.search(part.page.text, part.start, part.end):
            continue
        for start, end in pages.ranges(record.id, part.page.number):
            if not part.start <= start or end > part.end:
                continue
            quote = _without_heading(part.page.text[start:end].strip())
            start = part.page.text.index(quote, start) if quote else start
            plain = " ".join(quote.split())
            whole = plain[-1:] in ".!" and plain[:1].isupper() and len(plain) <= LONGEST
            if (
                not whole
                or _CUT.search(plain)
                or _INITIALS.search(part.page.text, max(0, start - 8), start)
                or len(re.findall(r"\d[\d,.]*", plain)) > FIGURES
            ):
                continue
            if says.search(plain) and also.search(plain) and not without.search(plain):
                yield quote, part.page.number, start


def _without_heading(text: str) -> str:
    """A sentence without a heading that stands on a line of its own before it."""
    first, _, rest = text.partition("\n")
    held = re.findall(r"[A-Za-z]\w*", first)
    # "Additionally, in" is no heading, but the line before "March 2011".
    capitals = all(word[0].isupper() or word in _FUNCTION for word in held) and not {*held[-1:]} & _FUNCTION
    heading = _DATED_HEADING.fullmatch(first.strip()) or (capitals and not re.search(r"[.,;:]\s*$", first))
    if rest.strip()[:1].isupper() and len(first) <= HEADING and heading:
        return _without_heading(rest.strip())
    return text


def _spans(topic: Topic, record: DocumentRecord, text: Sequence[_Part]) -> list[Statement]:
    for pattern in topic.span:
        says = re.compile(pattern.replace("NAME", _name(record)), re.DOTALL)
        found = [(part, match) for part in text for match in says.finditer(part.page.text, part.start, part.end)]
        if topic.same and len({" ".join(match[topic.same].split()).casefold() for _, match in found}) > 1:
            return []  # several are named: which of them is meant isn't plain
        if found:
            return [_span_statement(topic, record, *found[0])]
    return []


def _span_statement(topic: Topic, record: DocumentRecord, part: _Part, match: re.Match[str]) -> Statement:
    names = [name for name in topic.parts if match.groupdict().get(name)]
    said = [" ".join(match[name].split()) for name in names] or [
        " ".join((match.groupdict().get("said") or match[0]).split())
    ]
    start = min(
        (match.start(name) for name in names),
        default=match.start("said") if "said" in match.groupdict() else match.start(),
    )
    end = max(
        (match.end(name) for name in names), default=match.end("said") if "said" in match.groupdict() else match.end()
    )
    quote = part.page.text[start:end]
    shown = (", " if "title" in names else ". ").join(said).rstrip(".") + "."
    return Statement(shown, (Citation(record.name, part.page.number, start, end, quote),))
