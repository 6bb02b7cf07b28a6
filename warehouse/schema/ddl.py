"""DuckDB statements rendered from the declarations: tables, keys, checks and comments.

Facts about DuckDB that shape what is rendered here: keys and checks can only be given in
CREATE TABLE, never added afterwards; a foreign key needs a parent that exists already and the
parent's whole primary key; a self-referencing key fails when parent and child come in one INSERT;
OR REPLACE drops comments. So each release is a fresh file, tables come parents first, and a
reference that can't be a key is kept in the declaration and the data dictionary only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from warehouse.schema.declare import Field, Table


def quote_identifier(name: str) -> str:
    """A name in double quotes, as SQL wants it; ``class`` and other reserved words become safe."""
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A text in single quotes, as SQL wants it."""
    return "'" + text.replace("'", "''") + "'"


def _name_list(names: Iterable[str]) -> str:
    return ", ".join(quote_identifier(name) for name in names)


def enforced_reference(table: Table, field: Field, loaded: dict[str, Table]) -> tuple[str, str] | None:
    """(parent table, parent column) when ``field.references`` can be a foreign key, else None.

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


def column_definition(field: Field) -> str:
    """One line of CREATE TABLE: name, type, NOT NULL, CHECK for a closed list of values."""
    parts = [quote_identifier(field.name), field.type]
    if field.required:
        parts.append("NOT NULL")
    if field.allowed:
        values = ", ".join(quote_literal(value) for value in field.allowed)
        parts.append(f"CHECK ({quote_identifier(field.name)} IN ({values}))")
    return " ".join(parts)


def create_table(table: Table, loaded: dict[str, Table]) -> str:
    """CREATE TABLE with primary key, foreign keys to tables in ``loaded``, NOT NULL and CHECK."""
    lines = [column_definition(field) for field in table.fields]
    if table.key:
        lines.append(f"PRIMARY KEY ({_name_list(table.key)})")
    for field in table.fields:
        reference = enforced_reference(table, field, loaded)
        if reference is not None:
            parent, column = reference
            lines.append(
                f"FOREIGN KEY ({quote_identifier(field.name)}) "
                f"REFERENCES {quote_identifier(parent)} ({quote_identifier(column)})"
            )
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
    for field in table.fields:
        yield f"COMMENT ON COLUMN {name}.{quote_identifier(field.name)} IS {quote_literal(column_comment(field))}"


def statements(tables: Sequence[Table]) -> Iterator[str]:
    """Every statement that makes the empty tables, in loading order.

    The comments on a table come before the tables that refer to it. Raises ValueError when a
    table is declared twice.
    """
    loaded: dict[str, Table] = {}
    for table in tables:
        if table.name in loaded:
            raise ValueError(f"{table.name} is declared twice")
        yield create_table(table, loaded)
        yield from comments(table)
        loaded[table.name] = table


def script(tables: Sequence[Table]) -> str:
    """The statements as one SQL script."""
    return ";\n".join(statements(tables)) + ";\n"
