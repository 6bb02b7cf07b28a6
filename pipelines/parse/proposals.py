"""What an unknown term must mean, where its place and figures tell: the column that equals base plus changes, the only
measure that is left between two others, the same figures in an edition or language that is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.vocabulary import normalised

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Column = Mapping[int, Decimal]
"""Figures of a column, by row."""

_ORDER = (
    "expenditure",
    "appropriation",
    "approved",
    "technical_adjustment",
    "new_expanded_mandate",
    "other_change",
    "total_change",
    "percent_change",
    "estimate",
    "proposed",
)
"""Measures as tables of resources and posts print them, from the first column."""
_PARTS = ("technical_adjustment", "new_expanded_mandate", "other_change")
_SLACK = Decimal("0.11")
"""Half a digit of each of base, change and sum, where one decimal is printed."""
_HEADS = "column_heads"
_LABELS = {"objects": "item_code", "grades": "item_code", "post_categories": "item_code"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a term must mean and what tells it; ``weight`` is how many printed figures hang on the term."""

    meaning: str | None
    reason: str
    weight: int


def proposals(rows: Rows, known: Rows | None = None) -> dict[tuple[str, str], Proposal]:
    """A proposal for each unknown term of a document, by vocabulary table and printed text, the weightiest first.

    ``known`` are rows of another language or edition of it, whose terms are known.
    """
    cells = _Cells(rows)
    beside = _Cells(known) if known else None
    found: dict[tuple[str, str], Proposal] = {}
    for term in rows.get("mart_unknown_term", ()):
        table, text = term["vocabulary_table"], term["printed_text"]
        votes: Counter[tuple[str, str]] = Counter()
        for said in _said(table, text, cells, beside):
            votes[said] += 1
        meaning: str | None = None
        reason = ""
        if votes and (table == _HEADS or len({told for told, _ in votes}) == 1):  # two meanings tell none
            meaning, reason = max(votes, key=lambda vote: votes[vote])
        found[table, text] = Proposal(meaning, reason, cells.weight(table, text))
    return dict(sorted(found.items(), key=lambda item: -item[1].weight))


