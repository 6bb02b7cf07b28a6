"""Documents of one release held against one another: formats, languages, editions, corrigenda, references."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.stage import read_rows
from warehouse.declare import Rows
from warehouse.tables import TABLE_BY_NAME

if TYPE_CHECKING:
    import pyarrow as pa


def held_together(documents: Sequence[tuple[dict[str, Any], Path]]) -> dict[str, list[pa.Table]]:
    """Relations, findings and check counts between documents, each given as its mart_document row and its stage.

    Only documents that witness for one another are read, those that have anything to do with one another at a time:
    memory grows with the largest group, not with the release. Nothing comes of documents that have nothing in common.
    """
    from expectations.witnesses import NEEDED_TABLES, comparisons, witness_rows
    from warehouse.load import prepare_table

    stages = {row["document_id"]: stage for row, stage in documents}
    found: dict[str, list[pa.Table]] = {}
    for group in _groups([comparison.document_ids for comparison in comparisons(row for row, _ in documents)]):
        rows: Rows = {}
        for document_id in group:
            for name, own in read_rows(stages[document_id], NEEDED_TABLES).items():
                rows.setdefault(name, []).extend(own)
        for name, made in witness_rows(rows).items():
            found.setdefault(name, []).append(prepare_table(TABLE_BY_NAME[name], made))
    return found


def _groups(compared: Iterable[Sequence[str]]) -> list[list[str]]:
    """Documents that comparisons join, directly or by others, in the order in which they come first."""
    group_of: dict[str, list[str]] = {}
    for documents in compared:
        joined: list[str] = []
        for document_id in documents:
            known = group_of.get(document_id, [document_id])
            if joined is not known and document_id not in joined:
                joined += known
        for document_id in joined:
            group_of[document_id] = joined
    return list({id(group): group for group in group_of.values()}.values())
