"""What a mission is called, and what it costs: rows of dim_mission and mart_peacekeeping_resource."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.model.blocks import Document
from pipelines.parse.report_headings import Path, key_of_row
from pipelines.parse.report_words import meaning, pattern
from pipelines.symbols.identity import Identity
from warehouse.fact import slug
from warehouse.schema.declare import Rows

Row = dict[str, Any]


def mission_of(document: Document, titles: Sequence[str], identity: Identity) -> Row:
    """Row of dim_mission: the name that the title gives, and the abbreviation that the text prints after it."""
    names = [name for text in titles if (name := _named(text, identity.language))]
    text = " ".join(" ".join(block.text.split()) for block in _all_blocks(document))
    for name in names:
        for candidate in (name.rpartition(": ")[2], name):
            found = re.search(re.escape(candidate) + pattern(identity.language, "abbreviation").pattern, text)
            if found:
                return _mission_row(candidate, found["short"], identity)
    name = names[-1].rpartition(": ")[2] if names else identity.title or identity.symbol
    return _mission_row(name, None, identity)


def _all_blocks(document: Document) -> list[Any]:
    inner = [
        cell
        for block in document.blocks
        if block.grid is not None
        for row in block.grid.rows
        for cell in row
        if cell is not None
    ]
    return [*document.blocks, *inner]


def _named(text: str, language: str) -> str | None:
    found = pattern(language, "subject").search(text)
    return next((name for name in found.groups() if name), None) if found else None


def _mission_row(name: str, short: str | None, identity: Identity) -> Row:
    return {
        "mission_code": short or slug(name),
        "edition_year": identity.edition_year,
        "document_id": identity.document_id,
        "name": name,
        "abbreviation": short,
    }


def mission_resources(
    rows: Rows, tables: Mapping[str, Row], headings: Mapping[Any, Path], mission: Row, identity: Identity
) -> list[Row]:
    """Rows of mart_peacekeeping_resource: one per amount or percentage of a table of money with a measure or topic."""
    groups = _headings_above(rows)
    classes, of_requirements = _classes(rows), _ending_in_gross(rows, identity.language)
    parts = _parts(rows, identity.language)
    found: list[Row] = []
    for cell in rows.get("mart_cell", ()):
        table = tables[cell["table_id"]]
        if cell["unit"] not in ("thousands_usd", "usd", "millions_usd", "percent") or cell["value"] is None:
            continue
        topic = _topic(table, headings.get(key_of_row(table), ()), cell["unit"], identity.language)
        row_code = meaning(identity.language, "row", cell["row_label"] or "")
        if topic is None and cell["table_id"] not in of_requirements:
            continue
        place = (cell["table_id"], cell["row_number"])
        heading = classes.get(place) or (groups.get(place) if topic == "vacancy_rates" else None)
        scale = {"thousands_usd": 1000, "usd": 1, "millions_usd": 1_000_000}.get(cell["unit"])
        found.append(
            {
                "cell_id": cell["cell_id"],
                "document_id": identity.document_id,
                "edition_year": identity.edition_year,
                "mission_code": mission["mission_code"],
                "topic": topic or "requirements",
                "cost_class": slug(heading) if heading else None,
                "cost_class_label": heading,
                "row_label": cell["row_label"],
                "column_label": cell["column_label"],
                "part_label": parts.get((cell["table_id"], cell["column_number"])),
                "row_role": cell["row_role"],
                "row_code": row_code,
                "measure": cell["measure"],
                "fiscal_year": cell["fiscal_year"],
                "period_start": cell.get("period_start"),
                "period_end": cell.get("period_end"),
                "printed_value": cell["value"],
                "unit": cell["unit"],
                "amount_usd": cell["value"] * scale if scale else None,
            }
        )
    return found


def _topic(table: Row, above: Path, unit: str, language: str) -> str | None:
    """What a table is about, by its title; a table of percentages without one, by the heading above it."""
    told = meaning(language, "topic", table["title"] or "")
    if told is None and not table["title"] and above and unit == "percent" and table["unit"] == "percent":
        told = meaning(language, "topic", above[-1])
    return told


def _headings_above(rows: Rows) -> dict[tuple[str, int], str]:
    """Per row the label of the heading that it stands below, such as a group of personnel."""
    labels = {
        (row["table_id"], row["row_number"]): row["row_label"]
        for row in rows.get("mart_row", ())
        if row["row_role"] == "heading" and row["row_label"]
    }
    return {
        (row["table_id"], row["row_number"]): label
        for row in rows.get("mart_row", ())
        if (label := labels.get((row["table_id"], row["parent_row_number"] or 0))) is not None
    }


def _classes(rows: Rows) -> dict[tuple[str, int], str]:
    """Per row the heading of its class of cost, down to the subtotal of the class.

    A heading has no figures; one that prints dashes for them stands first in its group, before a subtotal.
    """
    printed: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for cell in rows.get("mart_cell", ()):
        printed[cell["table_id"], cell["row_number"]].append(cell)
    by_table: dict[str, list[Row]] = defaultdict(list)
    for row in rows.get("mart_row", ()):
        by_table[row["table_id"]].append(row)
    found: dict[tuple[str, int], str] = {}
    for table_id, own in by_table.items():
        last = max(
            (row["row_number"] for row in own if row["row_role"] == "subtotal" and row["parent_row_number"]), default=0
        )
        heading, is_first = "", True
        for row in own:
            cells = printed[table_id, row["row_number"]]
            is_silent = not cells or (is_first and all(cell["is_nil"] for cell in cells))
            if is_silent and row["row_number"] <= last and row["row_label"]:
                heading = row["row_label"]
            if heading and row["row_number"] <= last:
                found[table_id, row["row_number"]] = heading
            is_first = row["row_role"] == "subtotal"
            heading = "" if is_first else heading
    return found


def _parts(rows: Rows, language: str) -> dict[tuple[str, int], str]:
    """Columns of one place or group beside the column of their total: the words that only their heads have."""
    alike: dict[tuple[Any, ...], dict[int, str]] = defaultdict(dict)
    for cell in rows.get("mart_cell", ()):
        said = (cell["measure"], cell["fiscal_year"], cell.get("period_start"), cell.get("period_end"), cell["unit"])
        if cell["measure"] is not None:
            alike[(cell["table_id"], *said)][cell["column_number"]] = cell["column_label"] or ""
    found: dict[tuple[str, int], str] = {}
    for key, labels in alike.items():
        wholes = [column for column, label in labels.items() if pattern(language, "whole").search(label)]
        if len(wholes) != 1:
            continue
        shared = set(labels[wholes[0]].split())
        for column, label in labels.items():
            if column != wholes[0]:
                found[key[0], column] = " ".join(word for word in label.split() if word not in shared) or label
    return found


def _ending_in_gross(rows: Rows, language: str) -> frozenset[str]:
    """Identifiers of the tables that have a row of gross requirements."""
    return frozenset(
        row["table_id"]
        for row in rows.get("mart_row", ())
        if meaning(language, "row", row["row_label"] or "") == "gross"
    )
