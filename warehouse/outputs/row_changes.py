"""Which rows of a table or view differ between two releases: what a copy of the earlier has to give up and to take in.

DuckDB compares the rows of both files, which are attached read-only. Of a large table it is given only the row groups of
the Parquet files that are not the same, byte for byte: a release writes those anew in which rows changed, and takes the
others from the release before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.outputs.parquet_groups import NotMergeable, group_digests
from warehouse.release import Release, list_releases_beside
from warehouse.schema.declare import Table, quote_identifier, quote_literal

if TYPE_CHECKING:
    import duckdb

BEFORE, AFTER = "before", "release"
"""Names under which the file of the release that was copied last and that of the one to copy are attached."""
LARGE = 50_000
"""Rows of a table from which on it takes longer to compare all than to look which row groups are the same."""
MOST_GROUPS = 64
"""Row groups of a file up to which they are read into memory; where more differ, DuckDB reads its own files."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows went and came; a row that changed did both."""

    gone: int
    came: int


def kept_release(release: Release, release_id: str, content_hash: str) -> Release | None:
    """The release of that identifier and content in the home of ``release``; None where it is not kept any more."""
    for other in list_releases_beside(release):
        is_same = other.release_id == release_id and other.manifest["content_hash"] == content_hash
        if is_same and other.database.is_file():
            return other
    return None


def attach_before(connection: duckdb.DuckDBPyConnection, before: Release) -> None:
    """Attach the file of the release that was copied last."""
    connection.execute(f"ATTACH {quote_literal(str(before.database))} AS {BEFORE} (READ_ONLY)")


def is_same_table(before: Release, after: Release, name: str) -> bool:
    """True where both manifests have one hash for a table."""
    known = before.manifest["table_hashes"].get(name)
    return known is not None and known == after.manifest["table_hashes"].get(name)


def changed_views(
    connection: duckdb.DuckDBPyConnection, before: Release, after: Release, names: Sequence[str]
) -> list[str]:
    """Views, of those named, that may have other rows than before: defined otherwise, or reading a table or view that changed.

    ``names`` are in the order in which views are made: none reads a later one.
    """
    sql = {
        side: {str(name): str(text) for name, text in connection.execute(
            "SELECT view_name, sql FROM duckdb_views() WHERE database_name = ?", [side]
        ).fetchall()}
        for side in (BEFORE, AFTER)
    }  # fmt: skip
    tables = before.manifest["table_hashes"].keys() | after.manifest["table_hashes"].keys()
    changed = {name for name in tables if not is_same_table(before, after, name)}
    found = []
    for name in names:
        text = sql[AFTER][name]
        # Whatever word of a view is the name of a table, it may read: too many views are looked at, never too few.
        if sql[BEFORE].get(name) != text or changed.intersection(_WORD.findall(text)):
            found.append(name)
            changed.add(name)
    return found


def find_changes(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str]) -> Changes:
    """Compare the rows of a view, or of a table that is not large, in the files ``before`` and ``release``.

    Leaves a temporary table: ``gone_rows`` are then, each once, the rows that were there and of which there are fewer or more
    now, and ``came_rows`` the rows of which there are fewer or more, as often as there are now. So a copy is right once it
    deleted all that equal the former and took in the latter.
    """
    return _compare(connection, name, columns, *(f"{side}.main.{quote_identifier(name)}" for side in (BEFORE, AFTER)))


def find_table_changes(connection: duckdb.DuckDBPyConnection, before: Release, after: Release, table: Table) -> Changes:
    """As ``find_changes``, for a declared table of two releases, with a key, that may be large."""
    relations = _groups_that_differ(connection, before, after, table)
    if relations is None:
        return find_changes(connection, table.name, table.column_names)
    try:
        return _compare(connection, table.name, table.column_names, *relations)
    finally:
        for relation in relations:
            connection.unregister(relation)


def gone_rows(name: str) -> str:
    """The rows of a table or view that are to go, as a relation in SQL."""
    return f"(SELECT * EXCLUDE (rows_before, rows_now) FROM {_differing(name)} WHERE rows_before > 0)"


def came_rows(name: str) -> str:
    """The rows of a table or view that are to be taken in, as a relation in SQL."""
    return f"(SELECT * EXCLUDE (rows_before, rows_now, time) FROM {_differing(name)}, range(rows_now) AS times (time))"


def _differing(name: str) -> str:
    return f"temp.main.{quote_identifier(f'differing_{name}')}"


def _compare(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], before: str, after: str
) -> Changes:
    said = ", ".join(map(quote_identifier, columns))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote_identifier(f'differing_{name}')} AS SELECT {said}, "
        "count(*) FILTER (NOT is_new) AS rows_before, count(*) FILTER (is_new) AS rows_now "
        f"FROM (SELECT {said}, false AS is_new FROM {before} UNION ALL SELECT {said}, true FROM {after}) "
        f"GROUP BY {said} HAVING rows_before <> rows_now"
    )
    summed = f"SELECT coalesce(sum(rows_before), 0), coalesce(sum(rows_now), 0) FROM {_differing(name)}"
    ((gone, came),) = connection.execute(summed).fetchall()
    return Changes(int(gone), int(came))


def _groups_that_differ(
    connection: duckdb.DuckDBPyConnection, before: Release, after: Release, table: Table
) -> tuple[str, str] | None:
    """Register the row groups of a table's Parquet files that only one of the releases has; the names of the two relations.

    None where the table is small, a file is missing, damaged or has other columns, or much differs.
    """
    import pyarrow.parquet as pq

    counts = [int(release.manifest["row_counts"].get(table.name, 0)) for release in (before, after)]
    files = [release.path / "parquet" / f"{table.name}.parquet" for release in (before, after)]
    if max(counts) < LARGE or not all(file.is_file() for file in files):
        return None
    about = [pq.read_metadata(file) for file in files]
    if [one.num_rows for one in about] != counts or not about[0].schema.equals(about[1].schema):
        return None
    try:
        digests = [group_digests(file) for file in files]
    except NotMergeable:
        return None
    # Rows have keys: no two groups of a file are the same.
    numbers = [_other_than(*pair) for pair in (digests, digests[::-1])]
    if sum(map(len, numbers)) > MOST_GROUPS:
        return None
    names = (f"{BEFORE}_groups", f"{AFTER}_groups")
    for name, file, chosen in zip(names, files, numbers, strict=True):
        connection.register(name, _read(file, chosen))
    return names


def _other_than(digests: Sequence[bytes], others: Sequence[bytes]) -> list[int]:
    """Numbers of the row groups that another file has not."""
    known = set(others)
    return [number for number, digest in enumerate(digests) if digest not in known]


def _read(file: Path, numbers: Sequence[int]) -> object:
    """Some row groups of a Parquet file as an Arrow table."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as opened:
        return opened.read_row_groups(list(numbers), use_threads=False)
