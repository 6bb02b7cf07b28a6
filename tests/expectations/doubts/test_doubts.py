"""Doubts: a misread scope is told as one doubt and blames nobody; a misprint stays a finding.

The document is the bundled one, put right; what other documents are misread for is done to its rows.
"""

from __future__ import annotations

import random
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from expectations.doubts.doubts import are_explained, doubtful_claims, rates
from expectations.judging.judge import judge_rows
from expectations.model.claims import SCALE, Claim, DocumentClaims, PrintedTable, TableRow
from expectations.model.relation import Judgement, Member, Relation
from pipelines.run.document import judged as judged_rows
from tests.expectations.mutations import clean_rows, pick, set_value
from warehouse.schema.declare import Rows

OBJECTS, TWIN = "10.16", "copy"


@cache
def _found_when_clean() -> frozenset[str]:
    return frozenset(finding["finding_id"] for finding in judge_rows(clean_rows())["mart_finding"])


def _new(rows: Rows) -> list[dict[str, Any]]:
    """Figures found wrong that are not in the clean document; what is missing in a table is missing in its twin."""
    return [
        finding
        for finding in judge_rows(rows)["mart_finding"]
        if finding["finding_id"] not in _found_when_clean() and finding["class"] in ("material", "sign", "restated")
    ]


def _with_twin(factor: int = 3) -> Rows:
    """A clean document with a second table of objects, of another entity, taken for the section's own."""
    rows = clean_rows()
    own = pick(rows, "mart_table", table_number=OBJECTS)
    twin = f"{own['table_id']}.{TWIN}"
    rows["mart_table"].append({**own, "table_id": twin, "table_number": TWIN, "title": f"{own['title']} X"})
    rows["mart_row"] += [{**row, "table_id": twin} for row in rows["mart_row"] if row["table_id"] == own["table_id"]]
    for cell in [cell for cell in rows["mart_cell"] if cell["table_id"] == own["table_id"]]:
        is_amount = cell["value"] is not None and cell["unit"] != "percent"
        value = cell["value"] * factor if is_amount else cell["value"]
        copied = {
            **cell,
            "table_id": twin,
            "table_number": TWIN,
            "cell_id": f"{cell['cell_id']}.{TWIN}",
            "value": value,
        }
        rows["mart_cell"].append(copied)
        claim = next((claim for claim in rows["mart_claim"] if claim["claim_id"] == cell["cell_id"]), None)
        if claim is not None:
            rows["mart_claim"].append({**claim, "claim_id": copied["cell_id"], "value": value})
    return rows


def test_a_table_of_another_scope_is_one_doubt_and_no_finding() -> None:
    rows = _with_twin()
    judged = judge_rows(rows)
    (doubt,) = judged["mart_doubt"]
    assert (doubt["kind"], doubt["table_number"]) == ("collision", TWIN)
    assert "shared figures differ, each table adds up by itself" in doubt["evidence"]
    assert doubt["words_that_differ"] == "X / -"
    assert _new(rows) == []


@pytest.mark.parametrize("number", [OBJECTS, TWIN])
def test_a_misprint_within_either_table_is_still_found(number: str) -> None:
    rows = _with_twin()
    cell = pick(rows, "mart_cell", table_number=number, row_label="咨询人", measure="estimate")
    set_value(rows, "mart_cell", cell, cell["value"] + Decimal(40))
    found = [finding for finding in _new(rows) if finding["severity"] == "error"]
    assert [finding["cell_id"] for finding in found] == [cell["cell_id"]]
    assert len(judge_rows(rows)["mart_doubt"]) == 1


def test_facts_that_rest_on_a_doubt_are_doubtful_and_keep_the_figure_that_stays() -> None:
    rows = _with_twin()
    facts = {fact["fact_id"]: fact for fact in judged_rows(rows)["mart_financial_resource"]}
    fact = facts[pick(rows, "mart_cell", table_number=TWIN, row_label="咨询人", measure="estimate")["fact_id"]]
    assert fact["quality"] == "doubtful" and TWIN not in fact["cell_id"]
    assert {fact["quality"] for fact in judged_rows(clean_rows())["mart_financial_resource"]}.isdisjoint({"doubtful"})


def test_the_same_table_twice_is_no_doubt() -> None:
    assert judge_rows(_with_twin(factor=1))["mart_doubt"] == []


