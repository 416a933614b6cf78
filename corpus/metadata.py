"""What a document says about itself: its title, company, fiscal period, kind and language, read from its content."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from corpus.document import Heading, Kind, Metadata, Page, Period
from corpus.period import find_dates, find_periods, fiscal_year_of, nearest_month

_FORM = re.compile(r"\bform\s+(10-K(?:T|405)?|10-Q|8-K|20-F|40-F|6-K)\b(?:/A)?", re.IGNORECASE)
_FORMS = {
    "10-K": Kind.ANNUAL_REPORT,
    "20-F": Kind.ANNUAL_REPORT,
    "40-F": Kind.ANNUAL_REPORT,
    "10-Q": Kind.QUARTERLY_REPORT,
    "8-K": Kind.CURRENT_REPORT,
    "6-K": Kind.CURRENT_REPORT,
}
_COMMISSION = re.compile(r"securities\s+and\s+exchange\s+commission", re.IGNORECASE)
_PROXY = re.compile(r"schedule\s+14A\b|notice\s+of\s+annual\s+meeting\s+of\s+(?:share|stock)holders", re.IGNORECASE)
_REGISTRANT = re.compile(r"\(?\s*exact\s+name\s+of\s+(?:the\s+)?registrant", re.IGNORECASE)
_FILE_NUMBER = re.compile(r"^.*commission\s+file\s+(?:number|no\.?)\s*:?\s*[\d-]*\s*", re.IGNORECASE)
_RELEASE = re.compile(
    r"\b(?:announces?|reports?|releases?|posts|today\s+(?:announced|reported))\b[^.]{0,120}?\b(?:results|earnings)\b",
    re.IGNORECASE,
)
_RESULTS = re.compile(r"\b(?:results|earnings)\b", re.IGNORECASE)
_LISTED = re.compile(
    r"((?:[A-Z][\w&.’'-]*,?\s+){0,5}[A-Z][\w&.’'-]*\.?)\s+\((?:NYSE|NASDAQ|Nasdaq|ASX|LSE|SSE|SZSE|HKEX|TSX|OTC)\b[^)]*\)"
)
_ANNOUNCES = re.compile(
    r"^(.{2,60}?)\s+(?:announces?|reports?|releases?|posts|delivers|today\s+\w+|(?:first|second|third|fourth|full)[\s-])",
    re.IGNORECASE,
)
_COMPANY_LINE = re.compile(r"^\W*Company\s*[:：]\s*(.+?)(?:[.。;；]\s+(?=[A-Z]\w*\s*:)|[.。]?\s*$)", re.MULTILINE)
_PERIOD_LINE = re.compile(r"\bPeriod\s*[:：]\s*([^\n]+)")
_FISCAL_NUMBER = re.compile(r"\b(?:fiscal(?:\s+year)?|FY)\s*(20\d\d)\b", re.IGNORECASE)
_YEAR_END = re.compile(
    r"\b(?:fiscal\s+)?years?\s+(?:ended|ending|ends)(?:\s+on)?\s+"
    r"(January|February|March|April|May|June|July|August|September|October|November|December)\s+(\d{1,2})",
    re.IGNORECASE,
)
_CUMULATIVE = re.compile(
    r"\b(six|nine|twenty[\s-]six|thirty[\s-]nine|6|9|26|39)[\s-]+(?:months?|weeks?)(?:\s+periods?)?\s+ended\s+([A-Z][a-z]+)",
    re.IGNORECASE,
)
_QUARTER_ALONE = re.compile(
    r"\b(?:three[\s-]+months?|thirteen[\s-]+weeks?|3[\s-]+months|13[\s-]+weeks)(?:\s+periods?)?\s+ended\s+([A-Z][a-z]+)",
    re.IGNORECASE,
)
_NAME_HINT = re.compile(r"^([A-Za-z][A-Za-z&.' -]*?)[_ -]+((?:19|20)\d\d)(?:[_ -]*Q([1-4]))?(?![\d])")
_COVER = 9000  # characters in which a cover says what it has to say
_ENGLISH = frozenset("the of and to in a is that for it was on as with by are this from".split())
_FILED = (Kind.ANNUAL_REPORT, Kind.QUARTERLY_REPORT, Kind.CURRENT_REPORT, Kind.EARNINGS_RELEASE)


def read_metadata(pages: Sequence[Page], headings: Sequence[Heading], name: str) -> Metadata:
    """Read the metadata from a document's pages and headings; the file's `name` is the last hint."""
    cover = _squeezed("\n".join(page.text for page in pages[:3])[: 3 * _COVER])[:_COVER]
    title = _title(cover, headings)
    form = _form(cover)
    kind = _kind(cover, title, form)
    if form:
        title = f"Form {form}"
    company = _company(cover, title, kind)
    period = _period(cover, title, kind, pages)
    hint = _NAME_HINT.match(name)
    if hint and kind in _FILED:
        company = company or hint.group(1).replace("_", " ").strip() or None
        period = period or Period(int(hint.group(2)), int(hint.group(3)) if hint.group(3) else None)
    return Metadata(title, company, period, kind, _language(cover))


def _squeezed(text: str) -> str:
    """Take runs of blanks and of underscores out, so that a cover's lines read plainly."""
    text = re.sub(r"_{3,}| {6,}", "\n", text)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _form(cover: str) -> str | None:
    if not _COMMISSION.search(cover[:3000]):
        return None
    match = _FORM.search(cover[:4000])
    return match.group(1).upper() if match else None


