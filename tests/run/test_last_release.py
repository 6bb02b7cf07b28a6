"""What a draft is held against: the counts of the last release, of documents that may have lost rows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.run import last_release
from pipelines.run.last_release import counts, may_have_shrunk
from warehouse.home import Home

BEFORE = {"same": "aa-1 01", "other bytes": "bb-1 02", "read anew": "cc-1 03", "gone": "dd-1 04"}
NOW = {"same": "aa-1 01", "other bytes": "ee-1 05", "read anew": "cc-2 06", "new": "ff-2 07"}


def test_only_what_was_read_anew_of_the_same_bytes_may_have_shrunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = SimpleNamespace(release_id="1", manifest={"parts": {"documents": BEFORE}})
    monkeypatch.setattr(last_release, "current_release", lambda _: last)
    assert may_have_shrunk(Home(tmp_path), "1", {"documents": NOW}) == {"read anew"}
    assert may_have_shrunk(Home(tmp_path), "1", {"documents": BEFORE}) == frozenset()
    for made_from in ("0", None):
        assert may_have_shrunk(Home(tmp_path), made_from, {"documents": NOW}) is None
    monkeypatch.setattr(last_release, "current_release", lambda _: None)
    assert may_have_shrunk(Home(tmp_path), None, {"documents": NOW}) is None


def test_counts_are_those_of_some_documents_or_of_all(published: Path) -> None:
    database = published / "releases" / "current" / "fascicle.duckdb"
    every = counts(database)
    assert every and all(row["cell_count"] and row["table_count"] for row in every.values())
    assert counts(database, every.keys()) == every
    assert counts(database, ["no such document"]) == {}
    assert counts(database, []) == {}
