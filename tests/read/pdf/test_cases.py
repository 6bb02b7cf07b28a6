"""The PDFs among the small inputs that fail: each gives the rows of the document it was made from."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.ingest.formats import tell_format
from pipelines.read.pdf.document import read_pdf
from tests.kept import rows_of_bytes
from tests.shared import SHARED
from warehouse.schema.declare import Rows

CASES = SHARED / "more" / "cases"
BASES = {"s10": CASES / "bases" / "s10.en.pdf", "A_81": SHARED / "corpus" / "A_81_6" / "A_81_6_Sect.13.en.pdf"}
TABLES = ["table", "cell", "paragraph", "deliverable", "mandate", "claim", "stated_amount", "finding"]
PLACES = {
    "page_number",
    "line_first",
    "line_last",
    "box_left",
    "box_bottom",
    "box_right",
    "box_top",
    "box_text",
    "source_sha256",
}

pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"no folder at {CASES}")


@lru_cache(maxsize=4)
def rows_of(path: Path) -> Rows:
    data = path.read_bytes()
    return rows_of_bytes(data, tell_format(data))


def without_places(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(
        json.dumps({name: value for name, value in row.items() if name not in PLACES}, sort_keys=True, default=str)
        for row in rows
    )


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        ("19_form_xobject", []),
        ("20_invisible_layer", ["hidden text on pages 1 to 10 "]),
        ("22_fake_bold", []),
        ("25_watermark", ["watermark 'ADVANCE UNEDITED VERSION' on pages 1 to 10 "]),
        ("26_skew", []),
        ("28_trailing_junk", []),
    ],
)
def test_same_rows_as_the_base(folder: str, told: list[str]) -> None:
    (path,) = (CASES / folder).glob("*.pdf")
    found, base = rows_of(path), rows_of(BASES[path.name[: 3 if path.name[0] == "s" else 4]])
    for table in TABLES:
        assert without_places(found.get(f"mart_{table}", [])) == without_places(base.get(f"mart_{table}", [])), table
    warnings = read_pdf(path.read_bytes()).warnings
    assert [warning.startswith(words) for warning, words in zip(warnings, told, strict=True)] == [True] * len(told)


def test_pages_that_are_pictures_are_left_out_with_a_warning() -> None:
    (path,) = (CASES / "47_scan_pages").glob("*.pdf")
    assert [warning.partition(":")[0] for warning in read_pdf(path.read_bytes()).warnings] == [
        "pages 12 to 14 are pictures without text"
    ]

    def cells(rows: Rows) -> Counter[tuple[object, ...]]:
        return Counter(
            (cell["page_number"], cell["row_label"], cell["printed_text"])
            for cell in rows["mart_cell"]
            if not 12 <= cell["page_number"] <= 14
        )

    assert cells(rows_of(path)) == cells(rows_of(BASES["s10"]))
