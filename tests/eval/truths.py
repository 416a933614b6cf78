"""True statements to test the verifier with: sentences and cells of documents, made-up facts, and what says the same.

Nothing here uses the verifier's code or word lists; made_up.toml has its own.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from app.answer import Calculation, Citation, Operand, Statement
from app.calculator import calculate
from app.evidence import Pages
from corpus.glossary import glossary_page, load_glossary
from index.store import Store

_DATA = Path(__file__).parent / "made_up.toml"
_SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
CITED = ("sentence", "passage")


@dataclass(frozen=True)
class Truth:
    """A true statement, where it comes from and how it was made; `false` are made-up falsehoods on the same passage."""

    statement: Statement
    origin: str  # sample, glossary, made up, filings
    form: str  # extracted, cell, paraphrase, calculation
    false: tuple[tuple[str, str], ...] = field(default=())  # (kind, text)


class Library:
    """The pages that citations point into, by document name."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, int], str] = {}

    def page_text(self, document: str, page: int) -> str:
        return self.pages[document, page]

    def cite(self, document: str, page: int, quote: str) -> Citation:
        start = self.pages[document, page].index(quote)
        return Citation(document, page, start, start + len(quote), quote)


@cache
def data() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


def truths(library: Library, random_: random.Random, store: Store | None, count: int) -> list[Truth]:
    """`count` truths: half from documents as they stand, a fifth of them cells, the rest made up and rewritten."""
    shares = {"sample": 0.16, "glossary": 0.06, "made up": 0.5, "calculation": 0.08, "filings": 0.2}
    makers = {
        "sample": list(_sample(library, random_)),
        "glossary": list(_glossary(library)),
        "made up": list(_made_up(library, random_)),
        "calculation": list(_calculated(library, random_)),
        "filings": list(_filings(library, random_, store)) if store else [],
    }
    chosen: list[Truth] = []
    for name, found in makers.items():
        chosen += random_.sample(found, min(len(found), round(shares[name] * count)))
    rest = [one for found in makers.values() for one in found if one not in chosen]
    chosen += random_.sample(rest, min(len(rest), max(0, count - len(chosen))))
    return chosen[:count]


# The sample corpus and the glossary


