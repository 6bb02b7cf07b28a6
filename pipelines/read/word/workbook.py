"""The workbook in a chart: where a chart keeps no cache of what it plots, the cells it refers to are taken."""

from __future__ import annotations

import posixpath
import re

from lxml import etree

from pipelines.read.shared.zip_archive import Archive, open_archive, parse_xml
from pipelines.read.word import xml as x

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BOOK, _BOOK_RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_RANGE = re.compile(r"'?(?P<sheet>[^'!]+)'?!\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_CACHES = {_C + "numRef": _C + "numCache", _C + "strRef": _C + "strCache"}
_MOST_CELLS = 4096


def uncached(chart: etree._Element) -> list[etree._Element]:
    """The references of a chart to cells of which it keeps no values."""
    references = chart.iter(*_CACHES)
    return [
        one for one in references if one.find(_C + "f") is not None and one.find(f"{_CACHES[one.tag]}/{_C}pt") is None
    ]


def fill_caches(references: list[etree._Element], workbook: bytes) -> None:
    """Put the values of the cells referred to where the chart would keep them.

    Raises UnreadableDocument when the workbook is damaged or beyond the limits.
    """
    archive = open_archive(workbook)
    sheets: dict[str, dict[tuple[int, int], str]] = {}
    for reference in references:
        found = _RANGE.fullmatch((reference.findtext(_C + "f") or "").strip())
        if found is None:
            continue
        name = found["sheet"]
        if name not in sheets:
            sheets[name] = _cells(archive, name)
        cache = etree.SubElement(reference, _CACHES[reference.tag])
        for index, place in enumerate(_places(*found.groups()[1:])):
            if place in sheets[name]:
                point = etree.SubElement(cache, _C + "pt", idx=str(index))
                etree.SubElement(point, _C + "v").text = sheets[name][place]


def _places(column: str, row: str, last_column: str | None, last_row: str | None) -> list[tuple[int, int]]:
    """The cells of a range, row by row, as (row, column)."""
    left, right = _column(column), _column(last_column or column)
    top, bottom = int(row), int(last_row or row)
    if (right - left + 1) * (bottom - top + 1) > _MOST_CELLS:
        return []
    return [(line, one) for line in range(top, bottom + 1) for one in range(left, right + 1)]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _cells(archive: Archive, name: str) -> dict[tuple[int, int], str]:
    """The values of a sheet by (row, column); nothing when there is no such sheet."""
    part = _sheet_part(archive, name)
    if part not in archive:
        return {}
    strings: list[str] = []
    if _STRINGS in archive:
        root = parse_xml(archive.read(_STRINGS), _STRINGS)
        strings = ["".join(text.text or "" for text in one.iter(_S + "t")) for one in root.iter(_S + "si")]
    found: dict[tuple[int, int], str] = {}
    for cell in parse_xml(archive.read(part), part).iter(_S + "c"):
        place = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", cell.get("r", ""))
        value = cell.findtext(_S + "v")
        if place is None:
            continue
        if cell.get("t") == "s":
            number = x.integer(value)
            value = strings[number] if number < len(strings) else None
        elif cell.get("t") == "inlineStr":
            value = "".join(text.text or "" for text in cell.iter(_S + "t"))
        if value:
            found[int(place[2]), _column(place[1])] = value
    return found


def _sheet_part(archive: Archive, name: str) -> str:
    """The name of the part that holds a sheet, "" when there is none."""
    if _BOOK not in archive or _BOOK_RELATIONS not in archive:
        return ""
    targets = {
        one.get("Id"): one.get("Target", "") for one in parse_xml(archive.read(_BOOK_RELATIONS), _BOOK_RELATIONS)
    }
    for sheet in parse_xml(archive.read(_BOOK), _BOOK).iter(_S + "sheet"):
        if sheet.get("name") == name:
            return posixpath.normpath(posixpath.join("/xl", targets.get(sheet.get(x.R_ID), ""))).lstrip("/")
    return ""
