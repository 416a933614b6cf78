"""What is asked of a company's report in words: found where such reports say it, or not said at all."""

from pathlib import Path

import pytest

from app.answer import AnswerKind
from app.filing_topics import _without_heading, topics
from app.footnote import Footnote
from app.settings import Settings
from tests.app.conftest import ask

COVER = """ACORN MILLS, INC.
ANNUAL REPORT ON FORM 10-K
For the fiscal year ended June 30, {year}
12 Mill Lane, Oakham, Ohio 44101
(Address of principal executive offices)
Common Stock, par value $0.01 per share ACRN New York Stock Exchange
Securities registered pursuant to Section 12(b) of the Act:
Common Stock, $0.01 par value ACRN New York Stock Exchange
1.5% Notes due 2030 ACRN30 New York Stock Exchange
Securities registered pursuant to section 12(g) of the Act: None
As of June 30, {year}, 9,000,000 shares were outstanding that are held by non-affiliates of the registrant.
As of August 15, {year}, there were 12,345,678 shares of the registrant's common stock outstanding.
"""
BODY = """Item 1. Business
Overview
Acorn Mills is a maker of oak flour and acorn oil for bakers. We were founded by two millers. Our mills are old.
Segments
We have two reportable segments: Flour and Oil.
People
As of June 30, {year}, we employed approximately {people} people in six countries. Our employees like bread.
Markets
We sell flour to bakers in Canada, Mexico and Japan. Laws of Canada, Mexico and Japan may change what we sell.
Customers
In {year}, Fir Bakeries accounted for approximately 21% of our net sales, more than any other customer. Our customers may leave.
Competition
Our main competitors include Gorse Grain and Hazel Mills. We compete well by means of Flour and Oil of the First and Second grade.

Item 1A. Risk Factors
The following factors should be read with care.
A poor harvest could harm our results of operations and our ability to fill orders. In addition, it may reduce our cash.
Competition from makers of wheat flour may reduce our sales and adversely affect our margins.

Item 1B. Unresolved Staff Comments
None. A late comment could harm our reputation in the eyes of readers.

On March 3, {year}, we acquired Elm Presses, a maker of oil presses. In May 2019, we completed the acquisition of Fig Sacks.
We may acquire more companies, and may fail to.

Additionally, in March {year}, a class action was filed against us by bakers in the Court of Oakham. From time to time, lawsuits are filed against us.
A complaint was filed against the Company in Ohio, captioned Iris Loaf v. Acorn Mills, in May. We were named as a defendant in a suit of Ivy Seeds.

Our fiscal year ends on June 30. He has served on the board of Acorn Mills since 2015.

Report of Independent Registered Public Accounting Firm
We have audited the accompanying balance sheets of Acorn Mills, Inc. and found them in good order.
/s/ Birch & Alder LLP
Columbus, Ohio
August 20, {year}
We have served as the Company's auditor since 2011.

SIGNATURES
/s/ Ada Quill
Ada Quill
President and Chief Executive Officer
/s/ Ben Root
Ben Root
Executive Vice President and Chief Financial Officer
"""
TWO_COLUMNS = """/s/ Cleo Vale /s/ Dan Moss
Dan Moss, Managing Director and Chief Executive Officer Cleo Vale, Director
"""
TWO_NAMES = """/s/ Cleo Vale
Chief Executive Officer
/s/ Dan Moss
Chief Executive Officer
"""


