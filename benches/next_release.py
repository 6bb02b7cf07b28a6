"""Releases made from the last one against releases built from nothing: ``python -m benches.next_release``.

Random sequences of documents added, changed and removed; after each step both files are made, and each of their tables is
compared, row by row. Small documents are rendered from facts; real ones are read from a folder, and changed by leaving
out half of what they cite.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benches.render.facts import fascicle_of
from benches.render.model import Fascicle
from benches.render.render import render
from benches.render.scale import varied
from pipelines.ingest.formats import Refused, tell_format
from pipelines.run.comparisons import compare_documents
from pipelines.run.document import described, judged, read_and_judge, read_rows
from pipelines.run.last_parts import CannotCarryOver, MostIsNew, Parts, changes_since, parts_of
from pipelines.run.next_release import next_file
from pipelines.run.release_stages import ReleaseStages
from pipelines.run.release_tables import build_file
from pipelines.run.staging_files import StagedTables, write_stage
from warehouse import marts, memory
from warehouse.load import RowSum, row_sum
from warehouse.outputs import table_files
from warehouse.outputs.data_package import write_data_package
from warehouse.outputs.table_files import Last, export_tables
from warehouse.schema.declare import Rows
from warehouse.tables import TABLE_BY_NAME, TABLES

ROOT = Path(__file__).parents[1]
SEED = ROOT / "pipelines" / "bundled" / "A_77_6_Sect.10.zh.txt"
SEQUENCES, REAL = 500, 20
_KEPT = (*range(4), *range(20, 30), *range(157, 170), *range(216, 219))
"""Elements of the seed that make a small document: mandates, money, posts, a chart, a recommendation."""

_TEXTS: tuple[tuple[str, Any], ...] = (("en", "txt"), ("fr", "txt"), ("en", "docx"))

State = Mapping[str, int]
"""The variant of each document that is there, by its identifier."""


@dataclass(frozen=True)
class Staged:
    """A document's row as its stage's header has it, and its stage."""

    row: dict[str, Any]
    tables: StagedTables


Pool = dict[str, list[Staged]]
"""Variants of documents by identifier."""


def small_fascicle() -> Fascicle:
    """The facts of the seed with few of its tables, to be varied and rendered."""
    whole = fascicle_of(read_and_judge(SEED.read_bytes(), "txt", {}, "0" * 64))
    return replace(whole, elements=tuple(whole.elements[at] for at in _KEPT if at < len(whole.elements)))


def small_pool(folder: Path, sections: Sequence[str] = ("9", "10"), factors: Sequence[int] = (1, 3)) -> Pool:
    """Sections of two editions, each in two languages and one of them in two formats, with as many variants as factors and
    one more."""
    small = small_fascicle()
    pool: Pool = {}
    for year in (2026, 2027):
        for section in sections:
            for language, form in _TEXTS:
                for factor in factors:
                    _stage(pool, folder, render(varied(small, year, section, factor), language, form), form)
    return pool


def real_pool(folder: Path, source: Path, most: int) -> Pool:
    """Real documents as they are, and without half of what they cite."""
    pool: Pool = {}
    for path in sorted(path for path in source.rglob("*") if path.suffix in {".docx", ".pdf", ".txt"})[:most]:
        data = path.read_bytes()
        try:
            _stage(pool, folder, data, tell_format(data))
        except Refused:
            continue
    return pool


def _stage(pool: Pool, folder: Path, data: bytes, form: Any) -> None:
    sha256 = hashlib.sha256(data).hexdigest()
    rows = read_and_judge(data, form, {}, sha256)
    name = str(rows["mart_document"][0]["document_id"])
    _keep(pool, folder, name, rows)
    if len(pool[name]) == 1:
        _keep(pool, folder, name, _shortened(read_rows(data, form, {}, sha256)))


def _keep(pool: Pool, folder: Path, name: str, rows: Rows) -> None:
    variants = pool.setdefault(name, [])
    path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}-{len(variants)}.stage"
    header = described(rows)
    write_stage(path, header, rows)
    variants.append(Staged(header["document"], StagedTables(path)))


def _shortened(rows: Rows) -> Rows:
    """The rows without half of the citations, mandates and deliverables, judged anew."""
    kept = dict(rows)
    for name in ("mart_citation", "mart_mandate", "mart_deliverable"):
        kept[name] = rows.get(name, [])[::2]
    return judged(kept)


def sequence(pool: Pool, steps: int, chance: random.Random) -> list[State]:
    """States that follow one another, each by one to three documents added, changed or removed."""
    state = dict.fromkeys(chance.sample(sorted(pool), max(1, len(pool) * 2 // 3)), 0)
    found: list[State] = [dict(state)]
    for _ in range(steps):
        for name in chance.sample(sorted(pool), chance.randint(1, 3)):
            if name in state and chance.random() < 0.4 and len(state) > 1:
                del state[name]
            else:
                state[name] = chance.randrange(len(pool[name]))
        found.append(dict(state))
    return found


@dataclass
class _Release:
    folder: Path
    parts: Parts
    stages: ReleaseStages
    sums: dict[str, RowSum]

    @property
    def file(self) -> Path:
        return self.folder / "fascicle.duckdb"


def follow(states: Sequence[State], pool: Pool, folder: Path, is_filed: bool = False) -> tuple[list[str], int]:
    """Make each state's file from the last one and from nothing: tables that differ, in words, and how many were carried.

    Where it ``is_filed``, Parquet and CSV files are made, too, and held against each other.
    """
    last: _Release | None = None
    wrong: list[str] = []
    carried = 0
    for number, state in enumerate(states):
        documents = {name: pool[name][variant] for name, variant in sorted(state.items())}
        stages = {name: one.tables for name, one in documents.items()}
        witnesses = folder.parent / "witnesses"
        kept = [stage.path for stage in last.stages.comparisons] if last is not None else []
        compared = compare_documents([(one.row, one.tables) for one in documents.values()], witnesses, keep=kept)
        now = ReleaseStages(stages, compared)
        parts = parts_of("code", stages, compared, folder / "register.toml")
        whole = _Release(folder / f"{number}.whole", parts, now, {})
        whole.sums = build_file(whole.file, [*stages.values(), *compared], empty=folder.parent / "empty")
        if is_filed:
            _write_files(whole.folder, None)
        made = whole
        if last is not None:
            made = _Release(folder / f"{number}.next", parts, now, {})
            try:
                changes = changes_since(last.parts, sum(one.rows for one in last.sums.values()), parts, most=1.0)
                found = next_file(made.file, last.file, last.sums, changes, last.stages, now)
            except MostIsNew:
                made = whole  # as a run does
            except CannotCarryOver as reason:
                wrong.append(f"step {number}: {reason}")
                made = whole
            else:
                carried += 1
                made.sums, made.parts = found.sums, replace(parts, moved=last.parts.moved + found.replaced)
                wrong += [f"step {number}: {words}" for words in _differing(made.file, found.sums, whole.sums)]
                if is_filed:
                    same = frozenset(name for name, one in found.sums.items() if one == last.sums[name])
                    _write_files(made.folder, Last(last.folder, same, found.groups))
                    wrong += [f"step {number}: {words}" for words in _differing_files(made.folder, whole.folder)]
        last = made
        for old in folder.iterdir():
            if old.suffix in {".whole", ".next"} and old != last.folder:
                shutil.rmtree(old)
    return wrong, carried


def _write_files(folder: Path, last: Last | None) -> None:
    """Parquet and CSV files of a release, and what describes them."""
    manifest = {
        "documents": [],
        "row_counts": {},
        "content_hash": "",
        "release_id": "",
        "created_at": "",
        "versions": {},
    }
    export_tables(folder / "fascicle.duckdb", folder, [table.name for table in TABLES], last)
    write_data_package(folder, TABLES, manifest)


def _differing_files(made: Path, whole: Path) -> Iterator[str]:
    """Tables whose Parquet or CSV files have other rows, or the same in another order, than those written from nothing."""
    import pyarrow.parquet as pq

    for table in TABLES:
        parquet, csv = f"parquet/{table.name}.parquet", f"csv/{table.name}.csv.gz"
        if not pq.read_table(made / parquet).equals(pq.read_table(whole / parquet)):
            yield f"{parquet} differs"
        if gzip.decompress((made / csv).read_bytes()) != gzip.decompress((whole / csv).read_bytes()):
            yield f"{csv} differs"


def _differing(made: Path, found: Mapping[str, RowSum], expected: Mapping[str, RowSum]) -> Iterator[str]:
    """Tables whose rows are others than expected: as they are said to be, and as they stand in the file."""
    import duckdb

    with duckdb.connect(str(made), read_only=True) as connection:
        for table in TABLES:
            rows = connection.execute(f"FROM {table.name}").to_arrow_table()
            held = row_sum(TABLE_BY_NAME[table.name], rows)
            if not found[table.name] == expected[table.name] == held:
                yield f"{table.name} has {held.rows} rows, said to be {found[table.name].rows}, of {expected[table.name].rows}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Follow the sequences and say how many were equal in each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sequences", type=int, default=SEQUENCES)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", type=Path, default=None, help="folder of real documents, in the place of small ones")
    parser.add_argument("--most", type=int, default=12, help="documents that are read of it")
    parser.add_argument(
        "--files", type=int, default=10, help="of so many sequences, one with its Parquet and CSV files"
    )
    options = parser.parse_args(arguments)
    table_files.GROUP_ROWS = (2048, 2048)  # so that small tables have several
    memory.threads = lambda: 1  # of so few rows a second thread costs more than it does
    marts.views = lambda: ()  # views have no rows, and to make them takes as long as to load a table
    work = Path(tempfile.mkdtemp(prefix="fascicle-next-"))
    started = time.process_time()
    try:
        (work / "pool").mkdir()
        pool = real_pool(work / "pool", options.real, options.most) if options.real else small_pool(work / "pool")
        steps = 0
        for number in range(options.sequences):
            room = work / f"{number}"
            room.mkdir()
            states = sequence(pool, options.steps, random.Random(options.seed * 100_000 + number))
            wrong, carried = follow(states, pool, room, number % options.files == 0)
            steps += carried
            shutil.rmtree(room)
            if wrong:
                raise SystemExit(f"sequence {number}: " + "; ".join(wrong))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(
        f"{options.sequences} sequences of {len(pool)} documents, {steps} releases made from the last one: "
        f"each equal to that built from nothing, {time.process_time() - started:.0f} s CPU"
    )


if __name__ == "__main__":
    main()
