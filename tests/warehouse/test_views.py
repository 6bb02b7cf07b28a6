"""The views put claims side by side and agree with the tables they stand on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.warehouse.made import filled
from tests.warehouse.support import small_rows
from warehouse.query import run_query

DOCUMENT = "A/77/6(Sect.10).zh.txt"


def _money(measure, year, amount, **more):
    return {
        "fact_id": f"{measure}|{year}|{more}",
        "document_id": DOCUMENT,
        "edition_year": 2023,
        "section_code": "10",
        "funding_source_code": "RB",
        "measure": measure,
        "fiscal_year": year,
        "scope": "section",
        "breakdown": "total",
        "amount": Decimal(amount),
        "unit_scale": 1000,
        "currency": "USD",
        "claim_count": 1,
        "quality": "exact",
    } | more


@pytest.fixture
def path(tmp_path):
    rows = small_rows()
    rows["mart_financial_resource"] = [
        _money("expenditure", 2021, "5"),
        _money("appropriation", 2022, "7", quality="violated"),
        _money("estimate", 2023, "8.5", quality="rounding"),
        _money("percent_change", 2023, "21.4", unit_scale=None, currency=None),
        _money("estimate", 2023, "3", object_code="travel_of_staff", breakdown="object", object_label="travel"),
    ]
    rows["dim_object"] = [{"object_code": "travel_of_staff", "category_code": "non_post"}]
    rows["mart_section_total"] = [
        {"edition_year": 2023, "section_code": "10", "funding_source_code": "RB", "claim_count": 1, "basis": "printed"}
        | {"measure": measure, "fiscal_year": year, "amount_usd": Decimal(amount)}
        for measure, year, amount in (("appropriation", 2022, 7000), ("estimate", 2023, 8500))
    ]
    claim = {"document_id": DOCUMENT, "source": "cell", "is_nil": False, "half_width": Decimal("0.05")}
    rows["mart_claim"] = [
        claim | {"claim_id": f"{DOCUMENT}#1.1", "fact_id": "f", "value": Decimal("648.7")},
        claim | {"claim_id": "p1", "fact_id": "f", "value": Decimal("648.9")},
        claim | {"claim_id": "p2", "fact_id": "g", "value": Decimal("1.1")},
        claim | {"claim_id": "p3", "fact_id": "g", "value": Decimal("1"), "half_width": Decimal("0.5")},
    ]
    filled(tmp_path / "w.duckdb", rows)
    return tmp_path / "w.duckdb"


def test_budget_by_component_puts_the_years_side_by_side(path):
    answer = run_query(
        path,
        "SELECT expenditure, current_estimate, proposed_estimate, percent_change, quality FROM v_budget_by_component",
    )
    assert answer.rows == ((5000, 7000, 8500, Decimal("21.4"), "violated"),)


def test_budget_by_object_has_the_objects_only(path):
    answer = run_query(path, "SELECT object_code, proposed_estimate FROM v_budget_by_object")
    assert answer.rows == (("travel_of_staff", 3000),)


def test_section_overview_computes_the_change(path):
    answer = run_query(path, "SELECT change_usd, change_percent FROM v_section_overview")
    assert answer.rows == ((1500, 21.43),)


def test_claims_agree_when_their_printed_precisions_do(path):
    answer = run_query(path, "SELECT fact_id, is_compatible FROM v_fact_agreement ORDER BY 1")
    assert answer.rows == (("f", False), ("g", True))


def test_a_claim_leads_to_file_and_line(path):
    answer = run_query(path, "SELECT source_sha256, place, line_first FROM v_claim_place WHERE value = 648.7")
    assert answer.rows == (("a" * 64, "10.16", 1),)
