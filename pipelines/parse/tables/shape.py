"""Tables whose shape cannot be trusted: totals that sum no row, or whose rows do not add up to them anywhere near.

Their cells stay as printed. In a table of a known kind a total that sums nothing loses its own facts; sums of a table
that no vocabulary names are not judged where most of their columns fail, for then we put its rows together wrongly.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from pipelines.model.blocks import SourceLine
from pipelines.model.numbers import NIL_MARKS, read_number
from pipelines.parse.scope.doubts import doubt, table_name
from pipelines.vocabulary import normalised
from warehouse.schema.declare import Rows
from warehouse.tables.common import printed_table

_TOTALS = frozenset({"subtotal", "total"})
_UNNAMED = frozenset({"statistics", "other"})
_FEWEST_COLUMNS = 2
_ENDS_IN_FIGURE = re.compile(r"\S\s+\(?\d{1,3}(?:[ \u00a0\u202f]\d{3})*[.,]\d\)?$")
_FEWEST_HEADS = 2
_FEWEST_MERGED = 3
_FEWEST_CUT, _FEW_FIGURES = 2, 4
_CUT = re.compile(
    r"^(?:\(?(?:\d[\d\s]*)?\d[.,]|\([\d\s.,]*\d|[\d\s.,]*\d\)|\d(?:\s+\d){2,}(?:\s*[.,]\s*\d)?|\(?0\d\d(?:\s.*)?\)?)$"
)
"""A figure without its first or last digits or one of its brackets, or with blanks between all of its digits."""
_BEGUN = re.compile(r"^\s*\(?\d{1,3}(?:\s+\(?\d{1,3})*\s*$")
"""A line of nothing but the first digits of figures that go on in the line below."""


def cut_figures(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables in which figures are cut off or their digits stand apart: others may be cut too.

    Cells stay as printed; what the table states is taken back in place.
    """
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    printed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in rows.get("mart_cell", []):
        printed[printed_table(cell["table_id"])].append(cell)
    found: list[dict[str, Any]] = []
    for name, whole in printed.items():
        cut = [cell for cell in whole if _CUT.match(cell["printed_text"] or "")]
        facts = [cell for cell in whole if cell["fact_id"]]
        if not cut or not facts or (len(cut) < _FEWEST_CUT and _FEW_FIGURES * len(cut) < len(whole)):
            continue
        take_back(rows, name)
        table = tables[cut[0]["table_id"]]
        message = (
            f"{table_name(table)}: {len(cut)} of its figures are cut off, such as “{cut[0]['printed_text']}”; "
            "the table states no facts."
        )
        found.append(doubt(table, "table_shape", f"{table['table_id']}/cut", message, len(facts)))
    return found


def torn_figures(rows: Rows, lines: Iterable[SourceLine]) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables of a text with lines that no rule claimed and that are first digits of figures alone.

    The figures in the line below lack them. Cells stay as printed; what the table states is taken back in place.
    """
    torn = [line.number for line in lines if line.role == "unclaimed_table" and _BEGUN.match(line.text)]
    found: list[dict[str, Any]] = []
    told: set[str] = set()
    for table in rows.get("mart_table", []):
        name = printed_table(table["table_id"])
        own = [n for n in torn if (table["line_first"] or 0) <= n <= (table["line_last"] or 0)]
        if not own or name in told:
            continue
        told.add(name)
        facts = sum(1 for cell in rows["mart_cell"] if printed_table(cell["table_id"]) == name and cell["fact_id"])
        take_back(rows, name)
        message = (
            f"{table_name(table)}: {len(own)} of its lines hold first digits of figures that go on below; "
            "the table states no facts."
        )
        found.append(doubt(table, "table_shape", f"{table['table_id']}/torn", message, facts))
    return found


def shifted_tables(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables whose columns slipped: figures stand in labels, or heads among the rows.

    Their cells stay; what they state is taken back in place, for each figure may stand under another head.
    """
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    cells: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in rows.get("mart_cell", []):
        cells[cell["table_id"]].append(cell)
    # money and posts one above the other are parts of one printed table
    printed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for table_id in tables:
        printed[printed_table(table_id)] += cells[table_id]
    heads = {table_id: _heads(own) for table_id, own in cells.items()}
    found: list[dict[str, Any]] = []
    for row in rows.get("mart_row", []):
        own, whole = cells[row["table_id"]], printed[printed_table(row["table_id"])]
        if not (_lost_a_figure(row, own) or _is_head_line(row, heads.get(row["table_id"], set()))):
            continue
        facts = [cell for cell in whole if cell["fact_id"]]
        if not facts and not any(cell["total_row_number"] or cell["total_column_number"] for cell in whole):
            continue
        take_back(rows, printed_table(row["table_id"]))
        table, label = tables[row["table_id"]], row["row_label"]
        message = (
            f"{table_name(table)}, row “{label}”: figures and heads do not stand in line; the table states no facts."
        )
        found.append(doubt(table, "table_shape", table["table_id"], message, len(facts)))
    return found


