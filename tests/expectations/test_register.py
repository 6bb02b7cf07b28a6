"""The register of known discrepancies: entries match what they say, or are stale."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.gate import print_defects
from expectations.register import (
    Entry,
    RegisterError,
    acknowledged,
    entry_of,
    number_text,
    read_register,
    stale_entries,
    with_entry,
)

FINDING: dict[str, Any] = {
    "finding_id": "a1b2c3",
    "document_id": "A/77/6(Sect.10).zh.txt",
    "severity": "error",
    "claim_id": "A/77/6(Sect.10).zh.txt#t031.financial/r3c7",
    "table_number": "10.23",
    "row_label": "Non-post",
    "measure": "percent_change",
    "fiscal_year": 2023,
    "printed_text": "0.9",
    "implied_value": Decimal("-0.9000"),
    "message": "the sign is lost",
}
ENTRY = entry_of(FINDING, "known misprint", "A. Reader")
DOCUMENTS = [FINDING["document_id"]]


def _written(path: Path, *entries: Entry) -> Path:
    text = ""
    for entry in entries:
        text = with_entry(text, entry)
    path.write_text(text, "utf-8")
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    other = replace(ENTRY, finding_id="d4", reason='says "so"\nand more \\ 数', witness="A/78/6(Sect.10).en.docx")
    assert read_register(_written(tmp_path / "register.toml", ENTRY, other)) == (ENTRY, other)
    assert read_register(tmp_path / "none.toml") == ()


@given(st.text(), st.text())
def test_any_reason_and_name_survive(reason: str, name: str) -> None:
    try:
        text = with_entry("", replace(ENTRY, reason=reason, decided_by=name))
        text.encode("utf-8")
    except UnicodeEncodeError:
        return
    item = tomllib.loads(text)["discrepancy"][0]
    assert (item["reason"], item["decided_by"]) == (reason, name)


def test_comments_of_people_stay() -> None:
    assert with_entry("# ours\n", ENTRY).startswith("# ours\n\n[[discrepancy]]")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"printed_text": "0.8"}, "has changed"),
        ({"implied_value": Decimal("-0.8")}, "has changed"),
        ({"implied_value": None}, "has changed"),
        ({"finding_id": "other"}, "no longer found"),
    ],
)
def test_an_entry_that_no_longer_matches_is_stale_and_lets_nothing_pass(change: dict[str, Any], words: str) -> None:
    finding = {**FINDING, **change}
    (line,) = stale_entries([ENTRY], [finding], DOCUMENTS)
    assert words in line and "10.23" in line
    assert acknowledged([ENTRY], [finding]) == set()
    assert print_defects([finding], (ENTRY,))


def test_an_entry_that_matches_lets_its_finding_pass() -> None:
    assert stale_entries([ENTRY], [FINDING], DOCUMENTS) == []
    assert acknowledged([ENTRY], [FINDING]) == {"a1b2c3"}
    assert print_defects([FINDING], (ENTRY,)) == []


def test_entries_about_other_documents_are_not_judged() -> None:
    assert stale_entries([ENTRY], [], ["another"]) == []
    against = replace(ENTRY, witness="A/78/6(Sect.10).en.docx")
    assert stale_entries([against], [], DOCUMENTS) == []
    assert stale_entries([against], [], [*DOCUMENTS, against.witness])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[discrepancy]]\nfinding_id = 'a'\n", "lacks 'document_id'"),
        ("[[discrepancy", "cannot be read"),
        ("discrepancy = [1]", "an entry lacks"),
    ],
)
def test_an_unreadable_register_is_refused_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "register.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RegisterError, match=r"register\.toml") as problem:
        read_register(path)
    assert words in str(problem.value) and "\n" not in str(problem.value)


def test_entries_occur_once_and_say_why(tmp_path: Path) -> None:
    path = tmp_path / "register.toml"
    with pytest.raises(RegisterError, match="twice"):
        read_register(_written(path, ENTRY, ENTRY))
    with pytest.raises(RegisterError, match="needs a reason"):
        read_register(_written(path, replace(ENTRY, reason=" ")))


def test_numbers_are_written_without_needless_zeros() -> None:
    written = [
        number_text(v) for v in (None, Decimal("0.0000"), Decimal("-0.9000"), Decimal("1568300"), Decimal("1E+2"))
    ]
    assert written == ["", "0", "-0.9", "1568300", "100"]