class _Cells:
    """Cells of a document's tables by column and by row."""

    def __init__(self, rows: Rows) -> None:
        self.columns: dict[str, dict[int, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
        self.heads: dict[str, dict[int, tuple[str, str | None]]] = defaultdict(dict)
        self.lines: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
        for cell in rows.get("mart_cell", ()):
            if cell["value"] is None:
                continue
            table, column = cell["table_id"], cell["column_number"]
            self.columns[table][column][cell["row_number"]] = cell["value"]
            self.heads[table][column] = (cell["column_label"] or "", cell["measure"])
            self.lines[table, cell["row_number"]].append(cell)

    def named(self, text: str) -> Iterator[tuple[str, int]]:
        """Columns without a measure under a head that has the text."""
        flat = normalised(text)
        for table, heads in self.heads.items():
            yield from (
                (table, i) for i, (label, measure) in heads.items() if not measure and flat in normalised(label)
            )

    def labelled(self, text: str) -> Iterator[list[Mapping[str, Any]]]:
        """Cells of the rows whose label has the text."""
        flat = normalised(text)
        yield from (line for line in self.lines.values() if flat in normalised(line[0]["row_label"] or ""))

    def weight(self, table: str, text: str) -> int:
        """How many printed figures hang on a term."""
        if table == _HEADS:
            return sum(len(self.columns[where][index]) for where, index in self.named(text))
        return sum(map(len, self.labelled(text)))


def _said(table: str, text: str, cells: _Cells, beside: _Cells | None) -> Iterator[tuple[str, str]]:
    if table == _HEADS:
        for where, index in cells.named(text):
            yield from _of_head(cells, where, index)
    elif beside and (key := _LABELS.get(table)):
        same = {_figures(line): line[0] for line in beside.lines.values()}
        for line in cells.labelled(text):
            other = same.get(_figures(line))
            if other is not None and other[key] and len({c["value"] for c in line if c["value"]}) > 1:
                yield str(other[key]), f"the same figures in table {other['table_number']} of the document beside it"


def _figures(line: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    return (line[0]["table_number"], *((cell["column_number"], cell["value"].normalize()) for cell in line))


def _of_head(cells: _Cells, table: str, index: int) -> Iterator[tuple[str, str]]:
    columns, heads = cells.columns[table], cells.heads[table]
    known = {measure: columns[i] for i, (_, measure) in heads.items() if measure}
    figures = columns[index]
    base = known.get("appropriation") or known.get("approved")
    result = known.get("estimate") or known.get("proposed")
    change = known.get("total_change")
    is_money = "appropriation" in known or "estimate" in known
    parts = [i for i, (_, measure) in heads.items() if measure == "total_change"]
    if change and parts and index < parts[0] and not base:
        if result and _equal(result, figures, change):
            yield ("appropriation" if is_money else "approved"), "with the changes it comes to the proposal"
    elif change and parts and index < parts[0]:
        yield from _of_part(cells, table, index, known, change)
    elif base and change and not result and _equal(figures, base, change):
        yield ("estimate" if is_money else "proposed"), "it equals base plus changes"
    elif base and result and not change and _equal(result, base, figures):
        yield "total_change", "it is what the proposal has more than the base"
    elif base and change and "percent_change" not in known and _is_share(figures, change, base):
        yield "percent_change", "it is the change in percent of the base"
    elif (left := _left_between(heads, index)) is not None:
        yield left, "the only measure between those beside it"


def _of_part(
    cells: _Cells, table: str, index: int, known: Mapping[str, Column], change: Column
) -> Iterator[tuple[str, str]]:
    """A part of the changes: all of them sum to the total, and they stand in a known order."""
    heads, columns = cells.heads[table], cells.columns[table]
    last = next((i for i, (_, measure) in heads.items() if measure == "total_change"), 0)
    first = max((i for i, (_, m) in heads.items() if m in {"appropriation", "approved"}), default=last)
    parts = sorted(i for i in heads if first < i < last)
    if index < first and "expenditure" not in known:
        yield "expenditure", "it stands before the base"
        return
    if index not in parts or len(parts) != len(_PARTS):
        if (left := _left_between(heads, index)) is not None:
            yield left, "the only measure between those beside it"
        return
    summed = {row: sum((columns[i].get(row, Decimal(0)) for i in parts), Decimal(0)) for row in change}
    if all(abs(summed[row] - value) <= 2 * _SLACK for row, value in change.items()):
        yield _PARTS[parts.index(index)], "the parts of the change add up to it, in their order"


def _left_between(heads: Mapping[int, tuple[str, str | None]], index: int) -> str | None:
    """The measure that alone may stand between the measures of the columns beside; None where there are several."""
    before = [_ORDER.index(m) for i, (_, m) in heads.items() if i < index and m in _ORDER]
    after = [_ORDER.index(m) for i, (_, m) in heads.items() if i > index and m in _ORDER]
    if not before or not after:
        return None
    between = _ORDER[max(before) + 1 : min(after)]
    return between[0] if len(between) == 1 else None


def _equal(total: Column, one: Column, other: Column) -> bool:
    rows = [row for row in total if row in one and row in other]
    is_telling = any(one[row] and other[row] for row in rows)
    return is_telling and all(abs(total[row] - one[row] - other[row]) <= _SLACK for row in rows)


def _is_share(share: Column, part: Column, whole: Column) -> bool:
    rows = [row for row in share if whole.get(row) and row in part]
    is_telling = any(share[row] for row in rows)
    return is_telling and all(
        abs(100 * part[row] / whole[row] - share[row]) <= 100 * _SLACK / abs(whole[row]) + _SLACK for row in rows
    )
