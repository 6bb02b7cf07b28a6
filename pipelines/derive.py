"""Rows about a whole release, made from those of its documents: what no document can tell alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.declare import Rows
from warehouse.tables import TABLE_BY_NAME

if TYPE_CHECKING:
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


def derived_tables(tables: Mapping[str, pa.Table], records: Rows | None = None) -> dict[str, pa.Table]:
    """Tables of the release that its documents' tables lead to, by name; those take the place of any given.

    ``records`` are rows of ``harvested``: resolutions whose text is not here, besides the bundled ones, and votes.
    """
    from warehouse.load import prepare_table

    return {name: prepare_table(TABLE_BY_NAME[name], rows) for name, rows in derived_rows(tables, records).items()}


def derived_rows(tables: Mapping[str, pa.Table], records: Rows | None = None) -> Rows:
    """Rows of mart_resolution, of the votes on these resolutions and of the tables about mandates."""
    from pipelines import mandates as about
    from pipelines.mandates.facts import dates_of
    from pipelines.mandates.facts import titles as titles_of
    from pipelines.parse.resolutions_bundled import bundled_resolutions, one_per_symbol

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
    """Rows of mart_resolution and of votes that records of the Digital Library, harvested into a home, lead to."""
    if not _has_harvest(home):
        return {}
    from pipelines.ingest.library import harvested_tables

    return harvested_tables(home)


def harvest_key(home: Path) -> list[str]:
    """A hash that changes with the harvested records; empty where there are none."""
    if not _has_harvest(home):
        return []
    from pipelines.ingest.fetch_log import reading

    digest = hashlib.sha256()
    with reading(home) as log:
        for record in log.records() if log is not None else ():
            digest.update(record)
    return [digest.hexdigest()]


def _has_harvest(home: Path) -> bool:
    if not any(home.glob("*.sqlite")):  # the log's own module takes longer to import than this
        return False
    from pipelines.ingest.fetch_log import LOG_NAME

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
