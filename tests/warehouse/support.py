"""Small rows that fill the tables the tests of this room need."""

from __future__ import annotations

from decimal import Decimal

from tests.warehouse.made import filled, prepare_rows, table_hashes
from warehouse.home import Home
from warehouse.outputs.table_files import export_parquet
from warehouse.release import Release, begin_release, new_manifest
from warehouse.schema.declare import Rows


def document(document_id: str = "A/77/6(Sect.10).zh.txt", sha256: str = "a" * 64) -> dict[str, object]:
    return {
        "document_id": document_id,
        "symbol": "A/77/6 (Sect. 10)",
        "language": "zh",
        "format": "txt",
        "edition_year": 2023,
        "section_code": "10",
        "kind": "fascicle",
        "source_sha256": sha256,
        "unclaimed_line_count": 0,
        "unclaimed_table_line_count": 0,
        "unreadable_cell_count": 0,
    }


def small_rows(value: str = "648.7", document_id: str = "A/77/6(Sect.10).zh.txt", sha256: str = "a" * 64) -> Rows:
    table_id = f"{document_id}#1"
    place = {"table_id": table_id, "document_id": document_id}
    cell = {
        **place,
        "table_number": "10.16",
        "row_role": "item",
        "column_number": 1,
        "measure": "estimate",
        "fiscal_year": 2023,
    }
    return {
        "mart_document": [document(document_id, sha256)],
        "mart_source_line": [
            {"document_id": document_id, "line_number": n, "role": "table", "text": f"line {n}"} for n in range(1, 12)
        ],
        "mart_table": [{**place, "table_number": "10.16", "kind": "money", "order_number": 1}],
        "mart_row": [{**place, "row_number": n, "row_role": "item"} for n in (1, 2)],
        "mart_cell": [
            {
                **cell,
                "cell_id": f"{table_id}.{n}",
                "row_number": n,
                "printed_text": text,
                "value": Decimal(text.replace("—", "0")),
                "is_nil": text == "—",
                "line_first": n,
                "line_last": n,
            }
            for n, text in ((1, value), (2, "—"))
        ],
        "mart_check": [
            {"check_name": "total_equals_members", "about": "print", "evaluated": 1, "exact": 0}
            | {"rounding": 0, "violated": 1, "unassessable": 0}
        ],
        "mart_finding": [
            {
                "finding_id": "f1",
                "document_id": document_id,
                "class": "material",
                "severity": "error",
                "explained_relations": 1,
                "is_unique": True,
                "message": "it's wrong",
                "acknowledged": False,
                "line_first": 2,
                "line_last": 3,
            }
        ],
    }


def publish(home: Home, rows: Rows) -> Release:
    """Build and publish one release of ``rows``."""
    with home.locked():
        draft = begin_release(home)
        prepared = prepare_rows(rows)
        counts = filled(draft.database, prepared)
        export_parquet(draft.database, draft.parquet, ["mart_document", "mart_cell"])
        manifest = new_manifest(
            draft.release_id,
            table_hashes=table_hashes(prepared),
            documents=rows.get("mart_document", []),
            row_counts=counts,
            code_version="1",
            vocabulary_version="1",
        )
        return draft.publish(manifest)
