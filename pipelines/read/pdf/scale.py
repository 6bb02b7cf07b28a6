"""Pages measured in their type: what is read of a page is read in points of a page whose running text is ten high.

How far apart words, lines, edges and rules stand goes with the size of type. A page printed at another scale, or on
another paper, is brought to that size first, so that one set of measures serves all; places are given back in points
of the paper (``PdfPage.frame``). Type from eight to twelve and a half points is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from pipelines.read.pdf.drawing import Stroke
from pipelines.read.pdf.page import Frame, PageLink, PdfPage
from pipelines.read.pdf.words import PdfWord
from pipelines.symbols.place_numbers import PARAGRAPH_ALONE

BODY = 10.0
"""Points: the size of running text that the measures of the readers are meant for."""

_LEAST, _MOST = 8.0, 12.6  # points: sizes of running text that are left as they are
_MAX_RULE = 3.0  # points: what is drawn thicker is no rule but an area
_PARAGRAPH_NUMBER = re.compile(rf"[A-Z]{{0,3}}(?:{PARAGRAPH_ALONE})\.?")
_LEAST_NUMBERED, _LEAST_SIGNS = 3, 16
_MANY = 0.12  # share of the signs
_OTHER_PAPER = 1.08  # times as large as most pages
_SAME_SIZE = 0.03  # share
_HEAD_SHARE, _FOOT_SHARE = 0.14, 0.11  # of the height of a page: no margin is larger
_MARGIN, _FOOT = 56.0, 30.0  # points: margins that are left
_NEAR = 16.0  # points
_baseline = attrgetter("baseline")


def scaled(pages: Sequence[PdfPage]) -> list[PdfPage]:
    """The pages in points of a page in ten-point type, their strokes sorted into level rules and areas."""
    sizes = [_sizes(page) for page in pages]
    whole = _body_size(pages, sizes)
    unit = 1.0 if _LEAST <= whole <= _MOST or not whole else whole / BODY
    papers = Counter(_paper(page) for page in pages)
    usual = papers.most_common(1)[0][0] if papers else 0.0
    common = {size for page, own in zip(pages, sizes, strict=True) if _paper(page) == usual for size in own}
    units = [unit * _share_of_paper(page, usual, common) for page in pages]
    made = [
        page if unit == 1.0 else _placed(page, unit, 0, 0, page.width, page.height)
        for page, unit in zip(pages, units, strict=True)
    ]
    return [_sorted(page) for page in _framed(made)]


def _paper(page: PdfPage) -> float:
    return round(max(page.width, page.height))


def _sizes(page: PdfPage) -> Counter[float]:
    """Sizes of type on a page, with the number of signs in each."""
    exact: dict[float, int] = {}
    for word in page.words:
        exact[word.size] = exact.get(word.size, 0) + len(word.text)
    sizes: Counter[float] = Counter()
    for size, signs in exact.items():
        sizes[round(size, 1)] += signs
    return sizes


def _body_size(pages: Sequence[PdfPage], each: Sequence[Counter[float]]) -> float:
    """The size of running text: of numbered paragraphs where there are some, else the largest of many signs, for tables
    are set smaller; 0 without words."""
    sizes: Counter[float] = Counter()
    numbered: Counter[float] = Counter()
    for own in each:
        sizes.update(own)
    for page in pages:
        for index, number in enumerate(page.words):
            if (
                ("." in number.text or "-" in number.text)
                and _PARAGRAPH_NUMBER.fullmatch(number.text)
                and _is_running(number, page.words[index + 1 : index + 5])
            ):
                numbered[round(page.words[index + 1].size, 1)] += 1
    if numbered.total() >= _LEAST_NUMBERED:
        return numbered.most_common(1)[0][0]
    return max((size for size, signs in sizes.items() if signs >= _MANY * sizes.total()), default=0.0)


def _is_running(number: PdfWord, words: Sequence[PdfWord]) -> bool:
    """Whether running text stands beside a number, not the next cell of a row."""
    line = [word for word in words if abs(word.baseline - number.baseline) < 0.1 * word.size]
    return sum(len(word.text) for word in line) > _LEAST_SIGNS and not any(word.text[0].isdigit() for word in line)


def _share_of_paper(page: PdfPage, usual: float, common: set[float]) -> float:
    """How many times larger than other pages a page is whose type grew with its paper; 1 for all others."""
    share = _paper(page) / usual if usual else 1.0
    if 1 / _OTHER_PAPER <= share <= _OTHER_PAPER or not page.words:
        return 1.0
    sizes = _sizes(page)
    fitting = sum(n for size, n in sizes.items() if _is_known(size / share, common))
    as_it_is = sum(n for size, n in sizes.items() if _is_known(size, common))
    return share if fitting > as_it_is else 1.0


def _is_known(size: float, common: set[float]) -> bool:
    return any(abs(size - one) <= _SAME_SIZE * one for one in common)


def _framed(pages: list[PdfPage]) -> list[PdfPage]:
    """The pages without the white space around what is printed, where this leaves more of it than any margin has.

    What is printed smaller than its paper has running heads and feet far from the edge of the paper; they are told by
    coming again at one height.
    """
    printed = [page for page in pages if page.words]
    if len(printed) < 2:
        return pages
    height = max(page.height for page in printed)
    lowest = [min(map(_baseline, page.words)) for page in printed]
    highest = [page.height - max(map(_baseline, page.words)) for page in printed]
    lower, upper = _common(lowest), _common(highest)
    if lower is None or upper is None or (lower <= _FOOT_SHARE * height and upper <= _HEAD_SHARE * height):
        return pages
    left = min(word.x0 for page in printed for word in page.words)
    right = min(page.width - word.x1 for page in printed for word in page.words)
    cut_left, cut_right = max(left - _MARGIN, 0.0), max(right - _MARGIN, 0.0)
    cut_lower, cut_upper = max(lower - _FOOT, 0.0), max(upper - _MARGIN, 0.0)
    return [
        _placed(page, 1.0, cut_left, cut_lower, page.width - cut_left - cut_right, page.height - cut_lower - cut_upper)
        for page in pages
    ]


def _common(heights: Sequence[float]) -> float | None:
    """The least of heights, where most of them are about as small; None where they are not."""
    least = min(heights)
    near = sum(height <= least + _NEAR for height in heights)
    return least if near >= 2 and 2 * near >= len(heights) else None


def _placed(page: PdfPage, unit: float, left: float, bottom: float, width: float, height: float) -> PdfPage:
    """A page in another unit, from another lower left corner; all but the unit in points of the page as it was."""

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        return (x0 - left) / unit, (y0 - bottom) / unit, (x1 - left) / unit, (y1 - bottom) / unit

    old = page.frame
    return replace(
        page,
        width=width / unit,
        height=height / unit,
        frame=Frame(old.unit * unit, old.left + left * old.unit, old.bottom + bottom * old.unit),
        words=[
            replace(
                word,
                x0=(word.x0 - left) / unit,
                x1=(word.x1 - left) / unit,
                baseline=(word.baseline - bottom) / unit,
                size=word.size / unit,
            )
            for word in page.words
        ],
        strokes=[Stroke(*box(stroke.x0, stroke.y0, stroke.x1, stroke.y1)) for stroke in page.strokes],
        links=[PageLink(link.address, box(*link.box)) for link in page.links],
    )


def _sorted(page: PdfPage) -> PdfPage:
    """The page with its strokes sorted into level rules and areas."""
    for stroke in page.strokes:
        if stroke.y1 - stroke.y0 <= _MAX_RULE:
            page.level_rules.append(stroke)
        elif stroke.x1 - stroke.x0 > _MAX_RULE and stroke.x1 - stroke.x0 < 0.98 * page.width:
            page.areas.append(stroke)
    return page
