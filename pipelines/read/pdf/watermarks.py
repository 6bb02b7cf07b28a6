"""Watermarks of a PDF: words laid across pages, such as that a text is a draft. They belong to no line of the print.

They are told by how they are set: aslant, large, light, again on other pages in one place, across other words. No
single sign will do: titles are large, labels of charts may be aslant, running heads come again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from pipelines.read.pdf.page import PdfPage
from pipelines.read.pdf.words import PdfWord

_LARGE = 1.8  # times the size of most signs
_ASLANT = 4.0  # degrees off the level and the plumb line
_PLACE = 0.5  # of the font size: how exactly a mark comes again in its place

Marks = dict[str, list[int]]
"""The words of each watermark, with the numbers of the pages it stands on."""


def take_marks_out(pages: Sequence[PdfPage]) -> Marks:
    """Take watermarks out of the words of pages; returns what was taken out."""
    candidates = {id(page): _candidates(page) for page in pages}
    if not any(candidates.values()):
        return {}
    places = Counter(key for page in pages for key in {_key(word) for word in candidates[id(page)]})
    marks: Marks = defaultdict(list)
    for page in pages:
        found = [
            word
            for word in candidates[id(page)]
            if _is_mark(word, page, is_repeated=places[_key(word)] > 1, others=candidates[id(page)])
        ]
        if not found:
            continue
        taken = set(map(id, found))
        page.words = [word for word in page.words if id(word) not in taken]
        marks[_words(found)].append(page.number)
    return dict(marks)


def _usual_size(page: PdfPage) -> float:
    sizes: dict[float, int] = {}
    for word in page.words:
        sizes[word.size] = sizes.get(word.size, 0) + len(word.text)
    return max(sizes, key=lambda size: sizes[size]) if sizes else 0.0


def _candidates(page: PdfPage) -> list[PdfWord]:
    """Words that are aslant, sideways, light or large: few pages hold any that are not titles."""
    is_odd = any(look.angle or look.is_pale for look in page.looks)
    large = _LARGE * _usual_size(page)
    if not is_odd and max((look.size for look in page.looks), default=0.0) < large:
        return []
    words = [word for word in page.words if (look := word.look) is not None and (look.angle or look.is_pale)]
    known = set(map(id, words))
    return [word for word in page.words if id(word) in known or word.size >= large]


def _key(word: PdfWord) -> tuple[str, int, int]:
    step = max(_PLACE * word.size, 1.0)
    return word.text, round(word.x0 / step), round(word.baseline / step)


def _is_mark(word: PdfWord, page: PdfPage, *, is_repeated: bool, others: Iterable[PdfWord]) -> bool:
    look = word.look
    if look is None:
        return False
    off = abs((look.angle + 45) % 90 - 45)
    is_large = word.size >= _LARGE * _usual_size(page)
    if off > _ASLANT:
        return is_large or is_repeated or look.is_pale
    if abs((look.angle + 90) % 180 - 90) > 45:  # sideways: heads of columns are set so too
        return is_repeated and (is_large or look.is_pale or _is_in_margin(word, page))
    crossed = (is_large or look.is_pale) and _crosses(word, page, set(map(id, others)))
    if is_large and look.is_pale:
        return is_repeated or crossed
    return is_repeated and crossed


def _is_in_margin(word: PdfWord, page: PdfPage) -> bool:
    level = [one for one in page.words if one.look is not None and not one.look.angle]
    return not level or word.x1 <= min(one.x0 for one in level) or word.x0 >= max(one.x1 for one in level)


def _crosses(word: PdfWord, page: PdfPage, passed: set[int]) -> bool:
    """Whether other words stand where a word is set."""
    lower, upper = word.baseline - 0.2 * word.size, word.baseline + 0.7 * word.size
    return any(
        word.x0 < other.x1 and other.x0 < word.x1 and lower < other.baseline + 0.3 * other.size < upper
        for other in page.words
        if id(other) not in passed
    )


def _words(found: Sequence[PdfWord]) -> str:
    """The words of the marks of one page; single signs, which the library gives of words set aslant, put together."""
    parts: list[str] = []
    before: PdfWord | None = None
    for word in found:
        is_one = before is not None and len(word.text) == 1 and word.look is before.look and not word.is_spaced
        parts.append(word.text if is_one or before is None else f" {word.text}")
        before = word
    return "".join(parts)
