"""The tables of a document beside the same ones of a document whose terms are known: rows and columns told by figures.

Of two languages or editions of one fascicle, a table has the same figures in the same order. What the known document
says of a row or column, the other says in words that are not known.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from pipelines.vocabulary import normalised

Record = Mapping[str, Any]
Rows = Mapping[str, Sequence[Record]]
Votes = Counter[str]
_LABELS = {"object": "objects", "grade": "grades", "category": "post_categories"}
_SHARE = 2
"""A table is the same where one line of this many has its figures."""
MARK_BEFORE = re.compile(r"^(?:[^\W\d_]{1,4}|\d{1,3}[a-z]?)\s*[.\-–‑]\s+(?=\S)")
MARK_AFTER = re.compile(r"\s*(?:[(（]\s*\w{1,4}\s*[)）]|[,،]\s*\w{1,4})\s*$")


def bare_label(label: str) -> str:
    """A label without the letter or number before it, and without the one in brackets after it, normalised."""
    return normalised(MARK_AFTER.sub("", MARK_BEFORE.sub("", label.strip())))


@dataclass(slots=True)
class Counterparts:
    """What the known document says: of the columns of tables, by table and column, of labels by table of the
    vocabulary and words, and of the tables under a number, by source of funding and unit.
    """

    measures: dict[tuple[str, int], Votes] = field(default_factory=lambda: defaultdict(Counter))
    labels: dict[tuple[str, str], Votes] = field(default_factory=lambda: defaultdict(Counter))
    tables: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, rows: Rows, known: Rows) -> Counterparts:
        """Held against each other, table by table."""
        found = cls()
        own_tables, known_tables = _lines_by_table(rows), _lines_by_table(known)
        told = {table["table_id"]: table for table in known.get("mart_table", ())}
        for number, lines in own_tables.items():
            for mine, other in _pairs(lines, known_tables.get(number, [])):
                found._take(mine, other)
                table = told[other[0]["table_id"]]
                if table not in found.tables[mine[0]["table_id"]]:
                    found.tables[mine[0]["table_id"]].append(table)
        return found

    def _take(self, mine: Sequence[Record], other: Sequence[Record]) -> None:
        for cell, same in zip(mine, other, strict=True):
            if same["measure"]:
                self.measures[cell["table_id"], cell["column_number"]][same["measure"]] += 1
        label, first = bare_label(mine[0]["row_label"] or ""), other[0]
        if first["row_role"] in {"total", "subtotal"}:
            self.labels["totals", label][first["row_role"]] += 1
        elif table := _LABELS.get(first["item_kind"] or ""):
            self.labels[table, label][first["item_code"]] += 1
        elif first["item_kind"] == "total" and first["component_code"] and not first["subprogramme_code"]:
            self.labels["components", label][first["component_code"]] += 1


def _lines_by_table(rows: Rows) -> dict[str | None, list[list[Record]]]:
    """Printed lines of figures in their order, by the printed number of their table."""
    lines: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for cell in rows.get("mart_cell", ()):
        if cell["value"] is not None:
            lines[cell["table_id"], cell["row_number"]].append(cell)
    order = {table["table_id"]: table["order_number"] for table in rows.get("mart_table", ())}
    found: dict[str | None, list[list[Record]]] = defaultdict(list)
    for key in sorted(lines, key=lambda line: (order.get(line[0], 0), line[1])):
        found[lines[key][0]["table_number"]].append(sorted(lines[key], key=lambda cell: cell["column_number"]))
    return found


def _pairs(
    lines: Sequence[list[Record]], others: Sequence[list[Record]]
) -> Iterator[tuple[list[Record], list[Record]]]:
    """Lines with the same figures, in the same order; none where most of a table's lines differ."""
    mine, theirs = [_figures(line) for line in lines], [_figures(line) for line in others]
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    if _SHARE * sum(block.size for block in blocks) < len(lines):
        return
    for block in blocks:
        for step in range(block.size):
            yield lines[block.a + step], others[block.b + step]


def _figures(line: Sequence[Record]) -> tuple[Decimal, ...]:
    return tuple(cell["value"].normalize() for cell in line)
