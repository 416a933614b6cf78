"""A question read for retrieval: companies, periods, kinds of document, kinds of page, and the words that filings use."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.document import Kind, Period
from corpus.period import find_dates, find_periods
from index.lexicon import Item, Named, lexicon, read_names

_KINDS = (
    (re.compile(r"\b10-?K\b|\bannual (?:report|filing)\b|\b20-?F\b", re.IGNORECASE), Kind.ANNUAL_REPORT),
    (re.compile(r"\b10-?Q\b|\bquarterly (?:report|filing)\b", re.IGNORECASE), Kind.QUARTERLY_REPORT),
    (re.compile(r"\b8-?K\b|\bcurrent report\b", re.IGNORECASE), Kind.CURRENT_REPORT),
    (re.compile(r"\bearnings (?:release|call|report)\b|\bpress release\b", re.IGNORECASE), Kind.EARNINGS_RELEASE),
    (re.compile(r"\bproxy (?:statement|filing)\b", re.IGNORECASE), Kind.PROXY_STATEMENT),
)
_RANGE = re.compile(
    r"\b(?:FY\s?)?((?:19|20)\d\d)\s*(?:-|–|—|to|through)\s*(?:FY\s?|fiscal\s+)?((?:19|20)\d\d)\b", re.IGNORECASE
)
_ORDINAL_DATE = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\s+(?:of\s+)?([A-Z][a-z]+)\.?,?\s+((?:19|20)\d\d)\b")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")
# A sentence that only says what form the answer shall have.
_FORM = re.compile(
    r"(?:please\s+)?(?:round|answer|respond|give|provide|express|report|state|show|assume|base|use)\b", re.IGNORECASE
)
LONGEST_RANGE = 15  # years


@dataclass(frozen=True, slots=True)
class Query:
    """What a question tells about where its answer stands. All of it is soft: it lifts scores and hides nothing."""

    text: str
    core: str  # the text without sentences on the form of the answer
    companies: frozenset[str]  # of those known, as they were given
    periods: tuple[Period, ...]
    dates: tuple[date, ...]  # named to the day
    kinds: frozenset[Kind]  # named
    likely_kinds: frozenset[Kind]  # that usually report what is asked
    features: frozenset[str]  # kinds of page that are named or that hold what is asked
    items: tuple[Item, ...]  # line items named, or needed by a metric that is named

    @property
    def expansions(self) -> tuple[str, ...]:
        """Names under which filings give what is asked: the usual one of each line item first, then the others."""
        first = [item.names[0] for item in self.items]
        return tuple(dict.fromkeys([*first, *(name for item in self.items for name in item.names)]))

    @property
    def sought(self) -> str | None:
        """What is sought, in the words of a filing: the kinds of page and their rows. None where nothing is known."""
        words = [*sorted(self.features), *(name for item in self.items for name in item.names[:3])]
        return ", ".join(dict.fromkeys(words)) or None


def read_query(question: str, companies: Sequence[str] = ()) -> Query:
    """Read a question, over documents of these companies."""
    named = read_names(question)
    core = _core(question)
    items = tuple(dict.fromkeys([*named.items, *named.needed]))
    return Query(
        question,
        core,
        frozenset(company for company in companies if is_named(company, question)),
        _periods(question),
        _dates(question),
        frozenset(kind for pattern, kind in _KINDS if pattern.search(question)),
        frozenset(kind for topic in named.topics for kind in topic.kinds),
        _features(named, items),
        items,
    )


def _features(named: Named, items: Iterable[Item]) -> frozenset[str]:
    topics = frozenset(feature for topic in named.topics for feature in topic.features)
    # Who names the statement to look in means that one, whatever else the line items could be found in.
    statements = {item.statement for item in lexicon().items}
    return topics if topics & statements else topics | {item.statement for item in items}


def _core(question: str) -> str:
    sentences = _SENTENCE.split(question.strip())
    kept = [one for one in sentences if one.endswith("?") or not _FORM.match(one) or read_names(one).items]
    return " ".join(kept) or question


def _periods(question: str) -> tuple[Period, ...]:
    periods = [found.period for found in find_periods(question, bare_years=True)]
    for match in _RANGE.finditer(question):
        first, last = int(match[1]), int(match[2])
        if 0 < last - first <= LONGEST_RANGE:
            periods += [Period(year) for year in range(first, last + 1)]
    return tuple(dict.fromkeys(periods))


def _dates(question: str) -> tuple[date, ...]:
    plain = _ORDINAL_DATE.sub(r"\2 \1, \3", question)
    return tuple(dict.fromkeys(found for _, found in find_dates(plain)))


def is_named(company: str, text: str) -> bool:
    """Tell whether a text names a company: in full, without its legal form, by its first words or by an abbreviation."""
    # "Acme's" is Acme with an ending, "Lowe's" is a name: both readings are tried.
    plain = (_plain(re.sub(r"['’]s\b", "", text)), _plain(text))
    return any(pattern.search(one) for pattern in _patterns(company) for one in plain) or any(
        _abbreviates(token.replace("n", "&"), company) for token in re.findall(r"\b[A-Z](?:[A-Z&]{1,5}|n[A-Z])\b", text)
    )


def _plain(text: str) -> str:
    return re.sub(r"['’.]", "", re.sub(r"\.com\b", "", text, flags=re.IGNORECASE)).replace("&", " & ")


def telling_words(company: str) -> list[str]:
    """The words of a company's name without its legal form: "The Acme Widget Co., Inc." → Acme, Widget."""
    legal = lexicon().legal_words
    words = re.findall(r"\w+", re.sub(r"['’.]", "", re.sub(r"\.com\b", "", company, flags=re.IGNORECASE)))
    return [word for word in words if word.lower() not in legal]


