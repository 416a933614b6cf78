"""Which rows of statements are which line items, and which only look like them."""

from pathlib import Path

import pytest

from app.metrics import find_measures, metrics
from corpus.errors import DataProblem
from index.concepts import concepts, label_rank, plain_label, tax_label_sign
from index.lexicon import lexicon


def fits(concept: str, label: str, *section: str) -> bool:
    return label_rank(concepts()[concept], label, section) is not None


@pytest.mark.parametrize(
    ("concept", "label"),
    [
        ("current_assets", "Total current assets"),
        ("revenue", "Net sales"),
        ("revenue", "TOTAL REVENUES"),
        ("operating_income", "(Loss)/income from operations"),
        ("operating_income", "Income (loss) from operations (Note 4)"),
        ("net_income", "Net (loss) income attributable to Acorn Mills plc"),
        ("income_tax", "Provision for (benefit from) income taxes"),
        ("income_tax", "Income tax (expense)/benefit"),
        ("receivables", "Trade receivables, net of allowances for doubtful accounts of $21 and $25, respectively"),
        ("ppe_net", "Property, plant, and equipment, net"),
        ("operating_cash_flow", "Net cash (used in) provided by operating activities"),
        ("operating_cash_flow", "Net cash provided/(used) by operating activities"),
        ("capital_expenditure", "Purchases of property, plant and equipment"),
        (
            "depreciation_amortization",
            "Adjustments to reconcile net earnings to net cash provided by operating activities Depreciation and amortization",
        ),
        ("equity", "Total Acorn Mills shareholders’ equity"),
        ("accounts_payable", "Trade payables"),
    ],
)
def test_rows_are_known_as_filings_print_them(concept: str, label: str) -> None:
    assert fits(concept, label)


@pytest.mark.parametrize(
    ("concept", "label"),
    [
        ("current_assets", "Other current assets"),
        ("current_assets", "Total non-current assets"),
        ("total_assets", "Total current assets"),
        ("total_liabilities", "Total liabilities and equity"),
        ("total_liabilities", "Total current liabilities"),
        ("equity", "Total liabilities and shareholders' equity"),
        ("operating_cash_flow", "Net cash provided by operating activities of continuing operations"),
        (
            "operating_cash_flow",
            "Adjustments to reconcile net income to net cash provided by operating activities",
        ),
        ("net_income", "Net income attributable to noncontrolling interests"),
        ("net_income", "Net income per share"),
        ("gross_profit", "Gross margin percentage"),
        ("capital_expenditure", "Proceeds from sale of property, plant and equipment"),
        ("inventories", "Change in inventories"),
        ("accounts_payable", "Accounts payable and accrued liabilities"),
        ("interest_expense", "Interest income"),
        ("cash", "Cash and cash equivalents at beginning of year"),
        ("dividends_paid", "Dividends paid to noncontrolling interests"),
        ("revenue", "Cost of revenue"),
    ],
)
def test_rows_that_only_look_alike_are_not_taken(concept: str, label: str) -> None:
    assert not fits(concept, label)


def test_a_bare_label_counts_under_its_heading_only() -> None:
    assert fits("eps_diluted", "Diluted (Note 18)", "Earnings per share")
    assert not fits("eps_diluted", "Diluted", "Shares used to compute net income per share")
    assert not fits("eps_diluted", "Diluted")
    assert fits("revenue", "Total", "Net sales")
    assert not fits("revenue", "Total", "Cost of revenue")
    assert fits("long_term_debt", "Debt", "Liabilities", "Long-term liabilities")
    assert not fits("long_term_debt", "Debt", "Liabilities", "Current liabilities")
    assert not fits("short_term_debt", "Debt", "Liabilities", "Non-current liabilities")


def test_the_total_comes_before_a_row_of_the_bare_name() -> None:
    revenue = concepts()["revenue"]
    total, part = label_rank(revenue, "Total net revenue"), label_rank(revenue, "Revenue")
    assert total is not None
    assert part is not None
    assert total < part


def test_the_sign_of_a_tax_is_told_by_its_label() -> None:
    assert tax_label_sign("Provision for income taxes") == 1
    assert tax_label_sign("Income tax expense (benefit)") == 1
    assert tax_label_sign("Income tax (expense) benefit") == -1
    assert tax_label_sign("Income tax benefit") == -1


def test_labels_are_compared_without_notes_and_signs() -> None:
    assert plain_label("Net sales (Note 3)") == plain_label("NET SALES:") == "net sales"
    assert plain_label("Shareholders’ equity") == plain_label("Shareholders' equity")


def test_the_longest_name_is_the_one_that_is_meant() -> None:
    def named(text: str) -> list[str]:
        return [one.measure.id for one in find_measures(text)]

    assert named("operating cash flow ratio") == ["operating_cash_flow_ratio"]
    assert named("operating cash flow") == ["operating_cash_flow"]
    assert named("cost of sales") == ["cost_of_revenue"]
    assert named("net PP&E and stockholders’ equity") == ["ppe_net", "equity"]
    assert named("capex as a % of revenue") == ["capital_expenditure", "revenue"]
    assert named("the cash register") == []


