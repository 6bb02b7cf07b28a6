"""The file of the next release, made of a copy of the last one: rows of documents that did not change stay in it.

What several documents state together (dimensions, totals, mandates, checks) is asked again, facts only where a document
that changed states them. What is taken out and put in is added up by table, and has to come to what the stages of all
documents add up to; else the release is built from nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.assemble.release import FACTS, ONCE, STATED, facts_within, section_totals_within
from pipelines.run.last_parts import CannotCarryOver, Changes
from pipelines.run.part import (
    BETWEEN,
    EXCHANGED,
    HERE,
    MEMBERS,
    RELATIONS,
    STATING,
    near_relations,
    within_blocks,
    write_part,
)
from pipelines.run.release_tables import DERIVED, DERIVED_FROM, SECTIONS_FROM, Mend, ReleaseTables, is_shared, known_as
from pipelines.run.staging_files import StagedTables, sums_of
from warehouse.build import Piece, piece_of
from warehouse.load import RowSum, row_sum
from warehouse.schema.declare import Rows, Table
from warehouse.tables import TABLE_BY_NAME, TABLES
from warehouse.update import WarehouseUpdate

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_OTHER_SECTIONS = """
WITH now AS (SELECT DISTINCT edition_year, section_code FROM totals),
past AS (SELECT DISTINCT edition_year, section_code FROM mart_section_total)
(FROM now EXCEPT FROM past) UNION ALL (FROM past EXCEPT FROM now) LIMIT 1
"""
"""Sections that have a total in one of two releases alone; a row where there is one."""
OWNED = tuple(
    table.name
    for table in TABLES
    if table.room != "mandate" and table.name not in (*FACTS, "mart_section_total") and not is_shared(table)
)
"""Tables whose rows belong to one document each."""


@dataclass(frozen=True, slots=True)
class Next:
    """A file that was made from the last one: the sums of its tables, how many rows were put in, by table the row groups of
    the last release's Parquet files whose rows were exchanged (other tables that differ are written whole), and the
    documents that are ``touched``: of which something may have to be told otherwise."""

    sums: dict[str, RowSum]
    replaced: int
    groups: dict[str, list[int]]
    touched: tuple[str, ...]


def next_file(
    path: Path,
    last: Path,
    sums: Mapping[str, RowSum],
    changes: Changes,
    documents: Mapping[str, StagedTables],
    comparisons: Sequence[StagedTables],
    records: Rows | None = None,
    mends: Mapping[str, Mend] | None = None,
    part: Path | None = None,
) -> Next:
    """Make the file of a release from the last one's.

    ``sums`` are those of the last release, ``documents`` the stages of all documents, otherwise as ``build_file``; what has to be judged anew is written to ``part``. Raises
    CannotCarryOver when what comes of it is not what the stages hold, and what ``build_file`` raises; then no file is left.
    """
    with WarehouseUpdate(path, last, sums) as build:
        update = _Update(build, changes, documents, comparisons, records or {}, mends or {})
        update.replace_owned()
        update.replace_facts()
        update.replace_shared()
        build.refuse_lost_references()
        touched = update.touched()
        if part is not None:
            compared = [stage.document_ids for stage in comparisons]
            write_part(build.connection, part, OWNED, FACTS, compared, build.near, update.members_staged)
        build.close_off()
        groups = dict(_groups_changed(build, last.parent / "parquet"))
    return Next(build.sums, build.replaced, groups, touched)


def _groups_changed(build: WarehouseUpdate, files: Path) -> Iterator[tuple[str, list[int]]]:
    """Tables in whose Parquet file of the last release some row groups are as they were: the numbers of the others."""
    from warehouse.outputs.table_files import first_keys, groups_of

    for table in build.tables:
        file = files / f"{table.name}.parquet"
        is_unique = bool(table.key) and set(table.key) <= set(table.order)
        if table.name in build.exchanged and is_unique and file.is_file() and (starts := first_keys(file, table)):
            yield table.name, groups_of(build.keys_exchanged(table), starts)


class _Update:
    """Rows of a release that are exchanged, table by table, in a file that begins as the last one."""

    def __init__(
        self,
        build: WarehouseUpdate,
        changes: Changes,
        documents: Mapping[str, StagedTables],
        comparisons: Sequence[StagedTables],
        records: Rows,
        mends: Mapping[str, Mend],
    ) -> None:
        self._build, self._changes, self._documents, self._comparisons = build, changes, documents, comparisons
        self._stages = (*documents.values(), *comparisons)
        self._mends = mends
        self._expected = sums_of(self._stages)
        self._tables = ReleaseTables(build, self._stages, records)

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self._build.connection

    def replace_owned(self) -> None:
        """Exchange the rows of documents that changed, and of what holds between them and others."""
        changed, touched = sorted(self._changes.documents), sorted(self._changes.touched)
        for name, documents in (("changed", changed), ("touched", touched)):
            self._connection.execute(
                f"CREATE TEMP TABLE {name} AS SELECT unnest($1::VARCHAR[]) AS document_id", [documents]
            )
        # Facts are stated in cells, and counted where they are claimed.
        stated = " UNION ".join(
            f"SELECT fact_id FROM {name} WHERE fact_id IS NOT NULL AND document_id IN (FROM changed)"
            for name in ("mart_cell", "mart_claim", *FACTS)
        )
        self._connection.execute(f"CREATE TEMP TABLE facts AS {stated}")
        differing = [name for name in OWNED if not self._is_same(name)]
        if MEMBERS in differing:
            of_touched = within_blocks(self._connection, RELATIONS, self._changes.touched)
            self._connection.execute(
                f"CREATE TEMP TABLE relations AS SELECT relation_id, document_id FROM {RELATIONS} "
                f"WHERE {of_touched} AND ({EXCHANGED})"
            )
            # while those taken out are still there
            self._near = near_relations(self._connection, self._changes.touched)
        for name in differing:
            self._replace(TABLE_BY_NAME[name])
        came = " UNION ".join(
            f"SELECT fact_id FROM came_{name} WHERE fact_id IS NOT NULL"
            for name in ("mart_cell", "mart_claim")
            if name in self._build.exchanged
        )
        if came:
            self._connection.execute(f"INSERT INTO facts {came} EXCEPT FROM facts")
        self._keep_members()

    def _is_same(self, name: str) -> bool:
        """True where a table's rows are those of the last release: of a document that prints other amounts, most tables are."""
        return name not in self._mends and self._expected.get(name, RowSum()) == self._build.sums[name]

    def _replace(self, table: Table) -> None:
        among = "touched" if table.name in BETWEEN else "changed"
        gone = f"document_id IN (FROM {among})"
        if table.name == RELATIONS:
            gone += f" AND ({EXCHANGED})"
        if table.name == MEMBERS:
            gone = f"{self._near} AND relation_id IN (SELECT relation_id FROM relations)"
        mend = self._mends.get(table.name)
        pieces = list(self._pieces(table))
        if table.name == "mart_finding" and self._changes.is_register_new:
            gone, pieces = "true", [stage.piece(table.name) for stage in self._stages if table.name in stage]
        self._build.replace(table, [piece if mend is None else piece.mended(mend) for piece in pieces], gone)
        expected, found = self._expected.get(table.name, RowSum()), self._build.sums[table.name]
        if found.rows != expected.rows or (mend is None and found != expected):
            raise CannotCarryOver(f"{table.name} has not the rows of its documents")

    def _keep_members(self) -> None:
        """Make the relation ``HERE``: members of the relations that are exchanged, as they are now, and of few others. Where the
        table is as it was they are those of the stages; to find them in it takes longer."""
        if MEMBERS in self._build.near:
            self._connection.execute(f"CREATE TEMP VIEW {HERE} AS FROM {MEMBERS} WHERE {self._build.near[MEMBERS]}")
            return
        table = TABLE_BY_NAME[MEMBERS]
        pieces = (piece.read() for piece in self._pieces(table))
        self._build.stream(table, pieces, f"CREATE TEMP TABLE {HERE} AS FROM {{rows}}")

    def members_staged(self, documents: Collection[str]) -> Iterator[pa.Table]:
        """Members of relations of these documents, and of others that they are held against, by stage."""
        meant = frozenset(documents)
        own = [self._documents[name] for name in sorted(meant) if name in self._documents]
        between = (stage for stage in self._comparisons if not meant.isdisjoint(stage.document_ids))
        return (stage.table(MEMBERS) for stage in (*own, *between) if MEMBERS in stage)

    def _pieces(self, table: Table) -> Iterable[Piece]:
        """New rows of a table, of documents that changed and of what holds between those touched."""
        is_between = table.name in BETWEEN
        is_whole = is_between and table.name not in (RELATIONS, MEMBERS)
        for name in self._changes.touched if is_whole else self._changes.documents:
            stage = self._documents.get(name)
            if stage is not None and table.name in stage:
                yield stage.piece(table.name)
        if is_between:
            for stage in self._comparisons:
                if table.name in stage and self._changes.touched.intersection(stage.document_ids):
                    yield from self._pieces_between(table, stage)

    def _pieces_between(self, table: Table, stage: StagedTables) -> Iterable[Piece]:
        """Those rows of a comparison that belong to documents that are touched."""
        import pyarrow as pa
        import pyarrow.compute as pc

        touched = pa.array(sorted(self._changes.touched), pa.string())
        rows = stage.table(table.name)
        if table.name == MEMBERS:
            relations = stage.table(RELATIONS)
            own = relations.filter(pc.is_in(relations["document_id"], touched))["relation_id"]
            rows = rows.filter(pc.is_in(rows["relation_id"], own))
        else:
            rows = rows.filter(pc.is_in(rows["document_id"], touched))
        if len(rows):
            yield piece_of(rows)

    def replace_facts(self) -> None:
        """Exchange the facts that a document which changed states, or stated; ask the totals of all sections again."""
        connection = self._connection
        connection.execute(
            "CREATE TEMP TABLE claims_stating AS "
            "SELECT fact_id, value, source, document_id FROM mart_claim SEMI JOIN facts USING (fact_id)"
        )
        connection.execute(
            f"CREATE TEMP TABLE {STATING} AS SELECT document_id FROM mart_cell SEMI JOIN facts USING (fact_id) "
            "UNION SELECT document_id FROM claims_stating"
        )
        stating = connection.execute(f"FROM {STATING} ORDER BY document_id").fetchall()
        stages = [self._documents[name] for (name,) in stating]
        for name in FACTS:
            pieces = (stage.table(name) for stage in stages if name in stage)
            statement = f"CREATE TEMP TABLE printed_{name} AS FROM {{rows}} SEMI JOIN facts USING (fact_id)"
            self._build.stream(TABLE_BY_NAME[name], pieces, statement)
        connection.execute(f"CREATE TEMP TABLE stated AS {STATED.format(rows='claims_stating')}")
        connection.execute("CREATE TEMP VIEW documents AS FROM mart_document")
        facts_within(connection)
        for name in FACTS:
            made = connection.execute(f"FROM {ONCE.format(name)}").to_arrow_table()
            self._build.replace(TABLE_BY_NAME[name], [piece_of(made)], "fact_id IN (FROM facts)")

    def replace_shared(self) -> None:
        """Ask again what documents state together, where something that it rests on differs, and exchange the tables in which
        something does."""
        if "dim_entity" in self._changes.shared:
            entities = self._tables.shared(TABLE_BY_NAME["dim_entity"])
        else:
            entities = self._connection.execute("FROM dim_entity").to_arrow_table()
        with known_as(self._connection, {"entities": entities}):
            self._connection.execute("CREATE TEMP VIEW doubts AS FROM mart_doubt")
            totals = section_totals_within(self._connection, "mart_financial_resource")
        self._tables.section_totals = totals
        with known_as(self._connection, {"totals": totals}):
            are_others_totalled = self._connection.execute(_OTHER_SECTIONS).fetchone() is not None
        asked = {"mart_section_total", *(name for name in self._changes.shared if name not in DERIVED)}
        if are_others_totalled or self._is_new(("dim_section", "dim_entity"), SECTIONS_FROM):
            asked.add("dim_section")
        if self._changes.is_harvest_new or self._is_new(("mart_resolution",), DERIVED_FROM):
            asked.update(DERIVED)
        for table in TABLES:
            if table.name not in asked:
                continue
            pieces = self._tables.pieces(table)
            found = sum((row_sum(table, piece.read()) for piece in pieces), RowSum())
            if found != self._build.sums[table.name]:
                self._build.replace(table, pieces, "true")

    def touched(self) -> tuple[str, ...]:
        """Make the relations ``differing``, documents of which rows were exchanged, ``told``, those and others of whose figures an
        equation that was exchanged tells, and ``whole``, those that changed or of which a doubt differs: what is asked of
        all their rows rests on it. Returns those that are told."""
        connection, exchanged = self._connection, self._build.exchanged
        of_documents = ["FROM changed"]
        of_documents += [
            self._build.rows_exchanged(name, ["document_id"]) for name in OWNED if name in exchanged and name != MEMBERS
        ]
        doubted = ""
        if "mart_doubt" in exchanged:
            doubted = f" UNION {self._build.rows_exchanged('mart_doubt', ['document_id'])}"
        connection.execute(f"CREATE TEMP TABLE whole AS FROM changed{doubted}")
        claims = ["SELECT NULL::VARCHAR AS claim_id WHERE false"]
        if MEMBERS in exchanged:
            of_relations = self._build.rows_exchanged(MEMBERS, ["relation_id"])
            known = "relations"
            if RELATIONS in exchanged:
                known = f"(FROM relations UNION SELECT relation_id, document_id FROM came_{RELATIONS})"
            of_documents.append(f"SELECT document_id FROM {known} SEMI JOIN ({of_relations}) USING (relation_id)")
            claims.append(self._build.rows_exchanged(MEMBERS, ["claim_id"]))
        if RELATIONS in exchanged:
            told = " UNION ".join(
                f"SELECT relation_id FROM {name}_{RELATIONS} WHERE verdict = 'violated'" for name in ("left", "came")
            )
            claims.append(f"SELECT claim_id FROM {HERE} WHERE relation_id IN ({told})")
        connection.execute(f"CREATE TEMP TABLE differing AS {' UNION '.join(of_documents)}")
        connection.execute(
            "CREATE TEMP TABLE told AS FROM differing "
            f"UNION SELECT document_id FROM mart_finding WHERE claim_id IN ({' UNION '.join(claims)})"
        )
        return tuple(name for (name,) in connection.execute("FROM told ORDER BY document_id").fetchall())

    def _is_new(self, shared: Collection[str], columns: Mapping[str, Sequence[str]]) -> bool:
        """True where documents state other rows of these ``shared`` tables together, or rows of one of the others were
        exchanged that differ in these ``columns``."""
        if self._changes.shared.intersection(shared):
            return True
        return any(self._build.is_exchanged_in(TABLE_BY_NAME[name], of_table) for name, of_table in columns.items())
