"""What holds between documents is kept by what is compared: only what changed is compared anew."""

from __future__ import annotations

import gc
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from expectations.judging import witnesses as judging
from pipelines.run import comparisons
from pipelines.run.comparisons import ComparisonTask, compare_documents
from pipelines.run.document import Outcome, Task
from pipelines.run.isolated import command
from pipelines.run.staging_files import StagedTables, write_stage
from pipelines.run.workers import READER, Limits, Pool
from tests.shared import BUNDLED, judged
from warehouse.schema.declare import Rows

Documents = list[tuple[dict[str, Any], StagedTables]]


def _document(folder: Path, year: int, language: str, message: str = "") -> tuple[dict[str, Any], StagedTables]:
    """The bundled document as of another edition or language; a message of a finding, to make it another's content."""
    rows = judged(BUNDLED)
    own = rows["mart_document"][0]
    symbol = own["symbol"].replace("77", str(year - 1946))
    made = {**own, "symbol": symbol, "language": language, "edition_year": year}
    made["document_id"] = f"{symbol.replace(' ', '')}.{language}.txt"

    def renamed(value: Any) -> Any:
        return value.replace(own["document_id"], made["document_id"]) if isinstance(value, str) else value

    kept: Rows = {
        name: [{key: renamed(value) for key, value in row.items()} for row in rows.get(name, [])]
        for name in judging.NEEDED_TABLES
    }
    kept["mart_document"] = [made]
    if message:
        kept["mart_finding"][0]["message"] = message
    path = folder / f"{year}{language}{message}.stage"
    write_stage(path, {}, kept)
    return made, StagedTables(path)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The documents of each comparison that is made."""
    made: list[tuple[str, ...]] = []
    original = judging.witness_rows

    def noted(rows: Rows, check_name: str | None = None) -> Rows:
        made.append(tuple(sorted(row["document_id"] for row in rows["mart_document"])))
        return original(rows, check_name)

    monkeypatch.setattr(judging, "witness_rows", noted)
    return made


def _names(documents: Documents, *numbers: int) -> tuple[str, ...]:
    return tuple(sorted(documents[number][0]["document_id"] for number in numbers))


def test_only_what_changed_is_compared_again(tmp_path: Path, compared: list[tuple[str, ...]]) -> None:
    documents = [
        _document(tmp_path, year, language)
        for year, language in ((2023, "zh"), (2023, "en"), (2024, "en"), (2025, "en"))
    ]
    folder = tmp_path / "witnesses"
    first = compare_documents(documents, folder)
    # Two languages of one edition; each edition against the next.
    assert sorted(compared) == sorted([_names(documents, 0, 1), _names(documents, 1, 2), _names(documents, 2, 3)])
    compared.clear()
    again = compare_documents(documents[::-1], folder)
    assert not compared and {stage.path for stage in again} == {stage.path for stage in first}
    changed = [*documents[:3], _document(tmp_path, 2025, "en", "said otherwise")]
    compare_documents(changed, folder)
    assert compared == [_names(changed, 2, 3)]
    assert len(list(folder.glob("*.stage"))) == 3  # what compared the text before is gone


def test_a_damaged_comparison_is_made_again(tmp_path: Path, compared: list[tuple[str, ...]]) -> None:
    documents = [_document(tmp_path, 2023, language) for language in ("zh", "en")]
    folder = tmp_path / "witnesses"
    (stage,) = compare_documents(documents, folder)
    whole = stage.rows()
    stage.path.write_bytes(stage.path.read_bytes()[:-3])
    (mended,) = compare_documents(documents, folder)
    assert len(compared) == 2 and mended.rows() == whole


def test_documents_alone_are_held_against_nothing(tmp_path: Path) -> None:
    assert compare_documents([_document(tmp_path, 2023, "zh")], tmp_path / "witnesses") == []


def test_a_figure_compared_with_two_editions_is_in_two_relations(tmp_path: Path) -> None:
    documents = [_document(tmp_path, year, "en") for year in (2023, 2024, 2025)]
    stages = compare_documents(documents, tmp_path / "witnesses")
    names = [row["relation_id"] for stage in stages for row in stage.rows()["mart_relation"]]
    assert names and len(names) == len(set(names))


def test_comparisons_made_by_other_processes_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [_document(tmp_path, year, "en") for year in (2023, 2024, 2025)]
    here = compare_documents(documents, tmp_path / "here")
    monkeypatch.setattr(comparisons, "_HERE", 0)
    apart = compare_documents(documents, tmp_path / "apart")
    assert [stage.rows() for stage in apart] == [stage.rows() for stage in here] and len(apart) == 2


def test_processes_that_have_read_compare_what_they_read_and_no_others_are_started(tmp_path: Path) -> None:
    documents = [_document(tmp_path, year, "en") for year in (2023, 2024, 2025)]
    here = compare_documents(documents, tmp_path / "here")
    text = tmp_path / "a.txt"
    text.write_bytes(BUNDLED.read_bytes())
    task = Task("a.txt", "a", "txt", str(text), str(tmp_path / "a.stage"), {})
    with Pool(Limits(processes=2), command(READER)) as pool:
        assert [outcome.refusal for _, outcome in pool.run([task])] == [None] and len(pool) == 1
        apart = compare_documents(documents, tmp_path / "apart", pool=pool)
        assert len(pool) == 1
    assert [stage.rows() for stage in apart] == [stage.rows() for stage in here] and len(apart) == 2


_NEAR_ITS_LIMIT = """
import json, sys
for line in sys.stdin:
    refusal = "MemoryError" if "check_name" in json.loads(line) else None
    print(json.dumps({"refusal": refusal, "seconds": 0.0, "is_lasting": refusal is None, "detail": ""}), flush=True)
