"""Where the tests find documents: the bundled edition always, the real ones where the folder is there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.run.release_tables import build_file
from pipelines.run.staging_files import StagedTables, write_stage
from tests.kept import rows_kept
from tests.warehouse.made import facts_of_release, prepare_rows
from warehouse.query import run_query
from warehouse.schema.declare import Rows

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
BUNDLED = ROOT / "pipelines" / "bundled" / "A_77_6_Sect.10.zh.txt"
SEED = SHARED / "seeds" / "000_1841a87d87cea333.txt"

EITHER = pytest.mark.parametrize(
    "path",
    [
        pytest.param(BUNDLED, id="bundled"),
        pytest.param(SEED, id="document", marks=pytest.mark.skipif(not SEED.exists(), reason=f"no document at {SEED}")),
    ],
)


@lru_cache(maxsize=4)
def judged(path: Path) -> Rows:
    """Judged rows of a text and the facts of a release that holds nothing else, made once for all tests."""
    rows = rows_kept(path)
    merged = facts_of_release(prepare_rows(rows))
    return rows | {name: table.to_pylist() for name, table in merged.items()}


def released(folder: Path, documents: Iterable[Rows], records: Rows | None = None) -> Path:
    """The warehouse file of these judged documents, unpublished, with its stages beside it."""
    stages = []
    for number, rows in enumerate(documents):
        write_stage(folder / f"{number}.stage", {}, rows)
        stages.append(StagedTables(folder / f"{number}.stage"))
    build_file(folder / "w.duckdb", stages, records)
    return folder / "w.duckdb"


def asked(database: Path, sql: str) -> list[dict[str, Any]]:
    """What a query answers, as plain rows."""
    return run_query(database, sql).records()
