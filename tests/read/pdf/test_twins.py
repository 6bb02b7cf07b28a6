"""The same document in Word and PDF gives the same rows."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from benches import format_pairs
from benches.format_pairs import plain
from tests.kept import parsed_kept
from tests.read.pdf.files import TWINS, each, path_of, real
from warehouse.schema.declare import Rows

COLUMNS = {
    **format_pairs.COLUMNS,
    "mart_stated_amount": ("paragraph_number", "printed_text", "value", "unit", "fact_id"),
    "mart_citation": ("symbol", "paragraph_number", "table_number"),
}


@lru_cache(maxsize=2)
def both(name: str) -> tuple[Rows, Rows]:
    return parsed_kept(path_of(name, "docx")), parsed_kept(path_of(name, "pdf"))


@each(*TWINS)
def test_same_rows(name: str) -> None:
    word, pdf = both(name)
    for table, columns in COLUMNS.items():
        expected = Counter(tuple(plain(row.get(c)) for c in columns) for row in word.get(table, []))
        found = Counter(tuple(plain(row.get(c)) for c in columns) for row in pdf.get(table, []))
        assert expected - found == Counter(), f"{table} of the Word document only"
        assert found - expected == Counter(), f"{table} of the PDF only"


@each(*TWINS)
def test_rows_have_their_page(name: str) -> None:
    _, pdf = both(name)
    pages = real(name).page_count
    assert pages is not None
    for table in ("mart_paragraph", "mart_deliverable", "mart_performance_measure", "mart_mandate"):
        assert all(1 <= row["page_number"] <= pages for row in pdf[table])


@each(*TWINS)
def test_same_document(name: str) -> None:
    word, pdf = both(name)
    for column in ("symbol", "section_code", "edition_year", "title"):
        assert plain(word["mart_document"][0][column]) == plain(pdf["mart_document"][0][column])
