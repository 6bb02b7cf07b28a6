"""Names of WordprocessingML elements, and which of them are looked through.

Names follow ECMA-376 part 1 (WordprocessingML, DrawingML) and part 3 (markup compatibility).
"""

from __future__ import annotations

from lxml import etree

NS_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NS_W_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NS_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PREFIX = _W = f"{{{NS_W}}}"
_R = f"{{{NS_R}}}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

DOCUMENT, BODY = _W + "document", _W + "body"
P, PPR, R, RPR, T = _W + "p", _W + "pPr", _W + "r", _W + "rPr", _W + "t"
TBL, TR, TRPR, TC, TCPR = _W + "tbl", _W + "tr", _W + "trPr", _W + "tc", _W + "tcPr"
TAB, PTAB, BR, CR = _W + "tab", _W + "ptab", _W + "br", _W + "cr"
NO_BREAK_HYPHEN, SYM = _W + "noBreakHyphen", _W + "sym"
PAGE_BREAK = _W + "lastRenderedPageBreak"
INS, DEL, MOVE_FROM, MOVE_TO = _W + "ins", _W + "del", _W + "moveFrom", _W + "moveTo"
CELL_DEL = _W + "cellDel"
HYPERLINK, FIELD, FIELD_CHAR, INSTRUCTION = _W + "hyperlink", _W + "fldSimple", _W + "fldChar", _W + "instrText"
SDT, SDT_CONTENT, SMART_TAG, CUSTOM_XML = _W + "sdt", _W + "sdtContent", _W + "smartTag", _W + "customXml"
DIR, BDO, RUBY, RUBY_BASE = _W + "dir", _W + "bdo", _W + "ruby", _W + "rubyBase"
FOOTNOTE_REFERENCE, ENDNOTE_REFERENCE = _W + "footnoteReference", _W + "endnoteReference"
FOOTNOTE, ENDNOTE = _W + "footnote", _W + "endnote"
DRAWING, PICT, OBJECT, TEXT_BOX, ALT_CHUNK = (
    _W + "drawing",
    _W + "pict",
    _W + "object",
    _W + "txbxContent",
    _W + "altChunk",
)
HEADER_REFERENCE, FOOTER_REFERENCE = _W + "headerReference", _W + "footerReference"
ALTERNATE, CHOICE, FALLBACK = _MC + "AlternateContent", _MC + "Choice", _MC + "Fallback"
MATH, MATH_PARAGRAPH, MATH_TEXT = _M + "oMath", _M + "oMathPara", _M + "t"
BOLD, VANISH, VERTICAL, RUN_STYLE, SIZE = _W + "b", _W + "vanish", _W + "vertAlign", _W + "rStyle", _W + "sz"
PARAGRAPH_STYLE, NUMBERING, OUTLINE, INDENT = _W + "pStyle", _W + "numPr", _W + "outlineLvl", _W + "ind"
NUM_ID, LEVEL = _W + "numId", _W + "ilvl"
POSITION, TABLE_GRID, GRID_COLUMN, WIDTH = _W + "position", _W + "tblGrid", _W + "gridCol", _W + "w"
GRID_SPAN, V_MERGE, H_MERGE, GRID_BEFORE, HEADER_ROW = (
    _W + "gridSpan",
    _W + "vMerge",
    _W + "hMerge",
    _W + "gridBefore",
    _W + "tblHeader",
)
ROW_HEIGHT, HEIGHT_RULE = _W + "trHeight", _W + "hRule"
VAL, TYPE, ID, CHAR, INSTR = _W + "val", _W + "type", _W + "id", _W + "char", _W + "instr"
CUSTOM_MARK, FIELD_TYPE = _W + "customMarkFollows", _W + "fldCharType"
R_ID = _R + "id"

# Wrappers whose content stands as if they were not there (accepted insertions and moves among them).
TRANSPARENT = frozenset(
    {
        INS,
        MOVE_TO,
        SDT,
        SDT_CONTENT,
        SMART_TAG,
        CUSTOM_XML,
        DIR,
        BDO,
        RUBY,
        RUBY_BASE,
        ALTERNATE,
        CHOICE,
        FALLBACK,
        FIELD,
    }
)
_OFF = frozenset({"0", "false", "off", "none"})


def is_on(value: str | None) -> bool:
    """Whether a toggle property with this ``w:val`` is on (present without a value means on)."""
    return value is None or value not in _OFF


def integer(text: str | None) -> int:
    """A whole number from an attribute; 0 for anything else, and for what no document can mean."""
    return int(text) if text and len(text) < 8 and text.isascii() and text.isdigit() else 0


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
