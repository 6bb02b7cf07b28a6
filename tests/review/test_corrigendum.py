"""Corrigenda of a release: corrections that one figure alone explains, all else a question."""

from __future__ import annotations

import csv
import io
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from pipelines.review.corrigendum import Corrigendum, as_csv, as_word, corrigendum_of
from tests.command.support import fascicle, queried
from tests.kept import rows_kept
from tests.shared import SHARED, asked, released

SYMBOL = "A/77/6 (Sect. 10)"
ENGLISH = {
    "A_80_6_Sect.3_Add.5.en.docx": "A/80/6 (Sect. 3)/Add.5",
    "A_80_6_Sect.11.en.docx": "A/80/6 (Sect. 11)",
}
needs_documents = pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason=f"no documents in {SHARED}")


def test_corrections_are_those_of_the_unique_findings(published: Path) -> None:
    made = corrigendum_of(published / "releases" / "current" / "fascicle.duckdb", SYMBOL)
    _holds_findings(made, queried(published, "SELECT * FROM mart_finding"))
    assert made.symbol == f"{SYMBOL}/Corr.1"
    texts = {entry.place: entry.text for entry in made.corrections}
    assert texts["第28页，表10.23，“非员额”行，“变动 百分比”栏"] == "将0.9改为(0.9)"
    assert texts["第32页，表10.26，“共计”行，“变动 共计”栏"] == "将—改为83.5"


def _holds_findings(made: Corrigendum, findings: list[dict[str, Any]]) -> None:
    """Each finding is told once, and only the unique ones about figures as corrections."""
    found = {row["finding_id"]: row for row in findings}
    told = [entry.finding["finding_id"] for entry in (*made.corrections, *made.questions)]
    assert sorted(told) == sorted(found)
    for entry in made.corrections:
        finding = found[entry.finding["finding_id"]]
        assert finding["is_unique"] and not finding["alternatives"] and finding["severity"] != "info"
        assert entry.printed == (finding["printed_text"] or "").strip()


@needs_documents
def test_corrections_of_two_english_fascicles(tmp_path: Path) -> None:
    texts = {}
    for name, symbol in ENGLISH.items():
        path = SHARED / "corpus" / "A_80_6" / name
        folder = tmp_path / path.stem
        database = released(folder, [rows_kept(path)])
        made = corrigendum_of(database, symbol)
        _holds_findings(made, asked(database, "SELECT * FROM mart_finding"))
        texts[symbol] = {entry.place: entry.text for entry in made.corrections}
    missions, trade = texts.values()
    assert missions["Table 10, Proposed 2026 (row 19), United Nations Volunteers Subtotal"] == "For – read 2"
    assert missions["Table without a number, International staff"] == "For 57 845.4 read 57 851.4"
    assert trade == {"Page 31, Office of the Under-Secretary-General": "For 4 GS (OL) read 5 GS (OL)"}


def test_the_same_as_csv_and_as_word(published: Path) -> None:
    made = corrigendum_of(published / "releases" / "current" / "fascicle.duckdb", SYMBOL)
    rows = list(csv.DictReader(io.StringIO(as_csv(made))))
    assert [row["read"] for row in rows if row["kind"] == "correction"] == [one.implied for one in made.corrections]
    document = Document(io.BytesIO(as_word(made)))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[0] == made.symbol
    assert all(any(entry.text == text for text in words) for entry in (*made.corrections, *made.questions))
    italics = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.italic]
    assert italics[:3] == ["插入", "将", "改为"]


@pytest.mark.parametrize("arguments", [["A/1/6 (Sect. 99)"], [SYMBOL, "--language", "fr"], [SYMBOL, "-o", "x.pdf"]])
def test_usage(published: Path, arguments: list[str]) -> None:
    assert fascicle(published, "corrigendum", *arguments).exit_code == 2


def test_files_are_written_by_their_suffix(published: Path, tmp_path: Path) -> None:
    for name in ("corr.docx", "corr.csv"):
        assert fascicle(published, "corrigendum", SYMBOL, "-o", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).stat().st_size > 500


def test_each_language_has_all_words() -> None:
    text = resources.files("pipelines.review").joinpath("corrigenda.toml").read_text("utf-8")
    words = tomllib.loads(text)
    assert set(words) == {"ar", "en", "es", "fr", "ru", "zh"}
    assert len({tuple(sorted(own)) for own in words.values()}) == 1
