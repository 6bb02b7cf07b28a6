"""What is declared is what the file says of itself."""

from __future__ import annotations

import re

import duckdb
import pytest

from warehouse.schema.declare import (
    Field,
    Table,
    column_comment,
    create_table,
    enforced_reference,
    script,
    table_comment,
)
from warehouse.tables import TABLE_BY_NAME, TABLES


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect(":memory:") as made:
        made.execute(script(TABLES))
        yield made


def test_columns_types_and_comments_are_as_declared(connection):
    found = connection.execute(
        "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY table_name, column_index"
    ).fetchall()
    declared = [
        (table.name, f.name, f.type, not (f.required or f.name in table.key), column_comment(f))
        for table in sorted(TABLES, key=lambda table: table.name)
        for f in table.fields
    ]
    assert found == declared


def test_every_table_says_its_grain(connection):
    found = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    assert found == {table.name: table_comment(table) for table in TABLES}


def test_the_file_has_no_keys_and_its_copy_has(connection):
    found = connection.execute("SELECT DISTINCT constraint_type FROM duckdb_constraints() ORDER BY ALL").fetchall()
    assert found == [("CHECK",), ("NOT NULL",)]
    with duckdb.connect(":memory:") as keyed:
        for table in TABLES:
            keyed.execute(create_table(table, is_keyed=True))
        rows = keyed.execute(
            "SELECT table_name, constraint_column_names FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    assert {name: tuple(columns) for name, columns in rows} == {table.name: table.key for table in TABLES}


def test_references_lead_to_declared_columns():
    for table in TABLES:
        for field in table.fields:
            if field.references:
                parent, _, column = field.references.partition(".")
                assert {f.type for f in TABLE_BY_NAME[parent].fields if f.name == column} == {field.type}


def test_a_value_outside_the_closed_list_is_refused(connection):
    with pytest.raises(duckdb.ConstraintException, match="language"):
        connection.execute(
            "INSERT INTO mart_document BY NAME SELECT 'd' AS document_id, 's' AS symbol, 'xx' AS language, "
            "'txt' AS format, 'fascicle' AS kind, 'a' AS source_sha256, 0 AS unclaimed_line_count, "
            "0 AS unclaimed_table_line_count, 0 AS unreadable_cell_count"
        )


def test_declarations_are_in_the_house_style():
    for table in TABLES:
        assert table.grain.startswith("one row per "), table.name
        assert set(table.key) <= set(table.column_names), table.name
        assert len(set(table.column_names)) == len(table.fields), table.name
        for field in table.fields:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name), f"{table.name}.{field.name}"
            assert field.doc.endswith("."), f"{table.name}.{field.name}"


def _table(name: str, *fields: Field, key: tuple[str, ...] = ("id",)) -> Table:
    return Table(name, "one row per thing", key, (Field("id", "VARCHAR", "Id.", required=True), *fields), "document")


def test_a_reference_that_duckdb_cannot_keep_is_left_to_the_dictionary():
    parent = _table("parent", Field("other", "VARCHAR", "Other."))
    to_itself = Field("up", "VARCHAR", "Parent.", references="child.id")
    to_no_key = Field("other", "VARCHAR", "Other.", references="parent.other")
    to_parent = Field("parent_id", "VARCHAR", "Parent.", references="parent.id")
    child = _table("child", to_itself, to_no_key, to_parent)
    loaded = {"parent": parent}
    assert enforced_reference(child, to_itself, loaded) is None
    assert enforced_reference(child, to_no_key, loaded) is None
    assert enforced_reference(child, to_parent, {}) is None
    assert enforced_reference(child, to_parent, loaded) == ("parent", "id")


def test_a_reference_is_table_dot_column():
    bad = Field("up", "VARCHAR", "Parent.", references="parent")
    with pytest.raises(ValueError, match=r"table\.column"):
        enforced_reference(_table("child", bad), bad, {})


def test_names_and_texts_are_quoted():
    odd = Table(
        "group",
        "one row per o'clock",
        ("select",),
        (Field("select", "VARCHAR", 'It\'s "quoted".', allowed=("o'clock",)),),
        "document",
    )
    with duckdb.connect(":memory:") as made:
        made.execute(script([odd]))
        made.execute("""INSERT INTO "group" VALUES ('o''clock')""")
        found = made.execute("SELECT comment FROM duckdb_columns() WHERE NOT internal").fetchall()
    assert found == [(odd.fields[0].doc,)]


def test_a_table_declared_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        script([_table("a"), _table("a")])
