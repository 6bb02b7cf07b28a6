"""From what the user names to inputs and quarantine."""

import hashlib
from pathlib import Path

import pytest

from pipelines.ingest import land as landing_step
from pipelines.ingest.formats import Refused
from pipelines.ingest.land import Landing, land, list_quarantine, read_once
from pipelines.ingest.sources import BUNDLED, SourceError, find_files, is_symbol, symbol_key

TEXT = " 10.1 one\n\n 10.2 two\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    (made / "deep" / "er").mkdir(parents=True)
    (made / "b.txt").write_text(TEXT)
    (made / "deep" / "er" / "a.txt").write_text(TEXT + "three\n")
    (made / ".hidden.txt").write_text(TEXT)
    (made / "README.md").write_text("about")
    return made


def _land(tmp_path: Path, *sources: Path) -> Landing:
    found = find_files([str(source) for source in sources], tmp_path / "landing")
    return land(found.candidates, tmp_path / "archive", tmp_path / "quarantine")


def test_folder_is_searched_through_in_the_order_of_names(folder: Path, tmp_path: Path) -> None:
    found = find_files([str(folder)], tmp_path)
    assert [candidate.path.name for candidate in found.candidates] == ["a.txt", "b.txt"]
    assert [path.name for path in found.left_alone] == ["README.md"]


def test_a_file_named_alone_is_looked_at_whatever_its_name(folder: Path, tmp_path: Path) -> None:
    assert len(find_files([str(folder / "README.md")], tmp_path).candidates) == 1


def test_a_file_reached_twice_is_one(folder: Path, tmp_path: Path) -> None:
    assert len(find_files([str(folder), str(folder / "b.txt")], tmp_path).candidates) == 2


def test_no_source_means_the_bundled_edition(tmp_path: Path) -> None:
    found = find_files([], tmp_path)
    assert [c.path.suffix for c in found.candidates] == [".txt"]
    assert all(c.path.parent == BUNDLED for c in found.candidates)


@pytest.mark.parametrize("source", ["A/80/6 (Sect. 10)", "A/80/6(Sect.10)", "A/RES/76/245", "E/RES/2021/19"])
def test_symbols_are_distinguished_from_paths(source: str) -> None:
    assert is_symbol(source)


def test_an_existing_path_is_no_symbol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "A" / "80").mkdir(parents=True)
    assert not is_symbol("A/80")


def test_a_symbol_finds_its_files_in_landing(tmp_path: Path) -> None:
    for name in ("A_80_6_Sect.10.en.docx", "A_80_6_Sect.10.zh.txt", "A_80_6_Sect.1.en.docx"):
        (tmp_path / name).write_text("x")
    found = find_files(["A/80/6 (Sect. 10)"], tmp_path)
    assert [c.path.name for c in found.candidates] == ["A_80_6_Sect.10.en.docx", "A_80_6_Sect.10.zh.txt"]
    assert symbol_key("A/80/6 (Sect. 1)") != symbol_key("A/80/6 (Sect. 10)")


@pytest.mark.parametrize(
    ("source", "words"),
    [("nowhere.txt", "does not exist"), ("A/99/6 (Sect. 1)", "fascicle fetch"), (".", "no document")],
)
def test_sources_that_lead_nowhere_say_so(
    source: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=words):
        find_files([source], tmp_path / "landing")


def test_originals_are_kept_by_hash(folder: Path, tmp_path: Path) -> None:
    taken = _land(tmp_path, folder / "b.txt").inputs[0]
    assert taken.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert Path(taken.archived).read_bytes() == TEXT.encode()
    assert (taken.format, taken.encoding, taken.size) == ("txt", "utf-8", len(TEXT))


def test_a_damaged_original_is_replaced(folder: Path, tmp_path: Path) -> None:
    archived = Path(_land(tmp_path, folder / "b.txt").inputs[0].archived)
    archived.write_bytes(b"damaged")
    _land(tmp_path, folder / "b.txt")
    assert archived.read_bytes() == TEXT.encode()


def test_refused_files_keep_their_name_with_the_reason_beside(tmp_path: Path) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"<html>sorry</html>")
    landing = _land(tmp_path, bad)
    assert landing.inputs == ()
    assert (tmp_path / "quarantine" / "bad.docx").read_bytes() == b"<html>sorry</html>"
    assert [name for name, _ in list_quarantine(tmp_path / "quarantine")] == ["bad.docx"]
    assert "web page" in list_quarantine(tmp_path / "quarantine")[0][1]


def test_two_refused_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    for place, data in (("one", b"<html>1"), ("two", b"<html>2")):
        (tmp_path / place).mkdir()
        (tmp_path / place / "x.txt").write_bytes(data)
    _land(tmp_path, tmp_path / "one", tmp_path / "two")
    kept = {path.read_bytes() for path in (tmp_path / "quarantine").iterdir() if not path.name.endswith(".reason.txt")}
    assert kept == {b"<html>1", b"<html>2"}


def test_the_same_bytes_twice_are_one_input_and_no_refusal(folder: Path, tmp_path: Path) -> None:
    (folder / "copy.txt").write_text(TEXT)
    landing = _land(tmp_path, folder)
    assert [item.name for item in landing.inputs] == ["a.txt", "b.txt"]
    assert [(item.name, "b.txt" in item.reason) for item in landing.duplicates] == [("copy.txt", True)]
    assert landing.quarantined == ()


def test_a_mended_file_leaves_quarantine(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"")
    _land(tmp_path, path)
    path.write_text(TEXT)
    _land(tmp_path, path)
    assert list_quarantine(tmp_path / "quarantine") == []


def test_a_file_that_vanishes_is_refused_and_the_rest_goes_on(folder: Path, tmp_path: Path) -> None:
    found = find_files([str(folder)], tmp_path)
    (folder / "b.txt").unlink()
    landing = land(found.candidates, tmp_path / "archive", tmp_path / "quarantine")
    assert [item.name for item in landing.inputs] == ["a.txt"]
    assert "vanished" in landing.quarantined[0].reason
    assert landing.quarantined[0].stored is None


def test_a_file_that_changes_while_it_is_read_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "b.txt"
    real, asked = landing_step.os.fstat, []

    def growing(handle: int):
        if asked:
            with path.open("a") as more:
                more.write("more")
        asked.append(handle)
        return real(handle)

    monkeypatch.setattr(landing_step.os, "fstat", growing)
    with pytest.raises(Refused, match="changing"):
        read_once(path)


def test_a_file_too_large_is_refused_unread(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing_step, "LARGEST_FILE", 5)
    with pytest.raises(Refused, match="more than the 5"):
        read_once(folder / "b.txt")
