"""Where what was found stands in a file: the cell of a Word table, the box on a PDF page, the block of either."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from expectations.localise.findings import finding_id
from pipelines.review.judging import claim_places
from warehouse.schema.declare import Rows

Row = dict[str, Any]
_MOST_WORDS = 20_000
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file. ``line`` is the line of a text or the number of the block in a Word file or a PDF.

    ``printed`` is what is printed there, None where nothing is or it is the block as a whole; ``times_before`` how
    often the same characters are claimed in the block before it. ``box`` is left, bottom, right, top in points.
    ``words`` are those of the line or block, for formats in which only they tell where it is.
    """

    line: int | None = None
    line_last: int | None = None
    page: int | None = None
    table_ordinal: int | None = None
    cell_row: int | None = None
    cell_column: int | None = None
    box: tuple[float, float, float, float] | None = None
    printed: str | None = None
    times_before: int = 0
    words: str = ""

    @property
    def is_cell(self) -> bool:
        """True for a cell of a Word table."""
        return self.table_ordinal is not None and self.cell_row is not None and self.cell_column is not None


def spot_of_json(content: Row) -> Spot:
    """A spot that was laid down as JSON."""
    return Spot(**{**content, "box": tuple(content["box"]) if content["box"] else None})


class Places:
    """Places of one document's claims, findings and doubts, from its rows."""

    def __init__(self, rows: Rows) -> None:
        self._cells: dict[str, list[Row]] = defaultdict(list)
        for cell in rows.get("mart_cell", ()):
            self._cells[cell["table_id"]].append(cell)
        self._tables: list[Row] = rows.get("mart_table", [])
        self._rows: dict[str, list[Row]] = defaultdict(list)
        for row in rows.get("mart_row", ()):
            self._rows[row["table_id"]].append(row)
        self._words = {line["line_number"]: line["text"] for line in rows.get("mart_source_line", ())}
        self._claims = dict(_spots(claim_places(rows)))

    def of_claim(self, claim_id: str | None) -> Spot | None:
        """Where a claim is printed; that of its cell for a part of one."""
        if claim_id is None:
            return None
        spot = self._claims.get(claim_id) or self._claims.get(claim_id.rsplit("/", 1)[0])
        return None if spot is None else self._worded(spot)

    def of_finding(self, finding: Row) -> Spot | None:
        """Where a finding stands: its figure, the empty cell, or the block it is about."""
        spot = self.of_claim(finding.get("claim_id")) or self.of_claim(finding.get("cell_id"))
        if spot is None and finding["class"] == "missing":
            spot = self._absent(finding)
        return spot or self._block(finding)

    def of_doubt(self, doubt: Row) -> Spot | None:
        """Where a doubt stands: its cell, the head of its table, or its block."""
        spot = self.of_claim(doubt.get("cell_id"))
        if spot is None and doubt.get("table_id"):
            spot = self._head(doubt["table_id"])
        return spot or self._block(doubt)

    def _block(self, row: Row) -> Spot | None:
        """The block that a row names, None when it names none."""
        if row.get("line_first") is None:
            return None
        spot = self._worded(Spot(row["line_first"], row.get("line_last"), row.get("page_number")))
        return replace(spot, printed=_as_cited(row.get("printed_text") or "", spot.words))

    def _worded(self, spot: Spot) -> Spot:
        """A spot with the words of its block, where no box tells its place."""
        if spot.box is not None or spot.is_cell:
            return spot
        return replace(spot, words=(self._words.get(spot.line or 0) or "")[:_MOST_WORDS])

    def _head(self, table_id: str) -> Spot | None:
        """The block of a table, with the box of its first figure."""
        table = next((row for row in self._tables if row["table_id"] == table_id), None)
        first = next(iter(self._cells.get(table_id, ())), None)
        place = first or table
        if place is None:
            return None
        return Spot(place["line_first"], place.get("line_last"), place["page_number"], box=_box(place))

    def _absent(self, finding: Row) -> Spot | None:
        """The cell in which nothing is printed: in the row and the column of its neighbours."""
        for table in self._tables:
            if (table["table_number"], table.get("table_part")) != (finding["table_number"], finding.get("table_part")):
                continue
            cells = self._cells.get(table["table_id"], [])
            for row in self._rows.get(table["table_id"], ()):
                if row["row_label"] != finding["row_label"]:
                    continue
                for column in sorted({cell["column_number"] for cell in cells}):
                    address = f"{table['table_id']}/r{row['row_number']}/c{column}/absent"
                    if finding_id(finding["document_id"], address, "missing") == finding["finding_id"]:
                        return _crossing(cells, row["row_number"], column)
        return None


def _spots(claims: Iterable[Row]) -> Iterable[tuple[str, Spot]]:
    times: dict[tuple[Any, ...], int] = defaultdict(int)
    for claim in claims:
        printed = claim.get("printed_text")
        key = (claim["source"], claim.get("line_first"), claim.get("page_number"), printed)
        yield (
            claim["claim_id"],
            Spot(
                claim.get("line_first"),
                claim.get("line_last"),
                claim.get("page_number"),
                claim.get("table_ordinal"),
                claim.get("cell_row"),
                claim.get("cell_column"),
                _box(claim),
                printed,
                times[key],
            ),
        )
        times[key] += 1


def _as_cited(text: str, words: str) -> str | None:
    """What of a text stands in a block: all of it, or a symbol without the first of its parts ("75/233"); None if nothing."""
    parts = text.split("/")
    for start in range(len(parts)):
        if len(part := "/".join(parts[start:])) >= _SHORTEST and part in words:
            return part
    return None


def _box(row: Row) -> tuple[float, float, float, float] | None:
    text = row.get("box_text")
    if not text:
        return None
    left, bottom, right, top = map(float, text.split())
    return left, bottom, right, top


def _crossing(cells: Iterable[Row], row_number: int, column_number: int) -> Spot | None:
    """Where a row and a column cross, told by what is printed in them."""
    beside = [cell for cell in cells if cell["row_number"] == row_number]
    above = [cell for cell in cells if cell["column_number"] == column_number]
    if not beside or not above:
        return None
    one = beside[0]
    across, along = _box(above[0]), _box(one)
    box = None
    if across and along:
        box = (across[0], along[1], across[2], along[3])
    columns = [cell.get("cell_column") for cell in above if cell.get("table_ordinal") == one.get("table_ordinal")]
    return Spot(
        one["line_first"],
        one.get("line_last"),
        one.get("page_number"),
        one.get("table_ordinal"),
        one.get("cell_row"),
        max(set(columns), key=columns.count) if columns else None,
        box,
    )
