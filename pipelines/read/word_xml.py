"""Names of WordprocessingML elements and the sparse properties of a story, gathered in one pass.

Names follow ECMA-376 part 1 (WordprocessingML, DrawingML) and part 3 (markup compatibility).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

NS_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NS_W_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_W = f"{{{NS_W}}}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
NS_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R = f"{{{NS_R}}}"

DOCUMENT, BODY = _W + "document", _W + "body"
P, PPR, R, RPR, T = _W + "p", _W + "pPr", _W + "r", _W + "rPr", _W + "t"
TBL, TR, TRPR, TC, TCPR = _W + "tbl", _W + "tr", _W + "trPr", _W + "tc", _W + "tcPr"
TAB, PTAB, BR, CR = _W + "tab", _W + "ptab", _W + "br", _W + "cr"
NO_BREAK_HYPHEN, SOFT_HYPHEN, SYM = _W + "noBreakHyphen", _W + "softHyphen", _W + "sym"
PAGE_BREAK = _W + "lastRenderedPageBreak"
INS, DEL, MOVE_FROM, MOVE_TO = _W + "ins", _W + "del", _W + "moveFrom", _W + "moveTo"
CELL_DEL = _W + "cellDel"
HYPERLINK, FIELD, FIELD_CHAR, INSTRUCTION = _W + "hyperlink", _W + "fldSimple", _W + "fldChar", _W + "instrText"
SDT, SDT_CONTENT, SMART_TAG, CUSTOM_XML = _W + "sdt", _W + "sdtContent", _W + "smartTag", _W + "customXml"
FOOTNOTE_REFERENCE, ENDNOTE_REFERENCE = _W + "footnoteReference", _W + "endnoteReference"
FOOTNOTE, ENDNOTE = _W + "footnote", _W + "endnote"
DRAWING, PICT, OBJECT, TEXT_BOX = _W + "drawing", _W + "pict", _W + "object", _W + "txbxContent"
SECTION, HEADER_REFERENCE, FOOTER_REFERENCE = _W + "sectPr", _W + "headerReference", _W + "footerReference"
ALTERNATE, CHOICE, FALLBACK = _MC + "AlternateContent", _MC + "Choice", _MC + "Fallback"
BOLD, VANISH, VERTICAL, RUN_STYLE = _W + "b", _W + "vanish", _W + "vertAlign", _W + "rStyle"
PARAGRAPH_STYLE, NUMBERING, OUTLINE, INDENT = _W + "pStyle", _W + "numPr", _W + "outlineLvl", _W + "ind"
NUM_ID, LEVEL, SIZE = _W + "numId", _W + "ilvl", _W + "sz"
GRID_SPAN, V_MERGE, GRID_BEFORE, HEADER_ROW = (
    _W + "gridSpan",
    _W + "vMerge",
    _W + "gridBefore",
    _W + "tblHeader",
)
VAL, TYPE, ID, CHAR, FONT, INSTR = _W + "val", _W + "type", _W + "id", _W + "char", _W + "font", _W + "instr"
CUSTOM_MARK, FIELD_TYPE = _W + "customMarkFollows", _W + "fldCharType"
R_ID = _R + "id"
PREFIX = _W

# Wrappers whose content stands as if they were not there (accepted insertions and moves among them).
TRANSPARENT = frozenset({INS, MOVE_TO, SDT, SDT_CONTENT, SMART_TAG, CUSTOM_XML, ALTERNATE, CHOICE, FALLBACK, FIELD})

_SPARSE = (
    BOLD, VANISH, VERTICAL, RUN_STYLE, PARAGRAPH_STYLE, NUMBERING, OUTLINE, GRID_SPAN, V_MERGE,
    GRID_BEFORE, HEADER_ROW, CELL_DEL, DEL, MOVE_FROM, PAGE_BREAK, HEADER_REFERENCE,
    FOOTER_REFERENCE,
)  # fmt: skip
_OFF = frozenset({"0", "false", "off", "none"})

Properties = dict[str, str]


def is_on(value: str | None) -> bool:
    """Whether a toggle property with this ``w:val`` is on (present without a value means on)."""
    return value is None or value not in _OFF


# What says only how something looks, in the exact shape Word writes it: most of a story's elements. Whole
# groups of properties go where nothing else is in them; possessive, so that a mismatch costs one look.
_TABS = r"tabs>(?:<w:tab w:[^<>/]*+/>)*+</w:tabs>"
_BORDERS = r"tcBorders>(?:<w:\w+ [^<>/]*+/>)*+</w:tcBorders>"
_RUN_LOOKS = "rFonts|lang|szCs|spacing|color|kern|bCs|iCs|snapToGrid|w|highlight"
_PARAGRAPH_LOOKS = "spacing|jc|suppressAutoHyphens|keepNext|keepLines|textAlignment|snapToGrid"
_CELL_LOOKS = "tcW|shd|vAlign|hideMark|noWrap"
_END = r"(?: [^<>/]*+)?/>"
_RUN_GROUP = rf"rPr>(?:<w:(?:{_RUN_LOOKS}|sz|i){_END})*+</w:rPr>"
_CELL_GROUP = rf"tcPr>(?:<w:(?:{_CELL_LOOKS}){_END}|<w:{_BORDERS})*+</w:tcPr>"
_PARAGRAPH_GROUP = rf"pPr>(?:<w:(?:{_PARAGRAPH_LOOKS}){_END}|<w:{_TABS}|<w:{_RUN_GROUP})*+</w:pPr>"
_SINGLE = rf"(?:{_RUN_LOOKS}|{_PARAGRAPH_LOOKS}|{_CELL_LOOKS}|trHeight){_END}"
_LAYOUT = re.compile(f"<w:(?:{_RUN_GROUP}|{_CELL_GROUP}|{_PARAGRAPH_GROUP}|{_TABS}|{_BORDERS}|{_SINGLE})".encode())
_PREFIX_DECLARATION = b"xmlns:w="
_PREFIX_BOUND = f'xmlns:w="{NS_W}"'.encode()


def without_layout(data: bytes) -> bytes:
    """A story's XML without properties that only say how it looks: parsing it costs a third.

    Sizes and slants go with runs that have no other property. The bytes are left as they are unless the
    prefix ``w`` means WordprocessingML throughout and nothing (CDATA, a comment) could make a tag's bytes
    stand for something else.
    """
    is_plain = 0 < data.count(_PREFIX_DECLARATION) == data.count(_PREFIX_BOUND) and (
        b"!" not in data or b"<!" not in data
    )
    return _LAYOUT.sub(b"", data) if is_plain else data


def inner(wrapper: etree._Element) -> etree._Element:
    """Where the content of a transparent wrapper stands: of alternatives the first choice, else the fallback."""
    if wrapper.tag != ALTERNATE:
        return wrapper
    choice = next(wrapper.iterchildren(CHOICE), None)
    return wrapper if choice is None else choice


def is_passed_over(element: etree._Element) -> bool:
    """Whether an element stands in a fallback that has a choice beside it, or in a later choice."""
    for branch in element.iterancestors(FALLBACK, CHOICE):
        alternate = branch.getparent()
        if alternate is not None and alternate.tag == ALTERNATE and inner(alternate) not in (branch, alternate):
            return True
    return False


@dataclass(slots=True)
class Sparse:
    """What one filtered pass over a story finds.

    ``properties`` are kept by the element (``w:rPr``, ``w:pPr``, ``w:tcPr``, ...) that holds them; values
    are those of ``w:val``, "" where it has none. The deleted mark of a paragraph or row is found under
    ``DEL`` of its ``w:pPr`` or ``w:trPr``, a numbering under ``NUM_ID`` and ``LEVEL``. ``page_breaks``
    are the records of pages ended when the document was last laid out, ``furniture`` the references to
    header and footer parts.
    """

    properties: dict[etree._Element, Properties] = field(default_factory=dict)
    page_breaks: list[etree._Element] = field(default_factory=list)
    furniture: list[etree._Element] = field(default_factory=list)


def gather(root: etree._Element) -> Sparse:
    """Gather what is rare in a story in one pass: cheaper than looking into every run for it."""
    sparse = Sparse()
    found = sparse.properties
    for element in root.iter(*_SPARSE):
        tag = element.tag
        if tag == PAGE_BREAK:
            sparse.page_breaks.append(element)
            continue
        if tag in (HEADER_REFERENCE, FOOTER_REFERENCE):
            sparse.furniture.append(element)
            continue
        holder = element.getparent()
        if holder is not None and tag in (DEL, MOVE_FROM):
            holder = holder.getparent() if holder.tag == RPR else holder
            if holder is None or holder.tag not in (PPR, TRPR):
                continue
            tag = DEL
        if holder is None:
            continue
        own = found.get(holder)
        if own is None:
            own = found[holder] = {}
        own[tag] = element.get(VAL, "")
        if tag == NUMBERING:
            for part in element.iterchildren(NUM_ID, LEVEL):
                own[part.tag] = part.get(VAL, "")
    return sparse
