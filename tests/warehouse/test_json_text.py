"""JSON with a line for each entry of its outer levels."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from warehouse.json_text import in_lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.integers(0, 4), st.booleans())
def test_it_says_what_json_says(value: object, levels: int, is_sorted: bool) -> None:
    assert json.loads(in_lines(value, levels, is_sorted)) == value


def test_entries_of_the_outer_levels_have_lines_of_their_own() -> None:
    value = {"b": [{"x": 1, "y": [2, 3]}, {"x": 4}], "a": {"z": {"d": "é"}}, "none": []}
    assert in_lines(value, sort_keys=True).splitlines() == [
        "{",
        ' "a": {',
        '  "z": {"d": "é"}',
        " },",
        ' "b": [',
        '  {"x": 1, "y": [2, 3]},',
        '  {"x": 4}',
        " ],",
        ' "none": []',
        "}",
    ]
    assert [line.strip() for line in in_lines(value).splitlines()][1] == '"b": ['
