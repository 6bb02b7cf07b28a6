"""What stands on each page of a Word file: running heads and feet, and where pages end."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from pipelines.read.shared.marks import flat_text
from pipelines.read.word import xml as x
from pipelines.read.word.package import Package
from pipelines.read.word.story import Story
from pipelines.read.word.styles import StyleSheet
from pipelines.read.word.text import ParagraphScanner


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


def read_furniture(package: Package, story: Story, styles: StyleSheet) -> list[str]:
    """Words of the header and footer parts that a story uses, a line per paragraph.

    First-page parts come first (symbol, distribution, date), each text once.
    """
    names: dict[str, None] = {}
    relationships = package.relationships(package.main)
    references = story.root.iter(x.HEADER_REFERENCE, x.FOOTER_REFERENCE)
    for element in sorted(references, key=lambda element: element.get(x.TYPE) != "first"):
        one = relationships.get(element.get(x.R_ID, ""))
        if one is not None and not one.is_external:
            names.setdefault(one.target)
    lines: dict[str, None] = {}
    seen: set[bytes] = set()
    for name in names:
        data = package.story(name) if name in package else b""
        if not data or data in seen:
            continue
        seen.add(data)
        for text in _words(package, name, data, styles):
            lines.setdefault(text)
    return list(lines)


def _words(package: Package, name: str, data: bytes, styles: StyleSheet) -> list[str]:
    part = Story(data, name, styles)
    scanner = ParagraphScanner(part, package.addresses(name))
    paragraphs = (paragraph for paragraph in part.root.iter(x.P) if not x.is_passed_over(paragraph))
    texts = (flat_text(scanner.scan(paragraph).raw)[0] for paragraph in paragraphs)
    return [text for text in texts if text]
