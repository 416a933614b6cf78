"""One claim beside one passage: what it may change, and what it may not."""

import pytest

from app.answer import Citation, Statement
from app.verifier import Kind, Verdict, judge
from tests.eval.drafts import drafts

LEAST_KEPT = 0.7  # of true drafts; docs/verification.md has the share of now
REVENUE = "Brackwater's revenue in Q1 2026 was 2.88 billion CNY, up 159% from the same quarter of 2025."
MARGIN = "Gross margin rose from 37.0% to 40.0% in 2024 because freight costs fell."
DEAL = "Aldermoor acquired Brackwater in March 2021 for 3.2 billion USD."
RULE = "In November 2025 Lindmark reportedly told state-funded data centres to use domestic chips only."
TABLE = """In millions of euros

| Item | Q2 2025 | Q2 2024 |
|---|---|---|
| Revenue | 480.0 | 400.0 |
| Net income | 51.0 | 30.0 |
"""
STATEMENT = """CONSOLIDATED STATEMENTS OF INCOME
(in millions)
Years ended December 31, 2022 2021
Revenue $ 65,984 $ 67,044
Operating profit 8,348 9,123
"""


def judged(source: str, claim: str, about: str = "") -> Verdict:
    citation = Citation("note", 0, 0, len(source), source)
    return judge(Statement(claim, (citation,)), "", lambda _document, _page: source, lambda _document: about)


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (REVENUE, "In Q1 2026 Brackwater's revenue was 2.88 billion CNY."),
        (REVENUE, "Brackwater's sales rose by 159% to 2.88 billion CNY in the first quarter of 2026."),
        (REVENUE, "Brackwater's revenue in Q1 2026 was 2,880 million CNY."),
        (REVENUE, "Brackwater's revenue was about 2.9 billion CNY in Q1 2026."),
        (REVENUE, "Brackwater's revenue was more than 2.8 billion CNY in Q1 2026."),
        (MARGIN, "Because freight costs fell, gross margin grew from 37.0% to 40.0% in 2024."),
        (MARGIN, "In 2024 gross margin increased to 40.0% from 37.0%."),
        (DEAL, "Brackwater was acquired by Aldermoor in March 2021 for 3.2 billion USD."),
        (DEAL, "In March 2021 Aldermoor bought Brackwater for 3.2 billion USD."),
        (RULE, "Lindmark reportedly instructed state-funded data centres in November 2025 to use domestic chips only."),
        (TABLE, "Revenue was 480.0 million euros in Q2 2025."),
        (TABLE, "Net income in Q2 2024 was 30.0 million euros."),
        (STATEMENT, "Operating profit was 9,123 million USD in 2021."),
        ("The company had no debt.", "The company did not have debt."),
        ("Total processing performance (TPP) is 4,992.", "TPP is 4,992."),
    ],
)
def test_what_says_the_same_stands(source: str, claim: str) -> None:
    assert [finding.reason for finding in judged(source, claim).findings] == []