def test_two_columns_of_one_fact_are_a_doubt_about_the_column() -> None:
    rows = clean_rows()
    table = pick(rows, "mart_table", table_number=OBJECTS)["table_id"]
    for cell in rows["mart_cell"]:
        if cell["table_id"] == table and cell["measure"] == "expenditure" and cell["fact_id"]:
            estimate = next(
                other
                for other in rows["mart_cell"]
                if other["table_id"] == table
                and (other["row_number"], other["measure"]) == (cell["row_number"], "estimate")
            )
            cell["fact_id"] = estimate["fact_id"]
    judged = judge_rows(rows)
    (doubt,) = [doubt for doubt in judged["mart_doubt"] if doubt["table_id"] == table]
    assert doubt["row_label"] is None
    column = next(cell for cell in rows["mart_cell"] if cell["cell_id"] == doubt["cell_id"])["column_number"]
    doubtful = doubtful_claims({**rows, **judged})
    assert {cell["column_number"] for cell in rows["mart_cell"] if cell["cell_id"] in doubtful} == {column}


def test_two_rows_of_one_fact_are_a_doubt_about_the_row() -> None:
    rows = clean_rows()
    table = pick(rows, "mart_table", table_number=OBJECTS)["table_id"]
    wrong, right = (
        {
            cell["column_number"]: cell
            for cell in rows["mart_cell"]
            if (cell["table_id"], cell["row_label"]) == (table, label)
        }
        for label in ("咨询人", "专家")
    )
    for column, cell in wrong.items():
        cell["fact_id"] = right[column]["fact_id"]
    (doubt,) = judge_rows(rows)["mart_doubt"]
    assert doubt["row_label"] in ("咨询人", "专家") and doubt["other_table_id"] is None


def _claim(name: str, table: str) -> Claim:
    return Claim(name, "d", "cell", SCALE, 0, f"2026|10|{name}|||RB||total||estimate|2026|USD", {"table_id": table})


def _doubts_of_rates(failing: list[str], own: int = 12) -> list[dict[str, Any]]:
    """A table of twelve figures that another restates, the other's in ``failing`` otherwise; ``own`` sums hold in it."""
    restated = [(_claim(f"a{n}", "t"), _claim(f"b{n}", "u")) for n in range(12)]
    rows = {n: TableRow(n, "", "item", None, cells={1: claim}) for n, (claim, _) in enumerate(restated)}
    tables = [
        PrintedTable("t", "d", "1", None, None, 2026, rows, {}),
        PrintedTable("u", "d", "2", None, None, 2026, {}, {}),
    ]
    document = DocumentClaims("d", {}, tables, [claim for pair in restated for claim in pair], {})
    exact, violated = Judgement("exact", Decimal(0), Decimal(0)), Judgement("violated", Decimal(9), Decimal(0))
    judged = [
        (Relation("c", "d", None, str(n), (Member(claim, 1, "total"), Member(restated[0][0], -1, "member"))), exact)
        for n, (claim, _) in enumerate(restated[:own])
    ]
    for n, (claim, other) in enumerate(restated):
        members = (Member(claim, 1, "restated"), Member(other, -1, "total"))
        judged.append((Relation("s", "d", None, f"s{n}", members), violated if str(n) in failing else exact))
    return rates(document, judged)


def test_a_table_that_fails_with_others_and_not_within_is_a_doubt() -> None:
    (doubt, *_) = _doubts_of_rates([str(n) for n in range(5)])
    assert (doubt["kind"], doubt["table_number"]) == ("rates", "1")
    assert doubt["evidence"] == "5 of 12 relations with other tables fail, 0 of 12 of its own"


def test_few_failures_or_few_own_relations_raise_no_doubt() -> None:
    assert _doubts_of_rates(["0", "1", "2"]) == []
    assert _doubts_of_rates([str(n) for n in range(5)], own=3) == []


def test_misprints_that_fail_many_relations_are_no_doubt() -> None:
    """One figure in five failing relations, or two, is a slip of the print."""
    failing = [frozenset({"misprint", f"other {n}"}) for n in range(5)]
    assert are_explained(failing, 1) and are_explained([*failing, frozenset({"second", "x"})], 2)
    assert not are_explained([frozenset({f"a{n}", f"b{n}"}) for n in range(3)], 2)


def test_a_single_misprint_is_never_a_doubt() -> None:
    """Whatever figure is changed, and however: what stands alone is print."""
    choice = random.Random(17)
    rows = clean_rows()
    cells = [cell for cell in rows["mart_cell"] if cell["fact_id"] and cell["value"] is not None]
    claims = {claim["claim_id"]: claim for claim in rows["mart_claim"]}
    for cell in choice.sample(cells, 12):
        claim, before = claims.get(cell["cell_id"]), cell["value"]
        changed = choice.choice([-before, before * 10, before + 7, Decimal(0)])
        cell["value"] = changed
        if claim is not None:
            claim["value"] = changed
        assert judge_rows(rows)["mart_doubt"] == [], cell["cell_id"]
        cell["value"] = before
        if claim is not None:
            claim["value"] = before
