"""What a page of a filing is: a primary statement, a note on debt, risk factors, the cover.

Recognised by a title near the top of the page and, for a statement, by the rows that it must have.
"""

import re

from corpus.document import Document, Page

TOP = 700  # characters of a page in which its title stands
_FIGURE = re.compile(r"\d[\d,]{2,}|\(\d[\d,.]*\)|\d+\.\d")

_STATEMENTS: dict[str, tuple[re.Pattern[str], tuple[re.Pattern[str], ...]]] = {
    name: (re.compile(title, re.IGNORECASE), tuple(re.compile(row, re.IGNORECASE) for row in rows))
    for name, title, rows in (
        ("balance sheet", r"balance sheets?|statements? of (?:consolidated )?(?:financial (?:position|condition))",
         (r"total assets", r"total (?:current )?liabilities", r"(?:share|stock)holders.{0,3} equity|total equity", r"cash and cash equivalents|cash and due", r"retained earnings|accumulated deficit|inventor|receivable")),
        ("income statement", r"statements? of (?:consolidated )?(?:operations|income|earnings|(?:comprehensive )?(?:income|loss))|income statements?|(?:results|statement) of operations",
         (r"net (?:income|loss|earnings)", r"(?:net )?(?:sales|revenues?)", r"income tax", r"per (?:common )?share|basic|diluted", r"cost of|operating (?:income|profit|expenses|earnings)|gross (?:profit|margin)|noninterest")),
        ("cash flow statement", r"statements? of (?:consolidated )?cash flows?|cash flow statements?",
         (r"operating activities", r"investing activities", r"financing activities", r"depreciation", r"(?:end|beginning) of (?:the )?(?:year|period)")),
        ("comprehensive income", r"statements? of (?:consolidated )?comprehensive (?:income|loss|earnings)",
         (r"comprehensive (?:income|loss)", r"foreign currency|translation", r"net of tax|hedg|pension")),
        ("equity", r"statements? of (?:changes in )?(?:consolidated )?(?:changes in )?(?:share|stock)?(?:holders|owners)?.{0,3} ?equity",
         (r"balance", r"dividends|repurchase", r"retained earnings|treasury", r"comprehensive")),
    )
}  # fmt: skip
_TOPICS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("segments", r"segment (?:information|reporting|results|data)|reportable segments?|business segments?|geographic (?:information|areas?|data)|segment (?:revenue|net sales|operating)"),
        ("legal proceedings", r"legal proceedings|legal matters|litigation"),
        ("risk factors", r"risk factors"),
        ("taxes", r"income taxes|effective (?:income )?tax rate|deferred tax"),
        ("debt", r"(?:long-term|short-term) (?:debt|borrowings)|credit facilit(?:y|ies)|notes payable|indebtedness|(?:credit|term loan) agreement"),
        ("leases", r"^\W*(?:note \d+\W+)?(?:operating )?leases\b|lease (?:liabilities|cost)"),
        ("acquisitions", r"acquisitions?(?: and divestitures)?\s*$|business combinations?|merger agreement"),
        ("cover", r"securities registered pursuant to section 12|commission file number|exact name of registrant"),
        ("votes", r"submission of matters to a vote|votes? for|broker non-votes|nominees?"),
        ("business", r"^\W*item\s+1\.?\W+business|overview of (?:our )?business|^\W*general\s*$|our (?:company|business|strategy)|competition\s*$"),
        ("results", r"results of operations|financial (?:summary|highlights)|selected financial data|executive (?:summary|overview)"),
        ("pensions", r"pension|postretirement|retirement (?:benefit|plan)"),
        ("liquidity", r"liquidity and capital resources|capital expenditures"),
    )
}  # fmt: skip
_CONTENTS = re.compile(r"table of contents|index to (?:consolidated )?financial statements", re.IGNORECASE)


def page_features(document: Document) -> dict[int, frozenset[str]]:
    """Page number (from 0) → what it was recognised as; pages that are nothing in particular are left out."""
    found = {page.number: _features(page) for page in document.pages}
    return {number: features for number, features in found.items() if features}


def _features(page: Page) -> frozenset[str]:
    text = page.text
    if len(text) < 100 or _is_contents(text):
        return frozenset()
    top = text[:TOP]
    features = set()
    figures = len(_FIGURE.findall(text))
    for name, (title, rows) in _STATEMENTS.items():
        titled = any(title.search(line) and len(line.strip()) < 110 for line in top.splitlines())
        held = sum(bool(row.search(text)) for row in rows)
        if titled and figures >= 12 and held >= min(3, len(rows)):
            features.add(name)
            if not re.search(
                r"see (?:accompanying )?notes|accompanying notes|integral part|\(unaudited\)|consolidated",
                text,
                re.IGNORECASE,
            ):
                features.discard(name) if held < 4 else None
    if "comprehensive income" in features and not re.search(
        r"(?:net )?(?:sales|revenues?)\b", text[:2500], re.IGNORECASE
    ):
        features.discard("income statement")
    lines = text.splitlines()
    headings = "\n".join(line.strip() for line in lines if 3 < len(line.strip()) < 90)
    for name, pattern in _TOPICS.items():
        if any(pattern.search(line) for line in headings.splitlines()):
            features.add(name)
    return frozenset(features)


def _is_contents(text: str) -> bool:
    entries = len(
        re.findall(r"^\s*(?:item\s+\d+[ab]?\.?|note\s+\d+).{0,120}\d+\s*$", text, re.IGNORECASE | re.MULTILINE)
    )
    return entries >= 8 or (bool(_CONTENTS.search(text[:300])) and entries >= 3)