@pytest.mark.parametrize(
    ("source", "claim", "kinds"),
    [
        (REVENUE, "Brackwater's revenue in Q1 2026 was 2.89 billion CNY.", {Kind.NUMBER}),
        (REVENUE, "Brackwater's revenue in Q1 2026 was 2.88 million CNY.", {Kind.SCALE}),
        (REVENUE, "Brackwater's revenue in Q1 2026 was 2.88 billion USD.", {Kind.UNIT}),
        (REVENUE, "Brackwater's revenue rose by 159 percentage points in Q1 2026.", {Kind.UNIT}),
        (REVENUE, "Brackwater's revenue in Q1 2025 was 2.88 billion CNY.", {Kind.PERIOD}),
        (REVENUE, "Brackwater's profit in Q1 2026 was 2.88 billion CNY.", {Kind.MEASURE}),
        (REVENUE, "Aldermoor's revenue in Q1 2026 was 2.88 billion CNY.", {Kind.NAME}),
        (REVENUE, "Brackwater's revenue was about 3.1 billion CNY in Q1 2026.", {Kind.NUMBER}),
        (REVENUE, "Brackwater's revenue was about 2.8 billion CNY in Q1 2026.", {Kind.NUMBER}),
        (REVENUE, "Brackwater's revenue was more than 2.88 billion CNY in Q1 2026.", {Kind.HEDGE}),
        (REVENUE, "Brackwater's revenue fell by 159% in Q1 2026.", {Kind.DIRECTION}),
        (REVENUE, "Brackwater's strong revenue in Q1 2026 was 2.88 billion CNY.", {Kind.WORD}),
        (MARGIN, "Gross margin rose from 40.0% to 37.0% in 2024.", {Kind.ROLE}),
        (MARGIN, "Gross margin did not rise in 2024.", {Kind.NEGATION}),
        (MARGIN, "Gross margin fell in 2024 because freight costs fell.", {Kind.DIRECTION}),
        (MARGIN, "Freight costs fell because gross margin rose in 2024.", {Kind.CAUSE}),
        ("Gross margin rose in 2024. Freight costs fell.", "Gross margin rose because freight costs fell.", None),
        (DEAL, "Brackwater acquired Aldermoor in March 2021 for 3.2 billion USD.", {Kind.ROLE}),
        (DEAL, "Aldermoor was acquired by Brackwater in March 2021.", {Kind.ROLE}),
        (DEAL, "Aldermoor sold Brackwater in March 2021.", {Kind.DIRECTION}),
        (DEAL, "Aldermoor may acquire Brackwater.", {Kind.HEDGE}),
        (RULE, "In November 2025 Lindmark told state-funded data centres to use domestic chips only.", {Kind.HEDGE}),
        (RULE, "Lindmark reportedly told all data centres to use domestic chips only.", {Kind.QUANTIFIER}),
        ("Some suppliers raised prices.", "Suppliers raised prices.", {Kind.QUANTIFIER}),
        ("Prices rose after the flood.", "Prices rose before the flood.", {Kind.DIRECTION, Kind.ORDER}),
        ("Without the sale it would have made a loss.", "It would have made a loss.", {Kind.CONDITION}),
        (TABLE, "Revenue was 400.0 million euros in Q2 2025.", {Kind.NUMBER, Kind.PERIOD}),
        (TABLE, "Net income was 480.0 million euros in Q2 2025.", {Kind.NUMBER, Kind.MEASURE}),
        (TABLE, "Revenue was 480.0 euros in Q2 2025.", {Kind.SCALE}),
        (TABLE, "Revenue was 480.0 million US dollars in Q2 2025.", {Kind.UNIT}),
        (STATEMENT, "Operating profit was 8,348 million USD in 2021.", {Kind.NUMBER, Kind.PERIOD}),
        (STATEMENT, "Operating profit was 9,123 billion USD in 2021.", {Kind.SCALE}),
        ("Gross margin excluding freight rose.", "Gross margin rose.", {Kind.CONDITION}),
        ("Deferred revenue was 5 million USD.", "Revenue was 5 million USD.", {Kind.MEASURE}),
        ("The largest customer paid late.", "The customer paid late.", {Kind.QUANTIFIER}),
    ],
)
def test_what_says_something_else_is_withheld_for_it(source: str, claim: str, kinds: set[Kind] | None) -> None:
    found = {finding.kind for finding in judged(source, claim).findings}
    assert found
    assert kinds is None or found & kinds


def test_a_name_may_come_from_the_document_but_not_take_the_place_of_another() -> None:
    about = "Brackwater annual report ; Brackwater plc ; fiscal year 2022"
    assert judged("Revenue rose to 5 million USD.", "Brackwater's revenue rose to 5 million USD in 2022.", about).stands
    assert not judged("Garnock's revenue was 5 million USD.", "Brackwater's revenue was 5 million USD.", about).stands
    assert not judged("Revenue rose to 5 million USD in 2021.", "Revenue rose to 5 million USD in 2022.", about).stands


def test_each_part_of_a_sentence_may_rest_on_another_sentence_but_not_mix_them() -> None:
    source = "Revenue was 480 million USD in 2024. Net income was 51 million USD in 2024."
    assert judged(source, "Revenue was 480 million USD, and net income was 51 million USD.").stands
    assert not judged(source, "Revenue was 51 million USD, and net income was 480 million USD.").stands


