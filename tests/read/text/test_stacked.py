"""Texts with one cell in each line, as pdftotext gives them: what their order tells is read, the rest is told."""

from __future__ import annotations

from pipelines.model.blocks import Document, Remark
from pipelines.read import read_document

HEAD = """A/85/6 (Sect. 4)

Proposed programme budget for 2031

4.1

The Office answers under General Assembly resolution 73/4, and does so with a programme of some length.

4.2

See table 4.1 and table 4.2, in which the figures of the Office stand one below the other. It costs $1,234.5 thousand.

"""
ROWS = {
    "Posts": ("1 778.4", "1 175.0", "152.5", "13.0"),
    "Other staff costs": ("8.2", "336.9", "–", "–"),
    "Consultants": ("1.0", "10.0", "(2.8)", "(28.0)"),
    "Travel of staff": ("2.0", "11.0", "–", "–"),
    "Contractual services": ("3.0", "12.0", "–", "–"),
    "Total": ("1 792.6", "1 544.9", "149.7", "9.7"),
}
HEADS = ("Object of expenditure", "2029\nexpenditure", "2030\nappropriation", "Change", "Percentage")
TAIL = "\n\n4.3\n\nThe Office continues its work.\n"


def _table(number: str, cells: list[str]) -> str:
    caption = f"Table {number}\nFinancial resources by object of expenditure\n(Thousands of United States dollars)\n\n"
    return caption + "\n\n".join(cells)


def _in_order() -> list[str]:
    return [*HEADS, *(cell for label, figures in ROWS.items() for cell in (label, *figures))]


def _read(cells: list[str]) -> Document:
    return read_document((HEAD + _table("4.1", cells) + TAIL).encode(), "txt")


def test_a_table_in_the_order_of_its_rows_is_read() -> None:
    document = _read(_in_order())
    (grid,) = (block.grid for block in document.blocks if block.grid is not None)
    words = [[cell.text for cell in row if cell is not None] for row in grid.rows[grid.header_rows or 1 :]]
    assert words == [[label, *figures] for label, figures in ROWS.items()]
    assert not document.warnings
    assert [block.number for block in document.blocks if block.number] == ["4.1", "4.2", "4.3"]


def test_a_table_with_swapped_cells_gives_no_figure_but_a_warning() -> None:
    moved = _in_order()
    moved[5], moved[6] = moved[6], moved[5]
    for cells in (
        moved,
        [*HEADS, *ROWS["Posts"], "Posts", *_in_order()[10:]],  # figures before their label
        [*_in_order()[:10], "A. Programme", *_in_order()[10:]],  # a heading, which may be another's
        [*_in_order(), "A. Programme of work"],  # a heading left over
        [cell for cell in _in_order() if cell != "152.5"],
    ):
        document = _read(cells)
        assert not [block for block in document.blocks if block.grid is not None]
        (told,) = (one for one in document.warnings if isinstance(one, Remark))
        assert told.kind == "incomplete" and "the cells of Table 4.1 stand in no order" in told.message
        assert {line.role for line in document.lines if line.text.strip() in ROWS["Posts"]} == {"scrambled"}
        assert [block.number for block in document.blocks if block.number] == ["4.1", "4.2", "4.3"]
