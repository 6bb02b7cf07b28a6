"""Rows about a whole release, made from those of its documents: what no document can tell alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from warehouse.tables import TABLE_BY_NAME

if TYPE_CHECKING:
    import pyarrow as pa

_ADOPTED = frozenset({"resolution", "decision"})


def derived_tables(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Tables of the release that its documents' tables lead to, by name; those take the place of any given."""
    from warehouse.load import prepare_table

    made = {"mart_resolution": resolution_rows(tables)}
    return {name: prepare_table(TABLE_BY_NAME[name], rows) for name, rows in made.items()}


def resolution_rows(tables: dict[str, pa.Table]) -> list[dict[str, Any]]:
    """Rows of mart_resolution: the texts that were read, and of what the fascicles name, what is known without a text."""
    from pipelines.parse.resolutions_bundled import bundled_resolutions, known_of, one_per_symbol

    read = tables["mart_resolution"].to_pylist()
    fascicles = {
        row["document_id"]
        for row in _rows(tables, "mart_document", ("document_id", "kind"))
        if row["kind"] not in _ADOPTED
    }
    named = {
        row["symbol"]
        for name in ("mart_mandate", "mart_citation")
        for row in _rows(tables, name, ("document_id", "symbol"))
        if row["document_id"] in fascicles
    }
    return one_per_symbol([*read, *known_of(named, bundled_resolutions())]) if named else read


def _rows(tables: dict[str, pa.Table], name: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Some columns of a table as plain rows."""
    found: list[dict[str, Any]] = tables[name].select(list(columns)).to_pylist()
    return found
