"""Numbers that run: paragraphs, tables, figures, items, years of columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from expectations.claims import DocumentClaims, Row
from expectations.structure.base import Outcome, StructureCheck, defect
from expectations.structure.references import announced

_NUMBER = re.compile(r"^(?P<prefix>.*?)(?P<last>\d+|[IVXLC]+|[一二三四五六七八九十]+)$")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_CHINESE = {numeral: value for value, numeral in enumerate("一二三四五六七八九", start=1)}


def ordinal(numeral: str) -> int:
    """Value of an Arabic, Roman or Chinese numeral below 100: 17, XVII, 十七."""
    if numeral.isascii() and numeral.isdigit():
        return int(numeral)
    if numeral[0] in _ROMAN:
        values = [_ROMAN[letter] for letter in numeral]
        return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))
    tens, ten, ones = numeral.rpartition("十")
    return (_CHINESE.get(tens, 1) * 10 if ten else 0) + _CHINESE.get(ones, 0)


def split_number(number: str) -> tuple[str, int] | None:
    """Prefix and running ordinal of a printed number: 10.61 -> ("10.", 61); None when nothing runs in it."""
    match = _NUMBER.match(number.strip())
    return (match["prefix"], ordinal(match["last"])) if match else None


def _running(document: DocumentClaims, check_name: str, noun: str, numbered: Iterable[tuple[str, Row]]) -> Outcome:
    """Each number must follow the one before it under the same prefix."""
    outcome = Outcome()
    last: dict[str, int] = {}
    for number, place in numbered:
        parts = split_number(number)
        if parts is None:
            continue
        prefix, value = parts
        before = last.get(prefix)
        last[prefix] = value
        if before is None:
            continue
        outcome.evaluated += 1
        if value == before + 1:
            continue
        if value == before:
            words = f"{noun} {number} comes twice"
        elif value > before + 1:
            gap = f"{prefix}{before + 1}" if value == before + 2 else f"{prefix}{before + 1} to {prefix}{value - 1}"
            words = f"{noun} {gap} is missing before {noun.lower()} {number}"
        else:
            words = f"{noun} {number} comes after {noun.lower()} {prefix}{before}"
        address = f"{noun} {number} after {before}"
        outcome.findings.append(defect(document, check_name, "structure", "warning", address, words, place, number))
    return outcome


def paragraphs_run(document: DocumentClaims) -> Outcome:
    """Numbered paragraphs in printed order."""
    paragraphs = [
        (row["paragraph_number"], row)
        for row in document.rows.get("mart_paragraph", [])
        if row.get("kind") in (None, "numbered", "operative") and row.get("paragraph_number")
    ]
    return _running(document, PARAGRAPHS_RUN.name, "Paragraph", paragraphs)


def tables_run(document: DocumentClaims) -> Outcome:
    """Numbered tables in printed order; parts of one table count once."""
    tables = sorted(document.rows.get("mart_table", []), key=lambda row: row.get("order_number") or 0)
    numbered: list[tuple[str, Row]] = []
    for row in tables:
        number = row.get("table_number")
        if number and not (numbered and numbered[-1][0] == number):
            numbered.append((number, row))
    return _running(document, TABLES_RUN.name, "Table", numbered)


def figures_run(document: DocumentClaims) -> Outcome:
    """Numbered figures: those plotted and those the text announces, taken together, leave no gap."""
    numbers: dict[tuple[str, int], tuple[str, Row]] = {}
    plotted = [(row["figure_number"], row) for row in _figures(document)]
    for number, place in [*plotted, *announced(document, "figure")]:
        parts = split_number(number)
        if parts is not None:
            numbers.setdefault(parts, (number, place))
    return _running(document, FIGURES_RUN.name, "Figure", [numbers[key] for key in sorted(numbers)])


def _figures(document: DocumentClaims) -> list[Row]:
    rows = [*document.rows.get("mart_chart_value", []), *document.rows.get("mart_performance_measure", [])]
    return [row for row in rows if row.get("figure_number")]


def items_run(document: DocumentClaims) -> Outcome:
    """Numbered items of each table of deliverables."""
    outcome = Outcome()
    by_table: dict[str, list[tuple[str, Row]]] = {}
    for row in document.rows.get("mart_deliverable", []):
        if row.get("item_number") is None:
            continue
        items = by_table.setdefault(row.get("table_number") or row.get("subprogramme_code") or "", [])
        number = str(row["item_number"])
        if not (items and items[-1][0] == number and items[-1][1].get("label") == row.get("label")):
            items.append((number, row))
    for table_number, items in by_table.items():
        found = _running(document, ITEMS_RUN.name, f"Table {table_number}, item", items)
        outcome.evaluated += found.evaluated
        outcome.findings += found.findings
    return outcome


def years_run(document: DocumentClaims) -> Outcome:
    """Years of the columns of a table never go back; tables that repeat a column are left out."""
    outcome = Outcome()
    for table in document.tables:
        columns = [column for column in table.columns.values() if column.fiscal_year is not None]
        kinds = [(column.measure, column.fiscal_year) for column in columns]
        if len(columns) < 2 or len(set(kinds)) < len(kinds):
            continue
        years = [column.fiscal_year or 0 for column in columns]
        outcome.evaluated += 1
        if not _is_ascending(years):
            place = {"table_number": table.table_number}
            words = f"Table {table.table_number}: the years of its columns do not run forward: {years}"
            outcome.findings.append(
                defect(document, YEARS_RUN.name, "structure", "warning", table.table_id, words, place)
            )
    return outcome


def _is_ascending(values: Sequence[int]) -> bool:
    return all(first <= second for first, second in pairwise(values))


PARAGRAPHS_RUN = StructureCheck(
    "paragraph_numbers_run_without_gaps", "Numbered paragraphs follow one another.", paragraphs_run
)
TABLES_RUN = StructureCheck("table_numbers_run_without_gaps", "Numbered tables follow one another.", tables_run)
FIGURES_RUN = StructureCheck("figure_numbers_run_without_gaps", "Numbered figures leave no number out.", figures_run)
ITEMS_RUN = StructureCheck(
    "item_numbers_run_without_gaps", "Numbered items of a table of deliverables follow one another.", items_run
)
YEARS_RUN = StructureCheck("years_of_columns_run_forward", "The years of a table's columns never go back.", years_run)
