"""Page numbers of a Word document: the record that Word keeps of where pages ended when it last laid it out."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from pipelines.read import word_xml as x


def first_page(root: etree._Element, stated_pages: int) -> int | None:
    """1 when the record of page ends is whole, so that pages can be counted; None when it is not.

    Word leaves out page ends before some rows of tables, and programs that write documents leave out all:
    the record counts only where it comes to as many pages as the document says it has.
    """
    ends = _page_ends(root.iter(x.PAGE_BREAK))
    return 1 if ends + 1 == stated_pages else None


def _page_ends(page_breaks: Iterable[etree._Element]) -> int:
    """Pages ended by the record; a table row says so once per cell, counted once."""
    total = 0
    by_row: dict[etree._Element, dict[etree._Element, int]] = {}
    for element in page_breaks:
        if next(element.iterancestors(x.TEXT_BOX, x.FALLBACK), None) is not None:
            continue
        cell = next(element.iterancestors(x.TC), None)
        row = None if cell is None else cell.getparent()
        if cell is None or row is None:
            total += 1
        else:
            cells = by_row.setdefault(row, {})
            cells[cell] = cells.get(cell, 0) + 1
    return total + sum(max(cells.values()) for cells in by_row.values())
