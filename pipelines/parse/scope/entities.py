"""Entities of a section that has several, and its annexes: what headings open, and what closes them.

An entity prints a programme plan or resources of its own: below its heading stands a part ("A. Proposed
programme plan", "B. Proposed post and non-post resource requirements") or a numbered entity that has one. Headings
numbered in Roman name entities, those numbered in figures below them the entities of an entity. The next number
of a run closes the entity before it, whatever its style and even where it has none of the usual parts.

An annex ends a document only where neither an entity nor a part comes after it. One in the middle, such as the annex
to a programme plan, belongs to the entity it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.model.blocks import Block
from pipelines.vocabulary import Vocabulary, normalised

_LEADING = re.compile(r"^(?P<numeral>[IVXLC]+|\d{1,2})\.\s+(?P<words>\S.*)$")
_LETTERED = re.compile(r"^(?P<numeral>[A-H])\.\s+(?P<words>\S.*)$")
_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d*$")
"""How a line of the contents ends: in leaders and the number of a page."""
_NUMBERED = re.compile(r"\d+[A-Z]?\.(?:[IVXLC]+\.)?\d")
_NUMERAL = re.compile(r"^(?:[IVXLC]+|[A-Z]|\d{1,2})\.?$")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_PART_LETTERS = frozenset("ABCDEFGH")
_NEAR = 4
"""Blocks between the heading of an entity and its first part, where that has no letter."""
_LONGEST_NAME = 25
"""Words of the longest name of an entity that is set as a paragraph."""
_SENTENCE_END = (".", ";", ":", ",", "。", "；", "：")


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity: code ("V", "III.2"), its name as printed, the block of its heading."""

    code: str
    label: str
    block_index: int


@dataclass(frozen=True, slots=True)
class Divisions:
    """How headings divide a document: entities in printed order, and the blocks of annexes that do not end it."""

    entities: tuple[Entity, ...]
    inner_annexes: frozenset[int]


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


def bare_name(words: str, vocabulary: Vocabulary) -> str:
    """A name, normalised, without the small words that another table may leave out or change: for, on, of the."""
    small = frozenset(vocabulary.words("language", "common"))
    return normalised(" ".join(word for word in words.split() if word.casefold() not in small))


