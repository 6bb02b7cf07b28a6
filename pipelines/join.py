"""Rows of all documents joined into those of one release.

Most rows name their document and are put one after another. The few that are about the whole release
are made one: checks are added up, and rows that several documents state alike, such as dimensions, are
kept once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.assemble.dimensions import relabelled
from pipelines.stage import read_tables
from warehouse.declare import Table
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

_SHARED = frozenset({"mart_check", "mart_resolution"})


def is_shared(table: Table) -> bool:
    """True when several documents may state one row: rows of all other tables belong to one document."""
    return table.room == "dimension" or table.name in _SHARED


def join_stages(stages: Sequence[Path], about_all: Mapping[str, Sequence[pa.Table]]) -> dict[str, pa.Table]:
    """Typed, sorted tables of a release from the stages of its documents and rows about the whole.

    ``about_all`` has typed rows that no document states alone; they are added to the documents' own. Raises
    ValueError when a stage is damaged, LoadError when rows do not fit their table.
    """
    import pyarrow as pa

    from warehouse.load import arrow_schema, prepare_table

    pieces: dict[str, list[pa.Table]] = {}
    for path in stages:
        for name, piece in read_tables(path).items():
            pieces.setdefault(name, []).append(piece)
    joined = {}
    for table in TABLES:
        own = [*pieces.pop(table.name, []), *about_all.get(table.name, [])]
        if not is_shared(table):
            whole = pa.concat_tables(own) if own else arrow_schema(table).empty_table()
            joined[table.name] = whole.sort_by([(column, "ascending") for column in table.key])
        else:
            rows = [row for piece in own for row in piece.to_pylist()]
            joined[table.name] = prepare_table(table, relabelled(table.name, once(table, rows)))
    return joined


def once(table: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with each key once: counts of a check added up, else gaps of the first row filled from the next.

    Which row comes first is told by their content, so that the order of documents does not matter.
    """
    if table.name == "mart_check":
        from expectations.judge import merge_checks

        return merge_checks([list(rows)])
    if table.name == "mart_resolution":
        from pipelines.parse.resolutions_bundled import one_per_symbol

        return one_per_symbol(rows)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: [str(row.get(name)) for name in table.column_names]):
        key = tuple(row.get(name) for name in table.key)
        first = found.get(key)
        if first is None:
            found[key] = dict(row)
        else:
            first.update({name: value for name, value in row.items() if first.get(name) is None})
    return list(found.values())
