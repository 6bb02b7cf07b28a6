"""Charts, diagrams and text boxes of a Word document.

A chart part keeps the values it plots in a cache (``c:numCache``, ``c:strCache``); what the reader of
the page sees is the data label: typed by hand, or the value in the label's number format.

Where a chart keeps no cache of what it plots, the cells of its workbook that it refers to are taken.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from lxml import etree

from pipelines.model.blocks import Series
from pipelines.read.shared.marks import MARK_CLOSE, MARK_OPEN, printed
from pipelines.read.shared.zip_archive import Archive, open_archive, parse_xml
from pipelines.read.word import xml as x

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VML = "{urn:schemas-microsoft-com:vml}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"

CHART, DIAGRAM, PICTURE, OLD_PICTURE = _C + "chart", _DGM + "relIds", _A + "blip", _VML + "imagedata"
USER_SHAPES = _C + "userShapes"
DIAGRAM_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"

_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_PLACES = re.compile(r"[0#?]\.([0#?]+)")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*](.)')
_GROUPED = re.compile(r"[#0](,|\\?[ \u00a0\u202f]|\\.)[#0]")
_PICTURE_HOLDER = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_SMALLEST_PICTURE = 36 * 12700  # English Metric Units: half an inch
_CONDITION = re.compile(r"\[[^\]]*\]")
_SCALED = re.compile(r"[0#?](,+)(?![0#?,.])")
_LONGEST_FORMAT = 256
_MOST_DIGITS = 24
_GENERAL_DIGITS = 12
_MAX_DECIMALS = 10


def outermost(drawing: etree._Element) -> Iterator[etree._Element]:
    """Text boxes, charts, diagrams and pictures of a drawing, those inside a text box left to it."""
    boxes: set[etree._Element] = set()
    for element in drawing.iter(x.TEXT_BOX, CHART, DIAGRAM, PICTURE, OLD_PICTURE):
        if x.is_passed_over(element):
            continue
        if boxes and any(ancestor in boxes for ancestor in element.iterancestors(x.TEXT_BOX)):
            continue
        if element.tag == x.TEXT_BOX:
            boxes.add(element)
        yield element


def is_worth_a_look(picture: etree._Element) -> bool:
    """Whether a picture is large enough to show words or values; smaller ones are rules and ornaments."""
    holder = next(picture.iterancestors(_PICTURE_HOLDER), None)
    extent = None if holder is None else holder.find(f".//{_A}xfrm/{_A}ext")
    if extent is None:
        return True
    return min(x.integer(extent.get("cx")), x.integer(extent.get("cy"))) >= _SMALLEST_PICTURE


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a number format: what it does with a number; ``words`` alone where it shows no digits."""

    has_digits: bool
    is_known: bool
    words: str = ""
    decimals: int = 0
    power: int = 0
    separator: str = ""
    suffix: str = ""
    is_bracketed: bool = False


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section, ...]:
    """The sections of an Excel number format: for numbers, for negative ones, for nil."""
    return tuple(map(_section, _SECTION.split(code))) if len(code) <= _LONGEST_FORMAT else (_section("?"),)


def _section(text: str) -> _Section:
    text = _CONDITION.sub("", text)
    literals = "".join(found.group(1) or found.group(2) or "" for found in _QUOTED.finditer(text))
    digits = _QUOTED.sub(lambda found: " " if found.group(2) == " " else "", text)
    if not re.search(r"[0#]", digits):
        is_general = "general" in text.lower() or "@" in text or not literals.strip()
        return _Section(False, True, "" if is_general else literals.strip())
    if re.search(r"[a-zA-Z/]", digits):
        return _Section(True, False)
    places, scaled = _PLACES.search(digits), _SCALED.search(digits)
    return _Section(
        has_digits=True,
        is_known=True,
        decimals=min(len(places.group(1)), _MAX_DECIMALS) if places else 0,
        power=(2 if "%" in digits else 0) - (3 * len(scaled.group(1)) if scaled else 0),
        separator="," if re.search(r"[0#],[0#]", digits) else " " if _GROUPED.search(text) else "",
        suffix="%" if "%" in digits else "",
        is_bracketed="(" in literals + digits,
    )


