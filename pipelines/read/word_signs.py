"""Characters that print as something else, or as nothing: symbol fonts, invisible signs, raised letters."""

from __future__ import annotations

import re

from pipelines.folding import shown

MARK_OPEN, MARK_CLOSE = "\x01", "\x02"
"""A footnote mark stands between these two, which XML cannot contain."""

UNKNOWN_SIGN = "\ufffd"

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