_BETWEEN = r"[\W_]*(?i:(?:of|and|the|for)[\W_]+)?"  # words of a name: "Bank of America"


@lru_cache(maxsize=4096)
def _patterns(company: str) -> tuple[re.Pattern[str], ...]:
    """The full name in any case, white space apart; the short form, its first telling words, capitalised only."""
    words = telling_words(company)
    if not words:
        return ()
    found = []
    full = _BETWEEN.join(re.escape(word) for word in words)
    if len(words) > 1:
        found.append(re.compile(rf"(?<!\w){full}s?(?!\w)", re.IGNORECASE))
    # How many words tell it from others: past those that many names begin with.
    common = lexicon().common_words
    count = 1
    while count < len(words) and all(word.lower() in common or len(word) < 3 for word in words[:count]):
        count += 1
    short = _BETWEEN.join(_capitalised(word) for word in words[:count])
    found.append(re.compile(rf"(?<!\w){short}(?!\w)"))
    # "Wal-Mart Stores" is called Walmart too.
    if joined := re.match(r"(?:The\s+)?(\w{2,})-(\w{2,})", company, re.IGNORECASE):
        found.append(re.compile(rf"(?<!\w){_capitalised(joined[1])}[\W_]?{re.escape(joined[2])}(?!\w)", re.IGNORECASE))
    if count == 1 and len(words) == 1 and len(words[0]) > 7:
        found.append(re.compile(rf"(?<!\w){full}s?(?!\w)", re.IGNORECASE))
    return tuple(found)


def _capitalised(word: str) -> str:
    """A word that may be written in capitals, or with its first letter as one; digits and Chinese as they are."""
    first, rest = word[0], word[1:]
    if not first.isalpha():
        return re.escape(word)
    # "eBay" begins with a small letter, and shows by its second that it is a name.
    return f"(?:{re.escape(first.upper())}|{re.escape(first.lower())}(?=(?-i:[A-Z])))(?i:{re.escape(rest)})"


@lru_cache(maxsize=4096)
def _abbreviates(token: str, company: str) -> bool:
    """Tell whether a token in capitals is made of beginnings of the name's words in order, its first letter the first.

    "GE" is of General Electric, "INTC" no such; "FEDEX" is of Federal Express. Two letters must be all initials.
    """
    words = [word.upper() for word in telling_words(company)]
    letters = token.replace("&", "")
    if not words or len(letters) < 2 or _is_term(token):
        return False
    if len(words) == 1:
        return 3 <= len(letters) < len(words[0]) and words[0].startswith(letters)
    if len(letters) == 2:
        return len(words) == 2 and letters == "".join(word[0] for word in words)
    if words[0].startswith(letters):
        return True
    reached = {0}  # letters spelt so far
    for number, word in enumerate(words):
        following = {
            start + length
            for start in reached
            for length in range(1, len(word) + 1)
            if letters.startswith(word[:length], start)
        }
        reached = following
        if len(letters) in following and number >= 1:
            return True
    return False


@lru_cache(maxsize=1024)
def _is_term(token: str) -> bool:
    """Tell whether a token is an abbreviation of the field."""
    named = read_names(token)
    return bool(named.items or named.needed or named.topics)
