"""Real documents with tables in single dollars pass the gate: what is judged is what Great Expectations counts again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command.support import fascicle, queried
from tests.shared import SHARED

FOLDER = SHARED / "corpus" / "A_80_6"
NAMES = ("A_80_6_Sect.32.en.docx", "A_80_6_Sect.35.en.docx")


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no documents in {FOLDER}")
def test_sums_in_single_dollars_are_published(tmp_path: Path) -> None:
    done = fascicle(tmp_path, "run", *(str(FOLDER / name) for name in NAMES))
    assert done.exit_code == 0, done.output
    totals = queried(
        tmp_path,
        "SELECT r.verdict, count(*) AS n FROM mart_relation AS r JOIN mart_relation_member AS m USING (relation_id) "
        "JOIN mart_cell AS c ON c.cell_id = m.claim_id AND m.role = 'total' "
        "WHERE c.unit = 'usd' AND c.row_label LIKE 'Total, 20%' GROUP BY 1 ORDER BY 1",
    )
    found = {row["verdict"]: int(row["n"]) for row in totals}
    assert found.get("exact", 0) + found.get("rounding", 0) >= 12 and not found.get("violated")
