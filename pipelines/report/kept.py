"""Pages of the last report that say the same in the next one: they are linked, not written.

A page that can be kept names in its head what it was made of, as a hash; where the next report would make it of the same,
it is the same, for both are written by the same code.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MARK = '<meta name="made-of" content="{}">'
_HEAD = 600
"""Bytes of a page within which its mark stands."""

_TOLD = """
SELECT '{0}', edition_year, section_code, count(*), sum(hash(one)::HUGEINT)::VARCHAR FROM {0} AS one GROUP BY ALL
"""
_LABELS = "SELECT '{0}', count(*), sum(hash(one)::HUGEINT)::VARCHAR FROM {0} AS one"


@dataclass(frozen=True, slots=True)
class LastReport:
    """The last report of the same code: its folder, and the documents whose rows may differ since."""

    folder: Path
    touched: frozenset[str]


def mark_of(*made_of: Any) -> str:
    """A hash of what a page is made of."""
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]


def keep(last: LastReport | None, folder: Path, address: str, mark: str) -> bool:
    """Link a page of the last report into the next one's folder if it has this mark; False if not."""
    if last is None:
        return False
    try:
        with (last.folder / address).open("rb") as page:
            if _MARK.format(mark).encode() not in page.read(_HEAD):
                return False
        (folder / address).hardlink_to(last.folder / address)
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
