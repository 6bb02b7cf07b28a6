"""Mandates, citations and links: symbols that belong together; and the headings of resolutions."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

from expectations.model.claims import DocumentClaims
from expectations.structure.base import Outcome, StructureCheck, defect
from expectations.structure.references import announcing_words

_RESOLUTION = "/RES/"
_LIKE = 0.8
_NUMBER = re.compile(r"\d+/\d+(?: [A-Z]\b)?|\d+(?: [A-Z])? \([IVXLC]+\)")


def _plain(symbol: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", symbol.upper())


def links_lead_to_symbol(document: DocumentClaims) -> Outcome:
    """Addresses behind a printed symbol lead to the document of that symbol.

    An address that names no document, such as that of a file, tells nothing: it may be the file of that very document.
    """
    outcome = Outcome()
    for row in document.rows.get("mart_link", []):
        printed, target = row.get("printed_symbol"), row.get("target_symbol")
        if not printed or not target:
            continue
        outcome.evaluated += 1
        # A document of two organs has two symbols, joined by a hyphen: either leads to it.
        named = {_plain(printed), *(_plain(part) for part in str(printed).split("-"))}
        # A budget's parts share its symbol: A/80/6 may lead to A/80/6 (Introduction).
        led = {_plain(target), _plain(target.partition(" (")[0])}
        if named & led or _is_broken(row.get("printed_text") or "", printed, target):
            continue
        words = f"The link on {printed} leads to {target}"
        pattern = (f"{printed}>{target}", f"{words}.")
        outcome.findings.append(
            defect(document, LINKS_LEAD.name, "citation", "warning", row["link_id"], words, row, printed, pattern)
        )
    return outcome


def _is_broken(text: str, printed: str, target: str) -> bool:
    """True where the words are a piece of the target's symbol: a link goes on in the next line or the next run.

    The piece ends where a symbol may be broken, so that A/79/7 is no piece of A/79/71.
    """
    piece, whole = re.sub(r"\s|[-–(/]$", "", text.strip()), re.sub(r"\s", "", target)
    return (
        piece == re.sub(r"\s", "", printed) and whole.startswith(piece) and whole[len(piece) : len(piece) + 1] in "/-("
    )


def mandates_listed_once(document: DocumentClaims) -> Outcome:
    """A mandate stands once in the list of its entity and subprogramme; parts of one text have titles of their own."""
    outcome = Outcome()
    seen: dict[tuple[str, str, str], list[str]] = {}
    for row in document.rows.get("mart_mandate", []):
        if row.get("is_pending") or not row.get("symbol"):
            continue
        key = (row.get("entity_code") or "", row.get("subprogramme_code") or "", row["symbol"])
        outcome.evaluated += 1
        title = row.get("title") or ""
        if any(_is_like(title, other) for other in seen.get(key, ())):
            where = f"subprogramme {key[1]}" if key[1] else "the programme"
            words = f"{row['symbol']} is listed twice among the mandates of {where}"
            outcome.findings.append(
                defect(document, MANDATES_ONCE.name, "citation", "warning", "|".join(key), words, row, row["symbol"])
            )
        seen.setdefault(key, []).append(title)
    return outcome


def _is_like(first: str, second: str) -> bool:
    """True for titles that say the same, letter by letter or nearly so; an absent one is like any."""
    return not (first and second) or SequenceMatcher(None, first.casefold(), second.casefold()).ratio() > _LIKE


def cited_resolutions_are_mandates(document: DocumentClaims) -> Outcome:
    """A resolution cited in the text stands in a list of mandates, in documents that have such lists."""
    outcome = Outcome()
    mandates = {row["symbol"] for row in document.rows.get("mart_mandate", []) if row.get("symbol")}
    if not mandates:
        return outcome
    # A resolution in parts, such as 74/232 B, covers a citation of the whole.
    known = mandates | {symbol.rpartition(" ")[0] for symbol in mandates}
    told = _numbers_told_as_mandates(document)
    seen: set[str] = set()
    for row in document.rows.get("mart_citation", []):
        symbol = row["symbol"]
        if _RESOLUTION not in symbol or symbol in seen:
            continue
        seen.add(symbol)
        outcome.evaluated += 1
        if symbol.partition(_RESOLUTION)[2] in told:
            continue
        if symbol not in known and symbol.rpartition(" ")[0] not in known - {""}:
            where = f"paragraph {row['paragraph_number']}" if row.get("paragraph_number") else "the text"
            words = f"{symbol} is cited in {where} but is in no list of mandates"
            pattern = (symbol, f"{symbol} is cited but is in no list of mandates of the documents that cite it.")
            outcome.findings.append(
                defect(document, CITED_ARE_MANDATES.name, "citation", "info", symbol, words, row, symbol, pattern)
            )
    return outcome


def _numbers_told_as_mandates(document: DocumentClaims) -> set[str]:
    """Numbers of resolutions that cells headed "Mandate:" name, as tables of policymaking organs have them."""
    language = next((row.get("language") for row in document.rows.get("mart_document", [])), None)
    words = announcing_words().get(language or "", {}).get("mandate", [])
    if not words:
        return set()
    cell = re.compile(rf"(?:^|\n|\|)\s*(?:{'|'.join(map(re.escape, words))})\s*[:：]([^|\n]*)")
    lines = (row.get("text") or "" for row in document.rows.get("mart_source_line", []) if row.get("role") == "table")
    return {number for line in lines for found in cell.finditer(line) for number in _NUMBER.findall(found[1])}


def no_pending_symbols(document: DocumentClaims) -> Outcome:
    """No mandate stands under a placeholder instead of its number."""
    outcome = Outcome()
    for row in document.rows.get("mart_mandate", []):
        outcome.evaluated += 1
        if row.get("is_pending"):
            address = f"{row.get('subprogramme_code') or ''}|{row['symbol']}|{row.get('title') or ''}"
            words = f"{row.get('printed_text') or row['symbol']} stands for a resolution that has no number yet"
            outcome.findings.append(
                defect(document, NO_PENDING.name, "citation", "info", address, words, row, row.get("printed_text"))
            )
    return outcome


LINKS_LEAD = StructureCheck(
    "links_lead_to_the_symbol_they_stand_on", "A link leads to the document printed on it.", links_lead_to_symbol
)
MANDATES_ONCE = StructureCheck("mandates_are_listed_once", "No list names a mandate twice.", mandates_listed_once)
CITED_ARE_MANDATES = StructureCheck(
    "cited_resolutions_are_in_a_mandate_list",
    "A resolution that the text cites stands in a list of mandates.",
    cited_resolutions_are_mandates,
)
NO_PENDING = StructureCheck("mandates_have_numbers", "No mandate stands under a placeholder.", no_pending_symbols)


_WORDS = {
    "opening": "The words that open its text, such as 'The General Assembly,', are missing",
    "number": "Its number is missing before the title",
    "other_number": "The number before its title is not that of the document's own symbol",
    "adoption": "The line that says who adopted it is missing",
    "date": "The date of its adoption is missing",
    "source": "The bracket that names the report or draft it comes from is missing",
    "session": "Its session is missing",
    "agenda_item": "Its agenda item is missing",
}
_SMALL = frozenset({"source", "session", "agenda_item"})
"""What some resolutions rightly lack."""


def headings_are_whole(document: DocumentClaims) -> Outcome:
    """A resolution prints number, organ, date, source, session and agenda item, and the words that open its text."""
    outcome = Outcome()
    for row in document.rows.get("mart_resolution", []):
        if row.get("text_status") != "text":
            continue
        outcome.evaluated += 1
        for gap in (row.get("header_gaps") or "").split(", "):
            if gap:
                severity: Literal["warning", "info"] = "info" if gap in _SMALL else "warning"
                place = {"page_number": 1, "line_first": None}
                outcome.findings.append(
                    defect(document, HEADINGS_WHOLE.name, "structure", severity, gap, _WORDS[gap], place)
                )
    return outcome


HEADINGS_WHOLE = StructureCheck(
    "headings_of_resolutions_are_whole",
    "A resolution prints its number, who adopted it and when, where it comes from, and the words that open its text.",
    headings_are_whole,
)
