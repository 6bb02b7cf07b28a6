"""What a release was made of, kept in its manifest, and what differs from that when the next one is made."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.run.release_tables import is_shared
from pipelines.run.staging_files import StagedTables
from warehouse.tables import TABLES

_MOST = 1 / 4
"""Share of the documents that may differ, and of the rows that may stand out of their order, before all is built anew."""


SHARED = tuple(table.name for table in TABLES if is_shared(table))


class CannotCarryOver(Exception):
    """The next release cannot be made of the last one; it is built from nothing then."""


class MostIsNew(CannotCarryOver):
    """So much differs that to build all takes no longer."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a release was made of, as its manifest keeps it for the next one.

    ``code`` is the version of the code and the wording that made it, ``documents`` the versions of their rows by
    identifier, ``comparisons`` the documents held against one another by the stage of what was found, ``register`` a hash
    of the register of known discrepancies, ``sums`` the row sums of the tables in hexadecimal, ``moved`` how many rows
    were replaced since a release was last built from nothing, ``shared`` by table a hash of what documents state together,
    ``harvest`` one of the records harvested into the home.
    """

    code: str
    documents: dict[str, str] = field(default_factory=dict)
    comparisons: dict[str, list[str]] = field(default_factory=dict)
    register: str = ""
    sums: dict[str, str] = field(default_factory=dict)
    moved: int = 0
    shared: dict[str, str] = field(default_factory=dict)
    harvest: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the last release: ``documents`` read anew, added or removed; ``shared`` are the tables of which
    documents state other rows together."""

    documents: frozenset[str]
    is_register_new: bool = False
    shared: frozenset[str] = frozenset()
    is_harvest_new: bool = False


def parts_of(
    code: str,
    documents: Mapping[str, StagedTables],
    comparisons: Sequence[StagedTables],
    register: Path,
    harvest: str = "",
) -> Parts:
    """What a release of these stages is made of; its sums are known when it is built."""
    return Parts(
        code,
        {name: f"{stage.path.stem} {stage.crc32:08x}" for name, stage in sorted(documents.items())},
        {f"{stage.path.parent.name}/{stage.path.stem}": sorted(stage.document_ids) for stage in comparisons},
        hashlib.sha256(register.read_bytes()).hexdigest() if register.is_file() else "",
        shared={name: _stated(name, (*documents.values(), *comparisons)) for name in SHARED},
        harvest=harvest,
    )


def source_of(version: str) -> str:
    """SHA-256 of the bytes that a document was read of, from the version of its rows."""
    return version.partition("-")[0]


def _stated(name: str, stages: Sequence[StagedTables]) -> str:
    """A hash of the rows of a table that the stages have: of the different ones, and where they are counts how often each."""
    times = Counter(stage.summed(name) for stage in stages)
    told = sorted((f"{one[0]} {one[1]}", count) for one, count in times.items() if one is not None)
    return hashlib.sha256(repr(told if name == "mart_check" else [one for one, _ in told]).encode()).hexdigest()[:16]


def kept_parts(manifest: Mapping[str, Any]) -> Parts:
    """What a release was made of. Raises CannotCarryOver where its manifest does not tell."""
    try:
        return Parts(**manifest["parts"])
    except (KeyError, TypeError) as problem:
        raise CannotCarryOver("the last release does not tell what it was made of") from problem


def changes_since(before: Parts, rows: int, now: Parts, most: float = _MOST) -> Changes:
    """What differs from a release of so many rows. Raises MostIsNew where that is most of it, CannotCarryOver
    where it was made by other code."""
    if before.code != now.code:
        raise CannotCarryOver("the last release was made by other code")
    names = before.documents.keys() | now.documents.keys()
    changed = {name for name in names if before.documents.get(name) != now.documents.get(name)}
    if len(changed) > max(1, len(names) * most) or before.moved > rows * most:
        raise MostIsNew("most of it is new")
    return Changes(
        frozenset(changed),
        before.register != now.register,
        frozenset(name for name in SHARED if before.shared.get(name) != now.shared.get(name)),
        before.harvest != now.harvest,
    )
