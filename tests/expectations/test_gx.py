"""Suites rendered from declarations: what fails, fails; what crashes or is empty has not passed by silence."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from expectations.gx import validate_file
from tests.shared import BUNDLED, judged
from warehouse.load import build_warehouse
from warehouse.tables import TABLE_BY_NAME


def test_bundled_edition_passes_and_docs_load_nothing_from_elsewhere(tmp_path: Path) -> None:
    database = tmp_path / "fascicle.duckdb"
    build_warehouse(database, judged(BUNDLED))
    tables = [TABLE_BY_NAME[name] for name in ("mart_document", "mart_table", "mart_cell")]
    results = validate_file(database, tmp_path / "docs", tables)
    assert all(r.evaluated > 1 and not r.failed and not r.crashed for r in results)
    pages = list((tmp_path / "docs").rglob("*.html"))
    assert len(pages) == 1 + 2 * len(tables)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(?:link|script|img)\b[^>]*(?:src|href)=[\"']?https?:", text), page


def test_a_missing_value_and_an_empty_table_fail(tmp_path: Path) -> None:
    database = tmp_path / "broken.duckdb"
    columns = ", ".join(f'NULL::{f.type} AS "{f.name}"' for f in TABLE_BY_NAME["mart_document"].fields)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE TABLE mart_document AS SELECT {columns}")
        connection.execute(f"CREATE TABLE mart_check AS SELECT {columns} WHERE false")
    results = validate_file(database, None, [TABLE_BY_NAME["mart_document"], TABLE_BY_NAME["mart_check"]])
    assert results[0].failed and results[1].failed
