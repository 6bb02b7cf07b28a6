"""The tables of a release as Parquet and gzipped CSV, in the order of their keys; what did not change is taken from the
last release's files.

A file whose table is the same is linked. Of a table in which rows were exchanged the row groups are written that these
rows belong to, the others are copied byte by byte. A CSV file has a gzip member for its head and one for each row group of
the Parquet file, so that it is made in the same way; ``csv/members.json`` says how long they are.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.file_hash import file_sha256
from warehouse.memory import spilling
from warehouse.outputs.parquet_groups import Groups, NotMergeable, group_rows, put_together
from warehouse.schema.declare import Table, quote_identifier, quote_literal
from warehouse.tables import TABLE_BY_NAME

if TYPE_CHECKING:
    import duckdb

MEMBERS = "members.json"
BLOCK = 2_048
"""Rows that DuckDB reads at once."""
GROUP_ROWS = (4_096, 10_240)
"""Rows of a row group, at most, of the widest table and of the narrowest: what is written where one row changed, and held in
memory as CSV is made."""
_GROUP_VALUES = 100_000
"""Values of a row group of the tables between them."""
_GROUPS = 64
"""Row groups that a file has, if it has rows enough: of fewer, most are written anew where ten documents changed."""
_NO_FILTERS = ", WRITE_BLOOM_FILTER false"
"""For row groups that are put together with others: filters lie elsewhere in a file, and are left behind."""
_AT_ONCE = 1 << 20  # bytes
_UP_TO_HASH = re.compile("[\0-#]")
"""``#``, which parts a document's name from what is within it, and the signs that sort before it."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"

Key = tuple[Any, ...]
"""Values of the columns that a table is ordered by."""
Origin = int | Path | None
"""Where the rows of a row group are from: the group of the last release with this number, or a file that has them alone."""


@dataclass(frozen=True, slots=True)
class Last:
    """What the files of the next release are made from: the folder of the last one, the tables that are the ``same`` in
    both, and for tables in which rows were exchanged the row groups (``changed``) that have to be written."""

    folder: Path
    same: frozenset[str] = frozenset()
    changed: Mapping[str, Sequence[int]] = field(default_factory=dict)


def first_keys(file: Path, table: Table) -> Sequence[Key]:
    """The key that each row group of a table's file begins with, each read when it is asked for: of hundreds, looking for
    the places of a few keys takes a dozen."""
    return _first_keys(file, file.stat().st_mtime_ns, table.order)


@lru_cache(maxsize=64)
def _first_keys(file: Path, _written: int, columns: Sequence[str]) -> Sequence[Key]:
    """As ``first_keys``; kept, for they are asked for twice."""
    return _FirstKeys(file, columns)


class _FirstKeys(Sequence[Key]):
    """First keys of the row groups of a file, by the numbers of the groups. The file stays open: what describes its groups is
    read each time that it is opened, and takes longer than a key."""

    def __init__(self, file: Path, columns: Sequence[str]) -> None:
        import pyarrow.parquet as pq

        self._opened, self._columns = pq.ParquetFile(file), list(columns)
        self._count: int = self._opened.num_row_groups
        self._known: dict[int, Key] = {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: Any) -> Any:
        if not 0 <= number < self._count:
            raise IndexError(number)
        if number not in self._known:
            self._known[number] = self._read(number)
        return self._known[number]

    def _read(self, number: int) -> Key:
        batches = self._opened.iter_batches(1, [number], self._columns, use_threads=False)
        return tuple(next(batches).to_pylist()[0].values())


def groups_of(keys: Iterable[Key], starts: Sequence[Key]) -> list[int]:
    """The row groups that rows with these keys belong to, where each group begins with one of ``starts``."""
    ordered, found, at = sorted(keys), list[int](), 0
    while at < len(ordered):
        found.append(max(0, bisect_right(starts, ordered[at]) - 1))
        # Those that follow in the same group are passed over together.
        at = bisect_left(ordered, starts[found[-1] + 1], at) if found[-1] + 1 < len(starts) else len(ordered)
    return found


