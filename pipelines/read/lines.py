"""Lines of a text extracted from a PDF: pages, page furniture, dumped addresses and chart values.

Layout is lost in such a text, but three things survive and carry the structure: a blank line stands
between printed lines, a trailing space ends a paragraph or a cell, and a cell with nothing printed
leaves a space of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pipelines.blocks import Link, Place
from pipelines.parse.numbers import read_number
from pipelines.vocabulary import Vocabulary

_ADDRESS = re.compile(r"^\s*(?P<address>https?://\S+)\s*$")
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
_ENDS_WIDE = re.compile(_WIDE + r"\s*$")
_STARTS_WIDE = re.compile(r"^\s*" + _WIDE)
_FOOT = re.compile(
    r"^(?P<first>\d{1,4})/\d{1,4}(?:\s{2,}|$)|(?:^|\s{2,})(?P<last>\d{1,4})/\d{1,4}$|\s{2,}(?P<job>\d{2}-\d{5})$"
)
"""What stands at the foot of a page, beside words that were not extracted well: its number of how many, the job number."""
_ALPHANUMERIC_END = re.compile(r"[A-Za-z0-9]$")
_ALPHANUMERIC_START = re.compile(r"^[A-Za-z0-9]")


@dataclass(slots=True)
class Line:
    """One line that is not blank: number from 1, raw text without its newline, page, role once claimed."""

    number: int
    raw: str
    page: int
    role: str = "unclaimed"

    @property
    def text(self) -> str:
        """The line without white space around it."""
        return self.raw.strip()

    @property
    def ends_cell(self) -> bool:
        """True when a trailing space says that the paragraph or cell ends here."""
        return self.raw.endswith((" ", "\u00a0"))

    @property
    def leading_spaces(self) -> int:
        """Spaces before the first word."""
        return len(self.raw) - len(self.raw.lstrip(" "))


def join_wrapped(parts: Iterable[str]) -> str:
    """Wrapped lines as one text: a space between Latin words or digits, none within Han script."""
    joined = ""
    for part in parts:
        piece = part.strip()
        if not piece:
            continue
        if not joined:
            joined = piece
        elif (
            (_ENDS_WIDE.search(joined) and _STARTS_WIDE.search(piece))
            or (joined.endswith(("-", "/")) and not joined.endswith(" -"))
            or (_ENDS_WIDE.search(joined) and not _ALPHANUMERIC_START.match(piece))
            or (_STARTS_WIDE.search(piece) and not _ALPHANUMERIC_END.search(joined))
        ):
            joined += piece
        else:
            joined += " " + piece
    return tighten(joined)


def tighten(text: str) -> str:
    """Take out the spaces that justified setting puts between every two Han characters of a line."""
    return re.sub(
        rf"(?:{_WIDE} ){{3,}}{_WIDE}?",
        lambda m: m.group().replace(" ", "") + (" " if m.group().endswith(" ") else ""),
        text,
    )


def split_pages(text: str, vocabulary: Vocabulary) -> tuple[list[Line], dict[int, str]]:
    """Lines that are not blank with their page, and the blank lines' numbers with their raw text.

    A form feed begins a page. Where the text has none, a page begins with a line that follows another
    without the blank line between, and is indented (the extractor's mark of a new page); or with a
    line of page furniture. Pages are numbered as the furniture prints them, else from 1.
    """
    raw_lines = text.split("\n")
    has_form_feeds = "\f" in text
    lines: list[Line] = []
    blanks: dict[int, str] = {}
    page = 1
    previous_blank, blank_run, seen_furniture = True, 2, False
    for number, raw in enumerate(raw_lines, start=1):
        starts_page = False
        if has_form_feeds and "\f" in raw:
            page += raw.count("\f") if lines else 0
            raw = raw.replace("\f", "")
        if not raw.strip():
            blanks[number] = raw
            previous_blank, blank_run = True, blank_run + 1
            continue
        furniture = is_furniture(raw, vocabulary)
        if not has_form_feeds and lines:
            follows_directly = not previous_blank and raw.startswith(" ") and not _ADDRESS.match(raw)
            starts_page = follows_directly or (furniture and not seen_furniture)
        if starts_page:
            page += 1
        seen_furniture = furniture
        lines.append(Line(number, raw, page))
        previous_blank, blank_run = False, 0
    _number_pages(lines, vocabulary)
    return lines, blanks


def _number_pages(lines: Sequence[Line], vocabulary: Vocabulary) -> None:
    """Shift page numbers to what the furniture prints, when it prints any."""
    shifts: dict[int, int] = {}
    pattern = vocabulary.pattern("furniture", "page_of")
    for line in lines:
        match = pattern.search(line.text) if is_furniture(line.raw, vocabulary) else None
        if match:
            printed = match.groupdict().get("page") or match.groupdict().get("page2")
            if printed:
                shift = int(printed) - line.page
                shifts[shift] = shifts.get(shift, 0) + 1
    if shifts:
        shift = max(shifts, key=lambda s: (shifts[s], -s))
        for line in lines:
            line.page += shift


def printed_page_count(lines: Sequence[Line], vocabulary: Vocabulary) -> int | None:
    """The number of pages that the furniture prints, None when it prints none."""
    pattern = vocabulary.pattern("furniture", "page_of")
    for line in lines:
        match = pattern.search(line.text) if line.role == "furniture" else None
        if match:
            groups = match.groupdict()
            return int(groups.get("pages") or groups.get("pages2") or 0) or None
    return None


def is_furniture(raw: str, vocabulary: Vocabulary) -> bool:
    """True for a line at the head or foot of a page."""
    text = raw.strip()
    evened = " ".join(text.split())
    return any(pattern.match(text) or pattern.match(evened) for pattern in vocabulary.furniture)


def claim_furniture_and_links(lines: Sequence[Line], vocabulary: Vocabulary) -> list[Link]:
    """Mark page furniture and dumped addresses; return the addresses in order."""
    links: list[Link] = []
    for line in lines:
        match = _ADDRESS.match(line.raw)
        if match:
            line.role = "link"
            links.append(
                Link(match["address"], "", Place(page=line.page, line_first=line.number, line_last=line.number))
            )
        elif is_furniture(line.raw, vocabulary):
            line.role = "furniture"
    for line, below in zip_longest(lines, lines[1:]):
        if (below is None or below.page != line.page) and _is_foot(line):
            line.role = "furniture"
    return links


def _is_foot(line: Line) -> bool:
    """Whether the last line of a page is its foot, though not all of it was extracted well."""
    found = _FOOT.search(line.text)
    return found is not None and (found["job"] is not None or int(found["first"] or found["last"]) == line.page)


@dataclass(frozen=True, slots=True)
class ChartDump:
    """Values and labels of the charts of one page, as dumped at its end: runs in the order printed."""

    page: int
    runs: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[Line, ...]], ...]


def claim_chart_dumps(lines: Sequence[Line], blanks: Mapping[int, str], vocabulary: Vocabulary) -> dict[int, ChartDump]:
    """Find chart values dumped at the ends of pages: a column of numbers, then as many labels.

    A label directly followed by its number is a pair of its own. An empty paragraph parts a dump from what stands
    above it. Marks the lines, by page.
    """
    dumps: dict[int, ChartDump] = {}
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        if line.role == "unclaimed":
            by_page.setdefault(line.page, []).append(line)
    for page, page_lines in by_page.items():
        suffix: list[Line] = []
        for line in reversed(page_lines):
            if not _is_dumped(line, vocabulary) or blanks.get(line.number + 2, "").strip("\n\r"):
                break
            suffix.append(line)
        suffix.reverse()
        while suffix and read_number(suffix[0].text) is None:
            suffix.pop(0)
        runs = _runs_of(suffix)
        if runs:
            for line in suffix:
                line.role = "chart"
            dumps[page] = ChartDump(page, tuple(runs))
    return dumps


def _is_dumped(line: Line, vocabulary: Vocabulary) -> bool:
    text = line.text
    if line.raw.startswith(" "):
        return False
    if read_number(text) is not None:
        return True
    known = any(vocabulary.meaning(table, text) for table in ("objects", "post_categories", "grades"))
    return known or bool(GRADE.match(text))


GRADE = re.compile(
    r"^(?:USG|ASG|D-[12]|P-[1-5](?:/[1-5])?|GS ?\([A-Z]+\)|[A-Z]{1,4} ?\([A-Z]+\)|[A-Z]{2,4}|[A-Z]{1,3}-\d)$"
)


def _runs_of(suffix: Sequence[Line]) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[Line, ...]]]:
    """Group dumped lines into runs of n numbers followed by n labels, or label-number pairs between."""
    runs: list[tuple[tuple[str, ...], tuple[str, ...], tuple[Line, ...]]] = []
    position = 0
    while position < len(suffix):
        start = position
        numbers: list[Line] = []
        while position < len(suffix) and read_number(suffix[position].text) is not None:
            numbers.append(suffix[position])
            position += 1
        labels: list[Line] = []
        while position < len(suffix) and read_number(suffix[position].text) is None:
            if len(labels) == len(numbers):
                break
            labels.append(suffix[position])
            position += 1
        if numbers and len(numbers) == len(labels):
            runs.append(_run(numbers, labels))
            continue
        # label, number pairs: a label stands before its own value
        if not numbers and position + 1 < len(suffix):
            pair = suffix[position : position + 2]
            if read_number(pair[1].text) is not None:
                runs.append(_run([pair[1]], [pair[0]]))
                position += 2
                continue
        return [] if position == start or not runs else runs
    return runs


def _run(numbers: Sequence[Line], labels: Sequence[Line]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Line, ...]]:
    return (
        tuple(n.text for n in numbers),
        tuple(label.text for label in labels),
        tuple(sorted((*numbers, *labels), key=lambda line: line.number)),
    )
