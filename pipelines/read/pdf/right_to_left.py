"""Pages set from right to left, turned so that all that follows may read them from left to right.

Words come from the library in the order of reading, with letters in the forms they take beside others. Figures and
Latin words within a line run from left to right and are kept together; then what stands on the right of the page is
put on the left, columns of tables with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pipelines.read.pdf.page import PageLink, PdfPage, PdfWord, Stroke

_RIGHT_TO_LEFT = re.compile(r"[\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FORMS = re.compile(r"[\ufb1d-\ufdff\ufe70-\ufefc]")
_CONTROLS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WORD_GAP = 0.45  # of the font size
_SAME_LINE = 0.2  # of the font size
_LEAST_SPACE = 0.1  # of the font size
_SIGNS = "،؛,;.:"
_LEADING_SIGN = re.compile(r"[،؛,;.:]+(?=\S)")
_NUMBER_AFTER = re.compile(r"^(?P<words>[A-Z].*\S) (?P<number>\d{1,3})$")
_LATIN = re.compile(r"[A-Za-z]")
_FIRST_GROUPS = re.compile(r"^\(?\d{1,3}(?: \d{3})*$")
_NEXT_GROUP = re.compile(r"^\d{3}(?:[.,٫]\d+)?[)%٪]?(?!\w)")
_BRACKETS = re.compile(r"^[()]")


def mirrored(pages: list[PdfPage]) -> list[PdfPage]:
    """The pages turned where most of their words run from right to left, else as they are."""
    if not any(_RIGHT_TO_LEFT.search(word.text) for page in pages for word in page.words):
        return pages
    words = [word.text for page in pages for word in page.words if any(sign.isalpha() for sign in word.text)]
    if 2 * sum(_RIGHT_TO_LEFT.search(word) is not None for word in words) <= len(words):
        return pages
    return [_turned(page) for page in pages]


def _turned(page: PdfPage) -> PdfPage:
    width = page.width
    words: list[PdfWord] = []
    for line in _lines(_runs(page.words, _goes_on)):
        words += _in_order(_runs(line, _is_one), width)
    return replace(
        page,
        words=words,
        level_rules=[_mirror_stroke(stroke, width) for stroke in page.level_rules],
        areas=[_mirror_stroke(stroke, width) for stroke in page.areas],
        links=[PageLink(link.address, _mirror_box(link.box, width)) for link in page.links],
    )


def _lines(words: Sequence[PdfWord]) -> Iterator[list[PdfWord]]:
    """Words on one baseline that follow one another, from left to right."""
    line: list[PdfWord] = []
    for word in words:
        if line and abs(word.baseline - line[0].baseline) > _SAME_LINE * line[0].size:
            yield sorted(line, key=lambda one: one.x0)
            line = []
        line.append(word)
    if line:
        yield sorted(line, key=lambda one: one.x0)


def _runs(line: Sequence[PdfWord], goes_on: Callable[[PdfWord, PdfWord], bool]) -> list[PdfWord]:
    """Words, with those that run from left to right beside one another put together into one."""
    found: list[PdfWord] = []
    for word in line:
        last = found[-1] if found else None
        if last is not None and goes_on(last, word):
            space = " " if word.x0 - last.x1 > _LEAST_SPACE * word.size else ""
            found[-1] = replace(last, text=f"{last.text}{space}{word.text}", x1=word.x1, ends_spaced=word.ends_spaced)
        else:
            found.append(word)
    return found


def _turned_about(text: str) -> str:
    """Words from left to right with the number that comes before them put there: it is set on their other side."""
    match = _NUMBER_AFTER.match(text)
    return f"{match['number']} {match['words']}" if match else text


def _goes_on(last: PdfWord, word: PdfWord) -> bool:
    if _RIGHT_TO_LEFT.search(last.text) or _RIGHT_TO_LEFT.search(word.text) or word.is_apart:
        return False
    if not any(map(str.isalnum, last.text)) or not any(map(str.isalnum, word.text)):
        return False
    if abs(last.baseline - word.baseline) > _SAME_LINE * word.size or abs(last.size - word.size) > 0.6:
        return False
    return -0.1 * word.size <= word.x0 - last.x1 <= _WORD_GAP * word.size


def _in_order(line: Sequence[PdfWord], width: float) -> list[PdfWord]:
    """Words of a line, given from left to right, as they are read from right to left, each turned over."""
    is_wrapped = line[0].ends_spaced  # what stands farthest left ends the line
    turned = [_mirror_word(replace(word, text=_turned_about(word.text)), width) for word in reversed(line)]
    for number, word in enumerate(turned):
        following = turned[number + 1] if number + 1 < len(turned) else None
        is_beside = following is not None and following.x0 - word.x1 <= word.size
        turned[number] = replace(word, ends_spaced=is_wrapped if following is None else is_beside, is_spaced=number > 0)
    return _with_signs(turned)


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
        if following is not None and is_plain and _closes_after(text, following.text):
            text, rest = f"{text})", following.text[1:]
            line[number + 1] = replace(following, text=rest)
        text, is_open = _paired(text, is_open)
        line[number] = replace(word, text=text)
    return [word for word in line if word.text]


def _closes_after(text: str, following: str) -> bool:
    """Whether the bracket that closes a word stands before the next one."""
    is_open = _BRACKETS.match(text) and sum(map(text.count, "()")) == 1
    return bool(is_open and _BRACKETS.match(following) and sum(map(following.count, "()")) % 2)


def _paired(text: str, is_open: bool) -> tuple[str, bool]:
    """A text whose brackets open and close in turn, and whether one is left open; none stands within another."""
    signs: list[str] = []
    for position, sign in enumerate(text):
        if sign in "()":
            sign = ")" if is_open or (position and position == len(text) - 1) else "("
            is_open = sign == "("
        signs.append(sign)
    return "".join(signs), is_open


def _is_one(last: PdfWord, word: PdfWord) -> bool:
    """Whether two words of a line, from left to right, are Latin ones beside each other, or groups of one number."""
    is_latin = _LATIN.search(last.text) and _LATIN.search(word.text)
    is_number = _FIRST_GROUPS.match(last.text) and _NEXT_GROUP.match(word.text)
    return bool(is_latin or is_number) and _goes_on(last, word)


def _mirror_word(word: PdfWord, width: float) -> PdfWord:
    text = _CONTROLS.sub("", word.text)
    if _FORMS.search(text):
        text = unicodedata.normalize("NFKC", text)
    return replace(word, text=text, x0=width - word.x1, x1=width - word.x0)


def _mirror_stroke(stroke: Stroke, width: float) -> Stroke:
    return Stroke(width - stroke.x1, stroke.y0, width - stroke.x0, stroke.y1)


def _mirror_box(box: tuple[float, float, float, float], width: float) -> tuple[float, float, float, float]:
    return width - box[2], box[1], width - box[0], box[3]
