"""The tables of a release: rows of all documents, and rows derived from them together."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.assemble.facts import relabelled
from pipelines.assemble.release import FACTS, ONCE, STATED, one_per_fact, section_totals_within, sections_within
from pipelines.run.staging_files import StagedTables
from warehouse.build import Piece, WarehouseBuild, piece_of
from warehouse.load import RowSum
from warehouse.memory import threads_for
from warehouse.schema.declare import Rows, Table
from warehouse.tables import TABLE_BY_NAME, TABLES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_ADOPTED = frozenset({"resolution", "decision"})
_TEXTS = _ADOPTED | {"draft"}
_MANDATE = (
    "mandate_id",
    "document_id",
    "edition_year",
    "section_code",
    "entity_code",
    "subprogramme_code",
    "symbol",
    "title",
    "is_pending",
    "organ",
)


_VOTES = ("mart_vote", "mart_country_vote")
DERIVED = (
    "mart_resolution",
    *_VOTES,
    "mart_mandate_load",
    "mart_mandate_follow_up",
    "mart_mandate_change",
    "mart_pending_match",
)
"""Tables that ``derived_tables`` makes."""
DERIVED_FROM: dict[str, tuple[str, ...]] = {
    "mart_document": ("document_id", "symbol", "language", "kind", "edition_year"),
    "mart_mandate": _MANDATE,
    "mart_citation": ("document_id", "symbol", "stated_on"),
}
"""Columns that it needs, by table, besides all of the mart_resolution that documents lead to."""
SECTIONS_FROM: dict[str, tuple[str, ...]] = {
    "mart_document": ("document_id", "edition_year", "section_code", "title", "kind"),
    "mart_table": ("document_id", "table_id", "kind"),
    "mart_row": ("table_id", "row_label", "row_role"),
    "mart_cell": ("document_id", "section_code", "item_kind", "row_label"),
    "mart_paragraph": ("document_id", "heading_path"),
}
"""Columns that dim_section needs, by table, besides the dimensions that documents lead to and the totals of sections."""


def derived_tables(tables: Mapping[str, pa.Table], records: Rows | None = None) -> dict[str, pa.Table]:
    """Release-level tables derived from the documents' tables, by name; they replace inputs of the same name.

    ``records`` are rows of ``harvested``: resolutions whose text is not here, besides the bundled ones, and votes.
    """
    from warehouse.load import prepare_table

    return {name: prepare_table(TABLE_BY_NAME[name], rows) for name, rows in derived_rows(tables, records).items()}


def derived_rows(tables: Mapping[str, pa.Table], records: Rows | None = None) -> Rows:
    """Rows of mart_resolution, of the votes on these resolutions and of the tables about mandates."""
    from pipelines import mandates as about
    from pipelines.mandates.facts import dates_of
    from pipelines.mandates.facts import titles as titles_of
    from pipelines.parse.resolutions.rows import bundled_resolutions, one_per_symbol

    documents = {row["document_id"]: row for row in _rows(tables, "mart_document")}
    languages = {document_id: row["language"] for document_id, row in documents.items()}
    mandates = _rows(tables, "mart_mandate")
    citations = _rows(tables, "mart_citation")
    read = tables["mart_resolution"].to_pylist()
    records = records or {}
    of_fascicles = [row for row in (*mandates, *citations) if documents[row["document_id"]]["kind"] not in _TEXTS]
    # Texts cite each other: what only they name is not added, so that a release of texts holds just these.
    recorded = records.get("mart_resolution", [])
    known = one_per_symbol([*read, *bundled_resolutions(), *recorded]) if of_fascicles else read
    titles = titles_of(mandates, known, languages)
    matches = about.match_rows(mandates, citations, known, titles, languages)
    # A draft follows nothing up: what results from it does.
    drafts = {row["symbol"] for row in read if row["text_status"] == "draft"}
    titles_adopted = {symbol: named for symbol, named in titles.items() if symbol not in drafts}
    named = {row["symbol"] for row in (*read, *of_fascicles)} | {
        row["candidate_symbol"] for row in matches if row["is_match"]
    }
    resolutions = {row["symbol"]: row for row in known if row["symbol"] in named}
    citing = (
        {"symbol": row["symbol"], "citing_symbol": documents[row["document_id"]]["symbol"]}
        for row in citations
        if documents[row["document_id"]]["kind"] in _ADOPTED
    )
    dates = dates_of(known, citations)
    followed = about.follow_up_rows(mandates, dates, titles_adopted, citing)
    return {
        "mart_resolution": list(resolutions.values()),
        **{name: [row for row in records.get(name, []) if row["symbol"] in resolutions] for name in _VOTES},
        "mart_mandate_load": about.load_rows(mandates, resolutions, dates, titles, followed),
        "mart_mandate_follow_up": followed,
        "mart_mandate_change": about.change_rows(mandates, documents, titles),
        "mart_pending_match": matches,
    }


def harvested(home: Path) -> Rows:
    """Rows of mart_resolution and of votes from the Digital Library's records harvested into a home."""
    if not _has_harvest(home):
        return {}
    from pipelines.ingest.library import harvested_tables

    return harvested_tables(home)