def format_value(raw: str, code: str) -> str:
    """A cached number as its format prints it; the cached text itself where the format is not a simple one.

    Handles General, decimals, thousands separators (comma or space), percentages, thousands left out, and
    sections for negative values and nil. ``raw`` is the text of the cache, ``code`` an Excel number format.
    """
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        return raw
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        return raw
    sections = _sections(code)
    is_negative = value < 0 and len(sections) > 1
    section = sections[1] if is_negative else sections[2] if not value and len(sections) > 2 else sections[0]
    shown = -value if is_negative else value
    if not section.has_digits:
        return section.words or _general(shown)
    if not section.is_known:
        return raw
    rounded = shown.scaleb(section.power).quantize(Decimal(1).scaleb(-section.decimals), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}".replace(",", section.separator)
    if is_negative:
        text = f"({text})" if section.is_bracketed else f"-{text}"
    return text + section.suffix


def _general(value: Decimal) -> str:
    """A number without format: plain digits, binary noise beyond twelve decimals rounded off."""
    rounded = round(value, _GENERAL_DIGITS).normalize()
    return f"{rounded:f}"


def read_chart(root: etree._Element) -> tuple[list[str], tuple[Series, ...], tuple[str, ...]]:
    """Lines (title, then titles of the axes), series and footnote marks of a chart part.

    A point is (category, value as its label prints it); points without a value print as "". Marks are
    the superscripts of hand-typed labels, in order.
    """
    notes: list[str] = []
    titles = (_rich_text(element, "", notes) for element in root.iter(_C + "title"))
    lines = [title for title in titles if title]
    elements = [element for element in root.iter(_C + "ser") if not _is_rule(element)]
    common = next((labels for labels in map(_category_labels, elements) if labels), {})
    series = tuple(_read_series(element, common, notes) for element in elements)
    return lines, series, tuple(notes)


def _is_rule(series: etree._Element) -> bool:
    """Whether a series is a line drawn to part groups of columns: unlabelled points all at one place of the x axis."""
    holder = series.find(_C + "xVal")
    if holder is None or series.find(_C + "dLbls") is not None:
        return False
    places = {point.findtext(_C + "v") for point in holder.iter(_C + "pt")}
    return len(places) == 1 and series.find(_C + "cat") is None


def read_shapes(root: etree._Element) -> list[str]:
    """The words of the text boxes drawn over a chart (``c:userShapes``), a line per paragraph."""
    lines = (
        " ".join("".join(words.text or "" for words in found.iter(_A + "t")).split()) for found in root.iter(_A + "p")
    )
    return [printed(line) for line in lines if line]


def _read_series(element: etree._Element, common: dict[int, str], notes: list[str]) -> Series:
    name = " ".join(value.text or "" for value in element.iterfind(f"{_C}tx//{_C}v")).strip()
    labels = _category_labels(element) or common
    values, formats = _cached(element, ("val", "yVal"))
    common_format, typed = _data_labels(element)
    points: list[tuple[str, str]] = []
    for index in sorted(set(labels) | set(values)):
        raw, label = values.get(index, ""), labels.get(index, "")
        own_format, own_text = typed.get(index, ("", None))
        shown = format_value(raw, own_format or common_format or formats.get(index, "")) if raw else ""
        if own_text is not None:
            shown = _without_label(_rich_text(own_text, shown, notes), label) or shown
        points.append((label, shown))
    return Series(name=name, points=tuple(points))


def _without_label(text: str, label: str) -> str:
    """A hand-typed data label without the category, which it may repeat before the value."""
    return text[len(label) :].strip(" :;,") if label and text.lower().startswith(label.lower()) else text


