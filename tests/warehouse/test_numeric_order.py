"""Documents and sections in numeric order, alike in SQL and in Python."""

from __future__ import annotations

import random

import duckdb

from warehouse.numeric_order import order_by, order_key

LISTED = [
    "2",
    "9",
    "10",
    "10.2",
    "10.12",
    "29",
    "29A",
    "29B",
    "30",
    "A/80/6 (Sect. 9)",
    "A/80/6 (Sect. 10)",
    "A/81/6 (Sect. 2)",
    "A/RES/76/5",
    "A/RES/76/245",
]


def test_numbers_within_a_text_count_as_numbers() -> None:
    mixed = random.Random(1).sample(LISTED, len(LISTED))
    assert sorted(mixed, key=order_key) == LISTED
    found = duckdb.sql(f"SELECT name FROM unnest($1) AS given(name) ORDER BY {order_by('name')}", params=[mixed])
    assert [name for (name,) in found.fetchall()] == LISTED


def test_what_is_missing_comes_first() -> None:
    assert sorted(["1", None], key=order_key) == [None, "1"]
