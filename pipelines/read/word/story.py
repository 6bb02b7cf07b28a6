"""A part with running text (the body, the notes, a header): its tree, and what its properties mean.

Properties are worked out once per group (see ``word_fold``) and kept as looks: small records that say
only what a reader needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lxml import etree

from pipelines.model.blocks import UnreadableDocument
from pipelines.read.shared.zip_archive import parse_xml
from pipelines.read.word import xml as x
from pipelines.read.word.property_groups import FOLD, Folded, PlainCell, fold
from pipelines.read.word.styles import Style, StyleSheet
from pipelines.read.word.styles import is_raised as raised

_INDENT_STEP = 288  # twips, a fifth of an inch: one outline depth in the template's tables
_INDENT_MARGIN = 72
_MAX_INDENT = 9
_LEFT, _START, _HANGING, _FIRST_LINE = (x.PREFIX + name for name in ("left", "start", "hanging", "firstLine"))


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """What the properties of a paragraph say.

    ``num_id`` and ``num_level`` are the automatic numbering, the style's included, "" for none;
    ``is_numbered`` is True where the paragraph itself asks for it. ``level`` is the outline level of a
    heading, 0 where the style is none in spite of its looks, None where nothing is said. ``indent`` is the
    outline depth that left indentation shows. ``is_joined`` is True when the paragraph mark was deleted,
    so that the next paragraph continues this one. ``is_plain`` is True when words can be taken as they are.
    """

    style: Style
    num_id: str
    num_level: str
    is_numbered: bool
    level: int | None
    indent: int
    is_joined: bool
    is_plain: bool


@dataclass(frozen=True, slots=True)
class RunLook:
    """What the properties of a run say; ``bold`` is None where the paragraph's style decides, ``size`` in half points.

    ``is_special`` is True when its words cannot be taken as they are.
    """

    bold: bool | None = None
    is_raised: bool = False
    is_hidden: bool = False
    size: int = 0
    is_special: bool = False


@dataclass(frozen=True, slots=True)
class CellLook:
    """Columns a cell spans, whether it continues the cell above or the one before it, and whether it was deleted."""

    span: int = 1
    continues: bool = False
    is_deleted: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class RowLook:
    """Columns left out before the first cell; whether a row repeats as a head, was deleted, is too low for words."""

    before: int = 0
    is_header: bool = False
    is_deleted: bool = False
    is_clipped: bool = False


Look = TypeVar("Look")
Properties = dict[str, etree._Element]


Content = tuple[Any, ...]


def _content(element: etree._Element) -> Content:
    """All that an element says: its tag, its attributes and what stands in it."""
    return (element.tag, *element.items(), *map(_content, element))


class Looks(dict[str, Look], Generic[Look]):
    """Looks of one kind of element by the number of their group, worked out when first asked for.

    ``looks[number]`` is the quick way where ``element.get(FOLD)`` gives a number, ``looks.of(element)``
    the way for any element.
    """

    def __init__(
        self,
        tag: str,
        wanted: tuple[str, ...],
        groups: etree._Element | None,
        is_complete: bool,
        make: Callable[[Properties], Look],
    ) -> None:
        """``is_complete`` says that an element without a number has no properties."""
        super().__init__()
        self._is_complete = is_complete
        self._tag = tag
        self._wanted = wanted
        self._groups = [] if groups is None else list(groups)
        self._make = make
        self._known: dict[tuple[Content, ...], Look] = {}
        self.bare = make({})

    def _look(self, group: etree._Element) -> Look:
        found = {child.tag: child for child in group.iterchildren(*self._wanted)}
        return self._make(found) if found else self.bare

    def __missing__(self, number: str) -> Look:
        index = x.integer(number) if number else len(self._groups)
        look = self[number] = self._look(self._groups[index]) if index < len(self._groups) else self.bare
        return look

    def of(self, element: etree._Element) -> Look:
        """The look of an element whose group was folded, stands in it, or is absent."""
        number = element.get(FOLD)
        if number is not None:
            return self[number]
        if self._is_complete:
            return self.bare
        for child in element:
            if child.tag == self._tag:
                number = child.get(FOLD)
                return self._known_look(child) if number is None else self[number]
        return self.bare

    def _known_look(self, group: etree._Element) -> Look:
        """The look of a group that stands in its element: groups of like properties share one."""
        key = tuple(map(_content, group.iterchildren(*self._wanted)))
        look = self._known.get(key)
        if look is None:
            look = self._known[key] = self._look(group)
        return look


class Story:
    """The tree of a part, and the looks of its paragraphs, runs, cells and rows."""

    def __init__(self, data: bytes, name: str, styles: StyleSheet, *, is_folded: bool = True) -> None:
        """Parse a part given as UTF-8; raises UnreadableDocument as ``parse_xml`` does."""
        self.root, groups, folded = _parse(data, name, is_folded)
        self.language = styles.language
        self._plain_cells = folded.cells if folded else []
        done: Container[str] = folded.complete if folded else ()

        def of_paragraphs(found: Properties) -> ParagraphLook:
            return _paragraph_look(found, styles)

        def of_runs(found: Properties) -> RunLook:
            return _run_look(found, styles)

        self.paragraphs = Looks(x.PPR, _OF_PARAGRAPHS, groups.get("p"), "p" in done, of_paragraphs)
        self.runs = Looks(x.RPR, _OF_RUNS, groups.get("r"), "r" in done, of_runs)
        self.cells = Looks(x.TCPR, _OF_CELLS, groups.get("tc"), "tc" in done, _cell_look)
        self.rows = Looks(x.TRPR, _OF_ROWS, groups.get("tr"), "tr" in done, _row_look)

    def plain_cells(self, number: str) -> list[PlainCell]:
        """The cells that were taken out and stand under a number."""
        index = x.integer(number)
        return self._plain_cells[index] if index < len(self._plain_cells) else []


def cell_element(cell: PlainCell) -> etree._Element:
    """A cell that was taken out, as an element again."""
    properties, paragraph, run, text = cell
    parent = top = etree.Element(x.TC)
    if properties:
        top.set(FOLD, properties)
    for tag, number in ((x.P, paragraph), (x.R, run)):
        parent = etree.SubElement(parent, tag)
        if number:
            parent.set(FOLD, number)
    etree.SubElement(parent, x.T).text = text
    return top


def _parse(data: bytes, name: str, is_folded: bool) -> tuple[etree._Element, dict[str, etree._Element], Folded | None]:
    """The tree of a part; its groups of properties by kind and what else was folded, where it was."""
    folded = fold(data, x.NS_W) if is_folded else None
    if folded is not None:
        try:
            groups = {kind: parse_xml(group, name) for kind, group in folded.groups.items()}
            return parse_xml(folded.data, name), groups, folded
        except UnreadableDocument:
            pass  # said of the part as it is, below, if it is true of that
    return parse_xml(data, name), {}, None


_OF_PARAGRAPHS = (x.PARAGRAPH_STYLE, x.NUMBERING, x.OUTLINE, x.INDENT, x.RPR)
_OF_RUNS = (x.RUN_STYLE, x.BOLD, x.VANISH, x.VERTICAL, x.POSITION, x.SIZE)
_OF_CELLS = (x.GRID_SPAN, x.V_MERGE, x.H_MERGE, x.CELL_DEL)
_OF_ROWS = (x.GRID_BEFORE, x.HEADER_ROW, x.ROW_HEIGHT, x.DEL, x.MOVE_FROM)
_LOWEST_ROW = 140  # twips: the smallest type of the fascicles, of 7 points, just fits


def _value(found: Properties, tag: str) -> str | None:
    """The ``w:val`` of a property, "" where it has none, None where it is absent."""
    element = found.get(tag)
    return None if element is None else element.get(x.VAL, "")


def _toggle(found: Properties, tag: str) -> bool | None:
    """Whether a property is switched on or off, None where it is absent."""
    element = found.get(tag)
    return None if element is None else x.is_on(element.get(x.VAL))


def _paragraph_look(found: Properties, styles: StyleSheet) -> ParagraphLook:
    style = styles[_value(found, x.PARAGRAPH_STYLE) or ""]
    num_id, num_level, level = style.num_id, style.num_level, style.level
    is_numbered = False
    numbering = found.get(x.NUMBERING)
    if numbering is not None:
        own = {child.tag: child for child in numbering}
        is_numbered = x.NUM_ID in own
        num_id = _value(own, x.NUM_ID) or num_id
        num_level = _value(own, x.LEVEL) or num_level
    if x.OUTLINE in found:
        level = styles.level_of_outline(_value(found, x.OUTLINE) or "")
    mark = found.get(x.RPR)
    is_joined = mark is not None and next(mark.iterchildren(x.DEL, x.MOVE_FROM), None) is not None
    num_id = "" if num_id == "0" else num_id
    return ParagraphLook(
        style=style,
        num_id=num_id,
        num_level=num_level,
        is_numbered=is_numbered and num_id != "",
        level=level,
        indent=_indent(found.get(x.INDENT)),
        is_joined=is_joined,
        is_plain=not (num_id or is_joined or style.is_hidden),
    )


def _indent(found: etree._Element | None) -> int:
    """Outline depth shown by left indentation instead of tabs."""
    if found is None:
        return 0
    start = found.get(_LEFT) or found.get(_START)
    twips = x.integer(start) - x.integer(found.get(_HANGING)) + x.integer(found.get(_FIRST_LINE))
    return max(0, min((twips + _INDENT_MARGIN) // _INDENT_STEP, _MAX_INDENT))


def _run_look(found: Properties, styles: StyleSheet) -> RunLook:
    style_id = _value(found, x.RUN_STYLE)
    bold, hidden, vertical = _toggle(found, x.BOLD), _toggle(found, x.VANISH), _value(found, x.VERTICAL)
    if style_id:
        style = styles[style_id]
        bold = True if bold is None and style.is_bold else bold
        hidden = style.is_hidden if hidden is None else hidden
        vertical = ("superscript" if style.is_raised else "") if vertical is None else vertical
    is_raised = raised(vertical, _value(found, x.POSITION))
    return RunLook(bold, is_raised, bool(hidden), x.integer(_value(found, x.SIZE)), is_raised or bool(hidden))


def _cell_look(found: Properties) -> CellLook:
    continues = x.V_MERGE in found and _value(found, x.V_MERGE) != "restart"
    goes_on = x.H_MERGE in found and _value(found, x.H_MERGE) != "restart"
    return CellLook(max(1, x.integer(_value(found, x.GRID_SPAN))), continues, x.CELL_DEL in found, goes_on)


def _row_look(found: Properties) -> RowLook:
    is_deleted = x.DEL in found or x.MOVE_FROM in found
    height = found.get(x.ROW_HEIGHT)
    is_clipped = (
        height is not None and height.get(x.HEIGHT_RULE) == "exact" and 0 < x.integer(height.get(x.VAL)) < _LOWEST_ROW
    )
    before, is_header = x.integer(_value(found, x.GRID_BEFORE)), bool(_toggle(found, x.HEADER_ROW))
    return RowLook(before, is_header, is_deleted, is_clipped)
