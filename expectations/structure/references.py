"""Tables and figures the text announces, and those that are there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

from expectations.model.claims import DocumentClaims, Row
from expectations.structure.base import Outcome, StructureCheck, defect
from warehouse.schema.languages import WITHOUT_WORD_EDGES

Noun = Literal["table", "figure"]
Patterns = tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]
_RUNNING = frozenset({"paragraph", "note"})
_TABLE_NUMBER = r"(?:\d+[A-Z]?|[A-Z])\.(?:[IVXLC]+\.|[A-Z]\.)?\d+"
_FIGURE_NUMBER = r"\d+[A-Z]?\.(?:\d+\.)?(?:[IVXLC]+|[一二三四五六七八九十]+)(?![A-Za-z.])"
_LETTER_APART = re.compile(r"^(\d+)[ .]+([A-HJ-UWYZ])(?=\.)")
_LONGEST_NUMBER_LINE = 60
"""Characters of the longest line that is the number of a table or figure and nothing else."""
_PART = r"(?:\s*\(\d+\))?"


@cache
def announcing_words() -> dict[str, dict[str, Any]]:
    """Words that lead to other places of a document, by language and kind."""
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _patterns(language: str, noun: Noun) -> Patterns | None:
    """Patterns of an announcement, of a number in it, and of the word that makes a range."""
    words = announcing_words().get(language)
    if words is None:
        return None
    number = str(words.get("table_number", [_TABLE_NUMBER])[0]) if noun == "table" else _FIGURE_NUMBER
    nouns, to, both = ("|".join(map(re.escape, words[key])) for key in (noun, "to", "and"))
    boundary = "" if language in WITHOUT_WORD_EDGES else r"\b"
    between = rf"{_PART}\s*(?:[,、，;–-]|{to}|{both})(?:\s*(?:{both}))?\s*"
    # Nouns match in either case, while Roman numerals stay capital.
    pattern = rf"{boundary}(?i:{nouns})\s*(?P<numbers>{number}(?:{between}{number})*)"
    return re.compile(pattern), re.compile(number), re.compile(rf"^{_PART}\s*(?:–|-|{to})\s*$")


def announced(document: DocumentClaims, noun: Noun) -> list[tuple[str, Row]]:
    """Numbers of tables or figures that paragraphs announce, ranges filled, each with its first paragraph."""
    patterns = _patterns(_language(document), noun)
    found: dict[str, Row] = {}
    for paragraph in document.rows.get("mart_paragraph", []) if patterns is not None else ():
        for number in _named_in(paragraph.get("text") or "", patterns):
            found.setdefault(number, paragraph)
    return list(found.items())


def _language(document: DocumentClaims) -> str:
    return next((row.get("language") for row in document.rows.get("mart_document", [])), None) or ""


def _named_in(text: str, patterns: Patterns | None) -> Iterator[str]:
    """Numbers that a text announces, ranges filled."""
    if patterns is None:
        return
    announcement, number, is_range = patterns
    for match in announcement.finditer(text):
        numbers = list(number.finditer(match["numbers"]))
        for i, one in enumerate(numbers):
            if i and is_range.match(match["numbers"][numbers[i - 1].end() : one.start()]):
                yield from _between(_plain(numbers[i - 1].group()), _plain(one.group()))
            yield _plain(one.group())


def _announced_in_lines(document: DocumentClaims, noun: Noun) -> set[str]:
    """Numbers that running text outside numbered paragraphs announces."""
    patterns = _patterns(_language(document), noun)
    found: set[str] = set()
    numbered = {
        number
        for row in document.rows.get("mart_paragraph", [])
        if row.get("line_first") is not None
        for number in range(row["line_first"], (row.get("line_last") or row["line_first"]) + 1)
    }
    for line in document.rows.get("mart_source_line", []):
        if line.get("line_number") in numbered:
            continue
        text = " ".join((line.get("text") or "").split())
        if line.get("role") in _RUNNING and not (patterns and patterns[0].fullmatch(text)):
            found.update(_named_in(text, patterns))
    return found


def captioned(document: DocumentClaims, noun: Noun) -> dict[str, Row]:
    """Numbers of tables or figures that captions print, each with the line of its first caption.

    What stands below a caption may be a picture, or in a shape that was not read: its number is printed all the same.
    """
    patterns = _patterns(_language(document), noun)
    found: dict[str, Row] = {}
    for line in document.rows.get("mart_source_line", []) if patterns is not None else ():
        text = line.get("text") or ""
        if line.get("role") != "caption" and len(text) > _LONGEST_NUMBER_LINE:
            continue
        text = " ".join(text.split())
        match = patterns[0].match(text) if patterns is not None else None
        if match is None or (line.get("role") != "caption" and match.end() < len(text)):
            continue
        number = patterns[1].match(match["numbers"]) if patterns is not None else None
        if number is not None and (line.get("role") == "caption" or number.end() == len(match["numbers"])):
            place = {"line_first": line.get("line_number"), "page_number": line.get("page_number")}
            found.setdefault(_plain(number.group()), place)
    return found


def _plain(number: str) -> str:
    """A number as table numbers are kept: 18A.9 for 18.A.9, for a Cyrillic letter and for ``18 ألف-9``."""
    for printed, letter in announcing_words()["letters"].items():
        number = number.replace(printed, str(letter))
    return _LETTER_APART.sub(r"\1\2", number.replace("-", "."))


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
    """Every numbered table is announced in some paragraph, in documents that announce tables at all.

    Numbers without a point, such as those of tables in an annexed text, are not looked for.
    """
    named = {number for number, _ in announced(document, "table")}
    outcome = Outcome()
    if not named:
        return outcome
    named |= _announced_in_lines(document, "table")
    seen: set[str] = set()
    for table in document.rows.get("mart_table", []):
        number = table.get("table_number")
        if not number or number in seen or not re.fullmatch(_TABLE_NUMBER, number):
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
