"""Words as they print: signs of symbol fonts, raised letters, footnote marks, white space. For Word and PDF alike."""

from __future__ import annotations

import re

from pipelines.model.characters import shown

MARK_OPEN, MARK_CLOSE = "\x01", "\x02"
"""A footnote mark stands between these two, which XML cannot contain."""
UNIT_POWER = re.compile(r"(?:^|[\s\d(/])[kcdm]?m[23]$")
"""Words that end in a unit with its power, whose figure is raised and no mark."""

UNKNOWN_SIGN = "\ufffd"

_MARK = re.compile("\x01([^\x02]*)\x02")
_SPACES = re.compile(" {2,}")
_BREAKS = re.compile(r"[ \t\n]+")

# Code points of the Symbol font, and of Wingdings where Symbol has nothing that documents use.
_SYMBOLS = {
    0x2D: "−", 0xA3: "≤", 0xA5: "∞", 0xA7: "▪", 0xA8: "□", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→",
    0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡",
    0xBB: "≈", 0xBC: "…", 0xD8: "➢", 0xE0: "→", 0xFC: "✓", 0xFE: "☑",
}  # fmt: skip
_SYMBOLS |= dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True))
_SYMBOLS |= {ord(letter.upper()): _SYMBOLS[ord(letter)].upper() for letter in "abgdezhqiklmnxoprstufcyw"}
_SYMBOLS |= {code: chr(code) for code in (0x20, 0x25, 0x28, 0x29, 0x2B, 0x2C, 0x2E, 0x2F, *range(0x30, 0x3B), 0x3D)}

_PRIVATE = 0xF000
_PRINTED = {_PRIVATE + code: sign for code, sign in _SYMBOLS.items()}
_UNPRINTED = re.compile("[\uf000-\uf0ff]")

# Letters that stand above the line by their own code point: combining ones, and the modifier letters that
# no language writes in ordinals.
_RAISED = dict(zip(map(chr, range(0x363, 0x370)), "aeioucdhmrtvx", strict=True))
_RAISED |= dict(zip("ᵃᵇᶜ", "abc", strict=True))
_RAISED_LETTER = re.compile(f"[ \u00a0]?([{''.join(_RAISED)}])(?!\\w)")


def printed(text: str) -> str:
    """Text as it prints: in one spelling, code points of symbol fonts as the signs they show."""
    text = shown(text)
    return text.translate(_PRINTED) if _UNPRINTED.search(text) else text


def symbol(code_text: str) -> str:
    """The sign of a ``w:sym``, whose code is hexadecimal; UNKNOWN_SIGN where it is not known."""
    try:
        code = int(code_text, 16)
    except ValueError:
        return UNKNOWN_SIGN
    return _SYMBOLS.get(code - _PRIVATE if code >= _PRIVATE else code, UNKNOWN_SIGN)


def with_raised_letters_marked(text: str) -> str:
    """Text in which letters raised by their own code point stand as footnote marks."""
    return _RAISED_LETTER.sub(lambda found: f"{MARK_OPEN}{_RAISED[found.group(1)]}{MARK_CLOSE}", text)


def take_marks(raw: str) -> tuple[str, tuple[str, ...]]:
    """Text without footnote marks, and the marks in order ("i,j" is two)."""
    if not raw.isascii():
        raw = with_raised_letters_marked(raw)
    if MARK_OPEN not in raw:
        return raw, ()
    marks = [part.strip() for found in _MARK.findall(raw) for part in found.split(",")]
    return _MARK.sub("", raw), tuple(mark for mark in marks if mark)


def flat_text(raw: str) -> tuple[str, tuple[str, ...]]:
    """Text on one line: tabs, breaks and runs of spaces become one space, marks and unprinted signs go; and the marks."""
    if raw.isascii() and MARK_OPEN not in raw:
        marks: tuple[str, ...] = ()
    else:
        raw, marks = take_marks(raw)
    if "\t" in raw or "\n" in raw:
        raw = _BREAKS.sub(" ", raw)
    return tidy(raw), marks


def tidy(text: str) -> str:
    """Text as it prints, without outer white space, runs of plain spaces made one; other spaces are kept."""
    if not text.isascii():
        text = printed(text)
    if "  " in text:
        text = _SPACES.sub(" ", text)
    return text.strip()


def leading_tabs(raw: str) -> int:
    """How many tabs stand before the first word."""
    count = 0
    for sign in raw:
        if sign == "\t":
            count += 1
        elif not sign.isspace():
            break
    return count
