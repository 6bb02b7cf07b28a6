"""Releases of a few documents, made one after the other by changes that are drawn, and the few tables and views they are
compared in: all of them take a second each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.warehouse.support import publish, small_rows
from warehouse.home import Home
from warehouse.marts import views
from warehouse.release import Release
from warehouse.schema.declare import Rows
from warehouse.tables import TABLES

SOME = tuple(
    table
    for table in TABLES
    if table.name in ("mart_document", "mart_source_line", "mart_table", "mart_row", "mart_cell", "mart_finding")
)
SOME_VIEWS = tuple(view for view in views() if view.name in ("v_counted_document", "v_finding_source"))


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says: the value of a cell, and the hash of its bytes, by which only its own row differs."""

    value: str = "1.1"
    sha256: str = "a" * 64


Documents = Mapping[str, Said]
FIRST: Documents = dict.fromkeys("abcd", Said())

_said = st.builds(Said, st.sampled_from(["1.1", "2.2"]), st.sampled_from(["a" * 64, "b" * 64]))
changes = st.lists(st.dictionaries(st.sampled_from("abcdef"), _said | st.none(), max_size=3), min_size=1, max_size=4)
"""Of each release: documents that are new or say something else; None for those that are gone."""


def changed(documents: Documents, change: Mapping[str, Said | None]) -> Documents:
    """The documents after a change."""
    return {name: said for name, said in {**documents, **change}.items() if said is not None}


def release_of(home: Home, documents: Documents) -> Release:
    """A release of these documents."""
    rows: Rows = {}
    for name, said in sorted(documents.items()):
        for table, found in small_rows(said.value, f"A/77/6(Sect.{name}).zh.txt", said.sha256).items():
            if table == "mart_finding":
                found = [{**row, "finding_id": f"f{name}"} for row in found]
            if table != "mart_check" or table not in rows:
                rows.setdefault(table, []).extend(found)
    return publish(home, rows)


def releases_of(home: Home, drawn: Sequence[Mapping[str, Said | None]]) -> list[Release]:
    """The first release, and one after each change."""
    documents, made = FIRST, [release_of(home, FIRST)]
    for change in drawn:
        documents = changed(documents, change)
        made.append(release_of(home, documents))
    return made
