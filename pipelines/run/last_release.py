"""The last release: its counts by document, which a draft is compared with, and its file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipelines.run.last_parts import source_of
from warehouse.home import Home, ReleaseError
from warehouse.release import current_release, damage, list_releases

_COUNTS_BY_DOCUMENT = """
SELECT d.document_id, d.source_sha256,
       (SELECT count(*) FROM mart_table t WHERE t.document_id = d.document_id) AS table_count,
       (SELECT count(*) FROM mart_cell c WHERE c.document_id = d.document_id) AS cell_count,
       (SELECT count(*) FROM mart_paragraph p WHERE p.document_id = d.document_id) AS paragraph_count
FROM mart_document d WHERE $1::VARCHAR[] IS NULL OR list_contains($1::VARCHAR[], d.document_id) ORDER BY d.document_id
"""


def records(database: Path, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Rows of a query on a file, as dicts."""
    from warehouse.query import run_query

    answer = run_query(database, sql, values)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def counts_before(home: Home, documents: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """Counts by document of the current release, as ``counts``; of the newest that can be read, when the current one is
    damaged."""
    from warehouse.query import QueryError

    if documents is not None and not documents:
        return {}  # what there is to know of each release need not be read
    releases = sorted(list_releases(home), key=lambda release: (release.is_current, release.release_id), reverse=True)
    for release in releases:
        if not damage(release):
            with suppress(QueryError):
                return counts(release.database, documents)
    return {}


def counts(database: Path, documents: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """Tables, cells and paragraphs of each document in a file, or of some ``documents``, by its identifier."""
    if documents is not None and not documents:
        return {}
    wanted = None if documents is None else sorted(documents)
    return {row["document_id"]: row for row in records(database, _COUNTS_BY_DOCUMENT, [wanted])}


def may_have_shrunk(home: Home, carried_from: str | None, parts: Mapping[str, Any]) -> frozenset[str] | None:
    """Documents that have other rows than in the current release though their source is the same, of what was made from it;
    None where any may. Of the others the rows are those that they were: what was made adds up to it."""
    last = current_release(home)
    if last is None or last.release_id != carried_from:
        return None
    before, now = last.manifest["parts"]["documents"], parts["documents"]
    return frozenset(
        name for name, made in before.items() if made != now.get(name, made) and source_of(made) == source_of(now[name])
    )


def last_database(home: Home) -> Path | None:
    """The file of the current release, None when there is none that can be read."""
    try:
        release = current_release(home)
    except ReleaseError:
        return None
    return release.database if release and release.database.is_file() else None
