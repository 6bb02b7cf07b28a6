"""Whether a document is here as a whole, and whether what was read of it is worth its pages."""

from __future__ import annotations

import re
from collections import Counter

from pipelines.model.blocks import Document, Remark
from pipelines.vocabulary import Vocabulary
from warehouse.schema.declare import Rows

_FOOT = re.compile(r"(?:^|\s)(?P<page>\d{1,4})\s?/\s?(?P<pages>\d{1,4})(?:\s|$)")
_SIGNS_A_PAGE = 4_000
_FEW_PAGES = 2
_LAST_LINES = 3


def truncation(document: Document, rows: Rows) -> str | None:
    """Why a text is taken for cut off, None when it is not.

    A text, unlike a Word file or a PDF, has no mark of its end: the pages it prints as its number tell,
    and a numbered table is never the last thing in a fascicle, for annexes follow.
    """
    last_page = max((line.page for line in document.lines if line.page is not None), default=None)
    if document.page_count and last_page and last_page < document.page_count:
        return f"cut off: the text ends on page {last_page} of {document.page_count}; extract it again"
    if _ends_with_last_foot(document):
        return None
    blocks = [block for block in document.blocks if block.kind != "furniture"]
    tables = rows.get("mart_table", [])
    if blocks and tables and blocks[-1].kind == "table":
        last = max(tables, key=lambda table: table["order_number"])
        if number := last.get("table_number"):
            return f"cut off: the text ends within table {number}; extract it again"
    return None


def _ends_with_last_foot(document: Document) -> bool:
    """Whether the foot of the last page is among the last lines: "24/24"."""
    feet = (_FOOT.search(line.text) for line in document.lines[-_LAST_LINES:] if line.role == "furniture")
    return any(found["page"] == found["pages"] for found in feet if found is not None)


def part_of(document: Document) -> Remark | None:
    """A remark where the feet of a PDF number more pages than there are: it is a part, and read as one."""
    if document.format != "pdf" or not document.page_count:
        return None
    feet = [found for line in document.lines if line.role == "furniture" for found in _FOOT.finditer(line.text)]
    stated = Counter(int(found["pages"]) for found in feet if int(found["page"]) <= int(found["pages"]))
    if not stated:
        return None
    (pages, times), *_ = stated.most_common(1)
    if pages <= document.page_count or times < min(3, (document.page_count + 1) // 2):
        return None
    here = sorted({int(found["page"]) for found in feet if int(found["pages"]) == pages})
    return Remark(
        "incomplete",
        f"a part of the document: its feet number {pages} pages, {document.page_count} are here, "
        f"the last one numbered {here[-1]}; fetch the whole document",
    )


def unread(document: Document, rows: Rows, vocabulary: Vocabulary) -> str | None:
    """Why what was read of a fascicle is not worth its pages, None where it is: no figures, and tables that are announced
    or hardly a paragraph."""
    identity = rows["mart_document"][0]
    if identity["kind"] != "fascicle" or rows.get("mart_cell"):
        return None
    signs = sum(len(line.text) for line in document.lines)
    pages = max(document.page_count or 0, signs // _SIGNS_A_PAGE)
    paragraphs = len(rows.get("mart_paragraph", ()))
    caption = vocabulary.pattern("caption", "table")
    captions = sum(1 for line in document.lines if caption.match(line.text.strip()))
    is_told = any(isinstance(one, Remark) and one.kind == "incomplete" for one in document.warnings)
    if (not captions or is_told) and (pages < _FEW_PAGES or paragraphs >= pages):
        return None
    said = f"{captions} captions of tables" if captions else f"{pages} pages"
    return (
        f"recognised as {identity['symbol']}, but nothing worth it could be read: {said}, no table, "
        f"{paragraphs} paragraphs; give the Word file or the PDF, or extract the text again with its layout"
    )
