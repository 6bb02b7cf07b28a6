"""Which column each printed value of a row belongs to, where merged cells do not line up with the heads.

Word files merge cells differently from row to row. A value belongs to the column its cell overlaps most, one
value to a column, and values stand in the order of their columns: the assignment with the largest overlap.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.blocks import GridCell
from pipelines.parse.columns import Column


def columns_of(printed: Sequence[tuple[int, GridCell]], columns: Sequence[Column]) -> list[Column | None]:
    """The column of each printed cell (its grid column and the cell), None for a cell under no head."""
    column_at = {index: column for column in columns for index in column.covers}
    direct = [column_at.get(index) for index, _ in printed]
    taken = [column.index for column in direct if column is not None]
    is_plain = len(set(taken)) == len(taken) and all(
        cell.column_span == 1 or column is None or cell.column_span == len(column.covers)
        for (_, cell), column in zip(printed, direct, strict=True)
    )
    if is_plain and None not in direct:
        return direct
    return _best(printed, columns)


def _overlap(index: int, span: int, column: Column) -> int:
    return sum(1 for covered in column.covers if index <= covered < index + span)


def _best(printed: Sequence[tuple[int, GridCell]], columns: Sequence[Column]) -> list[Column | None]:
    """The monotone assignment of cells to columns with the largest overlap (as in sequence alignment)."""
    cells, heads = len(printed), len(columns)
    score = [[0.0] * (heads + 1) for _ in range(cells + 1)]
    step = [[""] * (heads + 1) for _ in range(cells + 1)]
    for i in range(1, cells + 1):
        index, cell = printed[i - 1]
        for j in range(1, heads + 1):
            best, how = score[i - 1][j], "cell"
            if score[i][j - 1] > best:
                best, how = score[i][j - 1], "head"
            overlap = _overlap(index, cell.column_span, columns[j - 1])
            # one more value in a column counts more than a wider overlap
            if overlap and score[i - 1][j - 1] + 10 + overlap / (1 + len(columns[j - 1].covers)) > best:
                best = score[i - 1][j - 1] + 10 + overlap / (1 + len(columns[j - 1].covers))
                how = "both"
            score[i][j], step[i][j] = best, how
    assigned: list[Column | None] = [None] * cells
    i, j = cells, heads
    while i and j:
        if step[i][j] == "both":
            assigned[i - 1] = columns[j - 1]
            i, j = i - 1, j - 1
        elif step[i][j] == "cell":
            i -= 1
        else:
            j -= 1
    return assigned
