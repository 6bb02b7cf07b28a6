"""Answers and tables of a release as files that people open: Excel workbooks, Parquet, CSV, JSON.

A value is written as what it is: money as a number, a text as a text, even one that begins with
``=``; what a spreadsheet can't hold whole is refused, never cut.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.query import Answer, run_query, to_csv, to_json

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

FORMATS = (".xlsx", ".parquet", ".csv", ".json")
# What a sheet of Excel holds: rows with the head, columns, characters of a cell and of a name, digits of a number.
_ROWS, _COLUMNS, _CHARACTERS, _NAME, _DIGITS = 1_048_576, 16_384, 32_767, 31, 15
_WIDEST = 60


class ExportError(ValueError):
    """Something a file of this format can't hold; the message is one line."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: name, rows, and what its columns mean, shown as notes on the head."""

    name: str
    answer: Answer
    meanings: Mapping[str, str]


def column_meanings(database: Path, table: str) -> dict[str, str]:
    """The comments of a table's or view's columns, by column."""
    sql = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? AND comment IS NOT NULL"
    return {str(name): str(comment) for name, comment in run_query(database, sql, [table]).rows}


def write(path: Path, sheets: Sequence[Sheet], about: Mapping[str, str], is_marked: bool = False) -> int:
    """Write the file in the format of its ending, whole or not at all; returns the number of rows.

    ``about`` is what the file is taken from, for a workbook's first sheet; ``is_marked`` puts a byte order mark before
    text. Raises ExportError for an
    ending that is not known, several sheets in a file that holds one, or what the format can't hold.
    """
    if path.suffix not in FORMATS:
        raise ExportError(f"{path.name}: the ending is none of {', '.join(FORMATS)}")
    if len(sheets) > 1 and path.suffix != ".xlsx":
        raise ExportError(f"{path.name} holds one table; several go into a workbook (.xlsx)")
    half = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        if path.suffix == ".xlsx":
            _write_workbook(half, sheets, about)
        elif path.suffix == ".parquet":
            _write_parquet(half, sheets[0].answer)
        else:
            layout = to_csv if path.suffix == ".csv" else to_json
            half.write_text(layout(sheets[0].answer), "utf-8-sig" if is_marked else "utf-8")
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return sum(len(sheet.answer.rows) for sheet in sheets)


def _write_parquet(path: Path, answer: Answer) -> None:
    """Rows with the types DuckDB gave them."""
    import duckdb

    from warehouse.schema.declare import quote_identifier, quote_literal

    columns = ", ".join(
        f"{quote_identifier(name)} {kind}" for name, kind in zip(answer.columns, answer.types, strict=True)
    )
    with duckdb.connect() as connection:
        try:
            connection.execute(f"CREATE TABLE answer ({columns})")
        except duckdb.Error as problem:
            raise ExportError(f"each column needs a name of its own: {', '.join(answer.columns)}") from problem
        if answer.rows:
            marks = ", ".join("?" * len(answer.columns))
            connection.executemany(f"INSERT INTO answer VALUES ({marks})", answer.rows)
        connection.execute(f"COPY answer TO {quote_literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")


def _write_workbook(path: Path, sheets: Sequence[Sheet], about: Mapping[str, str]) -> None:
    import xlsxwriter

    for sheet in sheets:
        _refuse_too_large(sheet)
    # Nothing is guessed from a text: no formula, link or number is made of it.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), {**options, "constant_memory": True, "nan_inf_to_errors": True}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        first = book.add_worksheet("about")
        first.set_column(0, 0, 20)
        first.set_column(1, 1, 100)
        for row, (word, text) in enumerate(about.items()):
            first.write_string(row, 0, word, head)
            first.write_string(row, 1, text)
        taken = {"about"}
        for sheet in sheets:
            name = _sheet_name(sheet.name, taken)
            taken.add(name.lower())
            _write_sheet(book, book.add_worksheet(name), sheet, head)


def _refuse_too_large(sheet: Sheet) -> None:
    if len(sheet.answer.rows) >= _ROWS or len(sheet.answer.columns) > _COLUMNS:
        raise ExportError(
            f"{sheet.name}: {len(sheet.answer.rows)} rows of {len(sheet.answer.columns)} columns "
            f"are more than a sheet holds; take .parquet or .csv, or ask for fewer"
        )


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel allows and that no other sheet of the workbook has."""
    plain = "".join("_" if sign in "[]:*?/\\" else sign for sign in name).strip("'")[:_NAME] or "rows"
    made, count = plain, 1
    while made.lower() in taken:
        count += 1
        made = f"{plain[: _NAME - 1 - len(str(count))]}_{count}"
    return made


def _write_sheet(book: xlsxwriter.Workbook, page: Worksheet, sheet: Sheet, head: Any) -> None:
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    answer = sheet.answer
    for column, name in enumerate(answer.columns):
        seen = [len(str(row[column])) for row in answer.rows[:200] if row[column] is not None]
        page.set_column(column, column, min(_WIDEST, max([len(name), 8, *seen]) + 1))
    for column, name in enumerate(answer.columns):
        page.write_string(0, column, name, head)
        if name in sheet.meanings:
            page.write_comment(0, column, sheet.meanings[name], {"x_scale": 2})
    page.freeze_panes(1, 0)
    for row, values in enumerate(answer.rows, start=1):
        for column, value in enumerate(values):
            if value is not None:
                _write_value(page, row, column, value, formats, sheet.name)
    if answer.columns:
        page.autofilter(0, 0, len(answer.rows), len(answer.columns) - 1)


def _write_value(page: Worksheet, row: int, column: int, value: Any, formats: Mapping[str, Any], name: str) -> None:
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, (int, float, Decimal)) and _is_exact(value):
        page.write_number(row, column, value)
    elif isinstance(value, datetime.datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), formats["datetime"])
    elif isinstance(value, datetime.date):
        page.write_datetime(row, column, value, formats["date"])
    else:
        text = value if isinstance(value, str) else f"{value:f}" if isinstance(value, Decimal) else str(value)
        if len(text) > _CHARACTERS:
            raise ExportError(f"{name}: row {row} has a text of {len(text)} characters, a cell holds {_CHARACTERS}")
        page.write_string(row, column, text)


def _is_exact(value: int | float | Decimal) -> bool:
    """Whether a spreadsheet's number, which has 15 digits, holds this one; else it is written as a text."""
    if isinstance(value, float):
        return True
    digits = Decimal(value).normalize().as_tuple()
    return isinstance(digits.exponent, int) and len(digits.digits) <= _DIGITS
