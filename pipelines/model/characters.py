"""One spelling for what prints alike: where documents of all formats come in, and nowhere else.

Two steps, for what is printed must be kept as it stands. ``shown`` takes out what no reader of a page sees: composed
and decomposed letters, radicals in place of the characters they look like, letters in the shape they take beside
others, stretched lines, marks of direction, signs without width. ``plain`` makes every space an ordinary one, and a
letter that prints like an apostrophe that sign, so that places in the folded text are places in the printed one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pipelines.model.blocks import Block, Document, Grid, Series

SPACES = " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""White space of one line, whatever its width, for a class of a regular expression."""

HYPHENS = "\u00ad\u2010-\u2013\u2212\u02d7\u207b\u2796\ufe58\ufe63\uff0d-"
"""Hyphens, minus signs and the shorter dash that stand for one another, for a class of a regular expression."""

NARROW_BRACKETS = str.maketrans("（）", "()")
"""Wide brackets as narrow ones, for marks and codes."""

_UNSEEN = (
    *(0xAD, 0x34F, 0x61C, 0x640, 0x180E),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *range(0x2066, 0x2070),
    *range(0xFE00, 0xFE10),
    0xFEFF,
)
"""Soft hyphens, joiners, stretched lines of Arabic, marks of direction, variants and byte order."""

_SHAPES = ((0x2E80, 0x2FE0), (0xF900, 0xFB07), (0xFB50, 0xFDFB), (0xFE70, 0xFEFD))
"""Radicals, compatible ideographs, ligatures, letters of Arabic in the shape they take beside others."""

_RADICALS = dict(
    zip(
        "⺁⺄⺅⺆⺇⺈⺉⺌⺍⺕⺗⺘⺙⺛⺝⺟⺠⺡⺢⺣⺤⺥⺦⺨⺩⺫⺬⺭⺮⺯⺰⺱⺲⺵⺶⺸⺹⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂乙亻冂几刀刂小小彐心扌攵旡月母民氵水灬爪爫丬犭王罒礻示竹糸纟罓罒网羊羊耂聿肉臼艹艹艹虎衤覀西见角覀讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食食饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
"""Radicals that Unicode takes for no other character, and the characters that print alike."""

_SOFT_MINUS = re.compile("(?<![\\w.,])\u00ad(?=[" + SPACES + "]?\\d)")
_PLAIN_SPACE = re.compile(f"[{SPACES[1:]}]")
_LETTER = re.compile(r"[^\W\d_]")
_LINE_END = re.compile("\r\n|[\r\x0b\x85\u2028\u2029]")


@cache
def _table() -> dict[int, str]:
    shapes = {
        code: unicodedata.normalize("NFKC", chr(code)).lstrip(" ")
        for first, last in _SHAPES
        for code in range(first, last)
        if unicodedata.decomposition(chr(code))
    }
    radicals = {ord(sign): character for sign, character in _RADICALS.items()}
    return dict.fromkeys(_UNSEEN, "") | shapes | radicals


_FOLDED_AWAY = re.compile(
    "["
    + "".join(map(re.escape, map(chr, _UNSEEN)))
    + "".join(f"{chr(first)}-{chr(last - 1)}" for first, last in _SHAPES)
    + "]"
)


def shown(text: str) -> str:
    """Text in the spelling of what it shows; white space stays as it is.

    A soft hyphen before a figure is a minus: word processors print it there.

    >>> shown("e\u0301tat \u00ad7 484.0 re\u200bsource")
    'état -7 484.0 resource'
    """
    if text.isascii():
        return text
    if _FOLDED_AWAY.search(text):
        text = _SOFT_MINUS.sub("-", text).translate(_table())
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """Text with ordinary spaces for those of another width, and apostrophes for letters that look so, sign for sign."""
    return text if text.isascii() else _PLAIN_SPACE.sub(" ", text).replace("\u02bc", "’")


def plain_lines(text: str) -> str:
    """Text whose lines end alike, in a line feed."""
    return _LINE_END.sub("\n", text)


def fold_document(document: Document) -> Document:
    """The document with its words in one spelling, changed in place: what every reader's blocks go through.

    Spaces within figures of a table stay as printed; ``Block.printed`` keeps those of paragraphs.
    """
    for block in document.blocks:
        _fold_block(block)
    return document


def _fold_block(block: Block) -> None:
    if not block.text.isascii():
        text = shown(block.text)
        block.text = plain(text)
        block.printed = "" if block.text == text else text
    if not block.number.isascii():
        block.number = plain(shown(block.number))
    if block.grid is not None:
        _fold_cells(block.grid)
    if block.series:
        block.series = tuple(_folded_series(one) for one in block.series)


def _fold_cells(grid: Grid) -> None:
    for row in grid.rows:
        for cell in row:
            if cell is not None and not cell.text.isascii():
                text = shown(cell.text)
                cell.text = plain(text) if _LETTER.search(text) else text


def _folded_series(series: Series) -> Series:
    points = tuple((plain(shown(label)), shown(value)) for label, value in series.points)
    return Series(plain(shown(series.name)), points, series.places)