def report(name: str, year: int, body: str) -> str:
    return f"# {name} annual report {year}\n\nCompany: {name}.\nPeriod: fiscal year {year}.\n\n{body}"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Footnote:
    folder: Path = tmp_path_factory.mktemp("reports")
    for year, people in ((2021, "1,900"), (2022, "2,100")):
        text = "\n".join([COVER, BODY]).format(year=year, people=people)
        (folder / f"acorn-{year}.txt").write_text(report("Acorn Mills", year, text))
    (folder / "cedar-2022.txt").write_text(report("Cedar Works", 2022, TWO_COLUMNS))
    (folder / "dogwood-2022.txt").write_text(
        report("Dogwood Paper", 2022, f"Our staff matter to Dogwood Paper.\n{TWO_NAMES}")
    )
    engine = Footnote(Settings(home=tmp_path_factory.mktemp("home")))
    assert len(engine.ingest([folder]).added) == 4
    return engine


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who is the auditor of Acorn Mills?", "Birch & Alder LLP. We have served as the Company's auditor since 2011."),
        ("Who audited Acorn Mills' financial statements?", "Birch & Alder LLP. We have served as the Company's auditor since 2011."),
        ("Who is Acorn Mills' chief executive officer?", "Ada Quill, President and Chief Executive Officer."),
        ("Who is the CFO of Acorn Mills?", "Ben Root, Executive Vice President and Chief Financial Officer."),
        ("What does Acorn Mills do?", "Acorn Mills is a maker of oak flour and acorn oil for bakers."),
        ("How many employees does Acorn Mills have?", "As of June 30, 2022, we employed approximately 2,100 people in six countries."),
        ("How many people did Acorn Mills employ in 2021?", "As of June 30, 2021, we employed approximately 1,900 people in six countries."),
        ("Where is Acorn Mills headquartered?", "12 Mill Lane, Oakham, Ohio 44101 (Address of principal executive offices)."),
        ("Where are Acorn Mills' shares listed?", "Common Stock, par value $0.01 per share ACRN New York Stock Exchange."),
        ("How many shares of Acorn Mills are outstanding?", "As of August 15, 2022, there were 12,345,678 shares of the registrant's common stock outstanding."),
        ("How many shares did Acorn Mills have outstanding in 2021?", "As of August 15, 2021, there were 12,345,678 shares of the registrant's common stock outstanding."),
        ("Which segments does Acorn Mills report?", "We have two reportable segments: Flour and Oil."),
        ("What are Acorn Mills' reportable segments?", "We have two reportable segments: Flour and Oil."),
        (
            "What companies did Acorn Mills acquire?",
            "On March 3, 2022, we acquired Elm Presses, a maker of oil presses. In May 2019, we completed the acquisition of Fig Sacks.",
        ),
        ("What did Acorn Mills acquire in 2021?", "On March 3, 2021, we acquired Elm Presses, a maker of oil presses."),
        ("What are the major acquisitions that Acorn Mills has done in FY2022, FY2021 and FY2020?", "On March 3, 2022, we acquired Elm Presses, a maker of oil presses."),
        ("What industry does Acorn Mills primarily operate in?", "Acorn Mills is a maker of oak flour and acorn oil for bakers."),
        ("What are the geographies that Acorn Mills primarily operates in?", "We sell flour to bakers in Canada, Mexico and Japan."),
        ("Who are the primary customers of Acorn Mills?", "In 2022, Fir Bakeries accounted for approximately 21% of our net sales, more than any other customer."),
        ("Who were the primary customers of Acorn Mills in 2021?", "In 2021, Fir Bakeries accounted for approximately 21% of our net sales, more than any other customer."),
        ("Who are Acorn Mills' main competitors?", "Our main competitors include Gorse Grain and Hazel Mills."),
        ("Has Acorn Mills reported any materially important ongoing legal battles?", "Additionally, in March 2022, a class action was filed against us by bakers in the Court of Oakham. "
            "We were named as a defendant in a suit of Ivy Seeds."),
        (
            "Which debt securities of Acorn Mills are registered to trade on a national securities exchange?",
            "Securities registered pursuant to Section 12(b) of the Act: Common Stock, $0.01 par value ACRN New York Stock Exchange "
            "1.5% Notes due 2030 ACRN30 New York Stock Exchange.",
        ),
        ("When does Acorn Mills' fiscal year end?", "Our fiscal year ends on June 30."),
        (
            "What are the main risks of Acorn Mills?",
            "A poor harvest could harm our results of operations and our ability to fill orders. "
            "Competition from makers of wheat flour may reduce our sales and adversely affect our margins.",
        ),
    ],
)  # fmt: skip
def test_a_topic_is_answered_by_what_says_it(engine: Footnote, question: str, said: str) -> None:
    assert ask(engine, question).text == said


@pytest.mark.parametrize(
    "question",
    [
        "Who is the auditor of Cedar Works?",  # it doesn't say
        "Who is the CEO of Dogwood Paper?",  # two are named
        "How many employees does Dogwood Paper have?",  # it speaks of staff and gives no number
        "What are the main risks of Cedar Works?",
        "How many employees did Acorn Mills have in 2019?",  # no such report
        "Who are the main competitors of Cedar Works?",
        "What lawsuits does Cedar Works face?",
    ],
)
def test_what_no_report_says_is_refused(engine: Footnote, question: str) -> None:
    assert ask(engine, question).kind is AnswerKind.REFUSAL


def test_a_name_is_not_put_to_the_title_of_the_next_column(engine: Footnote) -> None:
    assert "Cleo Vale, Managing" not in ask(engine, "Who is the CEO of Cedar Works?").text


@pytest.mark.parametrize(
    "question",
    [
        "Who is the auditor of Acorn Mills' pension plan?",
        "How many employees of Acorn Mills are bakers?",
        "Which customers of Acorn Mills buy oak flour?",
        "Who is the chief executive officer?",  # of which company?
    ],
)
def test_a_question_that_asks_for_more_is_not_read_as_the_topic(engine: Footnote, question: str) -> None:
    from app.filing_topics import asked_topic

    assert asked_topic(question, engine.documents()) is None


def test_every_topic_of_the_file_can_find_something() -> None:
    for topic in topics():
        assert topic.span or topic.sentence, topic.name
        assert topic.most >= 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mills and Presses\nWe sell oil.", "We sell oil."),
        ("Year ended June 30, 2022\nAcquisitions\nOn May 1, we bought a mill.", "On May 1, we bought a mill."),
        ("Additionally, in\nMarch 2022, we were sued.", "Additionally, in\nMarch 2022, we were sued."),
        ("We sell oil\nAnd flour.", "We sell oil\nAnd flour."),
    ],
)
def test_a_heading_before_a_sentence_is_left_off(text: str, kept: str) -> None:
    assert _without_heading(text) == kept