"""


def test_what_a_process_that_has_read_cannot_compare_is_compared_by_a_fresh_one(tmp_path: Path) -> None:
    documents = [_document(tmp_path, year, "en") for year in (2023, 2024, 2025)]
    here = compare_documents(documents, tmp_path / "here")
    task = Task("a.txt", "a", "txt", str(BUNDLED), str(tmp_path / "a.stage"), {})
    with Pool(Limits(processes=1), (sys.executable, "-c", _NEAR_ITS_LIMIT)) as pool:
        assert [outcome.refusal for _, outcome in pool.run([task])] == [None] and len(pool) == 1
        apart = compare_documents(documents, tmp_path / "apart", pool=pool)
    assert [stage.rows() for stage in apart] == [stage.rows() for stage in here] and len(apart) == 2


def test_a_pool_that_read_nothing_starts_no_process_for_a_few(tmp_path: Path) -> None:
    documents = [_document(tmp_path, year, "en") for year in (2023, 2024)]
    with Pool(Limits(), ("does-not-exist",)) as pool:
        assert len(compare_documents(documents, tmp_path / "here", pool=pool)) == 1 and not pool


@pytest.mark.parametrize("here", [0, 8])
def test_a_failed_comparison_costs_nothing_else_and_is_reported_for_both_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: int
) -> None:
    documents = [_document(tmp_path, year, "en") for year in (2023, 2024, 2025)]
    monkeypatch.setattr(comparisons, "_HERE", here)
    path = documents[0][1].path
    path.write_bytes(path.read_bytes()[:-3])
    stages = compare_documents(documents, tmp_path / "apart")
    told = [row for stage in stages for row in stage.rows(["mart_warning"]).get("mart_warning", [])]
    assert sorted(row["document_id"] for row in told) == sorted(_names(documents, 0, 1))
    assert all(
        re.match(r"editions_agree: .*staging_files\.py:\d+: ValueError: .* is damaged", row["message"]) for row in told
    )
    assert sum("mart_check" in stage for stage in stages) == 1  # the other two were compared


def test_what_the_process_holds_is_not_looked_through_for_garbage_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    before, meanwhile = gc.get_freeze_count(), []

    def attempt(_: ComparisonTask) -> Outcome:
        meanwhile.append(gc.get_freeze_count())
        return Outcome(None, 0.0)

    monkeypatch.setattr(comparisons, "attempt", attempt)
    comparing = ComparisonTask("languages_agree", [], [], "a.stage")
    assert len(list(comparisons._made_here([comparing, comparing]))) == 2
    assert min(meanwhile) > before == gc.get_freeze_count()