def _sample(library: Library, random_: random.Random) -> Iterator[Truth]:
    for path in sorted(_SAMPLE.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        library.pages[path.stem, 0] = text
        for block in re.split(r"\n\s*\n", text):
            if block.startswith("|"):
                yield from _markdown_cells(library, path.stem, block)
            elif not block.startswith(("#", "-", "1.")):
                block = block.strip()
                for sentence in _SENTENCE.split(block):
                    if len(sentence.split()) < 6 or "**" in sentence or not sentence.endswith("."):
                        continue
                    quote = sentence if random_.random() < 0.5 else block
                    cited = (library.cite(path.stem, 0, quote),)
                    yield Truth(Statement(sentence, cited), "sample", "extracted")
                    for rewritten in _rewritten(sentence):
                        yield Truth(Statement(rewritten, cited), "sample", "paraphrase")


def _markdown_cells(library: Library, name: str, block: str) -> Iterator[Truth]:
    lines = block.splitlines()
    heads = [cell.strip() for cell in lines[0].strip("|").split("|")]
    unit = re.search(r"in (millions?) of (euros|US dollars)", lines[0])
    for line in lines[2:]:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        for head, value in list(zip(heads, cells, strict=True))[1:]:
            if not re.fullmatch(r"[\d.,]+( (?:GB|W|kW))?", value):
                continue
            shown = f"{value} million {unit[2]}" if unit else value
            quote = (library.cite(name, 0, block.strip()),)
            yield Truth(Statement(f"{cells[0]}, {head}: {shown}.", quote), "sample", "cell")


def _glossary(library: Library) -> Iterator[Truth]:
    text, spans = glossary_page(load_glossary())
    library.pages["glossary", 0] = text
    for span in spans.values():
        quote = text[span.start : span.end]
        cited = (Citation("glossary", 0, span.start, span.end, quote),)
        first = quote.split("\n")[0]
        if len(first.split()) > 7:
            yield Truth(Statement(" ".join(quote.split()), cited), "glossary", "extracted")


# Made-up facts


def _made_up(library: Library, random_: random.Random) -> Iterator[Truth]:
    number = 0
    for _ in range(12):
        for fact in data()["fact"]:
            slots = _slots(random_)
            name = f"made-up-{number}"
            number += 1
            text = fact["text"].format(**slots)
            other = random_.choice([one for one in data()["fact"] if one is not fact])
            beside = other["text"].format(**_slots(random_, {slots["A"], slots["B"], slots["C"]}))
            page = f"{beside} {text}" if random_.random() < 0.5 else f"{text} {beside}"
            library.pages[name, 0] = page
            cited = (library.cite(name, 0, page if random_.random() < 0.5 else text),)
            false = tuple((kind, one.format(**slots)) for kind, some in fact["false"].items() for one in some)
            yield Truth(Statement(text, cited), "made up", "extracted", false)
            for one in fact["true"]:
                yield Truth(Statement(one.format(**slots), cited), "made up", "paraphrase", false)


def _slots(random_: random.Random, taken: set[str] | None = None) -> dict[str, str]:
    words = data()["words"]
    free = [one for one in words["companies"] if one not in (taken or set())]
    a, b, c = random_.sample(free, 3)
    year = random_.randint(2012, 2024)
    currency, scale = random_.choice(words["currencies"]), random_.choice(words["scales"])
    large = Decimal(random_.randint(2010, 9899)) / 1000
    small = (large * Decimal(random_.randint(30, 80)) / 100).quantize(Decimal("0.001"), ROUND_HALF_UP)
    share = Decimal(random_.randint(301, 689)) / 10
    lower = share - Decimal(random_.randint(11, 190)) / 10
    measure, other = random_.sample(words["measures"], 2)
    count = random_.randint(310, 9800)
    return {
        "A": a, "B": b, "C": c, "place": random_.choice(words["places"]), "month": random_.choice(words["months"]),
        "year": str(year), "before": str(year - 1), "later": str(year + random_.randint(1, 3)),
        "quarter": f"Q{random_.randint(1, 4)}", "amount": f"{large} {scale} {currency}", "smaller": f"{small} {scale} {currency}",
        "about": f"{large.quantize(Decimal('0.1'), ROUND_HALF_UP)} {scale} {currency}", "share": f"{share}%",
        "lower": f"{lower}%", "points": str(share), "measure": measure, "other": other, "count": f"{count:,}",
        "fewer": f"{count - random_.randint(20, 290):,}",
    }  # fmt: skip


# Calculations


def _calculated(library: Library, random_: random.Random) -> Iterator[Truth]:
    for number in range(60):
        company = random_.choice(data()["words"]["companies"])
        measure, currency = random_.choice(["Revenue", "Net income", "Inventories"]), random_.choice(["USD", "EUR"])
        year = random_.randint(2015, 2024)
        later = Decimal(random_.randint(2000, 9000)) / 10
        earlier = (later * Decimal(random_.randint(40, 150)) / 100).quantize(Decimal("0.1"))
        if later == earlier:
            continue
        name = f"computed-{number}"
        row = f"{measure} | {later} | {earlier}"
        head = f"{company}, in millions of {'US dollars' if currency == 'USD' else 'euros'} | {year} | {year - 1}"
        library.pages[name, 0] = f"{head}\n{row}\n"
        unit = f"million {currency}"
        cells = library.cite(name, 0, f"{measure} | {later}"), library.cite(name, 0, row), library.cite(name, 0, head)
        operands = (
            Operand(f"{later} {unit}", later, currency, "million", cells[0], f"{measure.lower()}, FY{year}"),
            Operand(f"{earlier} {unit}", earlier, currency, "million", cells[1], f"{measure.lower()}, FY{year - 1}"),
        )
        expression = f"growth({later} {unit}, {earlier} {unit})"
        result = calculate(expression)
        turn = "rose" if later > earlier else "fell"
        text = f"{measure} {turn} by {result.shown.lstrip('-')}, from {earlier} {unit} in FY{year - 1} to {later} {unit} in FY{year}."
        made = Calculation(
            expression, operands, result.shown, result.quantity.base, result.quantity.unit.symbol, "", result.rounding
        )
        yield Truth(Statement(text, cells, made), "made up", "calculation")


# Filings


def _filings(library: Library, random_: random.Random, store: Store) -> Iterator[Truth]:
    records = store.documents()
    pages = Pages(store)
    for _ in range(240):
        record = random_.choice(records)
        page = random_.randrange(record.pages)
        text = store.page(record.id, page).text
        library.pages[record.name, page] = text
        found = [
            one
            for one in re.findall(r"(?<=[a-z)]\. )[A-Z][^.!?|]{50,260}(?:\.\d[^.!?|]{3,120})*[a-z)]\.(?=\s)", text)
            if _is_prose(one)
        ]
        for sentence in random_.sample(found, min(2, len(found))):
            start = text.index(sentence)
            quote = text[max(0, text.rfind("\n", 0, max(0, start - 300))) : min(len(text), start + len(sentence) + 300)]
            cited = (library.cite(record.name, page, sentence if random_.random() < 0.5 else quote),)
            plain = " ".join(sentence.split())
            yield Truth(Statement(plain, cited), "filings", "extracted")
            for rewritten in _rewritten(plain):
                yield Truth(Statement(rewritten, cited), "filings", "paraphrase")
        facts = [
            fact for table in pages.tables_on(record.id, page) for fact in table if fact.unit and _is_year(fact.header)
        ]
        for fact in random_.sample(facts, min(2, len(facts))):
            cited = tuple(dict.fromkeys(one for one in (fact.row, *(fact.heads or (fact.head,)), fact.corner) if one))
            stated = " ".join(one.quote for one in cited).lower()
            if any(text[one.start : one.end] != one.quote for one in cited):
                continue  # a cell that is no single stretch of the page's text
            if any(word not in stated for word in fact.unit.lower().split()[:1]):
                continue  # its unit stands elsewhere: not a statement that its citations support
            label = " ".join(fact.label.split())
            yield Truth(Statement(f"{label}, {fact.header}: {fact.text} {fact.unit}.", cited), "filings", "cell")


def _is_prose(text: str) -> bool:
    words = text.split()
    return (
        len(words) >= 9
        and sum(word[0].islower() for word in words if word[0].isalpha()) > 0.6 * len(words)
        and text.count("\n") < 5
        and not re.search(r"[A-Z]\.$|\.{2}|(?:[$€]? ?[\d,.]+ ){3}", text)
    )


def _is_year(header: str) -> bool:
    return bool(re.fullmatch(r"(?:FY\s?)?20\d\d", header.strip()))


# Sentences that say the same


def _rewritten(sentence: str) -> Iterator[str]:
    """The sentence with a word for another, its opening moved to its end, an exact figure rounded."""
    for word, other in data()["rewrite"]["synonyms"].items():
        if re.search(rf"(?<![\w-]){word}(?![\w-])", sentence):
            yield re.sub(rf"(?<![\w-]){word}(?![\w-])", other, sentence, count=1)
            break
    opening = re.match(r"(In (?:[A-Z]\w+ )?\d{4}|Because [^,]+|In [a-z][^,]{3,30}),? ([A-Z\w][^,;:]+)\.$", sentence)
    if opening and opening[2].split()[0] in ("the", "it", "a", "an", *_proper(sentence)):
        first = opening[2][0].upper() + opening[2][1:]
        yield f"{first} {opening[1][0].lower() + opening[1][1:]}."
    figure = re.search(r"(?<![\w.,$€£-])(\d{1,3}\.\d{2})(?= (?:million|billion|%))", sentence)
    bound = figure and re.search(
        r"(?:about|over|than|nearly|approximately|least|to|-)\s*\$?$", sentence[: figure.start()]
    )
    if figure and not bound:
        rounded = Decimal(figure[1]).quantize(Decimal("0.1"), ROUND_HALF_UP)
        yield f"{sentence[: figure.start()]}about {rounded}{sentence[figure.end() :]}"


def _proper(sentence: str) -> Sequence[str]:
    return re.findall(r"(?<=[a-z] )[A-Z]\w+", sentence)