def codes_of(entities: Sequence[Entity], base: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Codes of entities, below the code of what they are parts of, by normalised name; by bare name where only one has it."""
    codes = {normalised(entity.label): ".".join(part for part in (base, entity.code) if part) for entity in entities}
    bare = [(bare_name(entity.label, vocabulary), codes[normalised(entity.label)]) for entity in entities]
    names = [name for name, _ in bare]
    return {name: code for name, code in bare if names.count(name) == 1} | codes


@dataclass(slots=True)
class _Candidate:
    """A numbered heading: its value in its run, and whether a part stands below it before the next one."""

    numeral: str
    value: int
    label: str
    index: int
    style: str
    is_roman: bool
    in_annex: bool
    has_part: bool = False


def divisions_of(blocks: Sequence[Block], vocabulary: Vocabulary) -> Divisions:
    """Entities and inner annexes of a document; no entities in a section of one."""
    candidates, annexes, parts = _headings(blocks, vocabulary)
    begin = _beginning(blocks, parts)
    candidates = [candidate for candidate in candidates if candidate.index >= begin]
    annexes = [index for index in annexes if index >= begin]
    parts = {index: told for index, told in parts.items() if index >= begin}
    found = _entities(blocks, candidates, annexes) or _by_parts(blocks, parts, vocabulary)
    last = max([entity.block_index for entity in found] + list(parts), default=-1)
    return Divisions(tuple(found), frozenset(index for index in annexes if index < last))


def _beginning(blocks: Sequence[Block], parts: Iterable[int]) -> int:
    """Where the contents end that list the parts as headings do, above the first numbered paragraph; 0 without such."""
    first = next((i for i, b in enumerate(blocks) if b.kind == "paragraph" and _NUMBERED.match(b.number)), 0)
    above = [index for index in parts if index < first]
    return max(above[-1] - _NEAR, above[-2] + 1) if len(above) > 1 else 0


def _by_parts(blocks: Sequence[Block], parts: dict[int, str], vocabulary: Vocabulary) -> list[Entity]:
    """Entities of a section whose parts come several times: what is headed right above the first part of each round.

    Their headings have Arabic numerals or none; those without are counted.
    """
    rounds: list[list[int]] = [[]]
    seen: set[str] = set()
    for index, part in parts.items():
        if part in seen:
            rounds.append([])
            seen = set()
        seen.add(part)
        rounds[-1].append(index)
    if len(rounds) < 2:
        return []
    named = [_heading_above(blocks, part[0], vocabulary) for part in rounds]
    numerals = [numeral_of(blocks[index])[0] for index in named]
    is_numbered = all(numeral.isdigit() for numeral in numerals) and len(set(numerals)) == len(numerals)
    return [
        Entity(numeral if is_numbered else str(number), numeral_of(blocks[index])[1], index)
        for number, (numeral, index) in enumerate(zip(numerals, named, strict=True), start=1)
    ]


def _heading_above(blocks: Sequence[Block], part: int, vocabulary: Vocabulary) -> int:
    """The heading right above a part, else the part's own."""
    for index in range(part - 1, max(part - 1 - _NEAR, -1), -1):
        block = blocks[index]
        if block.kind == "heading" and not vocabulary.pattern("caption", "contents").match(normalised(block.text)):
            return index
        if block.kind in {"table", "paragraph"} and block.number:
            break
    return part


def _headings(blocks: Sequence[Block], vocabulary: Vocabulary) -> tuple[list[_Candidate], list[int], dict[int, str]]:
    """Numbered headings, the blocks of headings of annexes, and those of parts with what tells each part."""
    part = vocabulary.pattern("headings", "part")
    annex = vocabulary.pattern("caption", "annex")
    resources = vocabulary.pattern("headings", "resources")
    candidates: list[_Candidate] = []
    annexes: list[int] = []
    parts: dict[int, str] = {}
    in_annex = False
    for index, block in enumerate(blocks):
        if block.kind != "heading" or _CONTENTS.search(block.text):
            continue
        numeral, words = numeral_of(block)
        lettered = None if block.number else _LETTERED.match(words)
        if lettered and part.search(normalised(lettered["words"])):
            numeral, words = lettered["numeral"], lettered["words"]
        value = roman_value(numeral)
        if annex.match(words):
            in_annex = True
            annexes.append(index)
        elif part.search(normalised(words)) and (not numeral or numeral in _PART_LETTERS):
            # the plan of a result begins with the words of the plan of the programme, but is not lettered
            is_resources = any(resources.search(form) for form in (words, words.lower(), words.capitalize()))
            if numeral or is_resources or (candidates and index - candidates[-1].index <= _NEAR):
                in_annex = False
                parts[index] = "resources" if is_resources else "plan"
                _mark(candidates, index)
        elif value or numeral.isdigit():
            number = value or int(numeral)
            candidates.append(_Candidate(numeral, number, words, index, block.style, bool(value), in_annex))
    return candidates, annexes, parts


def _mark(candidates: Sequence[_Candidate], part: int) -> None:
    """A part belongs to the numbered heading right above it, and to the Roman one above that."""
    if candidates:
        if candidates[-1].is_roman or part - candidates[-1].index <= _NEAR:
            candidates[-1].has_part = True
        roman = next((c for c in reversed(candidates) if c.is_roman), None)
        if roman is not None:
            roman.has_part = True


def _entities(blocks: Sequence[Block], candidates: Sequence[_Candidate], annexes: Sequence[int]) -> list[Entity]:
    tops = _run([c for c in candidates if c.is_roman], is_roman=True)
    first = next((number for number, candidate in enumerate(tops) if candidate.has_part), None)
    if first is None:
        return []
    # one that comes after an entity is an entity too, if only of a paragraph
    found: list[Entity] = []
    for number, top in enumerate(tops):
        end = tops[number + 1].index if number + 1 < len(tops) else len(blocks)
        if number >= first:
            found.append(Entity(top.numeral, top.label, top.index))
        below = [c for c in candidates if not c.is_roman and top.index < c.index < end]
        found += [Entity(f"{top.numeral}.{c.numeral}", c.label, c.index) for c in _below(blocks, below, annexes, end)]
    return sorted(found, key=lambda entity: entity.block_index)


def _run(candidates: Sequence[_Candidate], is_roman: bool) -> list[_Candidate]:
    """The headings that count up from one; in an annex only those that have a part of their own."""
    run: list[_Candidate] = []
    for candidate in candidates:
        if candidate.value == len(run) + 1 and (candidate.has_part or not candidate.in_annex):
            run.append(candidate)
    return run


def _below(
    blocks: Sequence[Block], candidates: Sequence[_Candidate], annexes: Sequence[int], end: int
) -> list[_Candidate]:
    """Entities within an entity: headings that have a part, and those of the same run beside them that have none."""
    holding = [c for c in candidates if c.has_part]
    if not holding:
        return []
    styles = {c.style for c in holding}
    known = {c.value: c for c in reversed(candidates) if not c.in_annex and c.style in styles and not c.has_part}
    known |= {c.value: c for c in reversed(holding)}
    run: list[_Candidate] = []
    for value in range(1, max(known) + 1):
        candidate = known.get(value)
        if candidate is not None and (not run or candidate.index > run[-1].index):
            run.append(candidate)
    if len(holding) > 1:
        run += _names_after(blocks, run[-1], annexes, end)
    return run


def _names_after(blocks: Sequence[Block], last: _Candidate, annexes: Sequence[int], end: int) -> Iterator[_Candidate]:
    """Entities set as paragraphs after the last of a run: a name, not a sentence, under the next number."""
    stop = min([index for index in annexes if index > last.index], default=end)
    value, before = last.value + 1, 0
    for index in range(last.index + 1, min(stop, end)):
        block = blocks[index]
        number = block.number.strip(" .")
        if block.kind not in {"paragraph", "heading", "caption"} or not number.isdigit():
            continue
        if int(number) == value and int(number) != before + 1 and _is_name(block):
            yield _Candidate(number, value, " ".join(block.text.split()), index, block.style, False, False)
            value += 1
        else:
            before = int(number)  # paragraphs of the document are numbered through


def _is_name(block: Block) -> bool:
    words = block.text.split()
    return 0 < len(words) <= _LONGEST_NAME and not block.text.strip().endswith(_SENTENCE_END)
