"""Tables whose heads, years or units are not told: what they may state is left out, and a doubt says so."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from pipelines.parse.grid.kinds import COUNTED_KINDS, MONEY_KINDS, POSTS_KINDS
from pipelines.parse.scope.doubts import doubt, table_name
from pipelines.parse.tables.shape import lines_of, take_back
from pipelines.vocabulary import Vocabulary
from warehouse.schema.declare import Rows
from warehouse.tables.common import printed_table

_FEWEST_HEADS = 2
_FEWEST_FIGURES = 2
_FEWEST_NAMED = 2
_SAYS_NOTHING = re.compile(r"(?:19|20)\d\d|")
"""A head that is empty, or a year alone."""
_OTHER_UNITS = frozenset({"usd", "millions_usd"})
_MONEY_UNITS = _OTHER_UNITS | {"thousands_usd", "thousands_chf"}
_KINDS_OF_YEARS = MONEY_KINDS | POSTS_KINDS


def impossible_heads(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for columns of expenditure of a year that had not ended when the budget was proposed."""
    document = rows["mart_document"][0]
    edition = document["edition_year"]
    cells = [
        cell
        for cell in rows.get("mart_cell", [])
        if cell["measure"] == "expenditure" and edition and (cell["fiscal_year"] or 0) >= edition - 1
    ]
    return _about_heads(rows, cells, "", "“{}” is of a year that had not ended; its figures state no fact.")


def _about_heads(rows: Rows, cells: Iterable[dict[str, Any]], suffix: str, message: str) -> list[dict[str, Any]]:
    """A doubt for each column of a table that has one of the cells; ``message`` takes its head."""
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    columns = Counter((cell["table_id"], cell["column_label"] or "") for cell in cells)
    return [
        doubt(
            tables[table_id],
            "head",
            f"{table_id}/{label}{suffix}",
            f"{table_name(tables[table_id])}: {message.format(label)}",
            count,
            taken_for=label,
        )
        for (table_id, label), count in columns.items()
    ]


def lost_heads(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables in which a third of the columns, and two or more, have figures but no head.

    Heads that were lost may have belonged to the columns beside theirs. Cells stay; what they state is taken back in place.
    """
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    printed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in rows.get("mart_cell", []):
        printed[printed_table(cell["table_id"])].append(cell)
    found: list[dict[str, Any]] = []
    for name, whole in printed.items():
        facts = [cell for cell in whole if cell["fact_id"]]
        filled = Counter(cell["column_number"] for cell in whole)
        lines = len(lines_of(whole))
        columns = {number for number, count in filled.items() if 2 * count >= lines}
        with_head = {cell["column_number"] for cell in whole if cell["column_label"] or cell["measure"]}
        headless = len(columns - with_head)
        if not facts or headless < _FEWEST_HEADS or 3 * headless < len(columns):
            continue
        take_back(rows, name)
        table = tables[whole[0]["table_id"]]
        message = f"{table_name(table)}: {headless} of {len(columns)} columns have no head; the table states no facts."
        found.append(doubt(table, "head", f"{table['table_id']}/heads", message, len(facts)))
    return found


def headless_columns(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for columns of tables with facts over which nothing stands, or a year alone."""
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    printed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in rows.get("mart_cell", []):
        printed[cell["table_id"]].append(cell)
    found: list[dict[str, Any]] = []
    for table_id, own in printed.items():
        if tables[table_id]["kind"] not in _KINDS_OF_YEARS or not any(cell["fact_id"] for cell in own):
            continue
        columns: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for cell in own:
            if cell["measure"] is None and cell["value"] and _SAYS_NOTHING.fullmatch(cell["column_label"] or ""):
                columns[cell["column_number"]].append(cell)
        for number, cells in columns.items():
            if len(cells) >= _FEWEST_FIGURES:
                label = cells[0]["column_label"] or ""
                words = f"nothing but “{label}” stands" if label else "no head stands"
                message = f"{table_name(tables[table_id])}: {words} over one of its columns; its figures state no fact."
                found.append(doubt(tables[table_id], "head", f"{table_id}/c{number}/no head", message, len(cells)))
    return found


def headless_tables(rows: Rows, is_known: Callable[[str], bool]) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables without heads whose rows have known names: objects, grades, components."""
    printed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for cell in rows.get("mart_cell", []):
        printed[cell["table_id"]].append(cell)
    found: list[dict[str, Any]] = []
    for table in rows.get("mart_table", []):
        own = printed[table["table_id"]]
        is_headless = not any(cell["column_label"] or cell["fact_id"] for cell in own)
        if not is_headless or len({cell["column_number"] for cell in own}) < 2:
            continue
        known = {cell["row_number"] for cell in own if is_known(cell["row_label"] or "")}
        if len(known) >= _FEWEST_NAMED:
            message = f"{table_name(table)}: its columns have no heads; its figures state no fact."
            found.append(doubt(table, "head", f"{table['table_id']}/no heads", message, len(own)))
    return found


def untold_units_and_years(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables of a fascicle in which nothing tells the unit, or the year of a column."""
    return [*_unitless_tables(rows), *_yearless_heads(rows)]


def captions_of_others(rows: Rows, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables that count posts below a caption of money: it may be that of another table."""
    facts = Counter(cell["table_id"] for cell in rows.get("mart_cell", []) if cell["fact_id"])
    return [
        doubt(
            table,
            "scope",
            f"{table['table_id']}/caption",
            f"{table_name(table)}: its columns count posts, its caption says “{table['printed_unit']}”; it may be the "
            "caption of another table.",
            facts[table["table_id"]],
            taken_for=table["printed_unit"],
        )
        for table in rows.get("mart_table", [])
        if table["kind"] in COUNTED_KINDS
        and facts[table["table_id"]]
        and vocabulary.meaning("units", table["printed_unit"] or "") in _MONEY_UNITS
    ]


def _yearless_heads(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for columns of money or posts of a year before the edition's, where nothing tells which."""
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    cells = [
        cell
        for cell in rows.get("mart_cell", [])
        if cell["measure"] and cell["fiscal_year"] is None and cell["item_kind"] and cell["value"]
        if tables[cell["table_id"]]["kind"] in _KINDS_OF_YEARS
    ]
    return _about_heads(rows, cells, "/year", "nothing tells the year of “{}”; its figures state no fact.")


def _unitless_tables(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for tables of money that print no unit, or another than facts are kept in."""
    figures: Counter[str] = Counter(
        cell["table_id"] for cell in rows.get("mart_cell", []) if cell["measure"] and cell["value"]
    )
    # where all other tables print one unit, a table of money and posts that prints none has that too
    printed = {table["unit"] for table in rows.get("mart_table", []) if table["printed_unit"]} & _MONEY_UNITS
    return [
        doubt(table, "unit", f"{table['table_id']}/unit", f"{table_name(table)}: {words}.", figures[table["table_id"]])
        for table in rows.get("mart_table", [])
        if table["kind"] in MONEY_KINDS
        and figures[table["table_id"]] >= _FEWEST_FIGURES
        and (words := _unit_untold(table, printed))
    ]


def _unit_untold(table: dict[str, Any], printed: set[str]) -> str:
    """What is not known of the unit of a table of money, in words; empty where it is printed, or all others tell it."""
    if table["unit"] in _OTHER_UNITS:
        return "its figures are not in thousands; they state no fact"
    if table["printed_unit"] or table["unit"] == "posts" or printed == {table["unit"]}:
        return ""
    taken = "they are taken for thousands" if table["unit"] else "they state no fact"
    return f"nothing tells the unit of its figures; {taken}"