def take_back(rows: Rows, printed: str) -> None:
    """Let the cells of a printed table state nothing and be summed in nothing, in place."""
    for cell in rows.get("mart_cell", []):
        if printed_table(cell["table_id"]) == printed:
            cell["fact_id"] = cell["item_kind"] = cell["item_code"] = cell["measure"] = cell["fiscal_year"] = None
            cell["total_row_number"] = cell["total_column_number"] = None
    for row in rows.get("mart_row", []):
        if printed_table(row["table_id"]) == printed:
            row["total_row_number"] = None


def merged_columns(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables in a third of whose rows cells hold two figures: columns ran together.

    Few such cells may be misprints. Cells stay as printed; what the table states is taken back in place.
    """
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    merged: dict[str, list[dict[str, Any]]] = defaultdict(list)
    bracketed = {
        printed_table(cell["table_id"])
        for cell in rows.get("mart_cell", [])
        if cell["value"] and (cell["printed_text"] or "").startswith("(")
    }
    for cell in rows.get("mart_cell", []):
        text, name = cell["printed_text"] or "", printed_table(cell["table_id"])
        is_of_two = _holds_figures(text) and (cell["value"] is None or (name in bracketed and text[0] in NIL_MARKS))
        if cell["unit"] != "text" and is_of_two:
            merged[name].append(cell)
    found: list[dict[str, Any]] = []
    for name, cells in merged.items():
        whole = [cell for cell in rows["mart_cell"] if printed_table(cell["table_id"]) == name]
        if len(cells) < _FEWEST_MERGED or 3 * len(lines_of(cells)) < len(lines_of(whole)):
            continue
        facts = [cell for cell in whole if cell["fact_id"]]
        for cell in cells:
            cell["value"] = None  # "– 42" beside figures in brackets is nothing and 42, not 42 below nothing
        take_back(rows, name)
        table = tables[cells[0]["table_id"]]
        message = (
            f"{table_name(table)}: {len(cells)} of its cells hold two figures or more, such as “{cells[0]['printed_text']}”; "
            "the table states no facts."
        )
        found.append(doubt(table, "table_shape", f"{table['table_id']}/merged", message, len(facts)))
    return found


def lines_of(cells: Iterable[dict[str, Any]]) -> set[tuple[str, int]]:
    return {(cell["table_id"], cell["row_number"]) for cell in cells}


def _holds_figures(text: str) -> bool:
    """Whether a text is nothing but figures or dashes, two or more."""
    words = text.split()
    return len(words) > 1 and all(read_number(word) is not None for word in words)


def incomplete_tables(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables with lines that no rule claimed: their sums are not judged, for rows may be lost."""
    lines = {
        line["line_number"]: line["text"] or ""
        for line in rows.get("mart_source_line", [])
        if line["role"] == "unclaimed_table"
    }
    tables = sorted(
        (table for table in rows.get("mart_table", []) if table["line_first"]), key=lambda table: table["line_first"]
    )
    found: dict[str, int] = defaultdict(int)
    for number in lines:
        before = [table for table in tables if table["line_first"] <= number]
        if before:
            found[before[-1]["table_id"]] += 1
    doubts: list[dict[str, Any]] = []
    for table_id, count in found.items():
        table = next(table for table in tables if table["table_id"] == table_id)
        cells = [
            cell for cell in rows.get("mart_cell", []) if printed_table(cell["table_id"]) == printed_table(table_id)
        ]
        for row in (*cells, *(r for r in rows["mart_row"] if printed_table(r["table_id"]) == printed_table(table_id))):
            row["total_row_number"] = None
        beside = _beside_figures(cells, lines)
        message = f"{table_name(table)}: {count} of its lines were not understood; rows may be missing, its sums are not judged."
        if beside:
            message = f"{message[:-1]}, and the rows beside lines of figures ({len(lines_of(beside))}) state nothing."
        doubts.append(doubt(table, "completeness", table_id, message, len(cells)))
    return doubts


def rowless_tables(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for numbered tables of which no row was read."""
    filled = {
        printed_table(row["table_id"])
        for name, own in rows.items()
        if name not in ("mart_table", "mart_doubt")
        for row in own
        if row.get("table_id")
    }
    return [
        doubt(table, "completeness", f"{table['table_id']}/rows", f"{table_name(table)}: none of its rows was read.", 0)
        for table in rows.get("mart_table", [])
        if table["table_number"] and printed_table(table["table_id"]) not in filled
    ]


def _beside_figures(cells: Sequence[dict[str, Any]], lost: dict[int, str]) -> list[dict[str, Any]]:
    """The cells of rows next to a lost line of figures alone, which may hold parts of theirs; they state nothing now."""
    figures = {number for number, text in lost.items() if not any(sign.isalpha() for sign in text)}
    beside = [
        cell
        for cell in cells
        if cell["line_first"] is not None and {cell["line_first"] - 1, cell["line_last"] + 1} & figures
    ]
    for cell in beside:
        cell["fact_id"] = cell["item_kind"] = cell["item_code"] = cell["measure"] = cell["fiscal_year"] = None
        cell["total_column_number"] = None
    return beside


def _lost_a_figure(row: dict[str, Any], cells: list[dict[str, Any]]) -> bool:
    """True for a label that ends in a figure, in a row that has fewer figures than others, or where others do too."""
    if not _ENDS_IN_FIGURE.search(row["row_label"] or ""):
        return False
    counts: dict[int, int] = defaultdict(int)
    labels: dict[int, str] = {}
    for cell in cells:
        counts[cell["row_number"]] += 1
        labels[cell["row_number"]] = cell["row_label"] or ""
    if not counts[row["row_number"]]:
        return False
    return counts[row["row_number"]] < max(counts.values()) or sum(map(_has_figure, labels.values())) > 1


def _has_figure(label: str) -> bool:
    return _ENDS_IN_FIGURE.search(label) is not None


def _heads(cells: list[dict[str, Any]]) -> set[str]:
    """Heads with a number in them, such as a year, of columns that have a measure and a year."""
    heads = {normalised(cell["column_label"] or "") for cell in cells if cell["fiscal_year"] and cell["measure"]}
    return {head for head in heads if any(sign.isdigit() for sign in head)}


def _is_head_line(row: dict[str, Any], heads: set[str]) -> bool:
    """True for a row whose label holds the heads of several columns."""
    label = normalised(row["row_label"] or "")
    return sum(1 for head in heads if head in label) >= _FEWEST_HEADS


def set_aside(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for the totals that cannot be trusted; their facts and members are taken back in place."""
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    by_table: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in rows.get("mart_row", []):
        by_table[row["table_id"]][row["row_number"]] = row
    cells: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for cell in rows.get("mart_cell", []):
        cells[cell["table_id"], cell["row_number"]].append(cell)
    found: list[dict[str, Any]] = []
    for table_id, own in by_table.items():
        table = tables[table_id]
        if table["kind"] == "deliverables":
            continue
        for row in own.values():
            if row["row_role"] in _TOTALS and (here := cells[table_id, row["row_number"]]):
                members = [cells[table_id, r["row_number"]] for r in own.values() if _is_member(r, row)]
                found += _of_total(table, row, here, members, own)
        found += _of_copy(table, own, cells)
    return found


def _of_copy(
    table: dict[str, Any], own: dict[int, dict[str, Any]], cells: dict[tuple[str, int], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """A doubt on the last of two rows with the same figures, in a table without a total: it may be the total."""
    filled = [row for row in own.values() if cells[table["table_id"], row["row_number"]]]
    if len(filled) != 2 or any(row["row_role"] != "item" for row in filled):
        return []
    first, last = (cells[table["table_id"], row["row_number"]] for row in filled)
    figures, copied = ({cell["column_number"]: cell["value"] for cell in line} for line in (first, last))
    facts = [cell for cell in last if cell["fact_id"]]
    if not facts or figures != copied or sum(1 for value in figures.values() if value) < _FEWEST_COLUMNS:
        return []
    for cell in facts:
        cell["fact_id"] = cell["item_kind"] = cell["item_code"] = None
    label = filled[1]["row_label"] or "the last row"
    message = f"{table_name(table)}, row “{label}”: it may be the total of the row above; its figures are left out of the facts."
    address = f"{table['table_id']}/r{filled[1]['row_number']}"
    return [doubt(table, "table_shape", address, message, len(facts), row_label=label)]


def _is_member(row: dict[str, Any], total: dict[str, Any]) -> bool:
    return row["total_row_number"] == total["row_number"]


def _of_total(
    table: dict[str, Any],
    row: dict[str, Any],
    here: list[dict[str, Any]],
    members: list[list[dict[str, Any]]],
    own: dict[int, dict[str, Any]],
) -> list[dict[str, Any]]:
    facts = [cell for cell in here if cell["fact_id"]]
    label = row["row_label"] or "a total"
    where = f"{table_name(table)}, row “{label}”"
    address = f"{table['table_id']}/r{row['row_number']}"
    if not any(members):
        if not facts or any(cell["funding_source_code"] == "ALL" for cell in here) or _stands_alone(row, own):
            return []
        for cell in facts:
            cell["fact_id"] = cell["item_kind"] = cell["item_code"] = None
        message = f"{where}: which rows it sums cannot be told; its figures are left out of the facts."
        return [doubt(table, "table_shape", address, message, len(facts), row_label=label)]
    if table["kind"] not in _UNNAMED or facts:
        return []
    checked, failed = _columns(here, members)
    if checked < _FEWEST_COLUMNS or 2 * failed <= checked:
        return []
    for cell in (cell for member in members for cell in member):
        cell["total_row_number"] = None
    for other in own.values():
        if _is_member(other, row):
            other["total_row_number"] = None
    message = (
        f"{where}: the rows taken for its members do not add up in {failed} of {checked} columns; it is not judged."
    )
    evidence = f"{failed} of {checked} columns fail"
    return [doubt(table, "table_shape", address, message, len(here), row_label=label, evidence=evidence)]


def _stands_alone(row: dict[str, Any], own: dict[int, dict[str, Any]]) -> bool:
    """True for a total that is all its table prints: the rows it sums stand elsewhere."""
    return all(other["row_role"] in _TOTALS | {"heading"} for other in own.values())


def _columns(here: list[dict[str, Any]], members: list[list[dict[str, Any]]]) -> tuple[int, int]:
    """How many columns of a total can be checked, and how many of them fail beyond rounding."""
    checked = failed = 0
    for cell in here:
        if cell["value"] is None or cell["unit"] == "percent":
            continue
        parts = [c for member in members for c in member if c["column_number"] == cell["column_number"]]
        if not parts or any(part["value"] is None for part in parts):
            continue
        digits = max((c["precision_digits"] or 0 for c in (cell, *parts)), default=0)
        slack = Decimal(1).scaleb(-digits) * (len(parts) + 1) / 2 if digits > 0 else Decimal(0)
        checked += 1
        failed += abs(sum((part["value"] for part in parts), Decimal(0)) - cell["value"]) > slack
    return checked, failed
