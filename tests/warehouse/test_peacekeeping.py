"""Each of 121 amounts that a third party read is one plain statement on the marts, from Word and from PDF."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.kept import rows_kept
from tests.shared import SHARED
from tests.warehouse.made import filled
from warehouse.schema.declare import Rows

REPORTS = SHARED / "more" / "A_80_pkm"
REFERENCE = SHARED / "more" / "reference" / "open_un_org_pko_2024_25.csv"
SYMBOLS = ("A/80/596", "A/80/605", "A/80/614", "A/80/621", "A/80/634")
CLASS_AS_PRINTED = {"military_police_personnel": "military_and_police_personnel", "total": None}
STATEMENT = """
SELECT amount_usd FROM v_cost_by_mission
WHERE symbol = $symbol AND fiscal_year = 2024 AND measure = 'expenditure' AND part_label IS NULL
    AND cost_class IS NOT DISTINCT FROM $cost_class AND row_label = $row_label
"""
NEEDED = ("mart_document", "mart_table", "mart_row", "mart_cell", "dim_mission", "mart_peacekeeping_resource")


@pytest.mark.skipif(not REFERENCE.exists(), reason=f"no reference at {REFERENCE}")
@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_each_amount_is_one_statement(tmp_path: Path, suffix: str) -> None:
    rows: Rows = {}
    for symbol in SYMBOLS:
        path = REPORTS / f"{symbol.replace('/', '_')}.en.{suffix}"
        found = rows_kept(path, symbol.rpartition("/")[2] * 16)
        for name in NEEDED:
            rows.setdefault(name, []).extend(found[name])
    database = tmp_path / "w.duckdb"
    filled(database, rows)
    with REFERENCE.open(encoding="utf-8") as lines, duckdb.connect(str(database), read_only=True) as connection:
        expected = list(csv.DictReader(lines))
        assert len(expected) == 121
        for row in expected:
            asked = {
                "symbol": row["symbol"],
                "cost_class": CLASS_AS_PRINTED.get(row["cost_class"], row["cost_class"]),
                "row_label": row["row_label"],
            }
            assert connection.execute(STATEMENT, asked).fetchall() == [(Decimal(row["amount_usd"]),)], row