def _cached(element: etree._Element, names: tuple[str, ...]) -> tuple[dict[int, str], dict[int, str]]:
    """Cached texts of a series by point, and the number format of each."""
    texts: dict[int, str] = {}
    formats: dict[int, str] = {}
    for name in names:
        holder = element.find(_C + name)
        if holder is None:
            continue
        code = holder.findtext(f".//{_C}formatCode") or ""
        for point in holder.iter(_C + "pt"):
            index = x.integer(point.get("idx"))
            texts.setdefault(index, point.findtext(_C + "v") or "")
            formats.setdefault(index, point.get("formatCode") or code)
    return texts, formats


def _category_labels(element: etree._Element) -> dict[int, str]:
    """Category labels by point; levels of a multi-level category are joined outermost first."""
    holder = element.find(_C + "cat")
    levels = [] if holder is None else list(holder.iter(_C + "lvl"))
    if len(levels) > 1:
        labels: dict[int, str] = {}
        for level in reversed(levels):
            marked = {x.integer(point.get("idx")): point.findtext(_C + "v") or "" for point in level.iter(_C + "pt")}
            current = ""
            last = max((x.integer(point.get("idx")) for point in levels[0].iter(_C + "pt")), default=-1)
            for index in range(min(last + 1, 4096)):
                current = marked.get(index, current if level is not levels[0] else "")
                labels[index] = f"{labels.get(index, '')} {current}".strip()
        return labels
    texts, formats = _cached(element, ("cat", "xVal"))
    is_number = holder is not None and holder.find(f"{_C}numRef") is not None
    return {
        index: " ".join((format_value(text, formats[index]) if is_number else text).split())
        for index, text in texts.items()
    }


def _data_labels(element: etree._Element) -> tuple[str, dict[int, tuple[str, etree._Element | None]]]:
    """The number format of a series' labels, and by point its own format and hand-typed text."""
    holder = element.find(_C + "dLbls")
    if holder is None:
        return "", {}
    typed: dict[int, tuple[str, etree._Element | None]] = {}
    for label in holder.iterchildren(_C + "dLbl"):
        index = label.find(_C + "idx")
        if index is not None and label.find(_C + "delete") is None:
            typed[x.integer(index.get("val"))] = (_label_format(label), label.find(f"{_C}tx/{_C}rich"))
    return _label_format(holder), typed


def _label_format(label: etree._Element) -> str:
    number_format = label.find(_C + "numFmt")
    if number_format is None or number_format.get("sourceLinked") in ("1", "true"):
        return ""
    return number_format.get("formatCode", "")


def _rich_text(element: etree._Element, value: str, notes: list[str]) -> str:
    """Words of a rich text, a value field replaced by ``value``; superscripts go to ``notes``."""
    words: list[str] = []
    for paragraph in element.iter(_A + "p"):
        for run in paragraph:
            properties = run.find(_A + "rPr")
            if run.tag == _A + "fld":
                if run.get("type") == "VALUE":
                    words.append(value)
            elif run.tag == _A + "r":
                text = run.findtext(_A + "t") or ""
                if properties is not None and x.integer(properties.get("baseline")) > 0 and text.strip():
                    notes.append(text.strip())
                else:
                    words.append(text)
        words.append(" ")
    return printed(" ".join("".join(words).split()))


def read_diagram(root: etree._Element) -> list[list[str]]:
    """The boxes of a diagram's data part (``dgm:dataModel``): lines of each, footnote marks between their signs.

    Boxes come in the order of the part; boxes without words are left out.
    """
    boxes = (
        [line for one in point.iterfind(f"{_DGM}t/{_A}p") for line in _lines(one)] for point in root.iter(_DGM + "pt")
    )
    return [lines for lines in boxes if lines]


def _lines(paragraph: etree._Element) -> list[str]:
    words: list[str] = []
    for run in paragraph:
        properties = run.find(_A + "rPr")
        text = run.findtext(_A + "t") or ""
        if run.tag == _A + "br":
            words.append("\n")
        elif properties is not None and x.integer(properties.get("baseline")) > 0 and text.strip():
            words.append(f"{MARK_OPEN}{text.strip()}{MARK_CLOSE}")
        else:
            words.append(text)
    return [line for line in (" ".join(part.split()) for part in "".join(words).split("\n")) if line]


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
