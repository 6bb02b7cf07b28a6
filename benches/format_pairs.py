"""Compares the rows of documents that are at hand in Word and in PDF, and lists those that only one of the two gives.

Usage: python benches/format_pairs.py [PATH...] [--missed]
PATH is a Word file with a PDF of the same name beside it, or a folder of such pairs; the default is every pair under
FASCICLE_SHARED (../shared beside the repository). White space and hyphens that never break count as equal.
Says, by table and by document, how many rows both give, out of how many that either gives.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipelines.run.document import read_and_judge  # noqa: E402
from warehouse.schema.declare import Rows  # noqa: E402

SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
COLUMNS = {
    "mart_paragraph": ("paragraph_number", "text", "subprogramme_code", "heading_path"),
    "mart_deliverable": (
        "table_number",
        "entity_code",
        "subprogramme_code",
        "category",
        "subcategory",
        "item_number",
        "label",
        "description",
        "quantity",
        "unit",
        "fiscal_year",
        "measure",
        "is_subtotal",
    ),
    "mart_performance_measure": (
        "table_number",
        "title",
        "entity_code",
        "subprogramme_code",
        "result_label",
        "fiscal_year",
        "measure",
        "text",
        "is_nil",
    ),
    "mart_mandate": ("entity_code", "subprogramme_code", "symbol", "title", "organ", "printed_text", "is_pending"),
    "mart_cell": ("table_number", "row_label", "measure", "fiscal_year", "printed_text", "value", "fact_id"),
}
_SPACES = re.compile(r"\s+")
Row = tuple[Any, ...]


def plain(value: Any) -> Any:
    """A value with white space made one space; a hyphen that never breaks is a hyphen."""
    return _SPACES.sub(" ", value.replace("\u2011", "-")).strip() if isinstance(value, str) else value


def pairs(paths: list[Path]) -> list[Path]:
    """The Word files that have a PDF of the same name beside them."""
    found = [f for p in paths for f in (sorted(p.rglob("*.docx")) if p.is_dir() else [p])]
    return [file for file in found if file.with_suffix(".pdf").exists()]


def rows_of(file: Path) -> Rows:
    """What one document gives, as a run reads it."""
    return read_and_judge(file.read_bytes(), file.suffix[1:], {}, "0" * 64)


def differences(word: Rows, pdf: Rows) -> dict[str, tuple[int, list[Row], list[Row]]]:
    """By table: how many rows both give, those of the Word file alone, those of the PDF alone."""
    found = {}
    for table, columns in COLUMNS.items():
        first, second = (
            Counter(tuple(plain(r.get(c)) for c in columns) for r in rows.get(table, [])) for rows in (word, pdf)
        )
        common = (first & second).total()
        found[table] = (common, list((first - second).elements()), list((second - first).elements()))
    return found


def _told(row: Row) -> str:
    return " | ".join("" if v is None else str(v) for v in row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[SHARED])
    parser.add_argument("--missed", action="store_true", help="print every row that one format alone gives")
    options = parser.parse_args()
    common: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for file in pairs(options.paths):
        found = differences(rows_of(file), rows_of(file.with_suffix(".pdf")))
        for table, (both, word, pdf) in found.items():
            common[table] += both
            alone[table] += max(len(word), len(pdf))
            if both or word or pdf:
                print(
                    f"{file.stem}\t{table}\t{both} equal\t{len(word)} in Word only\t{len(pdf)} in PDF only", flush=True
                )
            if options.missed:
                for sign, rows in (("W", word), ("P", pdf)):
                    for row in sorted(rows, key=str):
                        print(f"   {sign} {_told(row)}", flush=True)
    for table in COLUMNS:
        total = common[table] + alone[table]
        print(f"{table}: {common[table]} of {total} rows equal" + (f" ({common[table] / total:.2%})" if total else ""))


if __name__ == "__main__":
    main()
