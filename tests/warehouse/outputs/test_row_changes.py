"""Rows that differ between two releases: what one gave up and the other took in, and where they are looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.outputs.drawn_releases import FIRST, Said, changed, release_of
from tests.warehouse.support import publish, small_rows
from warehouse.home import Home
from warehouse.outputs import row_changes
from warehouse.outputs.parquet_groups import group_digests
from warehouse.outputs.row_changes import Changes
from warehouse.release import Release
from warehouse.tables import TABLE_BY_NAME

CELL = TABLE_BY_NAME["mart_cell"]
rows = st.lists(st.tuples(st.none() | st.integers(0, 2), st.none() | st.sampled_from(["", "x"])), max_size=12)


@contextmanager
def both(before: Release, after: Release) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{after.database}' AS release (READ_ONLY)")
        row_changes.attach_before(connection, before)
        yield connection


@settings(max_examples=40, deadline=None)
@given(rows, rows)
def test_a_copy_that_gives_up_and_takes_in_has_the_rows_of_the_later(
    before: list[tuple[object, ...]], after: list[tuple[object, ...]]
) -> None:
    with duckdb.connect() as connection:
        for side, values in (("before", before), ("release", after)):
            connection.execute(f"ATTACH ':memory:' AS {side}; CREATE TABLE {side}.some (a INTEGER, b VARCHAR)")
            for row in values:
                connection.execute(f"INSERT INTO {side}.some VALUES (?, ?)", row)
        found = row_changes.find_changes(connection, "some", ["a", "b"])
        gone = connection.execute(f"FROM {row_changes.gone_rows('some')}").fetchall()
        came = connection.execute(f"FROM {row_changes.came_rows('some')}").fetchall()
    kept = [row for row in before if row not in gone]
    assert Counter(kept + came) == Counter(after)
    assert found == Changes(len(before) - len(kept), len(came))
    assert not set(gone) & {row for row in before if before.count(row) == after.count(row)}


@pytest.fixture
def releases(tmp_path: Path) -> tuple[Release, Release]:
    """Two releases; a cell of one document changed."""
    home = Home(tmp_path / "home")
    return release_of(home, FIRST), release_of(home, changed(FIRST, {"d": Said("2.2")}))


def _rewritten(release: Release, sizes: tuple[int, ...]) -> None:
    """Write the cells of a release as Parquet in row groups of so many rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = release.path / "parquet" / "mart_cell.parquet"
    rows = pq.read_table(target).sort_by("cell_id")
    with pq.ParquetWriter(target, rows.schema) as writer:
        start = 0
        for size in sizes:
            writer.write_table(pa.Table.from_batches(rows.slice(start, size).to_batches()), row_group_size=size)
            start += size


def test_of_a_large_table_only_row_groups_that_differ_are_read(
    releases: tuple[Release, Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = releases
    for release in releases:
        _rewritten(release, (2, 2, 2, 2))
    digests = [group_digests(release.path / "parquet" / "mart_cell.parquet") for release in releases]
    assert [a == b for a, b in zip(*digests, strict=True)] == [True, True, True, False]
    read: list[list[int]] = []
    really = row_changes._read
    monkeypatch.setattr(row_changes, "_read", lambda file, numbers: read.append(list(numbers)) or really(file, numbers))
    monkeypatch.setattr(row_changes, "LARGE", 1)
    with both(before, after) as connection:
        assert row_changes.find_table_changes(connection, before, after, CELL) == Changes(1, 1)
        came = connection.execute(f"SELECT printed_text FROM {row_changes.came_rows('mart_cell')}").fetchall()
    assert came == [("2.2",)] and read == [[3], [3]]


@pytest.mark.parametrize("why", ["shifted", "missing", "damaged", "many", "short"])
def test_a_large_table_is_compared_whatever_its_files_are_like(
    releases: tuple[Release, Release], monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    before, after = releases
    _rewritten(before, (2, 2, 2, 2))
    _rewritten(after, {"shifted": (1, 2, 2, 3), "short": (2, 2, 2)}.get(why, (2, 2, 2, 2)))
    file = after.path / "parquet" / "mart_cell.parquet"
    if why == "missing":
        file.unlink()
    if why == "damaged":
        monkeypatch.setattr(row_changes, "group_digests", lambda _: (_ for _ in ()).throw(row_changes.NotMergeable()))
    monkeypatch.setattr(row_changes, "LARGE", 1)
    monkeypatch.setattr(row_changes, "MOST_GROUPS", 1 if why == "many" else 64)
    with both(before, after) as connection:
        assert row_changes.find_table_changes(connection, before, after, CELL) == Changes(1, 1)


def test_views_that_read_nothing_that_changed_are_passed_over(releases: tuple[Release, Release]) -> None:
    before, after = releases
    names = ["v_counted_document", "v_finding_source", "v_section"]
    with both(before, after) as connection:
        assert row_changes.changed_views(connection, before, before, names) == []
        manifest = {**after.manifest, "table_hashes": {**before.manifest["table_hashes"], "mart_finding": "other"}}
        found = replace(after, manifest=manifest)
        assert row_changes.changed_views(connection, before, found, names) == ["v_finding_source"]
        manifest = {**after.manifest, "table_hashes": {**before.manifest["table_hashes"], "mart_document": "other"}}
        assert "v_counted_document" in row_changes.changed_views(
            connection, before, replace(after, manifest=manifest), names
        )


def test_a_view_that_reads_a_changed_view_or_is_defined_otherwise_is_looked_at(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    before, after = (publish(home, small_rows()) for _ in range(2))
    for release, number in ((before, 1), (after, 2)):
        with duckdb.connect(str(release.database)) as connection:
            connection.execute(f"CREATE VIEW a_one AS SELECT {number} AS n; CREATE VIEW b_two AS FROM a_one")
            connection.execute("CREATE VIEW c_three AS SELECT 3 AS n")
    with both(before, after) as connection:
        assert row_changes.changed_views(connection, before, after, ["a_one", "b_two", "c_three"]) == ["a_one", "b_two"]


def test_a_release_is_known_by_name_and_content(releases: tuple[Release, Release]) -> None:
    before, after = releases
    content = before.manifest["content_hash"]
    found = row_changes.kept_release(after, before.release_id, content)
    assert found is not None and found.path == before.path
    assert row_changes.kept_release(after, before.release_id, "0") is None
    before.database.unlink()
    assert row_changes.kept_release(after, before.release_id, content) is None