def _kind(cover: str, title: str | None, form: str | None) -> Kind:
    if form:
        return _FORMS[re.match(r"\d+-[A-Z]", form).group()]  # type: ignore[union-attr]  # by the form's own pattern
    if _PROXY.search(cover[:4000]):
        return Kind.PROXY_STATEMENT
    headline = title or ""
    if re.search(r"\bglossary\b|术语表", headline, re.IGNORECASE):
        return Kind.GLOSSARY
    periods = bool(find_periods(headline)) or re.search(r"\bquarter|\bfull[\s-]year", headline, re.IGNORECASE)
    if _RELEASE.search(headline) or (_RELEASE.search(cover[:1500]) and _LISTED.search(cover[:2500])):
        return Kind.EARNINGS_RELEASE
    if periods and _RESULTS.search(headline) and not re.match(r"how\b", headline, re.IGNORECASE):
        return Kind.EARNINGS_RELEASE
    if re.search(r"\bannual report\b", headline, re.IGNORECASE) and re.search(r"\b20\d\d\b", headline):
        return Kind.ANNUAL_REPORT
    sentences = re.findall(r"[a-z,;)\d][.!?](?:\s|$)|[。!?]", cover)
    return Kind.ARTICLE if len(sentences) >= 3 else Kind.OTHER


def _title(cover: str, headings: Sequence[Heading]) -> str | None:
    if headings:
        first = min(headings[:10], key=lambda heading: (heading.level, heading.span.page, heading.span.start))
        if first.span.page == 0 and first.level == 1:
            return first.text[:200]
    for line in cover.split("\n")[:6]:
        if line.startswith("Company:") or (len(list(find_dates(line))) and len(line) < 40):
            continue
        following = cover[cover.find(line) + len(line) :].split("\n")[1:2]
        if len(line) > 120:
            break
        if following and not line.endswith((".", ":")) and len(line) < 60 and _RESULTS.search(following[0][:80]):
            return f"{line} {following[0]}"[:200]
        return line
    return headings[0].text[:200] if headings else None


def _company(cover: str, title: str | None, kind: Kind) -> str | None:
    registrant = _REGISTRANT.search(cover)
    if registrant:
        before = cover[: registrant.start()].rstrip().split("\n")
        for line in reversed(before[-3:]):
            name = _FILE_NUMBER.sub("", line).strip(" *\t")
            if re.search(r"[A-Za-z]{2}", name):
                return name
    stated = _COMPANY_LINE.search(cover)
    if stated:
        return stated.group(1).strip()[:120] or None
    if kind is Kind.EARNINGS_RELEASE:
        announces = _ANNOUNCES.match(title or "")
        if announces:
            return announces.group(1).strip(" ,:-–—")
        listed = _LISTED.search(cover[:4000])
        if listed:
            return re.sub(r"^(?:The\s+)?(?:Today|WIRE\)?)\s*[-–—]*\s*", "", listed.group(1)).strip(" ,")
    return None


