"""What readers remark on a document, as rows of mart_warning, and what may be missing for it, as rows of mart_doubt."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.model.blocks import Remark

# The first kind whose words are found; a warning with none of them is of the kind other.
_KINDS = (
    ("watermark", r"watermark"),
    ("hidden_text", r"hidden|invisible|white text|switched off|not shown|off the page|behind"),
    ("incomplete", r"incomplete|missing|damaged|cut off|only a part|ends on page|pages? \d+ .* of \d+ .*not"),
    ("embedded", r"embedded|workbook|altchunk|chunk|diagram|\bhtml\b|\bobjects?\b"),
    ("picture", r"pictures?|images?|scan"),
    ("encoding", r"encod|unicode|symbol font|characters?|glyph|\bfonts?\b"),
)
_PLACES = (
    ("page_number", r"\bpages?(?:\(s\))? (\d+)"),
    ("line_first", r"\bline (\d+)"),
    ("table_ordinal", r"\btable (\d+)\b(?!\.)"),
)
_WHOLE_PAGES = re.compile(
    r"\bpages?(?:\(s\))? \d+(?:(?:, | to | and |[-–])\d+)*(?: and \d+ more)? (?:is|are|holds?)\b", re.I
)
MAY_LACK = frozenset({"incomplete", "embedded"})
"""Kinds after which figures may be missing; a picture's page does when nothing else is on it."""


def remark_of(warning: str | Remark) -> Remark:
    """A warning as a remark; one without a kind gets it from its words."""
    if isinstance(warning, Remark):
        return warning
    kind = next((kind for kind, words in _KINDS if re.search(words, warning, re.I)), "other")
    return Remark(kind, warning)


def warning_rows(warnings: Iterable[str | Remark], document_id: str) -> list[dict[str, Any]]:
    """Rows of mart_warning of one document, each remark once."""
    remarks = dict.fromkeys(map(remark_of, warnings))
    return [_row(remark, number, document_id) for number, remark in enumerate(remarks, start=1)]


def _row(remark: Remark, number: int, document_id: str) -> dict[str, Any]:
    place = remark.place
    told = {name: int(found[1]) for name, words in _PLACES if (found := re.search(words, remark.message, re.I))}
    printed = {"page_number": place.page, "line_first": place.line_first, "table_ordinal": place.table_ordinal}
    return {
        "warning_id": f"{document_id}#w{number}",
        "document_id": document_id,
        "kind": remark.kind,
        "message": " ".join(remark.message.split()),
        **told,
        **{name: value for name, value in printed.items() if value is not None},
    }


def may_lack(warning: dict[str, Any]) -> bool:
    """True for a row of mart_warning after which whole tables may be missing."""
    return warning["kind"] in MAY_LACK or _is_page(warning)


def _is_page(warning: dict[str, Any]) -> bool:
    return warning["kind"] == "picture" and _WHOLE_PAGES.search(warning["message"]) is not None


def completeness_doubts(warnings: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows of mart_doubt for what may hold figures and was not read: pages, pictures, embedded parts."""
    for warning in warnings:
        if not (may_lack(warning) or warning["kind"] == "picture"):
            continue
        marked = f"completeness {warning['document_id']} {warning['kind']} {warning['message']}"
        yield {
            "doubt_id": f"D-{hashlib.sha256(marked.encode()).hexdigest()[:12]}",
            "document_id": warning["document_id"],
            "kind": "completeness",
            "page_number": warning.get("page_number"),
            "line_first": warning.get("line_first"),
            "claim_count": 0,
            "message": f"figures may be missing: {warning['message']}",
        }
