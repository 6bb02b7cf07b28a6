"""Charts, diagrams and text boxes of a Word document.

A chart part keeps the values it plots in a cache (``c:numCache``, ``c:strCache``); what the reader of
the page sees is the data label: typed by hand, or the value in the label's number format.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

from pipelines.blocks import Series

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"

CHART, DIAGRAM, PICTURE = _C + "chart", _DGM + "relIds", _A + "blip"
DIAGRAM_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"

_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_PLACES = re.compile(r"[0#?]\.([0#?]+)")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|[_*](.)')
_GROUPED = re.compile(r"[#0](,|\\?[ \u00a0\u202f]|\\.)[#0]")
_GENERAL_DIGITS = 12
_MAX_DECIMALS = 10


def format_value(raw: str, code: str) -> str:
    """A cached number as its format prints it; the cached text itself where the format is not a simple one.

    Handles General, decimals, thousands separators (comma or space), percentages, and sections for
    negative values and nil. ``raw`` is the text of the cache, ``code`` an Excel number format.
    """
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        return raw
    if not value.is_finite() or value.adjusted() > 30:
        return raw
    sections = _SECTION.split(code)
    section, shown = sections[0], value
    if value < 0 and len(sections) > 1:
        section, shown = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    literals = "".join(found.group(1) or found.group(2) or "" for found in _QUOTED.finditer(section))
    digits = _QUOTED.sub(lambda found: " " if found.group(2) == " " else "", section)
    if not re.search(r"[0#]", digits):
        if "general" in section.lower() or "@" in section or not literals.strip():
            return _general(shown)
        return literals.strip()
    if re.search(r"[a-zA-Z/]", digits):
        return raw
    places = _PLACES.search(digits)
    decimals = min(len(places.group(1)), _MAX_DECIMALS) if places else 0
    if "%" in digits:
        shown *= 100
    separator = "," if "," in digits else " " if _GROUPED.search(section) else ""
    rounded = shown.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}".replace(",", separator)
    if value < 0 and len(sections) > 1 and "(" in literals + digits:
        text = f"({text})"
    elif value < 0 and len(sections) > 1:
        text = f"-{text}"
    return text + ("%" if "%" in digits else "")


def _general(value: Decimal) -> str:
    """A number without format: plain digits, binary noise beyond twelve decimals rounded off."""
    rounded = round(value, _GENERAL_DIGITS).normalize()
    return f"{rounded:f}"


def read_chart(root: etree._Element) -> tuple[str, tuple[Series, ...], tuple[str, ...]]:
    """Title, series and footnote marks of a chart part.

    A point is (category, value as its label prints it); points without a value print as "". Marks are
    the superscripts of hand-typed labels, in order.
    """
    notes: list[str] = []
    title_element = root.find(f"{CHART}/{_C}title")
    title = _rich_text(title_element, "", notes) if title_element is not None else ""
    series = tuple(_read_series(element, notes) for element in root.iter(_C + "ser"))
    return title, series, tuple(notes)


def _read_series(element: etree._Element, notes: list[str]) -> Series:
    name = " ".join(value.text or "" for value in element.iterfind(f"{_C}tx//{_C}v")).strip()
    labels = _category_labels(element)
    values, formats = _cached(element, ("val", "yVal"))
    common, typed = _data_labels(element)
    points: list[tuple[str, str]] = []
    for index in sorted(set(labels) | set(values)):
        raw = values.get(index, "")
        own_format, own_text = typed.get(index, ("", None))
        printed = format_value(raw, own_format or common or formats.get(index, "")) if raw else ""
        if own_text is not None:
            printed = _rich_text(own_text, printed, notes) or printed
        points.append((labels.get(index, ""), printed))
    return Series(name=name, points=tuple(points))


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
            index = _index(point.get("idx"))
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
            marked = {_index(point.get("idx")): point.findtext(_C + "v") or "" for point in level.iter(_C + "pt")}
            current = ""
            last = max((_index(point.get("idx")) for point in levels[0].iter(_C + "pt")), default=-1)
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
            typed[_index(index.get("val"))] = (_label_format(label), label.find(f"{_C}tx/{_C}rich"))
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
                if properties is not None and _index(properties.get("baseline")) > 0 and text.strip():
                    notes.append(text.strip())
                else:
                    words.append(text)
        words.append(" ")
    return " ".join("".join(words).split())


def _index(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else 0


def read_diagram(root: etree._Element) -> list[tuple[list[str], list[tuple[str, ...]]]]:
    """The boxes of a diagram's data part (``dgm:dataModel``): lines of each, and the footnote marks of each line.

    Boxes come in the order of the part; boxes without words are left out.
    """
    boxes: list[tuple[list[str], list[tuple[str, ...]]]] = []
    for point in root.iter(_DGM + "pt"):
        lines: list[str] = []
        marks: list[tuple[str, ...]] = []
        for paragraph in point.iterfind(f"{_DGM}t/{_A}p"):
            notes: list[str] = []
            for piece in _paragraph_lines(paragraph, notes):
                lines.append(piece)
                marks.append(())
            if notes and lines:
                marks[-1] = tuple(notes)
        if lines:
            boxes.append((lines, marks))
    return boxes


def _paragraph_lines(paragraph: etree._Element, notes: list[str]) -> list[str]:
    words: list[str] = []
    for run in paragraph:
        properties = run.find(_A + "rPr")
        text = run.findtext(_A + "t") or ""
        if run.tag == _A + "br":
            words.append("\n")
        elif properties is not None and _index(properties.get("baseline")) > 0 and text.strip():
            notes.append(text.strip())
        else:
            words.append(text)
    return [line for line in (" ".join(part.split()) for part in "".join(words).split("\n")) if line]
