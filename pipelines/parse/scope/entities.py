"""Entities of a section that has several: headings numbered in Roman, at times with numbered ones below them.

An entity prints a programme plan or resources of its own: below its heading stands a part ("A. Proposed
programme plan", "B. Proposed post and non-post resource requirements") or a numbered entity that has one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.blocks import Block
from pipelines.vocabulary import Vocabulary, normalised

_LEADING = re.compile(r"^(?P<numeral>[IVXLC]+|\d{1,2})\.\s+(?P<words>\S.*)$")
_NUMERAL = re.compile(r"^(?:[IVXLC]+|[A-Z]|\d{1,2})\.?$")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity: code ("V", "III.2"), its name as printed, the block of its heading."""

    code: str
    label: str
    block_index: int


def roman_value(numeral: str) -> int:
    """Value of a Roman numeral; 0 for anything else."""
    if not numeral or any(letter not in _ROMAN for letter in numeral):
        return 0
    values = [_ROMAN[letter] for letter in numeral]
    return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))


def numeral_of(block: Block) -> tuple[str, str]:
    """The numeral that numbers a heading, without its stop, and the heading's words."""
    words = " ".join(block.text.split())
    if block.number:
        return (block.number.strip(" ."), words) if _NUMERAL.match(block.number.strip()) else ("", words)
    match = _LEADING.match(words)
    return (match["numeral"], match["words"]) if match else ("", words)


@dataclass(slots=True)
class _Candidate:
    code: str
    label: str
    index: int
    has_part: bool = False


def entities_of(blocks: Sequence[Block], vocabulary: Vocabulary) -> list[Entity]:
    """Entities in printed order; none in a section of one."""
    tops: list[_Candidate] = []
    below: list[_Candidate] = []
    part = vocabulary.pattern("headings", "part")
    annex = vocabulary.pattern("caption", "annex")
    for index, block in enumerate(blocks):
        if block.kind != "heading":
            continue
        numeral, words = numeral_of(block)
        if annex.match(words):
            break
        if roman_value(numeral) == len(tops) + 1:
            tops.append(_Candidate(numeral, words, index))
        elif tops and numeral.isdigit() and int(numeral) == _below(tops[-1], below) + 1:
            below.append(_Candidate(f"{tops[-1].code}.{numeral}", words, index))
        elif part.search(normalised(words)):
            for holder in (*tops[-1:], *(c for c in below[-1:] if tops and c.code.startswith(f"{tops[-1].code}."))):
                holder.has_part = True
    first = next((number for number, candidate in enumerate(tops) if candidate.has_part), None)
    if first is None:
        return []
    # one that comes after an entity is an entity too, if only of a paragraph
    found = [*tops[first:], *(c for c in below if c.has_part)]
    return [Entity(c.code, c.label, c.index) for c in sorted(found, key=lambda c: c.index)]


def _below(top: _Candidate, below: Sequence[_Candidate]) -> int:
    return sum(1 for candidate in below if candidate.code.startswith(f"{top.code}."))
