"""The warehouse file of a release, made from the stages of its documents.

Most rows name their document and go into the file as they are, stage by stage. The few that are about the whole
release are made one: checks are added up, rows that several documents state alike, such as dimensions, are kept once,
and what no document can tell alone is asked of the tables loaded before. Only those few are ever held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.assemble.dimensions import relabelled
from pipelines.assemble.release import FACTS, ONCE, STATED, facts_within, section_totals_within
from pipelines.assemble.sections import sections_within
from pipelines.derive import DERIVED, DERIVED_FROM, derived_tables
from pipelines.stage import StagedTables
from warehouse.build import Piece, WarehouseBuild, piece_of
from warehouse.declare import Rows, Table
from warehouse.tables import TABLE_BY_NAME, TABLES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_SHARED = frozenset({"mart_check", "mart_resolution"})

Mend = Callable[["pa.Table"], "pa.Table"]


def is_shared(table: Table) -> bool:
    """True when several documents may state one row: rows of all other tables belong to one document."""
    return table.room == "dimension" or table.name in _SHARED


def build_file(
    path: Path,
    stages: Sequence[StagedTables],
    records: Rows | None = None,
    mends: Mapping[str, Mend] | None = None,
) -> tuple[dict[str, int], dict[str, str]]:
    """Make the file of a release; returns rows and hashes by table name.

    ``stages`` are those of documents and of what holds between them; ``records`` as for ``derived_tables``; ``mends``
    change the rows of a table on their way. Raises ValueError when a stage is damaged, LoadError when rows do not fit
    their table; then no file is left.
    """
    from warehouse.marts import views

    with WarehouseBuild(path) as build:
        release = _Release(build, stages, records or {})
        for table in TABLES:
            mend = (mends or {}).get(table.name)
            build.load(table, [piece if mend is None else piece.mended(mend) for piece in release.pieces(table)])
            release.loaded(table)
        build.finish(views())
    return build.counts, build.hashes


class _Release:
    """The tables of one release, made when they are asked for, those they depend on having been loaded."""

    def __init__(self, build: WarehouseBuild, stages: Sequence[StagedTables], records: Rows) -> None:
        self._build, self._stages, self._records = build, stages, records
        self._made: dict[str, pa.Table] = {}

    def pieces(self, table: Table) -> list[Piece]:
        """Rows of one table, in pieces."""
        if table.name == "dim_section":
            return [piece_of(table, self._sections())]
        if table.name in DERIVED:
            return [piece_of(table, self._derived[table.name])]
        if table.name in (*FACTS, "mart_section_total"):
            return self._facts[table.name]
        if is_shared(table):
            return [piece_of(table, self._shared(table))]
        return [stage.piece(table.name) for stage in self._stages if table.name in stage]

    def loaded(self, table: Table) -> None:
        """Let go of what was made for this table alone."""
        if table.name in FACTS:
            self._build.connection.execute(f"DROP TABLE {ONCE.format(table.name)}")

    def _stated(self, name: str) -> Iterator[pa.Table]:
        """A table's rows as the stages have them."""
        return (stage.table(name) for stage in self._stages if name in stage)

    def _all(self, name: str) -> pa.Table:
        """A small table's rows of all stages together."""
        import pyarrow as pa

        from warehouse.load import arrow_schema

        return pa.concat_tables([arrow_schema(TABLE_BY_NAME[name]).empty_table(), *self._stated(name)])

    def _shared(self, table: Table) -> pa.Table:
        """A table of the whole release: each of its rows once."""
        from warehouse.load import prepare_table

        if table.name not in self._made:
            stated = self._stated(table.name)
            rows = _added_up(stated) if table.name == "mart_check" else once(table, _distinct(stated))
            self._made[table.name] = prepare_table(table, relabelled(table.name, rows))
        return self._made[table.name]

    @cached_property
    def _facts(self) -> dict[str, list[Piece]]:
        """What documents print of facts, each once, on disk, and the totals of sections."""
        self._require("mart_document")
        connection = self._build.connection
        known = {"entities": self._shared(TABLE_BY_NAME["dim_entity"]), "doubts": self._all("mart_doubt")}
        with _known_as(connection, known):
            for name in FACTS:
                self._build.stream(
                    TABLE_BY_NAME[name], self._stated(name), f"CREATE TEMP TABLE printed_{name} AS FROM {{rows}}"
                )
            claims = self._stated("mart_claim")
            self._build.stream(TABLE_BY_NAME["mart_claim"], claims, f"CREATE TEMP TABLE stated AS {STATED}")
            connection.execute("CREATE TEMP VIEW documents AS FROM mart_document")
            facts_within(connection)
            totals = section_totals_within(connection)
        dropped = (*(f"TABLE printed_{name}" for name in FACTS), "TABLE stated", "VIEW documents")
        connection.execute("; ".join(f"DROP {what}" for what in dropped))
        made = {name: self._build.pieces_of(TABLE_BY_NAME[name], ONCE.format(name)) for name in FACTS}
        return {**made, "mart_section_total": [piece_of(TABLE_BY_NAME["mart_section_total"], totals)]}

    def _sections(self) -> pa.Table:
        self._require("mart_document", "mart_cell", "mart_row", "mart_table", "mart_paragraph")
        known = {
            "sections": self._shared(TABLE_BY_NAME["dim_section"]),
            "entities": self._shared(TABLE_BY_NAME["dim_entity"]),
            "totals": self._facts["mart_section_total"][0].read(),
        }
        with _known_as(self._build.connection, known):
            return sections_within(self._build.connection)

    @cached_property
    def _derived(self) -> dict[str, pa.Table]:
        self._require(*DERIVED_FROM)
        tables = {"mart_resolution": self._shared(TABLE_BY_NAME["mart_resolution"])}
        for name, columns in DERIVED_FROM.items():
            found = self._build.connection.execute(f"SELECT {', '.join(columns)} FROM {name}")
            tables[name] = found.to_arrow_table()
        return derived_tables(tables, self._records)

    def _require(self, *names: str) -> None:
        """What is asked of tables is asked after they were loaded: of empty ones the answer would be wrong."""
        if missing := [name for name in names if name not in self._build.counts]:
            raise RuntimeError(f"{', '.join(missing)} must be loaded first: mend the order of TABLES")


@contextmanager
def _known_as(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> Iterator[None]:
    """Tables in memory that statements can name."""
    for name, table in tables.items():
        connection.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            connection.unregister(name)


def _added_up(pieces: Iterable[pa.Table]) -> list[dict[str, Any]]:
    """Checks of the whole release: the counts of all documents."""
    from expectations.judge import merge_checks

    return merge_checks(piece.to_pylist() for piece in pieces)


def _distinct(pieces: Iterable[pa.Table]) -> list[dict[str, Any]]:
    """Rows of all pieces, those alike in everything once."""
    import pyarrow as pa

    given = list(pieces)
    if not given:
        return []
    whole = pa.concat_tables(given)
    found: list[dict[str, Any]] = whole.group_by(whole.column_names).aggregate([]).to_pylist()
    return found


def once(table: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with each key once, gaps of the first row filled from the next.

    Which row comes first is told by their content, so that the order of documents does not matter.
    """
    if table.name == "mart_resolution":
        from pipelines.parse.resolutions_bundled import one_per_symbol

        return one_per_symbol(rows)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: [str(row.get(name)) for name in table.column_names]):
        key = tuple(row.get(name) for name in table.key)
        first = found.get(key)
        if first is None:
            found[key] = dict(row)
        else:
            first.update({name: value for name, value in row.items() if first.get(name) is None})
    return list(found.values())
