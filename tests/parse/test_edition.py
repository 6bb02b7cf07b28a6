"""The real edition, Word: every table claimed, every figure read, and sections' totals as they are printed elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pytest

from pipelines.assemble import fact_rows
from pipelines.model.blocks import Block, Document, GridCell
from pipelines.model.numbers import read_number
from pipelines.parse.grid.kinds import WORDS_ONLY
from tests.kept import blocks_kept, parsed_kept
from tests.shared import ROOT, SHARED
from tests.warehouse.made import facts_of_release
from warehouse.load import prepare_table
from warehouse.schema.declare import Rows
from warehouse.tables import TABLE_BY_NAME

CORPUS = SHARED / "corpus"
NEEDED = ("mart_document", "mart_claim", "mart_financial_resource", "mart_post", "dim_entity")
GOLDEN = json.loads((ROOT / "tests" / "golden" / "edition.json").read_text(encoding="utf-8"))
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"no documents at {CORPUS}")


@lru_cache(maxsize=1)
def edition() -> dict[str, tuple[Document, Rows]]:
    """Documents of both editions in Word, by file name, as read and as parsed."""
    found = {}
    for path in sorted([*CORPUS.glob("A_80_6/*.docx"), *CORPUS.glob("A_81_6/*.docx")]):
        rows = parsed_kept(path)
        rows["mart_document"][0]["source_sha256"] = path.name
        found[path.name] = (blocks_kept(path), rows)
    return found


def test_every_table_is_claimed_by_its_kind() -> None:
    kinds = {
        name: dict(sorted(Counter(table["kind"] for table in rows["mart_table"]).items()))
        for name, (_, rows) in edition().items()
    }
    assert kinds == GOLDEN["kinds"]


def test_every_value_of_a_recognised_table_is_read() -> None:
    unread = [
        cell["printed_text"]
        for _, rows in edition().values()
        for cell in rows.get("mart_cell", [])
        if cell["value"] is None
    ]
    assert unread == []


def _printed_figures(document: Document, rows: Rows) -> list[GridCell]:
    kinds = {table["table_ordinal"]: table["kind"] for table in rows["mart_table"]}
    tables: list[Block] = [block for block in document.blocks if block.kind == "table"]
    return [
        cell
        for block in tables
        if kinds.get(block.place.table_ordinal) not in WORDS_ONLY and block.grid is not None
        for row in block.grid.rows
        for cell in row
        if cell is not None and cell.text.strip() and read_number(cell.text) is not None
    ]


def test_figures_are_claimed() -> None:
    """At least 99 in 100 cells that hold a figure are values of the warehouse; the others are heads and dashes for words."""
    total, left = 0, []
    for name, (document, rows) in edition().items():
        claimed = {(c["table_ordinal"], c["cell_row"], c["cell_column"]) for c in rows.get("mart_cell", [])}
        for cell in _printed_figures(document, rows):
            total += 1
            if (cell.place.table_ordinal, cell.place.row, cell.place.column) not in claimed:
                left.append((name, cell.text))
    assert total > 30_000
    assert len(left) <= total // 100
    assert {text for _, text in left} <= {"2024", "2025", "2026", "(1)", "(2)", "(3)", "(4)", "–"}


def section_totals() -> list[dict[str, Any]]:
    """Rows of mart_section_total of a release of all documents."""
    pieces: dict[str, list[pa.Table]] = {}
    for _, rows in edition().values():
        facts = fact_rows(rows, {})
        for name in NEEDED:
            pieces.setdefault(name, []).append(prepare_table(TABLE_BY_NAME[name], {**rows, **facts}.get(name, [])))
    joined = {name: pa.concat_tables(own) for name, own in pieces.items()}
    return facts_of_release(joined)["mart_section_total"].to_pylist()


def test_section_totals_are_those_printed_for_the_whole_budget() -> None:
    """Sums over sections are the totals that the fascicle on staff assessment prints for the budget as a whole."""
    totals = section_totals()
    own = [t for t in totals if t["edition_year"] == 2026 and t["funding_source_code"] == "RB"]
    sums = {
        name: sum(t["amount_usd"] for t in own if t["measure"] in measures and t["fiscal_year"] == year)
        for name, measures, year in (
            ("approved", ("approved", "appropriation"), 2025),
            ("estimate", ("estimate",), 2026),
        )
    }
    assert sums == {name: Decimal(amount) for name, amount in GOLDEN["whole_budget"].items()}
    printed = {
        f"{t['section_code']} {t['funding_source_code']} {t['measure']} {t['fiscal_year']}": str(int(t["amount_usd"]))
        for t in totals
        if t["edition_year"] == 2026 and t["measure"] in {"expenditure", "approved", "appropriation", "estimate"}
    }
    assert printed == GOLDEN["section_totals"]
    keys = [tuple(t[name] for name in TABLE_BY_NAME["mart_section_total"].key) for t in totals]
    assert len(set(keys)) == len(keys)


def test_income_is_no_section_of_expenditure() -> None:
    rows = edition()["A_80_6_Income_Sect.1.en.docx"][1]
    assert rows["mart_document"][0]["section_code"] == "IS1"
    assert {cell["section_code"] for cell in rows["mart_cell"]} == {"IS1"}


def test_addenda_and_entities_do_not_count_as_the_section() -> None:
    for name, (_, rows) in edition().items():
        if "_Add." in name:
            assert all(cell["entity_code"] for cell in rows["mart_cell"] if cell["fact_id"]), name
    entities = [row["label"] for row in edition()["A_80_6_Sect.5.en.docx"][1]["dim_entity"]]
    assert len(entities) == 3


def test_revised_figures_keep_the_one_in_brackets() -> None:
    rows = edition()["A_81_6_Sect.9.en.docx"][1]
    revised = [line for line in rows["mart_deliverable"] if line.get("former_quantity") is not None]
    assert len(revised) == GOLDEN["revised_deliverables"]
    assert all(line["fiscal_year"] == 2026 and line["measure"] == "planned" for line in revised)


def test_post_changes_have_grade_description_and_reason() -> None:
    changes = edition()["A_80_6_Sect.10.en.docx"][1]["mart_post_change"]
    assert len(changes) == 12
    assert sum(change["post_count"] for change in changes) == 0
    assert all(change["description"] and change["reason"] for change in changes)
    fourth = [(c["grade_code"], int(c["post_count"])) for c in changes if c["subprogramme_code"] == "4"]
    assert fourth == [("P-5", 1), ("P-4", 1), ("P-3", 2), ("P-2/1", 1)]


def test_links_are_counted_once() -> None:
    document, rows = edition()["A_81_6_Sect.10.en.docx"]
    assert len(rows["mart_link"]) == len(document.links) > 0
