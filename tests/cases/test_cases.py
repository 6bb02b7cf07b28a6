"""Every input of the folder of cases gives the rows of its base."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.ingest.formats import tell_format
from tests.kept import rows_of_bytes
from tests.shared import SHARED

CASES = SHARED / "more" / "cases"
TABLES = ("table", "cell", "paragraph", "deliverable", "mandate", "claim", "stated_amount", "finding")
_PLACES = {"page_number", "line_first", "line_last", "table_ordinal", "cell_row", "cell_column"}
_SPACE = re.compile(r"\s")
_WORD = "corpus/A_80_6/A_80_6_Sect."

SAME_ROWS: dict[str, tuple[str, frozenset[str]]] = {
    "01_crlf/A_77_6_Sect.10.zh.crlf.txt": ("seeds/000_1841a87d87cea333.txt", frozenset()),
    "04_glued_marks/A_80_6_Sect.36.glued_marks.docx": (f"{_WORD}36.en.docx", frozenset({"note_marks"})),
    "05_position_raised/A_80_6_Sect.7.raised_by_position.docx": (f"{_WORD}7.en.docx", frozenset()),
    "07_hyphen_minus/A_80_6_Sect.36.hyphen_minus.docx": (f"{_WORD}36.en.docx", frozenset({"printed_text"})),
    "09_document2/A_80_6_Sect.32.document2.docx": (f"{_WORD}32.en.docx", frozenset()),
    "11_layout_table/A_80_6_Sect.32.layout_table.docx": (f"{_WORD}32.en.docx", frozenset()),
    "12_adjacent_tables/A_80_6_Sect.32.adjacent_tables.docx": (f"{_WORD}32.en.docx", frozenset()),
    "31b_nfd_fr/A_77_6_Sect.10.fr.nfd.docx": ("more/cases/bases/s10.fr.docx", frozenset()),
    "36_nbsp_prose/A_80_6_Sect.32.nbsp.docx": (f"{_WORD}32.en.docx", frozenset()),
    "36_nbsp_prose/A_80_6_Sect.32.nbsp_after_digits.docx": (f"{_WORD}32.en.docx", frozenset()),
    "37_zwsp/A_77_6_Sect.10.en.zwsp.txt": ("more/cases/bases/s10.en.txt", frozenset()),
    "40_altchunk/A_80_6_Sect.32.altchunk.docx": (f"{_WORD}32.en.docx", frozenset()),
}
"""Case, its base, and the columns that are meant to differ. tests/read/pdf/test_cases.py has the PDFs."""


@lru_cache(maxsize=4)
def _rows(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return rows_of_bytes(data, tell_format(data))


def _told(rows: list[dict[str, Any]], apart: frozenset[str]) -> list[str]:
    return sorted(
        repr(
            sorted(
                (name, _SPACE.sub(" ", value) if isinstance(value, str) else value)
                for name, value in row.items()
                if name not in _PLACES | apart and not name.startswith("box")
            )
        )
        for row in rows
    )


@pytest.mark.skipif(not CASES.exists(), reason=f"no cases in {CASES}")
@pytest.mark.parametrize("case", SAME_ROWS)
def test_a_case_gives_the_rows_of_its_base(case: str) -> None:
    base, apart = SAME_ROWS[case]
    got, wanted = _rows(CASES / case), _rows(SHARED / base)
    for table in TABLES:
        name = f"mart_{table}"
        assert _told(got.get(name, []), apart) == _told(wanted.get(name, []), apart), name


EXTRACTED = CASES / "02_pdftotext" / "A_77_6_Sect.10.en.pdftotext"
PRINTED = CASES / "bases" / "s10.en.pdf"


def _figures(rows: dict[str, Any]) -> Counter[tuple[object, ...]]:
    return Counter(
        (_squeezed(cell["row_label"]), _squeezed(cell["column_label"]), cell["value"], cell["fact_id"], cell["unit"])
        for cell in rows["mart_cell"]
    )


def _squeezed(words: str | None) -> str:
    return _SPACE.sub("", words or "").casefold()


def _amounts(rows: dict[str, Any]) -> Counter[tuple[object, ...]]:
    return Counter((row["printed_text"], row["value"], row["fact_id"]) for row in rows["mart_stated_amount"])


def _tables(rows: dict[str, Any]) -> set[str]:
    return {row["table_number"] for row in rows["mart_table"] if row["table_number"]}


@pytest.mark.skipif(not CASES.exists(), reason=f"no cases in {CASES}")
def test_a_text_with_the_look_of_its_pages_gives_every_figure() -> None:
    got, wanted = _rows(EXTRACTED.with_name(f"{EXTRACTED.name}-layout.txt")), _rows(PRINTED)
    assert _figures(got) == _figures(wanted)
    assert _amounts(got) == _amounts(wanted)
    for table in ("table", "paragraph", "mandate", "claim"):
        assert len(got[f"mart_{table}"]) == len(wanted[f"mart_{table}"]), table
    # Lines of words that ran into each other are told, table by table.
    doubted = {row["message"].partition(":")[0] for row in got["mart_doubt"]}
    assert doubted == {f"Table 10.{number}" for number in (3, 4, 5, 8, 12, 13, 14)}


@pytest.mark.skipif(not CASES.exists(), reason=f"no cases in {CASES}")
def test_a_text_with_one_cell_per_line_gives_no_wrong_figure_and_lists_what_is_not_read() -> None:
    got, wanted = _rows(EXTRACTED.with_name(f"{EXTRACTED.name}.txt")), _rows(PRINTED)
    assert got["mart_cell"] and not _figures(got) - _figures(wanted)
    printed = {(amount[0], amount[1]) for amount in _amounts(wanted)}
    assert len(got["mart_stated_amount"]) == 21
    for words, value, fact in _amounts(got):  # headings out of their order may leave an amount without its fact
        assert (words, value) in printed and (fact is None or (words, value, fact) in _amounts(wanted))
    assert not [row for row in got["mart_finding"] if row["severity"] == "error"]
    told = {word for row in got["mart_warning"] for word in re.findall(r"Table (10\.\d+)", row["message"])}
    assert told | _tables(got) >= _tables(wanted)
    assert got["mart_document"][0]["is_incomplete"]
