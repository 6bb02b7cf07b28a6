"""The file of the next release, made of a copy of the last one: rows of documents that did not change stay in it.

What several documents state together (dimensions, totals, mandates, checks) is asked again, facts only where a document
that changed states them. What is taken out and put in is added up by table, and has to come to what the stages of all
documents add up to; else the release is built from nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.assemble.release import FACTS, ONCE, STATED, one_per_fact, section_totals_within
from pipelines.run.last_parts import CannotCarryOver, Changes
from pipelines.run.part import HERE, STATING, write_part
from pipelines.run.release_stages import MEMBERS, RELATIONS, ReleaseStages, differing_pieces
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
    before: ReleaseStages,
    now: ReleaseStages,
    records: Rows | None = None,
    mends: Mapping[str, Mend] | None = None,
    part: Path | None = None,
) -> Next:
    """Make the file of a release from the last one's.

    ``sums`` are those of the last release, ``before`` the stages that it was made of: all comparisons, and the documents
    that changed; ``now`` are those of this release; otherwise as ``build_file``. What has to be judged anew is written to
    ``part``. Raises CannotCarryOver when what comes of it is not what the stages hold, and what ``build_file`` raises; then
    no file is left.
    """
    with WarehouseUpdate(path, last, sums) as build:
        update = _Update(build, changes, before, now, records or {}, mends or {})
        update.replace_owned()
        update.replace_facts()
        update.replace_shared()
        build.refuse_lost_references(update.at_hand)
        touched = update.touched()
        if part is not None:
            compared = [stage.document_ids for stage in now.comparisons]
            write_part(build.connection, part, OWNED, FACTS, compared, update.rows)
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


def _others(stages: ReleaseStages, others: ReleaseStages, changes: Changes) -> tuple[StagedTables, ...]:
    """Of the stages of a release, those of documents that changed, and of comparisons that the other one has not."""
    known = {(stage.path.stem, stage.crc32) for stage in others.comparisons}
    own = (stages.documents.get(name) for name in sorted(changes.documents))
    between = (stage for stage in stages.comparisons if (stage.path.stem, stage.crc32) not in known)
    return (*(stage for stage in own if stage is not None), *between)


class _Update:
    """Rows of a release that are exchanged, table by table, in a file that begins as the last one."""

    def __init__(
        self,
        build: WarehouseUpdate,
        changes: Changes,
        before: ReleaseStages,
        now: ReleaseStages,
        records: Rows,
        mends: Mapping[str, Mend],
    ) -> None:
        self._build, self._changes, self._now = build, changes, now
        self._gone, self._came = _others(before, now, changes), _others(now, before, changes)
        self._mends = mends
        self._expected = sums_of(now.every)
        self._tables = ReleaseTables(build, now.every, records)

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self._build.connection

    def replace_owned(self) -> None:
        """Exchange the rows of documents that changed, and of what holds between them and others."""
        self._connection.execute(
            "CREATE TEMP TABLE changed AS SELECT unnest($1::VARCHAR[]) AS document_id",
            [sorted(self._changes.documents)],
        )
        # Facts are stated in cells, and counted where they are claimed.
        self._gather("facts", ["fact_id"], ("mart_cell", "mart_claim", *FACTS), "fact_id IS NOT NULL")
        self._gather("relations", ["relation_id", "document_id"], [RELATIONS])
        for name in OWNED:
            self._replace(TABLE_BY_NAME[name])

    def _gather(self, name: str, columns: Sequence[str], tables: Collection[str], where: str = "true") -> None:
        """Make a relation of what the stages that are others say, and what those in their place said before, in columns of
        some tables."""
        said, either = ", ".join(columns), (*self._gone, *self._came)
        typed = ", ".join(f"NULL::VARCHAR AS {column}" for column in columns)
        self._connection.execute(f"CREATE TEMP TABLE gathered AS SELECT {typed} WHERE false")
        for table in tables:
            pieces = (stage.table(table) for stage in either if table in stage)
            statement = f"INSERT INTO gathered SELECT DISTINCT {said} FROM {{rows}} WHERE {where}"
            self._build.stream(TABLE_BY_NAME[table], pieces, statement)
        self._connection.execute(f"CREATE TEMP TABLE {name} AS SELECT DISTINCT * FROM gathered; DROP TABLE gathered")

    def _replace(self, table: Table) -> None:
        mend = self._mends.get(table.name)

        def mended(pieces: Sequence[Piece]) -> list[Piece]:
            return list(pieces) if mend is None else [piece.mended(mend) for piece in pieces]

        if table.name == "mart_finding" and self._changes.is_register_new:
            every = [stage.piece(table.name) for stage in self._now.every if table.name in stage]
            self._build.replace(table, mended(every), "true")
        else:
            gone, came = differing_pieces(table.name, self._gone, self._came)
            if gone or came:
                self._build.exchange(table, mended(gone), mended(came))
        expected, found = self._expected.get(table.name, RowSum()), self._build.sums[table.name]
        if found.rows != expected.rows or (mend is None and found != expected):
            raise CannotCarryOver(f"{table.name} has not the rows of its documents")

    def rows(self, name: str, documents: Collection[str]) -> Iterator[pa.Table]:
        """Rows of a table that documents have now, as ``ReleaseStages.rows``."""
        mend = self._mends.get(name)
        for rows in self._now.rows(name, documents):
            yield rows if mend is None else mend(rows)

    def at_hand(self, name: str) -> Iterator[pa.Table]:
        """Rows of a table that documents which changed have, and what was found between them and others."""
        return (stage.table(name) for stage in self._came if name in OWNED and name in stage)

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
        stages = [self._now.documents[name] for (name,) in stating]
        connection.execute(f"CREATE TEMP TABLE stated AS {STATED.format(rows='claims_stating')}")
        connection.execute("CREATE TEMP VIEW documents AS FROM mart_document")
        for name in FACTS:
            pieces = (stage.table(name) for stage in stages if name in stage)
            query = one_per_fact(name, "(FROM {rows} SEMI JOIN facts USING (fact_id))")
            self._build.stream(TABLE_BY_NAME[name], pieces, f"CREATE TEMP TABLE {ONCE.format(name)} AS {query}")
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
        self._keep_members()
        claims = ["SELECT NULL::VARCHAR AS claim_id WHERE false"]
        if MEMBERS in exchanged:
            of_relations = self._build.rows_exchanged(MEMBERS, ["relation_id"])
            of_documents.append(f"SELECT document_id FROM relations SEMI JOIN ({of_relations}) USING (relation_id)")
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

    def _keep_members(self) -> None:
        """Make the relation ``HERE``: members of relations that a figure of a ``whole`` document may stand in, or that were
        exchanged."""
        whole = {name for (name,) in self._connection.execute("FROM whole").fetchall()}
        stages = {stage.path: stage for stage in self._came}
        stages |= {
            self._now.documents[name].path: self._now.documents[name] for name in whole & self._now.documents.keys()
        }
        stages |= {stage.path: stage for stage in self._now.comparisons if not whole.isdisjoint(stage.document_ids)}
        pieces = (stage.table(MEMBERS) for stage in stages.values() if MEMBERS in stage)
        statement = f"CREATE TEMP TABLE {HERE} AS SELECT relation_id, claim_id FROM {{rows}}"
        self._build.stream(TABLE_BY_NAME[MEMBERS], pieces, statement)

    def _is_new(self, shared: Collection[str], columns: Mapping[str, Sequence[str]]) -> bool:
        """True where documents state other rows of these ``shared`` tables together, or rows of one of the others were
        exchanged that differ in these ``columns``."""
        if self._changes.shared.intersection(shared):
            return True
        return any(self._build.is_exchanged_in(TABLE_BY_NAME[name], of_table) for name, of_table in columns.items())
