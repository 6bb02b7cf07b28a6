"""Which row groups of a file keys belong to, and the rows that lie between two keys."""

from __future__ import annotations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.outputs.table_files import _between, groups_of
from warehouse.tables import TABLE_BY_NAME

PARAGRAPHS = TABLE_BY_NAME["mart_paragraph"]
NAMES = st.text(st.sampled_from(" !#$A/é"), min_size=1, max_size=3)
"""Of documents, among them some that begin with another's name, with signs that come before and behind ``#``."""
ROWS = st.sets(st.tuples(NAMES, st.text(st.sampled_from("ab#"), max_size=2)), min_size=1, max_size=8)


@given(st.sets(st.integers(0, 60), min_size=1), st.lists(st.integers(-5, 70)))
def test_a_key_belongs_to_the_last_group_that_does_not_begin_behind_it(starts: set[int], keys: list[int]) -> None:
    firsts = [(one,) for one in sorted(starts)]
    wanted = {max(0, sum(first <= (key,) for first in firsts) - 1) for key in keys}
    assert groups_of([(key,) for key in keys], firsts) == sorted(wanted)


@given(ROWS, st.data())
@settings(max_examples=200, deadline=None)
def test_rows_between_two_keys_are_found_whatever_their_documents_are_called(
    rows: set[tuple[str, str]], data: st.DataObject
) -> None:
    made = {f"{document}#{rest}": document for document, rest in rows}
    ends = st.none() | st.sampled_from(sorted(made))
    start, end = data.draw(ends), data.draw(ends)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE mart_paragraph (document_id VARCHAR, paragraph_id VARCHAR)")
        connection.executemany("INSERT INTO mart_paragraph VALUES (?, ?)", [(made[key], key) for key in made])
        asked = _between(PARAGRAPHS, (start,) if start else None, (end,) if end else None)
        found = [row[1] for row in connection.execute(asked[1:-1]).fetchall()]
    assert found == [key for key in sorted(made) if (not start or start <= key) and (not end or key < end)]
