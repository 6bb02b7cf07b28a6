"""Organization charts set as tables: each unit a few columns wide, its name above its posts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.blocks import Block, Grid, GridCell
from pipelines.parse.grades import is_grade
from pipelines.vocabulary import Vocabulary

_POST = re.compile(r"^(?P<count>\d{1,4})\s+(?P<grade>\S.*)$")
_COUNT = re.compile(r"^\d{1,4}$")
_FEWEST_POSTS = 6


@dataclass(slots=True)
class _Unit:
    """A unit being read: the columns it spans, and its lines."""

    first: int
    last: int
    lines: list[str] = field(default_factory=list)
    is_closed: bool = False

    def covers(self, column: int) -> bool:
        return self.first <= column <= self.last


def is_organization_chart(grid: Grid, vocabulary: Vocabulary) -> bool:
    """True for a table whose cells are posts by grade, set in columns below names of units and sources of funding."""
    texts = [cell.text.strip() for row in grid.rows for cell in row if cell is not None and cell.text.strip()]
    posts = sum(1 for text in texts if _is_post(text, vocabulary))
    told = posts + sum(1 for text in texts if _is_head(text, vocabulary) or _COUNT.match(text))
    return posts >= _FEWEST_POSTS and any(_is_head(text, vocabulary) for text in texts) and 3 * told >= 2 * len(texts)


def units_of(block: Block, vocabulary: Vocabulary) -> list[Block]:
    """The units of such a table, as boxes of an organization chart in printed order."""
    assert block.grid is not None
    units: list[_Unit] = []
    for row in block.grid.rows:
        printed = [(index, cell) for index, cell in enumerate(row) if cell is not None and cell.text.strip()]
        for index, cell in printed:
            if _is_name(cell.text.strip(), vocabulary) and not _goes_on(units, index):
                last = index + cell.column_span - 1
                units.append(_Unit(index, _reach(row, index, last), [" ".join(cell.text.split())]))
        for unit in units:
            here = [(i, c.text.strip()) for i, c in printed if unit.covers(i) and not unit.is_closed]
            here = [(i, text) for i, text in here if " ".join(text.split()) != unit.lines[0]]
            if here:
                unit.lines.append(_line(here, unit))
                unit.is_closed = any(vocabulary.pattern("org_chart", "total").match(text) for _, text in here)
    return [Block("org_unit", "\n".join(unit.lines), block.place) for unit in units if len(unit.lines) > 1]


def _reach(row: tuple[GridCell | None, ...], index: int, last: int) -> int:
    """The last column below a name: up to the next name of the row."""
    following = [i for i, cell in enumerate(row) if i > last and cell is not None and cell.text.strip()]
    end = following[0] - 1 if following else len(row) - 1
    return max(last, min(end, len(row) - 1))


def _goes_on(units: list[_Unit], column: int) -> bool:
    return any(unit.covers(column) and not unit.is_closed for unit in units)


def _line(printed: list[tuple[int, str]], unit: _Unit) -> str:
    """One line of a box, values by column set apart by tabs."""
    values = dict(printed)
    return "\t".join(values.get(column, "") for column in range(unit.first, unit.last + 1)).rstrip("\t")


def _is_post(text: str, vocabulary: Vocabulary) -> bool:
    match = _POST.match(text)
    return match is not None and is_grade(match["grade"], vocabulary)


def _is_head(text: str, vocabulary: Vocabulary) -> bool:
    return any(vocabulary.pattern("org_chart", key).match(text) for key in ("funding", "total"))


def _is_name(text: str, vocabulary: Vocabulary) -> bool:
    return not (_is_post(text, vocabulary) or _is_head(text, vocabulary) or _COUNT.match(text)) and any(
        character.isalpha() for character in text
    )
