"""What cannot be read gets its reason in quarantine; the rest is published, and the last good release stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.ingest.land import list_quarantine
from pipelines.run.document import read_and_judge
from tests.command.support import fascicle, queried
from tests.kept import rows_kept
from tests.shared import BUNDLED, judged

TEXT = BUNDLED.read_text(encoding="utf-8")
IN_A_TABLE = TEXT.index("工作人员差旅 85.0")

# file name -> its bytes, and words of the reason it is refused for
BAD: dict[str, tuple[bytes, str]] = {
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \n\n \t\n", "empty"),
    "binary.txt": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, "binary"),
    "truncated.txt": (TEXT[:IN_A_TABLE].encode(), "cut off"),
    "truncated_in_a_row.txt": (TEXT[: IN_A_TABLE + 8].encode(), "cut off"),
    "latin_1.txt": ("Décidé à l'été, où ça coûte très cher. ".encode("latin-1") * 40, "encoding"),
    "big5.txt": ("第十款 最不發達國家、內陸發展中國家".encode("big5") * 60, "encoding"),
    "half_a_character.txt": (TEXT.encode("utf-16")[:-1], "UTF-16"),
    "story.txt": ("从前有一座山，山上有一座庙。\n".encode() * 40, "not recognised as a fascicle"),
    "web_page.txt": (b"<!DOCTYPE html><html><body>Not found</body></html>", "web page"),
    "word.docx": (b"PK\x03\x04 but not for long", "cut off or damaged"),
    "page.pdf": (b"%PDF-1.7\n1 0 obj\n", "cut off"),
}


# Another text of the same symbol, beside the document itself.
RIVALS: dict[str, tuple[bytes, str]] = {
    "other.txt": (TEXT.replace("6 488.3", "6 488.4").encode(), "a second text of A/77/6 (Sect. 10)"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


def test_each_is_refused_with_its_reason_and_the_rest_is_published(folder: Path, tmp_path: Path) -> None:
    refused = BAD | RIVALS
    for name, (data, _) in refused.items():
        (folder / name).write_bytes(data)
    (folder / BUNDLED.name).write_bytes(TEXT.encode())
    home = tmp_path / "home"
    done = fascicle(home, "run", str(folder))
    assert done.exit_code == 3, done.output
    reasons = dict(list_quarantine(home / "quarantine"))
    assert set(reasons) == set(refused)
    for name, (data, words) in refused.items():
        assert words in reasons[name], name
        assert (home / "quarantine" / name).read_bytes() == data
        assert f"{name}: {reasons[name]}" in done.output
    assert BUNDLED.name in reasons["other.txt"]
    assert queried(home, "SELECT count(*) AS n FROM mart_document") == [{"n": 1}]
    assert queried(home, "SELECT count(*) AS n FROM mart_cell") == [{"n": len(judged(BUNDLED)["mart_cell"])}]
    assert queried(home, "SELECT count(*) AS n FROM mart_cell WHERE printed_text = '6 488.4'") == [{"n": 0}]


@pytest.mark.parametrize("name", sorted(BAD))
def test_alone_it_publishes_nothing_and_the_last_good_release_stays(name: str, folder: Path, published: Path) -> None:
    (folder / name).write_bytes(BAD[name][0])
    current = (published / "releases" / "current").resolve()
    done = fascicle(published, "run", str(folder))
    assert done.exit_code == 4 and "last release stays" in done.output
    assert name in dict(list_quarantine(published / "quarantine"))
    assert (published / "releases" / "current").resolve() == current
    assert queried(published, "SELECT count(*) > 0 AS is_there FROM mart_cell") == [{"is_there": True}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_of_chinese_give_the_same_rows(encoding: str) -> None:
    rows = read_and_judge(TEXT.encode(encoding), "txt", {}, "0" * 64)
    assert rows == rows_kept(BUNDLED)


def test_another_encoding_is_published(folder: Path, tmp_path: Path) -> None:
    (folder / BUNDLED.name).write_bytes(TEXT.encode("gb18030"))
    done = fascicle(tmp_path / "home", "run", str(folder))
    assert done.exit_code == 0, done.output
    assert "822 printed values" in done.output


def test_a_language_without_vocabulary_is_refused_not_failed_on(folder: Path, tmp_path: Path) -> None:
    sentence = "Il était une fois une montagne, et sur la montagne un temple, où le vent soufflait.\n"
    (folder / "conte.txt").write_text(sentence * 40, encoding="utf-8")
    home = tmp_path / "home"
    assert fascicle(home, "run", str(folder)).exit_code == 4
    ((_, reason),) = list_quarantine(home / "quarantine")
    assert "our reader failed" not in reason


def test_a_misread_line_costs_its_table_and_becomes_a_doubt(tmp_path: Path) -> None:
    planted = TEXT.replace("工作人员差旅 85.0 209.1 —", "工作人员差旅 85.0 20.9.1 —", 1)
    assert planted != TEXT
    (tmp_path / "planted.txt").write_text(planted, encoding="utf-8")
    home = tmp_path / "home"
    done = fascicle(home, "run", str(tmp_path / "planted.txt"))
    assert done.exit_code == 0
    told = json.loads(fascicle(home, "findings", "--doubts", "--json").output)
    (doubt,) = [one for one in told if one["kind"] == "completeness"]
    assert "1 of its lines were not understood" in doubt["message"]
