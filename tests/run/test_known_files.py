"""What a run keeps of files for the next one, which is another process: here one that has forgotten all it knew."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipelines.ingest import land
from pipelines.ingest.sources import find_files
from pipelines.run import known_files, staging_files
from pipelines.run.staging_files import StagedTables, open_stage, write_stage
from tests.shared import BUNDLED
from warehouse import file_hash


@pytest.fixture(autouse=True)
def another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known, and files need not lie for a while before they are."""
    monkeypatch.setattr(file_hash, "_SETTLED", -1)
    _forget()


def _forget() -> None:
    for known in (file_hash.FOUND, file_hash.ASKED, land.SEEN, land.ASKED, staging_files.WHOLE, staging_files.ASKED):
        known.clear()
    staging_files._head.cache_clear()


def _land(folder: Path) -> land.Landing:
    found = find_files([str(folder / "sources")], folder)
    return land.land(found.candidates, folder / "archive", folder / "quarantine")


def _landed(folder: Path) -> Path:
    """A folder with one source that was taken in by a run, which then ended."""
    source = folder / "sources" / BUNDLED.name
    source.parent.mkdir()
    source.write_bytes(BUNDLED.read_bytes())
    _land(folder)
    known_files.keep(folder)
    _forget()
    return source


def test_a_source_that_stays_as_it_is_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _landed(tmp_path)
    known_files.recall(tmp_path)
    monkeypatch.setattr(land, "read_once", lambda path: pytest.fail(f"{path} is read"))
    (taken,) = _land(tmp_path).inputs
    assert taken.sha256 == file_hash.file_sha256(Path(taken.archived))
    assert taken.format == "txt"
    assert taken.encoding is not None


def test_a_source_with_other_content_of_the_same_size_and_time_is_read(tmp_path: Path) -> None:
    source = _landed(tmp_path)
    told = source.stat()
    source.write_bytes(source.read_bytes().replace(b"10.1", b"10.2"))
    os.utime(source, ns=(told.st_atime_ns, told.st_mtime_ns))
    known_files.recall(tmp_path)
    (taken,) = _land(tmp_path).inputs
    assert Path(taken.archived).read_bytes() == source.read_bytes()


def test_a_damaged_original_is_replaced(tmp_path: Path) -> None:
    source = _landed(tmp_path)
    (original,) = (tmp_path / "archive").rglob("*.txt")
    original.write_bytes(b"x" * original.stat().st_size)
    known_files.recall(tmp_path)
    _land(tmp_path)
    assert original.read_bytes() == source.read_bytes()


def test_a_stage_known_to_be_whole_is_read_no_further_than_its_head_unless_it_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "one.stage"
    write_stage(path, {"document": {"document_id": "d"}}, {"mart_warning": [_warning(1), _warning(2)]})
    assert open_stage(path) is not None
    known_files.keep(tmp_path)
    _forget()
    known_files.recall(tmp_path)
    assert staging_files.WHOLE
    assert StagedTables(path).table("mart_warning").num_rows == 2
    data = path.read_bytes()
    path.write_bytes(data[:-9] + b"012345678")
    with pytest.raises(ValueError, match="damaged"):
        StagedTables(path)
    assert open_stage(path) is None


def _warning(number: int) -> dict[str, object]:
    return {"warning_id": f"d#w{number}", "document_id": "d", "kind": "other", "message": "words"}


def test_what_other_code_kept_or_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    _landed(tmp_path)
    (kept,) = tmp_path.glob("*.json")
    whole = kept.read_text("utf-8")
    for text in (json.dumps({**json.loads(whole), "code": "other"}), whole[:-20], "[]", '{"code": 1}'):
        kept.write_text(text, "utf-8")
        known_files.recall(tmp_path)
        assert not land.SEEN
    kept.write_text(whole, "utf-8")
    known_files.recall(tmp_path)
    assert len(land.SEEN) == 1
