"""The last release: its counts by document, which a draft is compared with, and its file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from warehouse.home import Home, ReleaseError
from warehouse.release import current_release, damage, list_releases

_COUNTS_BY_DOCUMENT = """
SELECT d.document_id, d.source_sha256,
       (SELECT count(*) FROM mart_table t WHERE t.document_id = d.document_id) AS table_count,
       (SELECT count(*) FROM mart_cell c WHERE c.document_id = d.document_id) AS cell_count,
       (SELECT count(*) FROM mart_paragraph p WHERE p.document_id = d.document_id) AS paragraph_count
FROM mart_document d ORDER BY d.document_id
"""


def records(database: Path, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Rows of a query on a file, as dicts."""
    from warehouse.query import run_query

    answer = run_query(database, sql, values)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def counts_before(home: Home) -> dict[str, dict[str, Any]]:
    """Counts by document of the current release; of the newest that can be read, when the current one is damaged."""
    from warehouse.query import QueryError

    releases = sorted(list_releases(home), key=lambda release: (release.is_current, release.release_id), reverse=True)
    for release in releases:
        if not damage(release):
            with suppress(QueryError):
                return counts(release.database)
    return {}


def counts(database: Path) -> dict[str, dict[str, Any]]:
    """Tables, cells and paragraphs of each document in a file, by its identifier."""
    return {row["document_id"]: row for row in records(database, _COUNTS_BY_DOCUMENT)}


def last_database(home: Home) -> Path | None:
    """The file of the current release, None when there is none that can be read."""
    try:
        release = current_release(home)
    except ReleaseError:
        return None
    return release.database if release and release.database.is_file() else None
