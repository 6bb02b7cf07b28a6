"""What a check of structure yields: how often it looked, and a finding for each defect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from expectations.localise.findings import finding_id
from expectations.model.claims import DocumentClaims, Row

About = Literal["print", "reading"]


@dataclass(slots=True)
class Outcome:
    """How often a check was evaluated, how many defects of reading it counted, and its findings in the print."""

    evaluated: int = 0
    reading_defects: int = 0
    findings: list[Row] = field(default_factory=list)

    @property
    def violated(self) -> int:
        """Defects of either kind."""
        return self.reading_defects + len(self.findings)


@dataclass(frozen=True, slots=True)
class StructureCheck:
    """A check on rows rather than figures: name in words, one sentence, and the function that looks."""

    name: str
    description: str
    run: Callable[[DocumentClaims], Outcome]
    about: About = "print"


def defect(
    document: DocumentClaims,
    check_name: str,
    finding_class: Literal["structure", "citation"],
    severity: Literal["warning", "info"],
    address: str,
    message: str,
    place: Row,
    printed_text: str | None = None,
    pattern: tuple[str, str] | None = None,
) -> Row:
    """A finding of class structure or citation; ``address`` names the defect within its check.

    ``pattern`` is what the same slip shares wherever it is printed, and one sentence for all of them. Without one, the
    slip shares its words in every format of the document: its Word file and its PDF tell it once.

    The check's name is part of the address, because one place can have defects of several kinds.
    """
    if pattern is None:
        pattern = (f"{_printed_document(document)}:{message}", f"{message}.")
    return {
        "finding_id": finding_id(document.document_id, f"{check_name}\n{address}", finding_class),
        "document_id": document.document_id,
        "class": finding_class,
        "severity": severity,
        "check_name": check_name,
        "paragraph_number": place.get("paragraph_number"),
        "table_number": place.get("table_number"),
        "printed_text": printed_text,
        "explained_relations": 0,
        "is_unique": True,
        "message": _with_position(message, place),
        "pattern_id": hashlib.sha256(f"{check_name}:{pattern[0]}".encode()).hexdigest()[:12],
        "pattern_message": pattern[1],
        "acknowledged": False,
        "page_number": place.get("page_number"),
        "line_first": place.get("line_first"),
        "line_last": place.get("line_last") or place.get("line_first"),
    }


def _printed_document(document: DocumentClaims) -> str:
    """The symbol and language of a document, which its formats share; its own identifier where it has no symbol."""
    row = next(iter(document.rows.get("mart_document", [])), {})
    return f"{row['symbol']}.{row.get('language')}" if row.get("symbol") else document.document_id


def _with_position(message: str, place: Row) -> str:
    words: list[str] = []
    if place.get("page_number"):
        words.append(f"page {place['page_number']}")
    if place.get("line_first"):
        words.append(f"line {place['line_first']}")
    return f"{message} ({', '.join(words)})." if words else f"{message}."