def harvest_key(home: Path) -> list[str]:
    """A hash that changes with the harvested records; empty where there are none."""
    if not _has_harvest(home):
        return []
    from pipelines.ingest.fetch.log import reading

    digest = hashlib.sha256()
    with reading(home) as log:
        for record in log.records() if log is not None else ():
            digest.update(record)
    return [digest.hexdigest()]


def _has_harvest(home: Path) -> bool:
    if not any(home.glob("*.sqlite")):  # the log's own module takes longer to import than this
        return False
    from pipelines.ingest.fetch.log import LOG_NAME

    return (home / LOG_NAME).is_file()


def _rows(tables: Mapping[str, pa.Table], name: str) -> list[dict[str, Any]]:
    """The columns of a table that are needed, as plain rows; what a column says often is held once."""
    columns = DERIVED_FROM[name]
    said = [_shared(tables[name].column(column)) for column in columns]
    return [dict(zip(columns, values, strict=True)) for values in zip(*said, strict=True)]


def _shared(column: pa.ChunkedArray) -> list[Any]:
    encoded = column.combine_chunks().dictionary_encode()
    words = encoded.dictionary.to_pylist()
    return [None if at is None else words[at] for at in encoded.indices.to_pylist()]


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
    empty: Path | None = None,
) -> dict[str, RowSum]:
    """Make the file of a release; returns the sum of the rows of each table by its name.

    ``stages`` are those of documents and of what holds between them; ``records`` as for ``derived_tables``; ``mends``
    change the rows of a table on their way; ``empty`` as for ``WarehouseBuild``. Raises ValueError when a stage is damaged, LoadError when rows do not fit
    their table; then no file is left.
    """
    from warehouse.marts import views

    rows = sum(stage.row_count for stage in stages)
    with WarehouseBuild(path, empty=empty, most_threads=threads_for(rows)) as build:
        release = ReleaseTables(build, stages, records or {})
        for table in TABLES:
            release.load(table, (mends or {}).get(table.name))
        build.finish(() if empty else views())
    return build.sums


