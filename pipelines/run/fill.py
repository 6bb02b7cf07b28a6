"""The file of a draft: made from the last release where most of it stays, else from nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.run.comparisons import compare_documents
from pipelines.run.early_steps import Options, Staged
from pipelines.run.last_parts import CannotCarryOver, Parts, changes_since, kept_parts, parts_of
from pipelines.run.next_release import next_file
from pipelines.run.part import PART
from pipelines.run.release_stages import ReleaseStages, comparison_paths, stages_before
from pipelines.run.release_tables import Mend, build_file, harvest_key, harvested
from pipelines.run.staging_files import StagedTables
from warehouse.load import RowSum
from warehouse.memory import SEVERAL, give_back, within_memory
from warehouse.release import ReleaseDraft, current_release, damage
from warehouse.schema.declare import Rows

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.run.workers import Pool

LOG = logging.getLogger("fascicle.run")
WITNESSES, EMPTY = "witnesses", "empty"
FEWEST_ROWS = 200_000
"""Rows of a release below which the next one is built from nothing: of thirteen sections, that takes a fifth less."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A draft's file: what it was made of, the sum of each table's rows, and where it was made from the last release, its
    identifier, ``Next.touched`` and ``Next.groups``."""

    parts: Parts
    sums: dict[str, RowSum]
    carried_from: str | None = None
    touched: tuple[str, ...] = ()
    groups: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Given:
    """What a file is made of."""

    stages: ReleaseStages
    records: Rows
    mends: Mapping[str, Mend]


def fill(options: Options, staged: Staged, draft: ReleaseDraft, code: str, pool: Pool | None = None) -> Filled:
    """Make a draft's file of the staged documents and what holds between them; ``code`` is the version of what makes it. The
    processes of a ``pool`` are ended when they have compared.

    Raises ValueError when a stage is damaged, LoadError when rows do not fit their table, MemoryShortage when DuckDB
    may not hold as much as it needs.
    """
    give_back(SEVERAL)
    stages = {document.document_id: StagedTables(Path(document.stage)) for document in staged.documents}
    rows = [document.header["document"] for document in staged.documents]
    witnesses = options.place.staging / WITNESSES
    # What the last release was made of is held against what this one is made of, whenever a run gets as far.
    kept = comparison_paths(before, witnesses) if (before := _last_parts(options)) else ()
    compared = compare_documents(list(zip(rows, stages.values(), strict=True)), witnesses, options.limits, kept, pool)
    if pool is not None:
        pool.close()
    given = _Given(ReleaseStages(stages, compared), harvested(options.home), _mends(options.register_path))
    harvest = " ".join(harvest_key(options.home))
    parts = parts_of(code, stages, compared, options.register_path, harvest)
    with within_memory():
        found = None if options.is_rebuild else _filled_from_last(options, draft, parts, given)
        if found is None:
            give_back()
            empty = options.place.staging / EMPTY
            found = Filled(parts, build_file(draft.database, given.stages.every, given.records, given.mends, empty))
    sums = {name: f"{one.total:x}" for name, one in found.sums.items()}
    return replace(found, parts=replace(found.parts, sums=sums))


def _last_parts(options: Options) -> Parts | None:
    """What the last release was made of, if there is one that tells."""
    last = current_release(options.place)
    try:
        return kept_parts(last.manifest) if last is not None else None
    except CannotCarryOver:
        return None


def _filled_from_last(options: Options, draft: ReleaseDraft, parts: Parts, given: _Given) -> Filled | None:
    """A draft's file made from the last release; None where it has to be built from nothing, whatever the reason."""
    import duckdb

    try:
        last = current_release(options.place)
        if last is None:
            return None
        before, counts = kept_parts(last.manifest), last.manifest["row_counts"]
        if sum(counts.values()) < FEWEST_ROWS:
            raise CannotCarryOver("so small a release is built from nothing as fast")
        if damage(last):
            return None
        changes = changes_since(before, sum(counts.values()), parts)
        sums = {name: RowSum(counts[name], int(total, 16)) for name, total in before.sums.items()}
        made = next_file(
            draft.database,
            last.database,
            sums,
            changes,
            stages_before(before, given.stages, changes, options.place.staging, options.place.staging / WITNESSES),
            given.stages,
            given.records,
            given.mends,
            draft.path / PART,
        )
    except (MemoryError, OSError, duckdb.OutOfMemoryException):
        raise  # it would be no better with more to build
    except Exception as reason:
        is_foreseen = isinstance(reason, CannotCarryOver)
        LOG.log(logging.INFO if is_foreseen else logging.WARNING, "built from nothing: %s", reason)
        (draft.path / PART).unlink(missing_ok=True)
        return None
    parts = replace(parts, moved=before.moved + made.replaced)
    return Filled(parts, made.sums, last.release_id, made.touched, made.groups)


def _mends(register: Path) -> dict[str, Mend]:
    """How rows are changed on their way into the file; an unreadable register is the gate's matter."""
    from expectations.register import RegisterError, acknowledged, read_register

    try:
        entries = read_register(register)
    except RegisterError:
        return {}

    def with_known(findings: pa.Table) -> pa.Table:
        """The findings with those marked that the register knows as they are."""
        import pyarrow as pa

        rows = findings.select(["finding_id", "printed_text", "implied_value"]).to_pylist()
        known = acknowledged(entries, rows)
        marks = pa.array([row["finding_id"] in known for row in rows], pa.bool_())
        return findings.set_column(findings.column_names.index("acknowledged"), findings.field("acknowledged"), marks)

    return {"mart_finding": with_known} if entries else {}