def group_size(table: Table, rows: int) -> int:
    """Rows of a row group of a table of so many, at most: as many as make about so many values, and of a small table fewer, in
    blocks as DuckDB writes them."""
    least, most = GROUP_ROWS
    of_values = min(most, max(least, round(_GROUP_VALUES / len(table.fields) / BLOCK) * BLOCK))
    return min(of_values, max(BLOCK, rows // _GROUPS // BLOCK * BLOCK))


def opened_to_write(database: Path, spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a finished file that may write other files; what does not fit in memory goes to a folder ``spill``."""
    import duckdb

    # A few thousand rows at a time: a second thread costs more than it does, and validation goes on meanwhile.
    return duckdb.connect(str(database), read_only=True, config=spilling(spill, 1))


def export_tables(
    database: Path | duckdb.DuckDBPyConnection, folder: Path, tables: Sequence[str], last: Last | None = None
) -> None:
    """Write each table of a finished file, or of an open one (``opened_to_write``), to ``parquet/<table>.parquet`` and
    ``csv/<table>.csv.gz`` in a folder.

    The CSV has a head, is UTF-8, empty for NULL, with lists as text. The same rows in the same groups give the same bytes.
    """
    if isinstance(database, Path):
        with opened_to_write(database, folder / "tables.tmp") as connection:
            return export_tables(connection, folder, tables, last)
    sizes = _sizes(last.folder) if last is not None else {}
    linked = link_files(last.folder, folder, last.same.intersection(sizes)) if last is not None else frozenset()
    made = {name: sizes[name] for name in linked}
    (folder / "parquet").mkdir(parents=True, exist_ok=True)
    (folder / "csv").mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as workers:
        for name in tables:
            if name not in linked:
                origins = _write_parquet(database, folder, TABLE_BY_NAME[name], last)
                before = (last.folder / "csv" / f"{name}.csv.gz", sizes[name]) if last and name in sizes else None
                made[name] = _write_csv(database, workers, folder, TABLE_BY_NAME[name], origins, before)
                for origin in origins:
                    if isinstance(origin, Path):
                        origin.unlink()
    (folder / "csv" / MEMBERS).write_text(json.dumps(made, sort_keys=True), "utf-8")


def export_parquet(database: Path, folder: Path, tables: Sequence[str]) -> dict[str, Path]:
    """Write each table of a finished file to ``folder/<table>.parquet``; returns the files by table."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    files = {table: folder / f"{table}.parquet" for table in tables}
    with duckdb.connect(str(database), read_only=True, config=spilling(folder.with_suffix(".tmp"))) as connection:
        for table, file in files.items():
            rows = _count(connection, TABLE_BY_NAME[table])
            _copy(connection, TABLE_BY_NAME[table], quote_identifier(table), file, rows)
    return files


def link_files(last: Path, draft: Path, tables: Iterable[str]) -> frozenset[str]:
    """Link the Parquet and CSV files of tables from the folder of a release into that of a draft; the tables of which both
    are there. A file that is linked is of both releases, and is never written to."""
    linked: set[str] = set()
    for name in ("parquet", "csv"):
        (draft / name).mkdir(exist_ok=True)
    for table in tables:
        names = (f"parquet/{table}.parquet", f"csv/{table}.csv.gz")
        if not all((last / name).is_file() for name in names):
            continue
        try:
            for name in names:
                (draft / name).hardlink_to(last / name)
        except OSError:  # a file system without links: written like the others
            for name in names:
                (draft / name).unlink(missing_ok=True)
        else:
            linked.add(table)
    return frozenset(linked)


def _sizes(folder: Path) -> dict[str, list[int]]:
    """Bytes of the members of each CSV file that is as it was published; nothing of a release of an older version."""
    try:
        found: dict[str, list[int]] = json.loads((folder / "csv" / MEMBERS).read_text("utf-8"))
        described = json.loads((folder / "datapackage.json").read_text("utf-8"))
        hashes = {resource["path"]: resource["hash"] for resource in described["resources"]}
    except (OSError, ValueError, KeyError):
        return {}
    return {name: sizes for name, sizes in found.items() if _is_whole(folder, f"csv/{name}.csv.gz", hashes)}


def _is_whole(folder: Path, name: str, hashes: Mapping[str, str]) -> bool:
    try:
        return hashes.get(name) == f"sha256:{file_sha256(folder / name)}"
    except OSError:
        return False


def _count(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    found = connection.execute(f"SELECT count(*) FROM {quote_identifier(table.name)}").fetchone()
    return int(found[0]) if found else 0


def _copy(connection: duckdb.DuckDBPyConnection, table: Table, query: str, file: Path, of: int, more: str = "") -> None:
    """Write rows of a table that has so many; ``more`` are further options."""
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group_size(table, of)}{more}"
    connection.execute(f"COPY {query} TO {quote_literal(str(file))} ({options})")


def _write_parquet(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: Table, last: Last | None
) -> list[Origin]:
    """Write a table's Parquet file; returns where each of its row groups is from."""
    target = folder / "parquet" / f"{table.name}.parquet"
    if last is not None and table.name in last.changed:
        try:
            return _write_changed(
                connection, last.folder / "parquet" / target.name, target, table, last.changed[table.name]
            )
        except (ValueError, OSError):
            target.unlink(missing_ok=True)  # written whole
    order = f" ORDER BY {_columns(table)}" if last is not None else ""
    _copy(connection, table, f"(FROM {quote_identifier(table.name)}{order})", target, _count(connection, table))
    return [None] * len(group_rows(target))


def _write_changed(
    connection: duckdb.DuckDBPyConnection, before: Path, target: Path, table: Table, changed: Sequence[int]
) -> list[Origin]:
    """Write those row groups in which rows were exchanged, and take the others from the file ``before``."""
    starts, count = first_keys(before, table), _count(connection, table)
    parts: list[Groups] = []
    origins: list[Origin] = []
    pieces: list[Path] = []
    try:
        for is_changed, run in groupby(range(len(starts)), set(changed).__contains__):
            numbers = list(run)
            if not is_changed:
                parts.append(Groups(before, numbers))
                origins += numbers
                continue
            piece = target.with_suffix(f".{numbers[0]}.piece")
            pieces.append(piece)
            end = starts[numbers[-1] + 1] if numbers[-1] + 1 < len(starts) else None
            rows = _between(table, starts[numbers[0]] if numbers[0] else None, end)
            _copy(connection, table, rows, piece, count, _NO_FILTERS)
            if found := len(group_rows(piece)):
                parts.append(Groups(piece, range(found)))
                origins += [piece] if found == 1 else [None] * found
        if put_together(target, parts) != count:
            raise NotMergeable(f"{target.name} has not the rows of its table")
    except BaseException:
        origins.clear()
        raise
    finally:
        for piece in pieces:
            if piece not in origins:
                piece.unlink(missing_ok=True)
    return origins


def _columns(table: Table) -> str:
    return ", ".join(map(quote_identifier, table.order))


def _between(table: Table, start: Key | None, end: Key | None) -> str:
    """The rows with keys from one on and before another, in order."""
    bounds = [(key, sign) for key, sign in ((start, ">"), (end, "<")) if key is not None]
    conditions = [*_documents_between(table, start, end), *(_beside(table.order, key, sign) for key, sign in bounds)]
    where = " AND ".join(conditions) or "true"
    return f"(FROM {quote_identifier(table.name)} WHERE {where} ORDER BY {_columns(table)})"


def _documents_between(table: Table, start: Key | None, end: Key | None) -> Iterator[str]:
    """Conditions on the documents of rows with these keys, where a key is that of the document, a ``#`` and what is within it:
    few of documents differ, so that DuckDB passes over the others in half the time that it takes to look at all keys."""
    if "document_id" not in table.column_names or table.order[0] == "document_id":
        return
    if start is not None and "#" in str(start[0]):
        # Only up to such a sign: of "A" and "A B", the rows of the second come first.
        yield f"document_id >= {quote_literal(_UP_TO_HASH.split(str(start[0]), 1)[0])}"
    if end is not None and "#" in str(end[0]):
        yield f"document_id <= {quote_literal(str(end[0]))}"


def _beside(columns: Sequence[str], key: Key, sign: str) -> str:
    """SQL of keys that come before one, or those from it on; DuckDB compares no rows with BETWEEN."""
    column, value = quote_identifier(columns[0]), _literal(key[0])
    if len(columns) == 1:
        return f"{column} {sign}{'=' if sign == '>' else ''} {value}"
    # The first column alone lets DuckDB pass over what lies elsewhere.
    rest = _beside(columns[1:], key[1:], sign)
    return f"({column} {sign}= {value} AND ({column} {sign} {value} OR {rest}))"


def _literal(value: Any) -> str:
    return "NULL" if value is None else str(value) if isinstance(value, int) else quote_literal(str(value))


def _write_csv(
    connection: duckdb.DuckDBPyConnection,
    workers: ThreadPoolExecutor,
    folder: Path,
    table: Table,
    origins: Sequence[Origin],
    before: tuple[Path, Sequence[int]] | None,
) -> list[int]:
    """Write a table's CSV file, with the members of the file ``before`` whose row groups are the same; returns the bytes of
    each member."""
    target = folder / "csv" / f"{table.name}.csv.gz"
    at = [0, *accumulate(before[1])] if before else []
    kept = [one if isinstance(one, int) and one + 2 < len(at) else None for one in origins]
    fresh = {number: one for number, one in enumerate(origins) if kept[number] is None}
    packed = [workers.submit(_pack, loose) for loose in _loose(connection, folder, table, fresh)]
    sizes: list[int] = []
    with target.open("wb") as made:
        for is_kept, run in groupby([None, *kept], lambda one: one is not None):
            numbers = list(run)
            if is_kept and before is not None:
                same = [number for number in numbers if number is not None]
                sizes += [at[number + 2] - at[number + 1] for number in same]
                for first, end in _runs(same):
                    _copy_bytes(before[0], at[first + 1], at[end + 1], made)
                continue
            for _ in numbers:
                file = packed.pop(0).result()
                sizes.append(_copy_bytes(file, 0, file.stat().st_size, made))
                file.unlink()
    return sizes


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of numbers that follow one another, each as its first and the one behind its last."""
    for _, run in groupby(enumerate(numbers), lambda one: one[1] - one[0]):
        found = [number for _, number in run]
        yield found[0], found[-1] + 1


def _loose(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: Table, fresh: Mapping[int, Origin]
) -> Iterator[Path]:
    """Files of text: the head of a CSV file, and the rows of each ``fresh`` row group, given by its number."""
    head = folder / "csv" / f"{table.name}.head"
    head.write_text(",".join(table.column_names) + "\n", "utf-8")
    yield head
    whole = _Groups(folder / "parquet" / f"{table.name}.parquet")
    for number, origin in fresh.items():
        loose = folder / "csv" / f"{table.name}.{number}"
        if isinstance(origin, Path):
            _copy_text(connection, f"FROM read_parquet({quote_literal(str(origin))})", loose)
        else:
            connection.register("rows_of_group", whole.rows(number).__arrow_c_stream__())
            _copy_text(connection, "FROM rows_of_group", loose)
            connection.unregister("rows_of_group")
        yield loose


class _Groups:
    """Row groups of a Parquet file, which is opened when one is read: of a large one, to read what describes them takes longer
    than to read a few."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _opened(self) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetFile(self._path)

    def rows(self, number: int) -> Any:
        """The rows of a group, as an Arrow table."""
        return self._opened.read_row_group(number, use_threads=False)


def _copy_text(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    options = f"FORMAT csv, HEADER false, TIMESTAMPFORMAT {quote_literal(_TIME)}"
    connection.execute(f"COPY ({query}) TO {quote_literal(str(file))} ({options})")


def _pack(loose: Path) -> Path:
    """Compress quickly; without a time in it, so that the same rows give the same bytes."""
    packed = loose.with_name(f"{loose.name}.member")
    with loose.open("rb") as plain, packed.open("wb") as raw, gzip.GzipFile("", "wb", 1, raw, 0) as made:
        shutil.copyfileobj(plain, made, _AT_ONCE)
    loose.unlink()
    return packed


def _copy_bytes(source: Path, start: int, end: int, made: Any) -> int:
    """Copy some bytes of a file; returns how many."""
    with source.open("rb") as file:
        file.seek(start)
        left = end - start
        while left and (some := file.read(min(left, _AT_ONCE))):
            left -= made.write(some)
    if left:
        raise OSError(f"{source} is cut off")
    return end - start
