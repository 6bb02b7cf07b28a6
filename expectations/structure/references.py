"""Tables and figures the text announces, and those that are there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from expectations.model.claims import DocumentClaims, Row
from expectations.structure.base import Outcome, StructureCheck, defect
from pipelines.parse.cited_places import find_places

Noun = Literal["table", "figure"]
_FIGURE_NUMBER = r"\d+[A-Z]?\.(?:\d+\.)?(?:[IVXLC]+|[一二三四五六七八九十]+)(?![A-Za-z.])"
_PART = r"(?:\s*\(\d+\))?"


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _figure_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of an announcement, of a number in it, and of the word that makes a range."""
    words = _words()[language]
    nouns, to, both = ("|".join(map(re.escape, words[key])) for key in ("figure", "to", "and"))
    boundary = "" if language in ("zh", "ar") else r"\b"
    between = rf"{_PART}\s*(?:[,、，;–-]|{to}|{both})(?:\s*(?:{both}))?\s*"
    # Nouns match in either case, while Roman numerals stay capital.
    pattern = rf"{boundary}(?i:{nouns})\s*(?P<numbers>{_FIGURE_NUMBER}(?:{between}{_FIGURE_NUMBER})*)"
    return re.compile(pattern), re.compile(_FIGURE_NUMBER), re.compile(rf"^{_PART}\s*(?:–|-|{to})\s*$")


def announced(document: DocumentClaims, noun: Noun) -> list[tuple[str, Row]]:
    """Numbers of tables or figures that paragraphs announce, ranges filled, each with its first paragraph."""
    language = _language(document)
    if language is None:
        return []
    found: dict[str, Row] = {}
    for paragraph in document.rows.get("mart_paragraph", []):
        for number in _named(paragraph.get("text") or "", language, noun):
            found.setdefault(number, paragraph)
    return list(found.items())


def _language(document: DocumentClaims) -> str | None:
    """The document's language, where there are words of it."""
    language = next((row.get("language") for row in document.rows.get("mart_document", [])), None)
    return language if language in _words() else None


def _named(text: str, language: str, noun: Noun) -> Iterator[str]:
    """Numbers of tables or figures in words; those of a fascicle have its section before a stop."""
    if noun == "table":
        yield from (p.number for p in find_places(text, language) if p.kind == noun and _is_of_section(p.number))
        return
    announcement, number, is_range = _figure_patterns(language)
    for match in announcement.finditer(text):
        numbers = list(number.finditer(match["numbers"]))
        for i, one in enumerate(numbers):
            if i and is_range.match(match["numbers"][numbers[i - 1].end() : one.start()]):
                yield from _between(numbers[i - 1].group(), one.group())
            yield one.group()


def _is_of_section(number: str) -> bool:
    """True for the number of a fascicle's table: 10.5; 18.XX stands for one that has none yet."""
    return "." in number and number[-1].isdigit()


def captioned(document: DocumentClaims, noun: Noun) -> dict[str, Row]:
    """Numbers of tables or figures that captions print, each with the line of its first caption.

    What stands below a caption may be a picture, or in a shape that was not read: its number is printed all the same.
    """
    language = _language(document)
    found: dict[str, Row] = {}
    for line in document.rows.get("mart_source_line", []) if language is not None else ():
        text = " ".join((line.get("text") or "").split())
        number = _captioned(text, line.get("role") == "caption", language or "", noun)
        if number is not None:
            place = {"line_first": line.get("line_number"), "page_number": line.get("page_number")}
            found.setdefault(number, place)
    return found


def _captioned(text: str, is_caption: bool, language: str, noun: Noun) -> str | None:
    """The number with which a line begins as a caption, alone in it where the reader took it for something else."""
    if noun == "table":
        first = next(iter(find_places(text, language)), None)
        begins = first is not None and first.kind == noun and len(text[: first.start].split()) == 1
        if first is None or not begins or not _is_of_section(first.number):
            return None
        return first.number if is_caption or first.end == len(text) else None
    announcement, number, _ = _figure_patterns(language)
    match = announcement.match(text)
    if match is None or (not is_caption and match.end() < len(text)):
        return None
    one = number.match(match["numbers"])
    return one.group() if one is not None and (is_caption or one.end() == len(match["numbers"])) else None


def _between(first: str, last: str) -> list[str]:
    prefix, _, low = first.rpartition(".")
    other, _, high = last.rpartition(".")
    if prefix != other or not (low.isdigit() and high.isdigit()):
        return []
    return [f"{prefix}.{n}" for n in range(int(low) + 1, int(high))]


def announced_tables_are_present(document: DocumentClaims) -> Outcome:
    """Every table a paragraph of this section announces is printed in it."""
    rows = document.rows
    present = {row.get("table_number") for row in rows.get("mart_table", [])}
    present |= {row.get("table_number") for row in rows.get("mart_performance_measure", [])}
    present |= captioned(document, "table").keys()
    present.discard(None)
    outcome = Outcome()
    prefixes = {str(number).partition(".")[0] for number in present}
    for number, paragraph in announced(document, "table"):
        if number.partition(".")[0] not in prefixes:
            continue  # A table of another section.
        outcome.evaluated += 1
        if number not in present:
            words = f"Paragraph {paragraph.get('paragraph_number')} announces table {number}, which is not there"
            outcome.findings.append(
                defect(document, TABLES_PRESENT.name, "structure", "warning", number, words, paragraph, number)
            )
    return outcome


def printed_tables_are_announced(document: DocumentClaims) -> Outcome:
    """Every numbered table is announced in some paragraph, in documents that announce tables at all."""
    named = {number for number, _ in announced(document, "table")}
    outcome = Outcome()
    if not named:
        return outcome
    seen: set[str] = set()
    for table in document.rows.get("mart_table", []):
        number = table.get("table_number")
        if not number or number in seen:
            continue
        seen.add(number)
        outcome.evaluated += 1
        if number not in named:
            words = f"Table {number} is announced in no paragraph"
            outcome.findings.append(
                defect(document, TABLES_ANNOUNCED.name, "structure", "info", number, words, table, number)
            )
    return outcome


TABLES_PRESENT = StructureCheck(
    "announced_tables_are_present", "Each table that a paragraph announces is printed.", announced_tables_are_present
)
TABLES_ANNOUNCED = StructureCheck(
    "printed_tables_are_announced", "Each numbered table is announced in a paragraph.", printed_tables_are_announced
)