class ReleaseTables:
    """The tables of one release, made when they are asked for, those they depend on having been loaded."""

    def __init__(self, build: WarehouseBuild, stages: Sequence[StagedTables], records: Rows) -> None:
        self._build, self._stages, self._records = build, stages, records
        self._made: dict[str, pa.Table] = {}

    def load(self, table: Table, mend: Mend | None = None) -> None:
        """Load one table into the file, its rows changed by ``mend`` on their way."""
        if table.name in FACTS:
            self._require("dim_section")  # which made the facts
            self._build.load_query(table, f"FROM {ONCE.format(table.name)}")
            self._build.connection.execute(f"DROP TABLE {ONCE.format(table.name)}")
        else:
            self._build.load(table, [piece if mend is None else piece.mended(mend) for piece in self.pieces(table)])

    def pieces(self, table: Table) -> list[Piece]:
        """Rows of one table, in pieces; not of facts."""
        if table.name == "dim_section":
            return [piece_of(self._sections())]
        if table.name in DERIVED:
            return [piece_of(self._derived[table.name])]
        if table.name == "mart_section_total":
            return [piece_of(self.section_totals)]
        if is_shared(table):
            return [piece_of(self.shared(table))]
        return [stage.piece(table.name) for stage in self._stages if table.name in stage]

    def _stated(self, name: str) -> Iterator[pa.Table]:
        """A table's rows as the stages have them."""
        return (stage.table(name) for stage in self._stages if name in stage)

    def _different(self, name: str) -> list[tuple[pa.Table, int]]:
        """A table's rows as the stages have them, those of stages with the same rows once, and how many these are.

        Most documents state the same grades, objects or funds: reading thousands of stages takes longer than all else.
        """
        pieces = [stage.piece(name) for stage in self._stages if name in stage]
        counts = Counter(piece.sum for piece in pieces)
        return [(piece.read(), counts[piece.sum]) for piece in {piece.sum: piece for piece in pieces}.values()]

    def _all(self, name: str) -> pa.Table:
        """A small table's rows of all stages together."""
        import pyarrow as pa

        from warehouse.load import arrow_schema

        return pa.concat_tables([arrow_schema(TABLE_BY_NAME[name]).empty_table(), *self._stated(name)])

    def shared(self, table: Table) -> pa.Table:
        """A table of the whole release: each of its rows once."""
        from warehouse.load import prepare_table

        if table.name not in self._made:
            stated = self._different(table.name)
            rows = _added_up(stated) if table.name == "mart_check" else once(table, _distinct(stated))
            self._made[table.name] = prepare_table(table, relabelled(table.name, rows))
        return self._made[table.name]

    @cached_property
    def section_totals(self) -> pa.Table:
        """mart_section_total; makes the facts, which it rests on, as temporary tables of the file."""
        self._require("mart_document")
        connection = self._build.connection
        known = {"entities": self.shared(TABLE_BY_NAME["dim_entity"]), "doubts": self._all("mart_doubt")}
        with known_as(connection, known):
            claims = self._stated("mart_claim")
            self._build.stream(TABLE_BY_NAME["mart_claim"], claims, f"CREATE TEMP TABLE stated AS {STATED}")
            connection.execute("CREATE TEMP VIEW documents AS FROM mart_document")
            for name in FACTS:
                made = f"CREATE TEMP TABLE {ONCE.format(name)} AS {one_per_fact(name)}"
                self._build.stream(TABLE_BY_NAME[name], self._stated(name), made)
            totals = section_totals_within(connection)
        connection.execute("DROP TABLE stated; DROP VIEW documents")
        return totals

    def _sections(self) -> pa.Table:
        self._require("mart_document", "mart_cell", "mart_row", "mart_table", "mart_paragraph")
        known = {
            "sections": self.shared(TABLE_BY_NAME["dim_section"]),
            "entities": self.shared(TABLE_BY_NAME["dim_entity"]),
            "totals": self.section_totals,
        }
        with known_as(self._build.connection, known):
            return sections_within(self._build.connection)

    @cached_property
    def _derived(self) -> dict[str, pa.Table]:
        self._require(*DERIVED_FROM)
        tables = {"mart_resolution": self.shared(TABLE_BY_NAME["mart_resolution"])}
        for name, columns in DERIVED_FROM.items():
            # In one order, whatever that of the file is: of equals, the first counts.
            order = ", ".join(TABLE_BY_NAME[name].order)
            found = self._build.connection.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {order}")
            tables[name] = found.to_arrow_table()
        return derived_tables(tables, self._records)

    def _require(self, *names: str) -> None:
        """What is asked of tables is asked after they were loaded: of empty ones the answer would be wrong."""
        if missing := [name for name in names if name not in self._build.sums]:
            raise RuntimeError(f"{', '.join(missing)} must be loaded first: mend the order of TABLES")


@contextmanager
def known_as(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> Iterator[None]:
    """Tables in memory that statements can name."""
    for name, table in tables.items():
        connection.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            connection.unregister(name)


def _added_up(pieces: Iterable[tuple[pa.Table, int]]) -> list[dict[str, Any]]:
    """Checks of the whole release: the counts of all documents, each piece being that of so many."""
    import pyarrow as pa

    from expectations.judging.judge import merge_checks

    given = [piece for piece, times in pieces for _ in range(times)]
    if not given:
        return merge_checks([])
    whole = pa.concat_tables(given)
    counts = [field.name for field in whole.schema if pa.types.is_integer(field.type)]
    said = [name for name in whole.column_names if name not in counts]
    added = whole.group_by(said).aggregate([(name, "sum") for name in counts])
    return merge_checks([added.rename_columns([name.removesuffix("_sum") for name in added.column_names]).to_pylist()])


def _distinct(pieces: Iterable[tuple[pa.Table, int]]) -> list[dict[str, Any]]:
    """Rows of all pieces, those alike in everything once."""
    import pyarrow as pa

    given = [piece for piece, _ in pieces]
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
        from pipelines.parse.resolutions.rows import one_per_symbol

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