def test_there_are_metrics_enough_and_each_formula_is_over_known_items() -> None:
    assert len(metrics()) >= 60
    assert all(one.source for one in metrics().values() if one.id not in ("gross_profit", "net_income"))


def test_no_two_items_are_asked_for_by_the_same_name() -> None:
    names = [name.lower() for one in concepts().values() for name in one.asked]
    assert len(names) == len(set(names))
    assert len(concepts()) >= 120


@pytest.mark.parametrize(
    ("concept", "label", "section"),
    [
        ("deferred_tax_assets", "Deferred income taxes", ("Assets",)),
        ("deferred_tax_liabilities", "Deferred income taxes", ("Liabilities and equity", "Long-term liabilities")),
        ("other_current_assets", "Other", ("Current assets",)),
        ("shares_diluted", "Diluted", ("Weighted average shares outstanding",)),
        ("eps_diluted", "Diluted", ("Net income per share",)),
        ("liabilities_and_equity", "Total liabilities and shareholders’ equity", ()),
        ("cash_change", "Net (decrease) increase in cash, cash equivalents and restricted cash", ()),
        ("exchange_effect", "Effect of exchange rate changes on cash and cash equivalents", ()),
    ],
)
def test_what_a_row_is_depends_on_what_it_stands_under(concept: str, label: str, section: tuple[str, ...]) -> None:
    assert fits(concept, label, *section)


@pytest.mark.parametrize(
    ("concept", "label", "section"),
    [
        ("deferred_tax_assets", "Deferred income taxes", ("Liabilities",)),
        ("deferred_tax_assets", "Deferred income taxes", ()),
        ("other_assets", "Other current assets", ()),
        ("shares_diluted", "Diluted", ("Net income per share",)),
        ("eps_diluted", "Diluted", ("Weighted average shares outstanding",)),
        ("interest_income", "Net interest income", ()),
        ("cash_change", "Effect of exchange rate changes on cash", ()),
    ],
)
def test_items_that_look_alike_are_kept_apart(concept: str, label: str, section: tuple[str, ...]) -> None:
    assert not fits(concept, label, *section)


def test_the_lexicon_takes_names_from_the_items_and_knows_no_others(tmp_path: Path) -> None:
    item = next(one for one in lexicon().items if "gross profit" in one.names)
    assert item.names == concepts()["gross_profit"].asked
    path = tmp_path / "lexicon.toml"
    path.write_text('[[item]]\nconcept = "nothing"\nstatement = "balance sheet"\n', encoding="utf-8")
    with pytest.raises(DataProblem, match="nothing"):
        lexicon(path)


@pytest.mark.parametrize(
    ("concept", "label"),
    [
        ("capital_expenditure", "Purchases of property, plant and equipment (PP&E)"),
        ("capital_expenditure", "Purchase of premises and equipment, net of sales: 2022, $1; 2021, $8"),
        ("cost_of_revenue", "Cost of net revenues"),
        ("cost_of_revenue", "Cost of sales, buying and occupancy costs"),
        ("income_before_tax", "Earnings before income tax expense and equity in income (loss) of affiliates"),
        ("income_before_tax", "Income from continuing operations before provision/(benefit) for taxes on income"),
        ("net_income", "Net income attributable to Acorn Mills, Inc. common shareholders"),
        ("operating_cash_flow", "Net cash from operations"),
        ("investing_cash_flow", "Cash used in investing activities"),
        ("receivables", "Accounts receivable, net and other"),
        ("sga", "Total selling and administrative expense"),
        ("share_based_compensation", "Share-based plans expense"),
        ("short_term_debt", "Notes payable and current portion of long-term debt"),
        ("equity", "Total shareholders' investment"),
    ],
)
def test_rows_are_known_as_other_sectors_print_them(concept: str, label: str) -> None:
    assert fits(concept, label)


@pytest.mark.parametrize(
    ("concept", "label"),
    [
        ("net_income", "Net income available to common shareholders"),
        ("net_income", "Net income attributable to redeemable noncontrolling interests"),
        ("operating_cash_flow", "Net cash provided by operating activities - continuing operations"),
        ("interest_expense", "Interest expense and other"),
        ("cost_of_revenue", "Total costs and expenses"),
        ("income_before_tax", "Earnings before interest and taxes"),
        ("depreciation_amortization", "Amortization of debt discount"),
        ("total_equity", "Total liabilities and equity"),
        ("share_repurchases", "Taxes paid on repurchases of common stock"),
        ("capital_expenditure", "Proceeds from sale of property and equipment"),
        ("long_term_debt", "Current portion of long-term debt"),
        ("revenue", "Net interest income"),
    ],
)
def test_rows_that_only_look_like_an_item_of_other_sectors_are_not_taken(concept: str, label: str) -> None:
    assert not fits(concept, label)
