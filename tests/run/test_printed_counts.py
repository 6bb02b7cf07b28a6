"""How many figures are printed, counted in the text alone: no reader, no grid, no vocabulary."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.shared import EITHER, judged

# Amounts with one decimal keep their thousands apart by blanks, so a blank does not always part two figures.
AMOUNT = re.compile(r"(?:(?<=\s)|^)(?:\(?\d{1,3}(?: \d{3})*\.\d\)?|—)(?=\s|$)")
COUNTS = re.compile(r"(?:^|\s)((?:(?:\d+|—)\s+)*(?:\d+|—))\s*$")
STATED = re.compile(r"\s(\d+)\s+\d+ 个")
HEAD = re.compile(r"^\s*\d{4}\s*年")


def printed_in(line: str) -> int:
    """Figures and dashes that end a line of a table; of a count followed by its details the count alone."""
    if STATED.search(line):
        return 1
    if HEAD.match(line) and not AMOUNT.search(line):
        return 0
    amounts = AMOUNT.findall(line)
    if any("." in amount for amount in amounts):
        return len(amounts)
    counts = COUNTS.search(line)
    return len(counts[1].split()) if counts else 0


@EITHER
def test_only_figures_on_the_lines_of_a_table_are_cells(path: Path) -> None:
    """817 in the numeric tables; dashes of performance measures are cells too, and stand among words."""
    rows = judged(path)
    lines = path.read_text(encoding="utf-8").split("\n")
    furniture = {line["line_number"] for line in rows["mart_source_line"] if line["role"] != "table"}
    worded = {table["table_id"] for table in rows["mart_table"] if table["kind"] == "performance_measure"}
    held = {
        (table["table_number"], number)
        for table in rows["mart_table"]
        if table["table_id"] not in worded and table["table_number"]
        for number in range(table["line_first"], table["line_last"] + 1)
        if number not in furniture
    }
    printed: Counter[str] = Counter()
    for table_number, number in held:
        printed[table_number] += printed_in(lines[number - 1])
    cells = Counter(cell["table_number"] for cell in rows["mart_cell"] if cell["table_id"] not in worded)
    assert +printed == cells
    assert sum(printed.values()) == 817
    assert sum(cell["table_id"] in worded for cell in rows["mart_cell"]) == 5
