"""The glossary: every name finds its term, places are exact, and a broken file says what to mend."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document, Heading, Kind, Metadata, Page, Span
from corpus.errors import DataProblem
from corpus.glossary import Glossary, GlossaryEntry, glossary_of, glossary_page, load_glossary
from corpus.readers import read

ROOT = Path(__file__).parents[2]
SEED = sorted((ROOT.parent / "shared" / "seed").glob("*.txt"))
CLUSTER = ROOT / "corpus" / "sample" / "inside-an-ai-cluster.md"
SHIPPED = load_glossary()
GLOSSARY = Glossary(SHIPPED)
NAMES = [(name, entry) for entry in SHIPPED for name in entry.names]
LINES = st.lists(
    st.one_of(
        st.sampled_from(["", "- ", "• Die (chip): A piece of a wafer that works", "Glossary", "Wafer: A thin disc, cut", "| a | b |"]),
        st.text(st.sampled_from("aB :-–()（：。.\t\u00a0\r\u2028é内🙂1"), max_size=40),
    ),
    max_size=12,
).map("\n".join)  # fmt: skip


def document(text: str, headings: tuple[Heading, ...] = (), kind: Kind = Kind.OTHER) -> Document:
    return Document("doc", "/doc", "0" * 64, "text/plain", (Page(0, text),), (), headings, Metadata(kind=kind))


def terms(text: str, kind: Kind = Kind.OTHER) -> list[str]:
    return [entry.term for entry in glossary_of(document(text, kind=kind))]


def shown(found: Document, entry: GlossaryEntry) -> str:
    assert entry.span
    return found.pages[entry.span.page].text[entry.span.start : entry.span.end]


def used(text: str, glossary: Glossary = GLOSSARY) -> list[tuple[str, str]]:
    return [(text[start:end], entry.term) for start, end, entry in glossary.terms_in(text)]


# The shipped file


def test_the_shipped_glossary_covers_the_field() -> None:
    expected = """AI accelerator; GPU; HBM; run-rate; hyperscaler; foundry; advanced packaging; CoWoS; interconnect; NVLink;
    SuperPoD; TPP; export control; entity list; revenue; gross margin; operating margin; EBITDA; EPS; FCF; current ratio;
    quick ratio; DPO; DSO; DIO; cash conversion cycle; ROA; ROE; asset turnover; inventory turnover; fixed asset turnover;
    capex; working capital; CAGR; YoY; QoQ; TTM; guidance; backlog; GAAP; non-GAAP; 10-K; 10-Q; 8-K; fiscal year;
    basis point; percentage point; dividend payout ratio; interest coverage; effective tax rate; net debt; segment;
    deferred revenue; goodwill; impairment; share repurchase; dilution"""
    missing = [name for name in re.split(r";\s+", expected) if len(GLOSSARY.find(name)) != 1]
    assert missing == []
    assert len(SHIPPED) >= 65


@pytest.mark.parametrize(("name", "entry"), NAMES, ids=[name for name, _ in NAMES])
def test_every_name_finds_its_term_in_any_spelling(name: str, entry: GlossaryEntry) -> None:
    for written in (name, name.upper(), name.lower(), name.replace(" ", "-"), name.replace("-", " "), f" the {name}? "):
        assert GLOSSARY.find(written) == [entry], written
    assert used(f"Our {name} was low.") == [(name, entry.term)]


def test_every_reference_names_a_term() -> None:
    known = {entry.term for entry in SHIPPED}
    assert [(entry.term, name) for entry in SHIPPED for name in entry.see_also if name not in known] == []


def test_definitions_are_short_sentences_and_formulas_say_what_they_give() -> None:
    for entry in SHIPPED:
        assert re.fullmatch(r"[A-Z].+\.", entry.definition), entry.term
        assert 15 <= len(entry.definition) <= 260, entry.term
        assert entry.formula is None or " = " in entry.formula, entry.term


@pytest.mark.parametrize(
    ("term", "formula"),
    [
        ("run-rate", "run-rate = quarter's figure × 4"),
        ("gross margin", "gross margin = (revenue − cost of revenue) ÷ revenue"),
        ("quick ratio", "quick ratio = (current assets − inventories) ÷ current liabilities"),
        ("CCC", "cash conversion cycle = DIO + DSO − DPO"),
        ("DPO", "DPO = 365 × average accounts payable ÷ cost of revenue"),
        ("DSO", "DSO = 365 × average accounts receivable ÷ revenue"),
        ("DIO", "DIO = 365 × average inventory ÷ cost of revenue"),
        ("CAGR", "CAGR = (last ÷ first)^(1 ÷ years) − 1"),
        ("FCF", "free cash flow = operating cash flow − capital expenditure"),
    ],
)
def test_gives_the_formula(term: str, formula: str) -> None:
    assert GLOSSARY.find(term)[0].formula == formula


def test_the_run_rate_tells_how_a_year_is_reached() -> None:
    definition = GLOSSARY.find("run rate")[0].definition
    assert "full year" in definition
    assert "four times a quarter" in definition
    assert "twelve times a month" in definition


def test_hbm_is_spelt_out() -> None:
    assert "High Bandwidth Memory" in GLOSSARY.find("HBM")[0].definition
    assert GLOSSARY.find("High-bandwidth memory")[0].term == "HBM"


# Looking up


@pytest.mark.parametrize(
    ("asked", "term"),
    [
        ("foundries", "Foundry"),
        ("GPUs", "GPU"),
        ("dies", "Die"),
        ("gross margins", "Gross margin"),
        ("current asset", "Current assets"),
        ("runrate", "Run-rate"),
        ("HBM (High Bandwidth Memory)", "HBM"),
        ("an AI chip", "AI accelerator"),
        ("“ＨＢＭ”", "HBM"),
        ("EBIDTA", "EBITDA"),
        ("high bandwith memory", "HBM"),
        ("hyperscalar", "Hyperscaler"),
    ],
)
def test_finds_plurals_other_spellings_and_near_misses(asked: str, term: str) -> None:
    assert [entry.term for entry in GLOSSARY.find(asked)] == [term]


@pytest.mark.parametrize(
    "asked", ["", " ", "-", "?", "zebra", "the", "DXO", "x" * 10_000, "what drove revenue up so far"]
)
def test_finds_nothing_where_no_name_is_close(asked: str) -> None:
    assert GLOSSARY.find(asked) == []


def test_the_persons_own_entries_come_first_and_all_are_kept() -> None:
    own = GlossaryEntry("HBM", "Memory that we buy from two makers.")
    read_there = GlossaryEntry(
        "High bandwidth memory", "Stacked memory.", ("HBM",), source="article", span=Span(0, 0, 3)
    )
    glossary = Glossary([own, *SHIPPED, read_there])
    assert [entry.source for entry in glossary.find("hbm")] == ["article", "glossary", "glossary"]
    assert glossary.find("hbm")[1] is own
    assert len(glossary.entries) == len(glossary) == len(SHIPPED) + 2
    assert [entry.term.casefold() for entry in glossary.entries] == sorted(e.term.casefold() for e in glossary.entries)
    assert glossary.terms_in("HBM")[0][2] is read_there


def test_search_gives_names_before_words_of_definitions() -> None:
    found = [entry.term for entry in GLOSSARY.search("margin")]
    assert set(found[:4]) == {"EBITDA margin", "Gross margin", "Net margin", "Operating margin"}
    assert GLOSSARY.search("gross margin")[0].term == "Gross margin"
    assert "DPO" in [entry.term for entry in GLOSSARY.search("pay suppliers")]
    assert [entry.term for entry in GLOSSARY.search("EBIDTA")] == ["EBITDA"]
    assert GLOSSARY.search("qwxyz") == []
    assert GLOSSARY.search("", 3) == list(GLOSSARY.entries[:3])
    assert len(GLOSSARY.search("a", 5)) == 5
    assert GLOSSARY.search("HBM", 0) == []


def test_an_empty_glossary_has_nothing() -> None:
    empty = Glossary(())
    assert (empty.find("HBM"), empty.search("HBM"), empty.terms_in("HBM"), empty.entries) == ([], [], [], ())


# Terms in a text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HBM's price, 'HBM' and GPUs", ["HBM", "HBM", "GPUs"]),
        ("fixed asset turnover and turnover", ["fixed asset turnover", "turnover"]),
        ("a run-\nrate, a run rate, a Run‑Rate", ["run-\nrate", "run rate", "Run‑Rate"]),
        ("DSO/DIO; P/E ratio.", ["DSO", "DIO", "P/E ratio"]),
        ("in a sec, fy, eps", []),
        ("pre-revenue, GPUniverse, dieting, revenues", ["revenues"]),
        ("non-GAAP, not GAAP", ["non-GAAP", "GAAP"]),
        ("net, sales. Run\n\nrate", ["sales"]),
        ("我们的HBM很快", ["HBM"]),
        ("purchases of property, plant and equipment", ["purchases of property, plant and equipment"]),
        ("total shareholders' equity", ["shareholders' equity"]),
    ],
)
def test_marks_the_longest_whole_names(text: str, expected: list[str]) -> None:
    assert [each for each, _ in used(text)] == expected


@given(st.lists(st.one_of(st.sampled_from([name for name, _ in NAMES]), st.text(max_size=6)), max_size=12), st.sampled_from(["", " ", "-", ", ", "\n"]))  # fmt: skip
def test_marks_never_overlap_and_always_name_their_term(parts: list[str], between: str) -> None:
    text = between.join(parts)
    end = 0
    for start, stop, entry in GLOSSARY.terms_in(text):
        assert end <= start < stop <= len(text)
        assert text[start:stop] == text[start:stop].strip()
        assert start == 0 or not (text[start - 1].isascii() and text[start - 1].isalnum() and text[start].isascii())
        assert GLOSSARY.find(text[start:stop])[0] == entry
        end = stop


# The glossary as a page


def test_the_page_shows_each_entry_at_its_span() -> None:
    text, spans = glossary_page(SHIPPED)
    assert spans.keys() == {entry.term for entry in SHIPPED}
    assert text.split("\n\n") == [text[span.start : span.end] for span in spans.values()]
    for entry in SHIPPED:
        span = spans[entry.term]
        quote = text[span.start : span.end]
        assert quote.startswith(entry.term)
        assert entry.definition in quote
        assert entry.formula is None or entry.formula in quote
    assert glossary_page(reversed(SHIPPED)) == (text, spans)


@pytest.mark.parametrize(
    ("term", "begins"),
    [
        ("DPO", "DPO (Days payable outstanding): How many days "),
        ("Run-rate", "Run-rate: A short period's figure "),
        ("HBM", "HBM: High Bandwidth Memory, "),
        ("Cost of revenue", "Cost of revenue (Cost of goods sold, COGS, Cost of sales): What "),
    ],
)
def test_the_page_gives_the_other_names_that_say_more(term: str, begins: str) -> None:
    text, spans = glossary_page(SHIPPED)
    assert text[spans[term].start :].startswith(begins)


def test_the_first_of_two_entries_is_the_one_shown() -> None:
    text, spans = glossary_page([GlossaryEntry("HBM", "Ours."), *SHIPPED])
    assert text[spans["HBM"].start : spans["HBM"].end] == "HBM: Ours."
    assert glossary_page(()) == ("", {})


# Terms that documents define


@pytest.mark.parametrize("path", SEED, ids=lambda path: path.name)
def test_the_seeds_three_terms_are_found(path: Path) -> None:
    found = read(path)
    entries = glossary_of(found)
    assert [(entry.term, entry.aliases) for entry in entries] == [
        ("AI Accelerator", ()),
        ("Run-rate", ()),
        ("HBM", ("High Bandwidth Memory",)),
    ]
    for entry in entries:
        assert entry.source == found.name
        assert shown(found, entry).startswith(entry.term)
        assert shown(found, entry).endswith(entry.definition)
    both = Glossary([*SHIPPED, *entries])
    assert [entry.source for entry in both.find("high bandwidth memory")] == [found.name, "glossary"]


def test_the_samples_terms_are_found() -> None:
    found = read(CLUSTER)
    entries = glossary_of(found)
    assert [entry.term for entry in entries] == ["Server node", "Scale-up network", "Scale-out network", "PUE"]
    assert entries[-1].aliases == ("Power Usage Effectiveness",)
    assert all(shown(found, entry).endswith(entry.definition) for entry in entries)


@pytest.mark.parametrize("path", sorted({*CLUSTER.parent.glob("*.md")} - {CLUSTER}), ids=lambda path: path.name)
def test_no_terms_are_made_up_from_prose(path: Path) -> None:
    assert glossary_of(read(path)) == ()


def test_a_definition_over_two_lines_is_one() -> None:
    text = "• Wafer (also disc): A thin disc of silicon on\n  which dies are made.\n• Die: A piece of such a disc with one circuit.\nMore text."
    found = document(text)
    wafer, die = glossary_of(found)
    assert wafer.definition == "A thin disc of silicon on which dies are made."
    assert wafer.aliases == ("disc",)
    assert " ".join(shown(found, wafer).split()).endswith(wafer.definition)
    assert shown(found, die) == "Die: A piece of such a disc with one circuit."


@pytest.mark.parametrize(
    "text",
    [
        "Note: A short remark on what follows here.",
        "- Wafer: A thin disc of silicon for dies.",
        "Company: The maker of chips in the north\nPeriod: The first quarter of the year",
        "- Revenue: It rose by a fifth over the year before.\n- Margin: It fell because of prices for memory.",
        "- Revenue: A total of 2.88 billion CNY in all.\n- Profit: A total of 1.2 billion CNY in all.",
        "- Price: The price went up for most of them.\n- Sales: The sales went down for most of them.",
        "Less: net loss of others (118) (88)\nPlus: the dividend of the year 98 98",
        "Step 1: The file is opened by the program.\nStep 2: The file is closed by the program.",
        "See https://example.org/a: the one page\nand https://example.org/b: the other page",
        "Wafer: A thin disc of silicon for dies.\n\nA paragraph.\n\nDie: A piece of a wafer with a circuit.",
    ],
)
def test_what_only_looks_like_a_definition_is_none(text: str) -> None:
    assert terms(text) == []


def test_under_a_heading_that_says_so_one_item_is_enough() -> None:
    text = "Chips\n\n- Cheap: Now.\n\nKey terms\n\n- Wafer: Thin disc.\n\nSources\n\n- Report: Some page."
    heads = tuple(
        Heading(Span(0, text.index(each), text.index(each) + len(each)), each, 2)
        for each in ("Chips", "Key terms", "Sources")
    )
    assert [entry.term for entry in glossary_of(document(text, heads))] == ["Wafer"]
    assert terms("Some text.\n\nGlossary\n\nWafer – Thin disc.") == ["Wafer"]


def test_a_glossary_of_headings_and_paragraphs_is_read() -> None:
    text = "Glossary\n\nHere are the terms.\n\nWafer\n\nA thin disc.\nOf silicon.\n\nDie (chip)\n\nA piece of one."
    found = glossary_of(document(text, kind=Kind.GLOSSARY))
    assert [(entry.term, entry.definition, entry.aliases) for entry in found] == [
        ("Wafer", "A thin disc. Of silicon.", ()),
        ("Die", "A piece of one.", ("chip",)),
    ]


def test_the_first_of_two_definitions_counts() -> None:
    text = "- Wafer: A thin disc for dies.\n- Wafers: A second try at that.\n- Die: A piece of a disc.\n- wafer: A third try at that."
    assert terms(text) == ["Wafer", "Wafers", "Die"]


def test_long_lines_of_spaces_and_marks_are_read_in_linear_time() -> None:
    # A pattern that backtracked took seconds on one page of spaces; here it would run into the suite's time limit.
    for unit in (" ", "\u00a0", "a ", ": ", "- ", "(", "a - (", "\n", "- A: b c d\n"):
        assert len(terms(unit * 50_000, Kind.GLOSSARY)) <= 1


@given(LINES, st.sampled_from(list(Kind)))
def test_places_of_found_terms_are_exact(text: str, kind: Kind) -> None:
    found = document(text, kind=kind)
    for entry in glossary_of(found):
        quote = " ".join(shown(found, entry).split())
        assert quote.lstrip("\"“'‘").startswith(" ".join(entry.term.split()))
        assert quote.endswith(entry.definition)
        assert entry.definition


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("own.csv", "Term,Definition,Also known as\nWafer,\"A thin disc, cut from silicon.\",disc; slice\nTape,Made-up word.,\n"),
        ("own.tsv", "term\tmeaning\taliases\nWafer\tA thin disc, cut from silicon.\tdisc; slice\nTape\tMade-up word.\t\n"),
        ("own.md", "# Our glossary\n\n- **Wafer** (disc; slice): A thin disc, cut from silicon.\n- **Tape**: Made-up word.\n"),
        ("own.txt", "Wafer (disc; slice): A thin disc, cut from silicon.\n\nTape: Made-up word.\n"),
        ("own.html", "<h1>Glossary</h1><table><tr><th>Term</th><th>Definition</th></tr><tr><td>Wafer (disc; slice)</td>"
         "<td>A thin disc, cut from silicon.</td></tr><tr><td>Tape</td><td>Made-up word.</td></tr></table>"),
        ("own.toml", '[[term]]\nterm = "Wafer"\ndefinition = "A thin disc, cut from silicon."\naliases = ["disc", "slice"]\n'
         '[[term]]\nterm = "Tape"\ndefinition = "Made-up word."\n'),
    ],
)  # fmt: skip
def test_a_persons_file_of_any_kind_is_loaded(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert load_glossary(path) == (
        GlossaryEntry("Tape", "Made-up word."),
        GlossaryEntry("Wafer", "A thin disc, cut from silicon.", ("disc", "slice")),
    )


def test_a_table_of_terms_keeps_its_places(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("Abbreviation,Explanation,Formula\nGM,Gross margin of ours,gross ÷ revenue\n", encoding="utf-8")
    found = read(path)
    (entry,) = glossary_of(found)
    assert (entry.term, entry.definition, entry.formula) == ("GM", "Gross margin of ours", "gross ÷ revenue")
    assert shown(found, entry).startswith("GM")
    assert shown(found, entry).endswith("Gross margin of ours")


def test_a_table_of_figures_is_no_glossary(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("Term,Rate\n1 year,2%\n2 years,3%\n", encoding="utf-8")
    assert glossary_of(read(path)) == ()


# Files to mend

GOOD = '[[term]]\nterm = "Wafer"\ndefinition = "A thin disc."\n'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[[term]]\nterm = "Wafer\n', ["line 2", "Correct"]),
        (f"{GOOD}\n[[term]]\ndefinition = \"A piece.\"\n", ["line 5", "'term' is missing", "Add"]),
        (f"{GOOD}\n[[term]]\nterm = \"Die\"\n", ["line 5", "'Die'", "'definition' is missing", "Add"]),
        (f'{GOOD}alias = ["disc"]\n', ["line 1", "'Wafer'", "'alias'", "'aliases'"]),
        (f'{GOOD}colour = "grey"\n', ["line 1", "'Wafer'", "'colour'", "Use only"]),
        (f'{GOOD}aliases = "disc"\n', ["line 1", "'Wafer'", "list of texts"]),
        (f"{GOOD}aliases = [1]\n", ["line 1", "'Wafer'", "list of texts"]),
        (f"{GOOD}formula = 4\n", ["line 1", "'Wafer'", "'formula' is 4"]),
        ('[[term]]\nterm = " "\ndefinition = "A piece."\n', ["line 1", "' '", "Write a text"]),
        (f"{GOOD}\n{GOOD}", ["line 5", "'Wafer'", "already taken", "line 1", "Remove"]),
        (f'{GOOD}[[term]]\nterm = "Disc"\ndefinition = "One."\naliases = ["wafer"]\n', ["line 4", "'wafer'", "Remove"]),
        (f'{GOOD}see_also = ["GUP"]\n', ["line 1", "'GUP'", "Did you mean 'GPU'"]),
        (f'{GOOD}see_also = ["Zebra stripe"]\n', ["line 1", "'Zebra stripe'", "Add that term"]),
        (f'{GOOD}see_also = ["wafer"]\n', ["line 1", "itself", "Remove"]),
        ('title = "Mine"\n', ["'title'", "[[term]]"]),
        ('term = "Wafer"\n', ["'term'", "[[term]]"]),
        ('term = [{term = "Wafer"}]\n', ["entry 1", "'Wafer'", "'definition' is missing"]),
    ],
)  # fmt: skip
def test_a_bad_file_says_where_and_what_to_do(tmp_path: Path, content: str, says: list[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataProblem) as raised:
        load_glossary(path)
    message = str(raised.value)
    assert [each for each in ["mine.toml", *says] if each not in message] == [], message


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("mine.csv", b"Term,Definition\nWafer,A thin disc\nDie,\n", ["row 3", "'Die'", "Fill"]),
        ("mine.csv", b"a,b\n1,2\n", ["mine.csv", "term and definition"]),
        ("mine.csv", b"Term,Definition,Aliases\nDie,A piece of it,chip\nChip,A thing,\n", ["entry 2", "already taken"]),
        ("mine.md", b"Just a text without terms.\n", ["mine.md", "no terms"]),
        ("mine.md", b"", ["mine.md", "empty"]),
        ("mine.toml", b"term = '\xff'", ["mine.toml", "UTF-8"]),
    ],
)
def test_other_bad_files_say_so_too(tmp_path: Path, name: str, content: bytes, says: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataProblem) as raised:
        load_glossary(path)
    assert [each for each in says if each not in str(raised.value)] == [], str(raised.value)


@pytest.mark.parametrize("name", ["none.toml", "none.csv"])
def test_a_missing_file_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataProblem, match=name):
        load_glossary(tmp_path / name)


def test_a_persons_file_may_refer_to_shipped_terms_in_any_spelling(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'\ufeff{GOOD}see_also = ["gpu", "high bandwidth memory", "HBM"]\n', encoding="utf-8")
    (entry,) = load_glossary(path)
    assert entry.see_also == ("GPU", "HBM")
    path.write_text("", encoding="utf-8")
    assert load_glossary(path) == ()


def test_loading_again_gives_the_same() -> None:
    assert load_glossary() == SHIPPED
    assert [entry.term for entry in SHIPPED] == [entry.term for entry in GLOSSARY.entries]
    assert Glossary(replace(entry) for entry in SHIPPED).entries == GLOSSARY.entries
