"""Read-only SQL on a published file, and its answers as CSV, JSON or plain text.

Imports DuckDB only: a question asked of a release is answered at once. The handle is opened
read-only, without access to other files, networks or extensions, and its configuration is locked;
so a statement can neither change a release nor reach beyond it.
"""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from warehouse.memory import spilling

# Python frames and files are out of reach; nothing is spilled beside the release.
READ_ONLY_CONFIG: dict[str, Any] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "lock_configuration": "true",
}
_ROWS_AT_ONCE = 4_096
_READS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


class QueryError(ValueError):
    """A statement that isn't a read, or that DuckDB refuses; the message is one line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A result: column names, DuckDB types, rows as tuples of Python values."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """One dictionary per row, by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def read_only_config(spill: Path | None, most_threads: int | None = None) -> dict[str, Any]:
    """READ_ONLY_CONFIG; with a folder to go to beyond the memory that making a release may take, and held to that."""
    if spill is not None:
        return {**READ_ONLY_CONFIG, **spilling(spill, most_threads)}
    return READ_ONLY_CONFIG if most_threads is None else {**READ_ONLY_CONFIG, "threads": most_threads}


def connect_read_only(
    path: Path, spill: Path | None = None, most_threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A locked, read-only connection to a finished file; ``spill`` and ``most_threads`` as for ``read_only_config``.

    Raises QueryError when there is no such file or it can't be opened.
    """
    if not path.is_file():
        raise QueryError(f"no warehouse at {path}")
    try:
        return duckdb.connect(str(path), read_only=True, config=read_only_config(spill, most_threads))
    except duckdb.Error as problem:
        raise QueryError(f"can't open {path}: {_one_line(problem)}") from problem


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Close off an open connection as ``connect_read_only`` opens one; where it spills stays as it is."""
    for name, value in READ_ONLY_CONFIG.items():
        if name != "temp_directory":
            connection.execute(f"SET {name} = '{value}'")


def _one_line(problem: Exception) -> str:
    """The message up to the caret that points into the statement, as one line."""
    text = str(problem).split("\n\nLINE ")[0]
    return " ".join(text.split())


def refuse_other_than_read(connection: duckdb.DuckDBPyConnection, sql: str, most: int = 1) -> None:
    """Raise QueryError unless ``sql`` is one SELECT, SHOW, DESCRIBE, SUMMARIZE, PIVOT or EXPLAIN, or ``most`` of them.

    The locked handle refuses writes by itself; this says so in plain words, and also refuses what
    would be harmless and useless, such as temporary tables.
    """
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as problem:
        raise QueryError(_one_line(problem)) from problem
    # DuckDB expands PIVOT into a temporary type, without text of its own, and the SELECT.
    written = [s for s in statements if s.type != duckdb.StatementType.CREATE or s.query.strip()]
    if not written:
        raise QueryError("nothing to run: give one SELECT")
    for statement in written:
        if statement.type not in _READS:
            raise QueryError(f"a release is read-only: {statement.type.name} is refused, only a SELECT is run")
    if len(written) > most:
        raise QueryError(f"one statement at a time, not {len(written)}")


def records(connection: duckdb.DuckDBPyConnection, sql: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Answer of a connection that is already open: one dictionary per row, by column name."""
    answer = connection.execute(sql, list(values))
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def each_record(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Iterable[Any] = ()
) -> Iterator[dict[str, Any]]:
    """As ``records``, a few thousand rows at a time. Temporary tables of the connection are not known to it."""
    answer = connection.cursor().execute(sql, list(values))
    names = [column[0] for column in answer.description or []]
    while rows := answer.fetchmany(_ROWS_AT_ONCE):
        for row in rows:
            yield dict(zip(names, row, strict=True))


def run_query(path: Path, sql: str, parameters: Iterable[Any] = ()) -> Answer:
    """Run one reading statement on the file at ``path``.

    Raises QueryError, with a message of one line, for anything that isn't a read and for errors
    in the statement.
    """
    with connect_read_only(path) as connection:
        refuse_other_than_read(connection, sql)
        try:
            cursor = connection.execute(sql, list(parameters))
            described = cursor.description or []
            rows = cursor.fetchall()
        except duckdb.Error as problem:
            raise QueryError(_one_line(problem)) from problem
    return Answer(
        columns=tuple(str(column[0]) for column in described),
        types=tuple(str(column[1]) for column in described),
        rows=tuple(rows),
    )


def _unique(names: Iterable[str]) -> list[str]:
    """Names of JSON members: a repeated column name gets a number, as DuckDB itself numbers them."""
    made: list[str] = []
    for name in names:
        candidate, count = name, 0
        while candidate in made:
            count += 1
            candidate = f"{name}_{count}"
        made.append(candidate)
    return made


def to_json(answer: Answer) -> str:
    """A JSON array of one object per row; decimals are numbers with every digit they have."""
    names = [json.dumps(name, ensure_ascii=False) for name in _unique(answer.columns)]
    lines = (
        "{" + ", ".join(f"{name}: {_json_value(value)}" for name, value in zip(names, row, strict=True)) + "}"
        for row in answer.rows
    )
    body = ",\n ".join(lines)
    return f"[{body}]\n"


def _json_value(value: Any) -> str:
    if value is None or isinstance(value, (bool, int, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        # Written by hand: json would want a float, which has not every digit.
        return f"{value:f}" if value.is_finite() else "null"
    if isinstance(value, float):
        return json.dumps(value) if math.isfinite(value) else "null"
    if isinstance(value, dict):
        members = (f"{json.dumps(str(key), ensure_ascii=False)}: {_json_value(item)}" for key, item in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_json_value, value)) + "]"
    return json.dumps(_text(value), ensure_ascii=False)


def _text(value: Any) -> str:
    """A value as CSV and tables show it: empty for NULL, decimals without exponent, true/false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (list, dict, tuple)):
        return _json_value(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)


def to_csv(answer: Answer) -> str:
    """RFC 4180 text with a head line; NULL is empty, an empty string is ``\"\"``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        if len(row) == 1 and row[0] is None:
            # The csv module would quote a lone empty field, and it would read as an empty string.
            out.write("\n")
        else:
            writer.writerow([_text(value) for value in row])
    return out.getvalue()


def _width(text: str) -> int:
    """Columns a text takes on a terminal: East Asian wide characters take two, marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def to_table(answer: Answer, widest: int = 60) -> str:
    """Aligned plain text with a line of counts; cells wider than ``widest`` are cut with an ellipsis."""
    numeric = [kind.startswith(("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT")) or "INT" in kind for kind in answer.types]
    body = [[_cut(_text(value).replace("\n", " "), widest) for value in row] for row in answer.rows]
    widths = [max([_width(name), *(_width(row[index]) for row in body)]) for index, name in enumerate(answer.columns)]
    lines = [_line(answer.columns, widths, [False] * len(widths)), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths, numeric) for row in body]
    count = len(answer.rows)
    lines.append(f"({count} row{'' if count == 1 else 's'})")
    return "\n".join(lines) + "\n"


def _cut(text: str, widest: int) -> str:
    if _width(text) <= widest:
        return text
    while _width(text) > widest - 1:
        text = text[:-1]
    return text + "…"


def _line(cells: Iterable[str], widths: list[int], right: list[bool]) -> str:
    padded = []
    for cell, width, is_right in zip(cells, widths, right, strict=True):
        blank = " " * (width - _width(cell))
        padded.append(blank + cell if is_right else cell + blank)
    return "  ".join(padded).rstrip()
