"""Numbers that run: paragraphs, tables, figures, items, years of columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from expectations.model.claims import DocumentClaims, Row
from expectations.structure.base import Outcome, StructureCheck, defect
from expectations.structure.references import announced, captioned

_NUMBER = re.compile(r"^(?P<prefix>.*?)(?P<last>\d+|[IVXLC]+|[一二三四五六七八九十]+)$")
_ITEM = re.compile(r"^(\d{1,3})(?:\.|\s|-)")
_SECOND_NUMBER = re.compile(r"^(?P<number>[A-Z\d][\w.]*?)(?P<point>\.?)\s+(?P<sign>[^\W\d_万亿千百])")
_MOST_ITEMS = 3
"""Paragraphs numbered with their section for each item of a list, at the least."""
_CHANGES = {"variance", "percent_change", "total_change"}
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


def _running(
    document: DocumentClaims,
    check_name: str,
    noun: str,
    numbered: Sequence[tuple[str, Row]],
    elsewhere: Iterable[str] = (),
) -> Outcome:
    """Each number must follow the one before it under the same prefix.

    A number is missing where it is printed nowhere: neither among those in order nor ``elsewhere``. Annexes of reports
    begin again at 1.
    """
    outcome = Outcome()
    last: dict[str, tuple[int, str]] = {}
    begins_again = document.is_report
    printed = {parts for number in (*(number for number, _ in numbered), *elsewhere) if (parts := split_number(number))}
    for number, place in numbered:
        parts = split_number(number)
        if parts is None:
            continue
        prefix, value = parts
        before = last.get(prefix)
        last[prefix] = (value, number)
        if before is None:
            continue
        outcome.evaluated += 1
        if value == before[0] + 1 or (value == 1 and begins_again):
            continue
        if value == before[0]:
            words = f"{noun} {number} comes twice"
        elif value > before[0]:
            missing = [n for n in range(before[0] + 1, value) if (prefix, n) not in printed]
            if not missing:
                continue
            shown = [f"{prefix}{_in_style(n, number, prefix)}" for n in (missing[0], missing[-1])]
            gap = f"{shown[0]} is" if len(missing) == 1 else f"{shown[0]} to {shown[1]} are"
            words = f"{noun} {gap} missing before {noun.lower()} {number}"
        else:
            words = f"{noun} {number} comes after {noun.lower()} {before[1]}"
        address = f"{noun} {number} after {before[0]}"
        outcome.findings.append(defect(document, check_name, "structure", "warning", address, words, place, number))
    return outcome


def _in_style(value: int, number: str, prefix: str) -> str:
    """A value as the numeral of a printed number is written: XV beside 1.XVII."""
    numeral = number.strip()[len(prefix) :]
    if numeral[:1] in _ROMAN:
        return _roman(value)
    return str(value) if numeral.isascii() else _chinese(value)


def _roman(value: int) -> str:
    steps = [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    said = ""
    for worth, letters in steps:
        count, value = divmod(value, worth)
        said += letters * count
    return said


def _chinese(value: int) -> str:
    ones = {number: numeral for numeral, number in _CHINESE.items()}
    tens, one = divmod(value, 10)
    return (ones.get(tens, "") if tens > 1 else "") + ("十" if tens else "") + ones.get(one, "")


def paragraphs_run(document: DocumentClaims) -> Outcome:
    """Numbered paragraphs in printed order.

    Where most have the section before the point, those of a number alone are items of lists.
    """
    paragraphs = [
        (row["paragraph_number"], row)
        for row in document.rows.get("mart_paragraph", [])
        if row.get("kind") in (None, "numbered", "operative") and row.get("paragraph_number")
    ]
    of_sections = [one for one in paragraphs if "." in one[0].rstrip(".")]
    if len(of_sections) > _MOST_ITEMS * (len(paragraphs) - len(of_sections)):
        paragraphs = of_sections
    outcome = _running(document, PARAGRAPHS_RUN.name, "Paragraph", paragraphs)
    for number, row in paragraphs:
        if second := _second_number(number, row.get("text") or ""):
            words = f"Paragraph {number} begins with a second number, {second}"
            address = f"Paragraph {number} {second}"
            outcome.findings.append(
                defect(document, PARAGRAPHS_RUN.name, "structure", "warning", address, words, row, number)
            )
    return outcome


def _second_number(number: str, text: str) -> str | None:
    """A paragraph number that words begin with though another is printed before them: a word processor counts, and one
    was typed as well. It has the prefix of the first, or a point where there is none; a sentence follows it, while
    after a quantity ("1.5 million") no capital comes.
    """
    first, match = split_number(number), _SECOND_NUMBER.match(text)
    second = split_number(match["number"]) if match is not None else None
    if first is None or match is None or second is None or match["sign"].islower():
        return None
    return match["number"] if second[0] == first[0] and (first[0] or match["point"]) else None


def tables_run(document: DocumentClaims) -> Outcome:
    """Numbered tables in printed order; parts of one table count once."""
    tables = sorted(document.rows.get("mart_table", []), key=lambda row: row.get("order_number") or 0)
    numbered: list[tuple[str, Row]] = []
    for row in tables:
        number = row.get("table_number")
        if number and not (numbered and numbered[-1][0] == number):
            numbered.append((number, row))
    return _running(document, TABLES_RUN.name, "Table", numbered, captioned(document, "table"))


def figures_run(document: DocumentClaims) -> Outcome:
    """Numbered figures: those plotted, captioned and announced by the text, taken together, leave no gap."""
    numbers: dict[tuple[str, int], tuple[str, Row]] = {}
    plotted = [(row["figure_number"], row) for row in _figures(document)]
    for number, place in [*plotted, *announced(document, "figure")]:
        parts = split_number(number)
        if parts is not None:
            numbers.setdefault(parts, (number, place))
    in_order = [numbers[key] for key in sorted(numbers)]
    return _running(document, FIGURES_RUN.name, "Figure", in_order, captioned(document, "figure"))


def _figures(document: DocumentClaims) -> list[Row]:
    rows = [*document.rows.get("mart_chart_value", []), *document.rows.get("mart_performance_measure", [])]
    return [row for row in rows if row.get("figure_number")]


def items_run(document: DocumentClaims) -> Outcome:
    """Numbered items of each table of deliverables, with those that are headings or have no quantity."""
    outcome = Outcome()
    by_table: dict[str, list[tuple[str, Row]]] = {}
    for row in document.rows.get("mart_deliverable", []):
        if row.get("item_number") is None or row.get("item_letter"):
            continue
        items = by_table.setdefault(row.get("table_number") or row.get("subprogramme_code") or "", [])
        number = str(row["item_number"])
        if not (items and items[-1][0] == number and items[-1][1].get("label") == row.get("label")):
            items.append((number, row))
    printed = _printed_items(document)
    for table_number, items in by_table.items():
        noun = f"Table {table_number}, item"
        found = _running(document, ITEMS_RUN.name, noun, items, printed.get(table_number, ()))
        outcome.evaluated += found.evaluated
        outcome.findings += found.findings
    return outcome


def _printed_items(document: DocumentClaims) -> dict[str, set[str]]:
    """Numbers that open lines of tables of deliverables, by the table's number, whatever the lines are."""
    numbers = {table.table_id: table.table_number or "" for table in document.tables if table.kind == "deliverables"}
    found: dict[str, set[str]] = {}
    for row in document.rows.get("mart_row", []):
        match = _ITEM.match(row.get("row_label") or "")
        if match is not None and row.get("table_id") in numbers:
            found.setdefault(numbers[row["table_id"]], set()).add(match[1])
    return found


def years_run(document: DocumentClaims) -> Outcome:
    """Years of the columns of a table never go back; tables that repeat a column are left out.

    A change bears one of the two years it lies between, which may be the earlier one: it is left out.
    """
    outcome = Outcome()
    for table in document.tables:
        columns = [column for column in table.columns.values() if column.fiscal_year is not None]
        columns = [column for column in columns if column.measure not in _CHANGES]
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
