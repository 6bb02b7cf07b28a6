"""The gate: defects of our reading block always, those of the print when strict; and it says why."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import expectations.gx
from expectations.gate import failed_readings, reasons_to_refuse, shrunk_documents
from expectations.gx import TableResult
from tests.command.support import fascicle
from tests.shared import BUNDLED
from warehouse.tables import TABLES


def _check(about: str, violated: int = 0, evaluated: int = 5) -> dict[str, Any]:
    return {"check_name": f"{about}_check", "about": about, "evaluated": evaluated, "violated": violated}


def _document(unclaimed: int = 0, unreadable: int = 0) -> dict[str, Any]:
    return {
        "document_id": "d",
        "symbol": "A/77/6 (Sect. 10)",
        "unclaimed_table_line_count": unclaimed,
        "unreadable_cell_count": unreadable,
    }


def _counts(cells: int, sha256: str = "a") -> dict[str, dict[str, Any]]:
    return {"d": {"source_sha256": sha256, "table_count": 2, "cell_count": cells, "paragraph_count": 1}}


FINDING = {"finding_id": "f", "severity": "error", "message": "it is wrong", "document_id": "d", "printed_text": "1"}


def _reasons(
    document: dict[str, Any] | None = None,
    checks: tuple[dict[str, Any], ...] = (_check("print"),),
    before: dict[str, dict[str, Any]] | None = None,
    is_strict: bool = False,
) -> tuple[str, ...]:
    documents = [document or _document()]
    return reasons_to_refuse(documents, [FINDING], list(checks), (), _counts(10), before or {}, is_strict)


def test_a_sound_reading_passes_with_misprints_unless_strict() -> None:
    assert _reasons() == ()
    assert "finding f" in _reasons(is_strict=True)[0]


def test_what_was_not_understood_blocks() -> None:
    (reason,) = _reasons(checks=(_check("reading", violated=1),))
    assert "our reading is at fault" in reason
    assert _reasons(_document(unreadable=2)) == ()  # told as findings, each cell with its place


def test_a_check_of_our_reading_blocks_and_one_of_the_print_does_not() -> None:
    assert failed_readings([_check("print", violated=4)]) == []
    (reason,) = _reasons(checks=(_check("reading", violated=2),))
    assert "reading_check" in reason and "2 of 5" in reason


def test_nothing_judged_blocks() -> None:
    assert "no check was evaluated" in _reasons(checks=(_check("print", evaluated=0),))[0]


def test_what_shrank_without_its_source_changing_blocks() -> None:
    assert shrunk_documents(_counts(10), _counts(11, sha256="b")) == []
    assert "cells fell from 11 to 10" in _reasons(before=_counts(11))[0]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (TableResult("mart_relation", 9, ("expect_verdicts_to_follow: 2 (somewhere)",), ()), "2 (somewhere)"),
        (TableResult("mart_relation", 9, (), ("expect_verdicts_to_follow: no such column",)), "could not be evaluated"),
        (TableResult("mart_relation", 0, (), ()), "no expectation was evaluated"),
    ],
)
def test_a_failed_expectation_keeps_the_last_release(
    result: TableResult, words: str, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = [TableResult(table.name, 1, (), ()) for table in TABLES if table.name != result.table]
    monkeypatch.setattr(expectations.gx, "validate_file", lambda *_, **__: [*sound, result])
    monkeypatch.setattr("pipelines.run.subprocess.ahead", lambda *_: nullcontext())  # judge in this process
    current = (published / "releases" / "current").resolve()
    refused = fascicle(published, "run", "--rebuild", str(BUNDLED))
    assert refused.exit_code == 4
    assert f"table {result.table}: " in refused.output and words in refused.output
    assert (published / "releases" / "current").resolve() == current
