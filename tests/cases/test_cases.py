"""Every input of the folder of cases gives the rows of its base."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.ingest.formats import tell_format
from pipelines.run.document import read_and_judge
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
"""Case, its base, and the columns that are meant to differ. PDF cases are added here."""


@lru_cache(maxsize=4)
def _rows(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return read_and_judge(data, tell_format(data), {}, "0" * 64)


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
