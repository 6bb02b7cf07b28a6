"""How a table of the warehouse is declared: once, here, in DuckDB's own types; and the statements that create it.

DDL, comments, the data dictionary, the loader's Arrow schema and the
Great Expectations suites are all rendered from these declarations.

The file of a release has types, NOT NULL and CHECK, and no keys: what DuckDB keeps for them is more than half of the
file, and no reader uses it (docs/decisions/keys.md). That keys and references hold is checked when a table is loaded
(``warehouse/build.py``). The copy in PostgreSQL has them.

Facts about DuckDB that shape what is rendered here: checks can only be given in CREATE TABLE, never added afterwards;
OR REPLACE drops comments. So tables come parents first, in a fresh file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

DuckType = Literal["VARCHAR", "INTEGER", "BIGINT", "BOOLEAN", "DECIMAL(20,4)", "DATE", "TIMESTAMP", "VARCHAR[]"]

MONEY: DuckType = "DECIMAL(20,4)"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: name, DuckDB type, one-sentence meaning, and what must hold of it.

    ``unit`` names the unit a number is in; ``allowed`` closes the list of values;
    ``references`` is ``table.column`` of the row it points at.
    """

    name: str
    type: DuckType
    doc: str
    unit: str | None = None
    required: bool = False
    allowed: tuple[str, ...] = ()
    references: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: name, grain ("one row per ..."), primary key and fields in order.

    ``may_be_empty`` is False for tables a release cannot do without.
    ``room`` says which step fills it: document, figure, text, fact, dimension, judgement.
    ``sort`` is the order its rows stand in, where it is not that of the key: required fields, and unlike together.
    ``rules`` names the expectations that hold between its rows and those of other tables.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    room: str
    may_be_empty: bool = True
    sort: tuple[str, ...] = field(default=())
    rules: tuple[str, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(f.name for f in self.fields)

    @property
    def order(self) -> tuple[str, ...]:
        """What its rows are sorted by."""
        return self.sort or self.key or self.column_names


STORAGE = "v1.3.0"
"""The version of DuckDB whose format a release's file has, which it and later ones read: it keeps identifiers, which begin
alike, in two thirds of the room, and to copy, read and write a release takes as much less."""
Rows = dict[str, list[dict[str, Any]]]
"""Rows by table name: plain dicts by column name, a missing key meaning NULL; numbers are int or
``Decimal``, dates ``datetime.date``, lists lists of str."""


def quote_identifier(name: str) -> str:
    """A name in double quotes, as SQL wants it; ``class`` and other reserved words become safe."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A text in single quotes, as SQL wants it."""
    return "'" + text.replace("'", "''") + "'"


def _name_list(names: Iterable[str]) -> str:
    return ", ".join(quote_identifier(name) for name in names)


def enforced_reference(table: Table, field: Field, loaded: dict[str, Table]) -> tuple[str, str] | None:
    """(parent table, parent column) when ``field.references`` can be a foreign key in a database that has them, else None.

    ``loaded`` has the tables created before ``table``. Raises ValueError when the reference isn't
    of the form ``table.column``.
    """
    if field.references is None:
        return None
    parent_name, dot, column = field.references.partition(".")
    if not dot or not column:
        raise ValueError(f"{table.name}.{field.name}: a reference is written table.column, not {field.references!r}")
    parent = loaded.get(parent_name)
    if parent is None or parent_name == table.name or parent.key != (column,):
        return None
    return parent_name, column


def column_definition(table: Table, field: Field) -> str:
    """One line of CREATE TABLE: name, type, NOT NULL, CHECK for a closed list of values."""
    parts = [quote_identifier(field.name), field.type]
    if field.required or field.name in table.key:
        parts.append("NOT NULL")
    if field.allowed:
        values = ", ".join(quote_literal(value) for value in field.allowed)
        parts.append(f"CHECK ({quote_identifier(field.name)} IN ({values}))")
    return " ".join(parts)


def create_table(table: Table, is_keyed: bool = False) -> str:
    """CREATE TABLE with NOT NULL and CHECK, and with the primary key where that is wanted."""
    lines = [column_definition(table, field) for field in table.fields]
    if table.key and is_keyed:
        lines.append(f"PRIMARY KEY ({_name_list(table.key)})")
    body = ",\n    ".join(lines)
    return f"CREATE TABLE {quote_identifier(table.name)} (\n    {body}\n)"


def table_comment(table: Table) -> str:
    """What COMMENT ON TABLE says: the grain, as a sentence."""
    return table.grain[:1].upper() + table.grain[1:] + "."


def column_comment(field: Field) -> str:
    """What COMMENT ON COLUMN says: the meaning, and the unit in brackets where a number has one."""
    return field.doc if field.unit is None else f"{field.doc} [{field.unit}]"


def comments(table: Table) -> Iterator[str]:
    """COMMENT ON TABLE and, for each field, COMMENT ON COLUMN."""
    name = quote_identifier(table.name)
    yield f"COMMENT ON TABLE {name} IS {quote_literal(table_comment(table))}"
    for column in table.fields:
        yield f"COMMENT ON COLUMN {name}.{quote_identifier(column.name)} IS {quote_literal(column_comment(column))}"


def statements(tables: Sequence[Table]) -> Iterator[str]:
    """Every statement that makes the empty tables, in loading order. Raises ValueError when a table is declared twice."""
    made: set[str] = set()
    for table in tables:
        if table.name in made:
            raise ValueError(f"{table.name} is declared twice")
        yield create_table(table)
        yield from comments(table)
        made.add(table.name)


def script(tables: Sequence[Table]) -> str:
    """The statements as one SQL script."""
    return ";\n".join(statements(tables)) + ";\n"