def test_drafts_written_by_hand() -> None:
    found = list(drafts())
    assert [one.text for one in found if not one.true and one.verdict.stands] == []
    kept = [one.right for one in found if one.true]
    assert sum(kept) >= LEAST_KEPT * len(kept), [one.text for one in found if one.true and not one.right]


WORKS = "Lindmark Works makes valves in Turku. In May 2022 it bought Brackwater from Garnock Group for $40 million."
PLAN = "In June 2024 the company agreed to sell its mill to Garnock. Demand from shipyards rose by 12%. Lindmark forecasts sales of between 30 and 35 million euros."
SIDES = "Its backlog was 650 million USD, and its revenue came to 1,100 million USD."
AGAINST = "Occupancy was 71% in 2023, compared with 64% in 2022."


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (WORKS, "Lindmark Works, which makes valves in Turku, bought Brackwater in May 2022."),
        (WORKS, "Brackwater was bought from Garnock Group for $40 million."),
        (WORKS, "Lindmark Works makes valves in Turku and bought Brackwater for $40 million."),
        (PLAN, "In June 2024 the company agreed to sell its mill to Garnock, and demand from shipyards rose by 12%."),
        (PLAN, "Lindmark forecasts sales of €30 million to €35 million."),
        (AGAINST, "Occupancy rose from 64% in 2022 to 71% in 2023."),
        (SIDES, "Its revenue came to 1.1 billion USD."),
    ],
)
def test_a_sentence_may_rest_on_two(source: str, claim: str) -> None:
    assert [finding.reason for finding in judged(source, claim).findings] == []


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (WORKS, "Garnock Group bought Brackwater from Lindmark Works for $40 million."),
        (WORKS, "Garnock Group, which makes valves in Turku, sold Brackwater in May 2022."),
        (WORKS, "Brackwater makes valves in Turku and was bought in May 2022."),
        (PLAN, "In June 2024 the company sold its mill to Garnock."),
        (PLAN, "Demand rose by 12%."),
        (PLAN, "Lindmark forecasts sales of 30 million euros."),
        (PLAN, "Lindmark had sales of €30 million to €35 million."),
        (SIDES, "Its backlog was 1,100 million USD."),
        (AGAINST, "Occupancy fell from 71% in 2022 to 64% in 2023."),
        (AGAINST, "Occupancy rose from 64% in 2023 to 71% in 2022."),
        (AGAINST, "Occupancy rose by 7% in 2023."),
        ("Aldermoor rose 5% in 2023. Garnock fell 3% in 2023.", "Aldermoor fell 3% in 2023."),
        ("Lindmark sold 5 ships in 2024. Revenue was 2 million USD in 2021.", "Lindmark sold 5 ships in 2024 and had revenue of 2 million USD."),
        ("Two customers each took more than 10%.", "Two customers together took more than 10%."),
    ],
)  # fmt: skip
def test_but_not_mix_what_they_say(source: str, claim: str) -> None:
    assert judged(source, claim).findings


FILING = "Mr. Garnock (age 56) led the unit from June 2005 to February 2007 and the mill from March 2004 to June 2005. Level 2 inputs were used."
SENSORS = (
    "The F-35 sensors may not be repaired and the F-40 sensors were not included; both were not included in May 2022."
)
OVER = "Brackwater annual report ; Brackwater plc ; fiscal year 2022"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (FILING, "He led the mill from March 2004 to June 2007."),
        (FILING, "Mr. Garnock (age 2022) led the unit from June 2005 to February 2007."),
        (FILING, "Level 2022 inputs were used."),
        (SENSORS, "The F-56 sensors were not included in May 2022."),
        (SENSORS, "The F-35 sensors may not be repaired, and the F-35 sensors may be repaired."),
        (SENSORS, "The F-40 sensors were included and both were not included in May 2022."),
        ("The results may differ.", "The results may differ, and the results differ."),
        ("The results may differ.", "The the the the the."),
        ("The instruction wasn't published as a rule.", "The document is not a published rule."),
    ],
)
def test_numbers_of_filings_that_took_another_place(source: str, claim: str) -> None:
    assert judged(source, claim, OVER).findings
