"""Documents of one release held against one another: formats, languages, editions, corrigenda, references."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.stage import read_rows
from warehouse.declare import Rows


def held_together(documents: Sequence[tuple[dict[str, Any], Path]]) -> Rows:
    """Relations, findings and check counts between documents, each given as its mart_document row and its stage.

    Only documents that witness for one another are read; none in a release of documents that have nothing in common.
    """
    from expectations.witnesses import NEEDED_TABLES, comparisons, witness_rows

    compared = {identifier for found in comparisons(row for row, _ in documents) for identifier in found.document_ids}
    rows: Rows = {}
    for row, stage in documents:
        if row["document_id"] in compared:
            for name, own in read_rows(stage, NEEDED_TABLES).items():
                rows.setdefault(name, []).extend(own)
    return witness_rows(rows) if rows else {}
