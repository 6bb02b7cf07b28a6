"""Pages set from right to left, turned so that all that follows may read them from left to right.

Words come from the library in the order of reading, with letters in the forms they take beside others. Figures and
Latin words within a line run from left to right and are kept together; then what stands on the right of the page is
put on the left, columns of tables with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from pipelines.read.pdf_page import PageLink, PdfPage, PdfWord, Stroke

_RIGHT_TO_LEFT = re.compile(r"[\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FORMS = re.compile(r"[\ufb1d-\ufdff\ufe70-\ufefc]")
_CONTROLS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WORD_GAP = 0.45  # of the font size
_SAME_LINE = 0.2  # of the font size
_SIGNS = "،؛,;.:"
_LEADING_SIGN = re.compile(r"[،؛,;.:]+(?=\S)")
_BRACKETS = re.compile(r"^[()]")


def mirrored(pages: list[PdfPage]) -> list[PdfPage]:
    """The pages turned where most of their words run from right to left, else as they are."""
    words = [word.text for page in pages for word in page.words if any(sign.isalpha() for sign in word.text)]
    if 2 * sum(_RIGHT_TO_LEFT.search(word) is not None for word in words) <= len(words):
        return pages
    return [_turned(page) for page in pages]


def _turned(page: PdfPage) -> PdfPage:
    width = page.width
    words = _in_order([_mirror_word(word, width) for word in _runs(page.words)])
    return replace(
        page,
        words=words,
        level_rules=[_mirror_stroke(stroke, width) for stroke in page.level_rules],
        areas=[_mirror_stroke(stroke, width) for stroke in page.areas],
        links=[PageLink(link.address, _mirror_box(link.box, width)) for link in page.links],
    )


def _runs(words: Sequence[PdfWord]) -> list[PdfWord]:
    """Words, with those that run from left to right beside one another put together into one."""
    found: list[PdfWord] = []
    for word in words:
        last = found[-1] if found else None
        if last is not None and _goes_on(last, word):
            space = " " if word.is_spaced or word.x0 - last.x1 > 0.1 * word.size else ""
            found[-1] = replace(last, text=f"{last.text}{space}{word.text}", x1=word.x1, ends_spaced=word.ends_spaced)
        else:
            found.append(word)
    return found


def _goes_on(last: PdfWord, word: PdfWord) -> bool:
    if _RIGHT_TO_LEFT.search(last.text) or _RIGHT_TO_LEFT.search(word.text) or word.is_apart:
        return False
    if abs(last.baseline - word.baseline) > _SAME_LINE * word.size or abs(last.size - word.size) > 0.6:
        return False
    return -0.1 * word.size <= word.x0 - last.x1 <= _WORD_GAP * word.size


def _in_order(words: list[PdfWord]) -> list[PdfWord]:
    """Words on one baseline in the order of their places: the library turns lines that begin with figures about."""
    found: list[PdfWord] = []
    start = 0
    for end in range(1, len(words) + 1):
        if end < len(words) and abs(words[end].baseline - words[start].baseline) <= _SAME_LINE * words[start].size:
            continue
        line = sorted(words[start:end], key=lambda word: word.x0)
        ends_spaced = any(word.ends_spaced for word in words[end - 1 : end])
        for number, word in enumerate(line):
            is_last = number == len(line) - 1
            line[number] = replace(word, ends_spaced=ends_spaced if is_last else True, is_spaced=number > 0)
        found += _with_signs(line)
        start = end
    return found


def _with_signs(line: list[PdfWord]) -> list[PdfWord]:
    """Words with the signs that belong to them: beside figures and Latin words they come out on the wrong side, and
    brackets on either."""
    is_open = False
    for number, word in enumerate(line):
        text = word.text
        following = line[number + 1] if number + 1 < len(line) else None
        is_plain = not _RIGHT_TO_LEFT.search(text.strip(_SIGNS))
        if is_plain and (lead := _LEADING_SIGN.match(text)):
            text = f"{text[lead.end() :]}{lead.group()}"
        if following is not None and is_plain and _BRACKETS.match(text) and _BRACKETS.match(following.text):
            if sum(map(text.count, "()")) == 1 and sum(map(following.text.count, "()")) % 2:
                text, rest = f"{text})", following.text[1:]
                line[number + 1] = replace(following, text=rest)
        text, is_open = _paired(text, is_open)
        line[number] = replace(word, text=text)
    return [word for word in line if word.text]


def _paired(text: str, is_open: bool) -> tuple[str, bool]:
    """A text whose brackets open and close in turn, and whether one is left open; none stands within another."""
    signs: list[str] = []
    for position, sign in enumerate(text):
        if sign in "()":
            sign = ")" if is_open or (position and position == len(text) - 1) else "("
            is_open = sign == "("
        signs.append(sign)
    return "".join(signs), is_open


def _mirror_word(word: PdfWord, width: float) -> PdfWord:
    text = _CONTROLS.sub("", word.text)
    if _FORMS.search(text):
        text = unicodedata.normalize("NFKC", text)
    return replace(word, text=text, x0=width - word.x1, x1=width - word.x0)


def _mirror_stroke(stroke: Stroke, width: float) -> Stroke:
    return Stroke(width - stroke.x1, stroke.y0, width - stroke.x0, stroke.y1)


def _mirror_box(box: tuple[float, float, float, float], width: float) -> tuple[float, float, float, float]:
    return width - box[2], box[1], width - box[0], box[3]
