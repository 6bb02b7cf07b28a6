"""A lake brought up to a release by the rows that changed: each snapshot a whole release, and few rows written."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from tests.warehouse.outputs.drawn_releases import (
    FIRST,
    SOME,
    SOME_VIEWS,
    Said,
    changed,
    changes,
    release_of,
    releases_of,
)
from tests.warehouse.outputs.lakes import files_below, reading, rows_that_differ
from warehouse.home import Home
from warehouse.outputs import ducklake
from warehouse.release import Release

NAMES = [*(table.name for table in SOME), *(view.name for view in SOME_VIEWS)]
Publish = partial[ducklake.Published]


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ducklake, "views", lambda: SOME_VIEWS)
    monkeypatch.setattr(ducklake, "_LARGE", 1)


def into(folder: Path) -> Publish:
    """Publishes into a lake in this folder."""
    return partial(
        ducklake.publish, address=f"ducklake:{folder}/lake", data_path=f"{folder}/files/", tables=SOME, schema="drawn"
    )


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[list[Release]]:
    """Three releases: a value of the last document is another in the second, and the document is gone from the third."""
    home = Home(tmp_path / "home")
    yield [
        release_of(home, documents)
        for documents in (FIRST, changed(FIRST, {"d": Said("2.2")}), changed(FIRST, {"d": None}))
    ]


def differing(folder: Path, release: Release, snapshot: int) -> list[str]:
    with reading(f"{folder}/lake", f"READ_ONLY, SNAPSHOT_VERSION {snapshot}") as reader:
        return rows_that_differ(reader, release, "drawn", NAMES)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes)
def test_whatever_changed_every_snapshot_is_its_release(
    tmp_path_factory: pytest.TempPathFactory, drawn: Sequence[Mapping[str, Said | None]]
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    made = releases_of(Home(folder / "home"), drawn)
    done = [into(folder)(release) for release in made]
    for release, published in zip(made, done, strict=True):
        assert differing(folder, release, published.snapshot) == []


def test_rows_that_changed_are_written_and_no_other(releases: list[Release], tmp_path: Path) -> None:
    first, other, less = releases
    publish = into(tmp_path)
    assert publish(first).rows_written == 4 * (1 + 11 + 1 + 2 + 2 + 1)
    files = files_below(tmp_path / "files")
    done = publish(other)
    assert (done.written, done.rows_written) == (("mart_cell",), 2), "a row was deleted, one was inserted"
    assert publish(less).rows_written == 1 + 11 + 1 + 2 + 2 + 1
    assert publish(less).rows_written == 0
    assert files <= files_below(tmp_path / "files"), "what older snapshots read stays"
    with reading(f"{tmp_path}/lake") as reader:
        told = reader.execute("SELECT data_file FROM ducklake_list_files('lake', 'mart_row', schema => 'drawn')")
        assert {Path(str(file)) for (file,) in told.fetchall()} <= files, "rows that stay are where they were"
    assert [differing(tmp_path, release, number) for number, release in enumerate(releases, 1)] == [[], [], []]


@pytest.mark.parametrize(
    "what",
    [
        "removed",
        "damaged",
        "damaged inside",
        "small",
        "in many files",
        "changed by hand",
        "without a key",
        "declared otherwise",
    ],
)
def test_a_table_is_written_whole_where(
    releases: list[Release], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    first, other, _ = releases
    publish = into(tmp_path)
    *others, cell, finding = SOME
    if what == "without a key":
        publish = partial(publish, tables=(*others, replace(cell, key=()), finding))
    publish(
        first,
        **{"tables": (*others, replace(cell, grain="other words"), finding)} if what == "declared otherwise" else {},
    )
    if what == "removed":
        shutil.rmtree(first.path)
    elif what == "damaged":
        first.database.write_bytes(b"no database")
    elif what == "damaged inside":
        data = first.database.read_bytes()
        first.database.write_bytes(data[:12_288] + bytes(len(data) - 12_288))
    elif what == "small":
        monkeypatch.setattr(ducklake, "_LARGE", 9)
    elif what == "in many files":
        monkeypatch.setattr(ducklake, "_MOST_FILES", 0)
    elif what == "changed by hand":
        with reading(f"{tmp_path}/lake", "READ_WRITE") as writer:
            writer.execute(
                "UPDATE lake.drawn.mart_cell SET cell_id = 'mine' WHERE starts_with(cell_id, 'A/77/6(Sect.d)')"
            )
    done = publish(other)
    assert done.written == ("mart_cell",) and done.rows_written == 8
    assert differing(tmp_path, other, done.snapshot) == []


def test_a_table_is_written_whole_where_rows_are_missing_or_most_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    first, other = (release_of(home, dict.fromkeys(names, Said())) for names in ("abcd", "defg"))
    publish = into(tmp_path)
    publish(first)
    done = publish(other)
    assert done.rows_written == 4 * (1 + 11 + 1 + 2 + 2 + 1) and differing(tmp_path, other, done.snapshot) == []
    with reading(f"{tmp_path}/lake", "READ_WRITE") as writer:
        writer.execute("DELETE FROM lake.drawn.mart_cell WHERE starts_with(cell_id, 'A/77/6(Sect.e)')")
    third = release_of(home, changed(dict.fromkeys("defg", Said()), {"d": Said("2.2")}))
    done = publish(third)
    assert done.rows_written == 8 and differing(tmp_path, third, done.snapshot) == []


def test_releases_by_rows_expire_and_the_newest_stays(releases: list[Release], tmp_path: Path) -> None:
    publish = into(tmp_path)
    for release in releases:
        done = publish(release, keep=1)
    assert done.expired == 1 and differing(tmp_path, releases[-1], done.snapshot) == []
    with reading(f"{tmp_path}/lake") as reader, pytest.raises(duckdb.Error):
        reader.execute("FROM lake.drawn.mart_cell AT (VERSION => 1)")
