"""What a line of a Word document is taken for: caption, note, heading or paragraph, and its number."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

from pipelines.model.blocks import Block, SourceLine
from pipelines.model.characters import NARROW_BRACKETS, shown
from pipelines.read.shared.marks import leading_tabs
from pipelines.symbols.place_numbers import leads_arabic, number_form

# What stands before the words of a paragraph, parted from them by a tab: "10.1", "29A.4", "5.I.17",
# "IS1.1", "(a)", "(iv)", "A.", "IV.", a bullet, a reference sign; "(c)" that turned into a copyright sign.
_NUMBER = re.compile(
    r"[A-Z]{0,3}\d+[A-Z]?(?:\.(?:\d+|[IVXLC]+))*\.?|\(\w{1,6}\)|\w\)|[^\W\d_]\.|[IVXLCivxlc]{1,6}\.|"
    r"[•●○■□▪➢✓–—‒-]|[*†‡§]+|©"
)
_LEAD = re.compile(r"([^\t\n]{1,16}?)[ \u00a0\u202f]*\t\s*")
_LEAD_MARK = re.compile("\x01([^\x02]*)\x02\\s*")
_REFERENCE_SIGNS = re.compile(r"[*†‡§]+")
_LETTER = re.compile(r"[a-z]{1,2}")
_NOTE_LEAD = re.compile(r"([a-z]|[*†‡§]+)[ \u00a0\u202f]+(?=\S)")
_SENTENCE_ENDS = (".", ";", ":", ",", "。", "；", "：")
_MAX_HEADING = 250
_MAX_CAPTION = 60
# Font sizes (half points) of unstyled bold lines that stand for the template's headings, and the level without one.
_SIZE_LEVELS = ((28, 2), (24, 3))
_UNSIZED_LEVEL = 4


@lru_cache(maxsize=4)
def _caption_words(group: str = "") -> frozenset[str]:
    """Words of one group: those that begin captions of tables or figures (both without ``group``), or others."""
    text = resources.files("pipelines.vocabulary").joinpath("captions.toml").read_text(encoding="utf-8")
    return frozenset(
        word
        for name, words in tomllib.loads(text).items()
        for word in words
        if name == group or (not group and name in ("table", "figure"))
    )


@lru_cache(maxsize=2)
def _caption_pattern(group: str = "") -> re.Pattern[str]:
    """Matches the number line of a caption: a caption word, then a number ("10.15", "5.I.17", "10.V")."""
    alternatives = "|".join(re.escape(word) for word in sorted(_caption_words(group), key=len, reverse=True))
    number = rf"(?:(?:[A-Z]{{0,3}}\d+[A-Z]?|[IVXLC]+|[A-Z])(?:\.\w+)*\.?|{number_form('ar')})"
    return re.compile(rf"(?:{alternatives})\s*{number}(?:\s*[(（][^)）]{{1,40}}[)）])?")


def is_caption(text: str, is_heading: bool) -> bool:
    """Whether a line is the number line of a table's or figure's caption.

    The only table of a document has no number: there the word alone is the line, in the style of a heading.
    """
    if len(text) > _MAX_CAPTION:
        return False
    return _caption_pattern().fullmatch(text) is not None or (is_heading and text in _caption_words())


def is_figure_caption(text: str) -> bool:
    """Whether a line is the number line of a figure's caption."""
    return len(text) <= _MAX_CAPTION and _caption_pattern("figure").fullmatch(text) is not None


def is_suspended(below: str) -> bool:
    """Whether a line goes on, after a hyphen, with a word such as "and": the hyphen stands for a word left out."""
    return below.split(" ", 1)[0] in _caption_words("suspended")


def is_number(token: str) -> bool:
    """Whether a token set off before a paragraph is its number or list mark."""
    return _NUMBER.fullmatch(token) is not None


def split_number(raw: str, mark: str, level: int) -> tuple[str, int, str, bool]:
    """Number, indent, rest and whether the number is a footnote mark, of a paragraph's raw text.

    ``mark`` is its automatic list mark ("" for none) and ``level`` the list's level, which is its indent.
    """
    if mark:
        depth = leading_tabs(raw)
        return mark, max(depth, level), raw, False
    indent = leading_tabs(raw)
    words = raw.lstrip()
    raised = _LEAD_MARK.match(words)
    if raised:
        return raised.group(1), indent, words[raised.end() :], True
    lead = _LEAD.match(words)
    if lead:
        token = shown(lead.group(1)).strip().translate(NARROW_BRACKETS)  # without marks of direction
        rest = words[lead.end() :]
        if _NUMBER.fullmatch(token) or leads_arabic(token, rest):
            return token, indent, rest, False
    return "", indent, raw, False


def is_note_mark(number: str, is_raised: bool) -> bool:
    """Whether a paragraph that begins with this number is a note: a raised letter, or reference signs."""
    if _REFERENCE_SIGNS.fullmatch(number):
        return True
    return is_raised and (_LETTER.fullmatch(number) is not None or number.isdigit())


def split_note_mark(number: str, raw: str) -> tuple[str, str]:
    """Mark and words of a paragraph in a note style, whose mark need not be raised or stand before a tab."""
    if number:
        return number, raw
    words = raw.lstrip()
    lead = _LEAD.match(words)
    if lead and _LETTER.fullmatch(lead.group(1).strip()):
        return lead.group(1).strip(), words[lead.end() :]
    found = _NOTE_LEAD.match(words)
    return (found.group(1), words[found.end() :]) if found else ("", raw)


def may_be_heading(number: str, text: str) -> bool:
    """Whether a wholly bold line without a heading style reads like a heading: short, and no sentence."""
    if not text or len(text) > _MAX_HEADING or text.endswith(_SENTENCE_ENDS):
        return False
    return not number or number.endswith(".")


def level_by_size(half_points: int) -> int:
    """The outline level of a bold line without a heading style, by its font size."""
    return next((level for least, level in _SIZE_LEVELS if half_points >= least), _UNSIZED_LEVEL)


def source_line(number: int, block: Block) -> SourceLine:
    """The line that stands for a block in ``Document.lines``; tables, charts and boxes keep their rows."""
    if block.kind == "table" and block.grid is not None:
        rows = (" | ".join(cell.text for cell in row if cell is not None) for row in block.grid.rows)
        text = "\n".join(row for row in rows if row.strip(" |"))
    elif block.kind == "chart":
        series = (
            f"{one.name}: " + ", ".join(f"{label} {value}".strip() for label, value in one.points)
            for one in block.series
        )
        text = "\n".join(line for line in (block.text, *series) if line)
    else:
        text = f"{block.number} {block.text}".strip()
    return SourceLine(number, text, block.kind, block.place.page)
