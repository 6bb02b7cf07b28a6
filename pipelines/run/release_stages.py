"""The stages that a release is made of, and those that the last one was made of, as far as they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.run.last_parts import CannotCarryOver, Changes, Parts
from pipelines.run.staging_files import StagedTables
from warehouse.build import Piece

if TYPE_CHECKING:
    import pyarrow as pa

RELATIONS, MEMBERS = "mart_relation", "mart_relation_member"


@dataclass(frozen=True, slots=True)
class ReleaseStages:
    """Stages of documents by identifier, and those of what was found between them."""

    documents: Mapping[str, StagedTables]
    comparisons: Sequence[StagedTables]

    @property
    def every(self) -> tuple[StagedTables, ...]:
        """All stages."""
        return (*self.documents.values(), *self.comparisons)

    def rows(self, name: str, documents: Collection[str]) -> Iterator[pa.Table]:
        """Rows of a table that belong to these documents, and members of their relations, by stage."""
        meant = frozenset(documents)
        for one in sorted(meant):
            stage = self.documents.get(one)
            if stage is not None and name in stage:
                yield stage.table(name)
        for stage in self.comparisons:
            if name in stage and not meant.isdisjoint(stage.document_ids):
                yield _of_documents(stage, name, meant)


def _of_documents(stage: StagedTables, name: str, documents: Collection[str]) -> pa.Table:
    """Those rows of a comparison that belong to some of its documents."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = stage.table(name)
    if frozenset(documents).issuperset(stage.document_ids):
        return rows
    meant = pa.array(sorted(documents), pa.string())
    if name != MEMBERS:
        return rows.filter(pc.is_in(rows["document_id"], meant))
    relations = stage.table(RELATIONS)
    own = relations.filter(pc.is_in(relations["document_id"], meant))["relation_id"]
    return rows.filter(pc.is_in(rows["relation_id"], own))


def stages_before(before: Parts, now: ReleaseStages, changes: Changes, staging: Path, witnesses: Path) -> ReleaseStages:
    """Of the stages that the last release was made of, those of documents that changed, and all comparisons. Raises
    CannotCarryOver where one is gone."""
    documents = {}
    for name in sorted(changes.documents & before.documents.keys()):
        stem, crc32 = before.documents[name].split()
        documents[name] = _kept(staging / f"{stem}.stage")
        if f"{documents[name].crc32:08x}" != crc32:
            raise CannotCarryOver(f"{name} was staged anew since the last release")
    held = {stage.path: stage for stage in now.comparisons}
    paths = sorted(comparison_paths(before, witnesses))
    return ReleaseStages(documents, [held[path] if path in held else _kept(path) for path in paths])


def comparison_paths(parts: Parts, witnesses: Path) -> frozenset[Path]:
    """Where the stages of the comparisons of a release are, or were."""
    inside = f"{witnesses.name}/"
    return frozenset(witnesses / f"{key.removeprefix(inside)}.stage" for key in parts.comparisons)


def _kept(path: Path) -> StagedTables:
    try:
        return StagedTables(path)
    except (OSError, ValueError) as problem:
        raise CannotCarryOver(f"{path.name}, of which the last release was made, is not there any more") from problem


def differing_pieces(
    table: str, before: Sequence[StagedTables], now: Sequence[StagedTables]
) -> tuple[list[Piece], list[Piece]]:
    """Pieces of a table that only the first or only the second stages have; what both have, by its sum, is left out."""
    left, came = (Counter(stage.summed(table) for stage in stages if table in stage) for stages in (before, now))
    return _left_over(table, before, left - came), _left_over(table, now, came - left)


def _left_over(table: str, stages: Sequence[StagedTables], counts: Counter[tuple[int, str] | None]) -> list[Piece]:
    found = []
    for stage in stages:
        summed = stage.summed(table)
        if summed is not None and counts[summed] > 0:
            counts[summed] -= 1
            found.append(stage.piece(table))
    return found