def _period(cover: str, title: str | None, kind: Kind, pages: Sequence[Page]) -> Period | None:
    if kind is Kind.CURRENT_REPORT:
        at = re.search(r"date\s+of\s+(?:earliest|report)", cover, re.IGNORECASE)
        found = next((day for offset, day in find_dates(cover) if at is None or offset > at.start()), None)
        return Period(end=found) if found else None
    if kind in (Kind.ANNUAL_REPORT, Kind.QUARTERLY_REPORT):
        ended = _cover_end(cover, kind)
        if ended:
            return _annual(ended, pages) if kind is Kind.ANNUAL_REPORT else _quarterly(ended, pages)
    stated = _PERIOD_LINE.search(cover)
    for text in (stated.group(1) if stated else "", title or "", cover[:400]):
        periods = [one.period for one in find_periods(text) if one.period.fiscal_year]
        if periods and (text is not cover[:400] or kind is Kind.EARNINGS_RELEASE or len(set(periods)) == 1):
            return periods[0]
    return None


def _cover_end(cover: str, kind: Kind) -> date | None:
    """Find the day on which the cover's period ended: the first date after the words that announce it."""
    words = r"year\s+ended" if kind is Kind.ANNUAL_REPORT else r"(?:quarterly\s+)?period\s+ended|quarter\s+ended"
    at = re.search(rf"\b(?:{words})\b", cover, re.IGNORECASE)
    if not at:
        return None
    near = re.sub(r"\s+", " ", cover[at.end() : at.end() + 120])
    return next((day for _, day in find_dates(near)), None)


def _annual(ended: date, pages: Sequence[Page]) -> Period:
    return Period(_numbered(ended, pages), None, ended)


def _numbered(ended: date, pages: Sequence[Page]) -> int:
    """Give the number of the fiscal year that ended on that day as the document itself uses it.

    Most companies number a year by the calendar year in which it ends, many whose year ends in January or February
    by the one before; the last year that a report speaks of as often as of the one before it is its own.
    """
    month, year = nearest_month(ended)
    if month > 2:
        return year
    counts = _fiscal_numbers(pages)
    if not counts:
        return fiscal_year_of(ended, month)
    return year if 2 * counts[year] >= counts[year - 1] else year - 1


def _quarterly(ended: date, pages: Sequence[Page]) -> Period:
    """Give the fiscal quarter: how many months of the year are reported tells which, and so when the year ends."""
    text = "\n".join(page.text for page in pages)
    stated = Counter((match.group(1).lower(), int(match.group(2))) for match in _YEAR_END.finditer(text))
    named = ended.strftime("%B").lower()
    reported = Counter(
        _months(match.group(1)) for match in _CUMULATIVE.finditer(text) if match.group(2).lower() == named
    )
    month, year = nearest_month(ended)
    alone = sum(match.group(1).lower() == named for match in _QUARTER_ALONE.finditer(text))
    if reported.total() * 8 >= max(alone, 1):
        quarter = 3 if reported[9] >= reported[6] else 2
    elif stated:
        (name, day), _ = stated.most_common(1)[0]
        closing, _ = nearest_month(next(found for _, found in find_dates(f"{name} {day}, 2001")))
        quarter = 4 - ((closing - month) % 12) // 3
    else:
        quarter = 1 if month not in (6, 9) else (month // 3)
    months = month + 3 * (4 - min(max(quarter, 1), 3))
    closing_year, closing = year + (months - 1) // 12, (months - 1) % 12 + 1
    number = closing_year
    if closing <= 2:
        counts = _fiscal_numbers(pages)
        number = closing_year if 2 * counts[closing_year] >= counts[closing_year - 1] > 0 else closing_year - 1
        if counts[closing_year] and not counts[closing_year - 1]:
            number = closing_year
    return Period(number, min(max(quarter, 1), 3), ended)


def _months(word: str) -> int:
    return 9 if word.lower().startswith(("nine", "thirty", "9", "39")) else 6


def _fiscal_numbers(pages: Sequence[Page]) -> Counter[int]:
    return Counter(int(match.group(1)) for page in pages for match in _FISCAL_NUMBER.finditer(page.text))


def _language(text: str) -> str | None:
    letters = sum(character.isalpha() for character in text)
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    if letters and han / letters > 0.3:
        return "zh"
    words = re.findall(r"[a-z]+", text.lower())
    return "en" if len(words) >= 8 and sum(word in _ENGLISH for word in words) / len(words) > 0.12 else None
