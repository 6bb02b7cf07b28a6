"""Compared with the last release: what changed since, and the pages that say the same, which are linked, not written.

A page that can be kept names in its head what it was made of, as a hash; where the next report would make it of the same,
it is the same, for both are written by the same code.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.query import records

_DOCUMENTS = "SELECT document_id, source_sha256 FROM mart_document"
_FINDING_IDS = "SELECT finding_id FROM mart_finding WHERE $1 OR document_id IN (SELECT unnest($2::VARCHAR[]))"
_FINDINGS = "SELECT finding_id, message, severity FROM mart_finding WHERE finding_id IN (SELECT unnest($1::VARCHAR[]))"
_TOTALS = """
SELECT edition_year, section_code, funding_source_code, measure, fiscal_year, amount_usd FROM mart_section_total
"""
_SEVERITIES = ("error", "warning", "info")


def since(
    connection: Any, before: Path | None, touched: Collection[str] | None = None
) -> dict[str, list[dict[str, Any]]] | None:
    """Documents, findings and section totals that differ; None when there is no earlier release to compare with. Where it is
    known which documents may have other findings, those ``touched``, the others are not looked at."""
    import duckdb

    from warehouse.query import QueryError, connect_read_only

    if before is None:
        return None
    try:
        with connect_read_only(before) as past:
            pairs = [(records(past, sql), records(connection, sql)) for sql in (_DOCUMENTS, _TOTALS)]
            findings = _findings(past, connection, touched)
    except (QueryError, duckdb.Error):
        # A release of an older version, or a damaged one: there is nothing to compare with.
        return None
    return {"documents": _documents(*pairs[0]), "findings": findings, "totals": _totals(*pairs[1])}


def _documents(past: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    was, is_now = ({row["document_id"]: row["source_sha256"] for row in rows} for rows in (past, now))
    changes = []
    for name in sorted(was.keys() | is_now.keys()):
        if was.get(name) != is_now.get(name):
            change = "added" if name not in was else "removed" if name not in is_now else "other bytes"
            changes.append({"document_id": name, "change": change})
    return changes


def _findings(past: Any, now: Any, touched: Collection[str] | None) -> list[dict[str, Any]]:
    """Findings of one of two releases alone: of thousands, a few differ."""
    of = [touched is None, sorted(touched or ())]
    was, is_now = ({name for (name,) in one.execute(_FINDING_IDS, of).fetchall()} for one in (past, now))
    changes = [{**row, "change": "new"} for row in records(now, _FINDINGS, [sorted(is_now - was)])]
    changes += [{**row, "change": "gone"} for row in records(past, _FINDINGS, [sorted(was - is_now)])]
    return sorted(changes, key=lambda r: (r["change"] != "new", _SEVERITIES.index(r["severity"]), r["finding_id"]))


def _totals(past: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    was = {tuple(row.values())[:-1]: row["amount_usd"] for row in past}
    known = [(row, tuple(row.values())[:-1]) for row in now]
    changed = [
        {**row, "was": was[key], "is_now": row["amount_usd"]}
        for row, key in known
        if key in was and was[key] != row["amount_usd"]
    ]
    return sorted(changed, key=lambda row: [str(value) for value in row.values()])


_MARK = '<meta name="made-of" content="{}">'
_HEAD = 600
"""Bytes of a page within which its mark stands."""

_TOLD = """
SELECT '{0}', edition_year, section_code, count(*), sum(hash(one)::HUGEINT)::VARCHAR FROM {0} AS one GROUP BY ALL
"""
_LABELS = "SELECT '{0}', count(*), sum(hash(one)::HUGEINT)::VARCHAR FROM {0} AS one"


@dataclass(frozen=True, slots=True)
class LastReport:
    """The last report of the same code: its folder, the documents of which something may have to be told otherwise since, and a
    file that has the findings of these and the relations broken by what they are about, if there is one: a few rows of
    millions."""

    folder: Path
    touched: frozenset[str]
    part: Path | None = None


def mark_of(*made_of: Any) -> str:
    """A hash of what a page is made of."""
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]


def keep(last: LastReport | None, folder: Path, address: str, mark: str) -> bool:
    """Link a page of the last report into the next one's folder if it has this mark; False if not."""
    if last is None:
        return False
    kept = f"{last.folder}/{address}"  # of thousands of pages, objects for paths take half of the time
    try:
        with open(kept, "rb") as page:  # noqa: PTH123
            if _MARK.format(mark).encode() not in page.read(_HEAD):
                return False
        os.link(kept, f"{folder}/{address}")
    except OSError:
        return False
    return True


def keep_pictures(last: LastReport | None, folder: Path, names: Collection[tuple[str, str]]) -> frozenset[str]:
    """Link pictures of the last report into the folder ``evidence`` of the next, given by name and document; the names of
    those that are there now."""
    found: set[str] = set()
    for name, document_id in names if last is not None else ():
        if last is None or document_id in last.touched:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        try:
            (folder / name).hardlink_to(last.folder / folder.name / name)
        except OSError:
            continue
        found.add(name)
    return frozenset(found)


def marks_of_sections(connection: Any) -> dict[tuple[Any, Any], str]:
    """A hash of what the page of each edition and section is made of, of the tables that ``sections.gather`` made."""
    labels = [connection.execute(_LABELS.format(name)).fetchall() for name in ("dim_grade", "dim_object")]
    found = defaultdict(list)
    for name in ("parts", "posts", "objects", "mandates"):
        for row in connection.execute(_TOLD.format(name)).fetchall():
            found[row[1], row[2]].append(row)
    return {key: mark_of(labels, sorted(rows)) for key, rows in found.items()}
