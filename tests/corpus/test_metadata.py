"""What a document says about itself; the companies here are invented."""

from datetime import date

import pytest

from corpus.document import Heading, Kind, Page, Period, Span
from corpus.metadata import read_metadata

COVER = """UNITED STATES
SECURITIES AND EXCHANGE COMMISSION
Washington, D.C. 20549
FORM {form}
{line}
Commission file number 1-0000
{company}
(Exact name of registrant as specified in its charter)
Delaware 00-0000000
"""


def cover(form: str, line: str, company: str = "HARROWVALE OPTICS, INC.", rest: str = "") -> list[Page]:
    return [Page(0, COVER.format(form=form, line=line, company=company)), Page(1, rest)]


def test_reads_an_annual_report_from_its_cover() -> None:
    metadata = read_metadata(cover("10-K", "For the fiscal year ended December 28, 2018"), [], "scan_17")
    assert metadata.kind is Kind.ANNUAL_REPORT
    assert metadata.company == "HARROWVALE OPTICS, INC."
    assert metadata.period == Period(2018, None, date(2018, 12, 28))
    assert metadata.title == "Form 10-K"


@pytest.mark.parametrize(
    ("rest", "year"),
    [
        (
            "In fiscal 2016 (the year ended January 28, 2017) sales rose. Fiscal 2016 was long; fiscal 2015 was not.",
            2016,
        ),
        ("In fiscal 2017 sales rose over fiscal 2016. Fiscal 2017 ended on January 28.", 2017),
        ("Sales rose.", 2016),
    ],
)
def test_a_year_that_ends_in_january_has_the_number_the_document_gives_it(rest: str, year: int) -> None:
    pages = cover("10-K", "For the fiscal year ended January 28, 2017", rest=rest)
    period = read_metadata(pages, [], "x").period
    assert period == Period(year, None, date(2017, 1, 28))


@pytest.mark.parametrize(
    ("line", "rest", "expected"),
    [
        ("For the quarterly period ended March 31, 2021", "three months ended March 31, 2021", (2021, 1)),
        ("For the quarterly period ended June 30, 2022", "six months ended June 30, 2022", (2022, 2)),
        ("For the Quarterly Period Ended December 31, 2022", "Six months ended December 31, 2022", (2023, 2)),
        ("For the quarterly period ended September 30, 2022", "nine months ended September 30, 2022", (2022, 3)),
        ("For the quarterly period ended July 29, 2023", "26 weeks ended July 29, 2023. In fiscal 2024", (2024, 2)),
    ],
)
def test_the_months_reported_tell_the_fiscal_quarter(line: str, rest: str, expected: tuple[int, int]) -> None:
    period = read_metadata(cover("10-Q", line, rest=rest), [], "x").period
    assert period is not None
    assert (period.fiscal_year, period.quarter) == expected


def test_one_passing_mention_of_other_months_does_not_move_the_quarter() -> None:
    rest = "three months ended March 31, 2021\n" * 20 + "six months ended March 31, 2022"
    period = read_metadata(cover("10-Q", "For the quarterly period ended March 31, 2021", rest=rest), [], "x").period
    assert period == Period(2021, 1, date(2021, 3, 31))


def test_a_current_report_has_the_date_of_its_event() -> None:
    pages = cover("8-K", "Date of Report (Date of earliest event reported): July 1, 2022")
    metadata = read_metadata(pages, [], "x")
    assert metadata.kind is Kind.CURRENT_REPORT
    assert metadata.period == Period(end=date(2022, 7, 1))


def test_the_name_on_the_cover_is_found_beside_rules_and_file_numbers() -> None:
    pages = cover(
        "10-K", "For the fiscal year ended June 30, 2020", "Commission File Number 001-1 ______ NORRLAND CO., INC."
    )
    assert read_metadata(pages, [], "x").company == "NORRLAND CO., INC."


def test_reads_an_earnings_release_from_its_headline() -> None:
    text = (
        "March 9, 2023\nHarrowvale Optics Announces Fourth Quarter\nFiscal 2022 Results\n"
        "LUND, Sweden -- Harrowvale Optics, Inc. (NASDAQ: HARO) today announced results.\n"
    )
    metadata = read_metadata([Page(0, text)], [], "x")
    assert metadata.kind is Kind.EARNINGS_RELEASE
    assert metadata.company == "Harrowvale Optics"
    assert metadata.period == Period(2022, 4)


def test_reads_the_line_that_states_company_and_period() -> None:
    text = (
        "Norrland in spring\n\n"
        "Company: Norrland Compute Co. Period: first quarter of 2026 (Q1 2026). Amounts in euros.\n\n"
        "Revenue rose. It rose again. It is the best of years."
    )
    metadata = read_metadata([Page(0, text)], [Heading(Span(0, 0, 18), "Norrland in spring", 1)], "x")
    assert metadata.title == "Norrland in spring"
    assert metadata.company == "Norrland Compute Co"
    assert metadata.period == Period(2026, 1)
    assert metadata.kind is Kind.ARTICLE


def test_the_file_name_is_used_only_where_the_content_is_silent() -> None:
    silent = [Page(0, "Securities and Exchange Commission\nForm 10-K\n")]
    metadata = read_metadata(silent, [], "NORRLAND_2019_10K")
    assert (metadata.company, metadata.period) == ("NORRLAND", Period(2019))
    spoken = read_metadata(cover("10-K", "For the fiscal year ended December 28, 2018"), [], "NORRLAND_2019_10K")
    assert (spoken.company, spoken.period.fiscal_year if spoken.period else None) == ("HARROWVALE OPTICS, INC.", 2018)


def test_a_guide_to_reports_is_an_article() -> None:
    text = "How to read a quarterly report\n\nRead it from the top. Then again. A margin is a line divided by revenue."
    metadata = read_metadata([Page(0, text)], [Heading(Span(0, 0, 30), "How to read a quarterly report", 1)], "x")
    assert (metadata.kind, metadata.company, metadata.period) == (Kind.ARTICLE, None, None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The revenue of the company was the best in the years that it has been listed.", "en"),
        ("公司第一季度营业收入同比增长百分之一百五十九", "zh"),
        ("12 34 56", None),
    ],
)
def test_tells_the_language(text: str, language: str | None) -> None:
    assert read_metadata([Page(0, text)], [], "x").language == language
