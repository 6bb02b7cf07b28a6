"""Rows in, file and hash out; neither depends on the order the rows came in."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.made import build_warehouse, content_hash, prepare_rows, table_hashes
from tests.warehouse.support import document, small_rows
from warehouse.load import LoadError, prepare_table, row_sum
from warehouse.marts import parse_view, views
from warehouse.schema.declare import Field, Table
from warehouse.tables import TABLES

THINGS = Table(
    "thing",
    "one row per thing",
    ("name", "number"),
    (
        Field("name", "VARCHAR", "Name.", required=True),
        Field("number", "INTEGER", "Number.", required=True),
        Field("text", "VARCHAR", "Text."),
        Field("value", "DECIMAL(20,4)", "Value."),
        Field("day", "DATE", "Day."),
        Field("is_open", "BOOLEAN", "Open."),
        Field("words", "VARCHAR[]", "Words."),
    ),
    "document",
)
TEXTS = st.text(st.one_of(st.sampled_from("ab\\\x1f\nN'\"—十"), st.characters(codec="utf-8")), max_size=6)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"name": TEXTS, "number": st.integers(-5, 5)},
        optional={
            "text": st.none() | TEXTS,
            "value": st.none() | st.decimals(-(10**12), 10**12, places=4),
            "day": st.none() | st.dates(),
            "is_open": st.none() | st.booleans(),
            "words": st.none() | st.lists(TEXTS, max_size=2),
        },
    ),
    unique_by=lambda row: (row["name"], row["number"]),
    max_size=6,
)


def _hash(rows):
    return content_hash({"thing": rows}, [THINGS])


def _canonical(rows):
    full = [{name: row.get(name) for name in THINGS.column_names} for row in rows]
    return sorted(full, key=lambda row: (row["name"], row["number"]))


@given(ROWS, st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_hash_is_independent_of_row_and_column_order(rows, generator):
    shuffled = [dict(generator.sample(list(row.items()), len(row))) for row in generator.sample(rows, len(rows))]
    assert _hash(shuffled) == _hash(rows)


@given(ROWS, st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_the_sums_of_two_parts_are_the_sum_of_the_whole(rows, number):
    made = prepare_table(THINGS, rows)
    assert row_sum(THINGS, made.slice(0, number)) + row_sum(THINGS, made.slice(number)) == row_sum(THINGS, made)


@given(ROWS, ROWS)
@settings(max_examples=100, deadline=None)
def test_hashes_are_equal_exactly_when_the_rows_are(one, other):
    assert (_hash(one) == _hash(other)) == (_canonical(one) == _canonical(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"text": None}, {"text": ""}),
        ({"text": None}, {"text": "\\N"}),
        ({"text": "\\N"}, {"text": "\\\\N"}),
        ({"text": "\x1f"}, {"text": "\\u"}),
        ({"text": "a\nb"}, {"text": "a\\nb"}),
        ({"words": None}, {"words": []}),
        ({"words": ["a", "b"]}, {"words": ["a\nb"]}),
        ({"value": Decimal("1.0001")}, {"value": Decimal("1.0002")}),
        ({"is_open": False}, {"is_open": None}),
    ],
)
def test_values_that_look_alike_hash_differently(one, other):
    key = {"name": "a", "number": 1}
    assert _hash([key | one]) != _hash([key | other])


def test_a_decimal_counts_by_its_value_not_its_zeros():
    key = {"name": "a", "number": 1}
    assert _hash([key | {"value": Decimal("1")}]) == _hash([key | {"value": Decimal("1.00")}])


def test_the_hash_stays_what_it_was():
    """A change here makes every release look new: it wants a reason and a note."""
    rows = [{"name": "a", "number": 1, "value": Decimal("648.7"), "day": date(2023, 1, 2), "words": ["x"]}]
    assert _hash(rows) == "a34051ee154afc5eec476ca775911b795944f09fc74aec2582ab9987050b9544"


def test_one_table_that_differs_changes_its_own_hash_only():
    before, after = table_hashes(small_rows()), table_hashes(small_rows(value="648.8"))
    assert {name for name in before if before[name] != after[name]} == {"mart_cell"}


def test_rows_come_back_as_they_went_in(tmp_path):
    path = tmp_path / "w.duckdb"
    counts = build_warehouse(path, small_rows())
    assert counts["mart_cell"] == 2
    assert counts["mart_deliverable"] == 0
    assert counts.keys() == {table.name for table in TABLES}
    with duckdb.connect(str(path), read_only=True) as connection:
        cells = connection.execute("SELECT printed_text, value, is_nil, fact_id FROM mart_cell").fetchall()
    assert cells == [("648.7", Decimal("648.7"), False, None), ("—", Decimal(0), True, None)]
    assert not path.with_name("w.duckdb.wal").exists()


def test_the_file_holds_rows_in_the_order_of_their_key(tmp_path):
    rows = small_rows()
    random.Random(1).shuffle(rows["mart_source_line"])
    build_warehouse(tmp_path / "w.duckdb", rows)
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as connection:
        numbers = connection.execute("SELECT line_number FROM mart_source_line").fetchall()
    assert numbers == [(n,) for n in range(1, 12)]


def test_prepared_rows_can_be_loaded_and_hashed_as_rows_can(tmp_path):
    prepared = prepare_rows(small_rows())
    assert content_hash(prepared) == content_hash(small_rows())
    counts = build_warehouse(tmp_path / "a.duckdb", prepared)
    assert counts == build_warehouse(tmp_path / "b.duckdb", small_rows())


def test_nothing_is_overwritten(tmp_path):
    path = tmp_path / "w.duckdb"
    build_warehouse(path, {})
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        build_warehouse(path, small_rows())
    assert path.read_bytes() == before


def _broken(table, **changes):
    rows = small_rows()
    rows[table][0].update(changes)
    return rows


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"mart_nothing": []}, "no table is called mart_nothing"),
        (_broken("mart_cell", colour="red"), r"mart_cell has no column colour \(cell_id '.*#1.1'\)"),
        (_broken("mart_cell", value=1.5), r"mart_cell.value is DECIMAL\(20,4\); 1.5 doesn't fit.*#1.1"),
        (_broken("mart_cell", value=Decimal("0.00001")), "mart_cell.value .* doesn't fit"),
        (_broken("mart_cell", fiscal_year="2023"), "mart_cell.fiscal_year is INTEGER"),
        (_broken("mart_cell", row_label="\ud800"), "mart_cell.row_label is VARCHAR"),
        (_broken("mart_cell", is_nil=None), "mart_cell.is_nil is required and missing in 1 rows"),
        (_broken("mart_cell", row_role="sum"), "mart_cell: .*CHECK"),
        (
            _broken("mart_cell", table_id="other"),
            "mart_cell: 1 rows have a table_id that mart_table does not have, first: other",
        ),
        ({"mart_document": [document(), document("b"), document()]}, "mart_document: 1 rows repeat a key, .*zh.txt"),
    ],
)
def test_rows_that_do_not_fit_are_named_and_leave_no_file(tmp_path, rows, message):
    with pytest.raises(LoadError, match=message):
        build_warehouse(tmp_path / "w.duckdb", rows)
    assert list(tmp_path.iterdir()) == []


def test_every_view_column_has_its_comment(tmp_path):
    build_warehouse(tmp_path / "w.duckdb", small_rows())
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as connection:
        for view in views():
            found = connection.execute(
                "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
                [view.name],
            ).fetchall()
            assert tuple(found) == view.columns
            connection.execute(f"FROM {view.name}").fetchall()
        comments = connection.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
        assert dict(comments) == {view.name: view.doc for view in views()}
        lines = connection.execute("SELECT source_lines FROM v_finding_source").fetchall()
    assert lines == [("line 2\nline 3",)]


@pytest.mark.parametrize(
    "text", ["SELECT 1", "-- columns\n-- a: b\nSELECT 1", "-- x\n-- columns\n-- Bad line\nSELECT 1"]
)
def test_a_view_without_its_comments_is_refused(text):
    with pytest.raises(ValueError, match=r"v_x\.sql"):
        parse_view("v_x", text)
