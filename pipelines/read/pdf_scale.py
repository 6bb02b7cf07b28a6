"""Pages measured in their type: what is read of a page is read in points of a page whose running text is ten high.

How far apart words, lines, edges and rules stand goes with the size of type. A page printed at another scale, or on
another paper, is brought to that size first, so that one set of measures serves all; places are given back in points
of the paper (``PdfPage.unit``). Type from eight to twelve and a half points is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipelines.read.pdf_drawing import Stroke
from pipelines.read.pdf_page import PageLink, PdfPage
from pipelines.read.pdf_words import PdfWord

BODY = 10.0
"""Points: the size of running text that the measures of the readers are meant for."""

_LEAST, _MOST = 8.0, 12.6  # points: sizes of running text that are left as they are
_MAX_RULE = 3.0  # points: what is drawn thicker is no rule but an area
_PARAGRAPH_NUMBER = re.compile(r"[A-Z]{0,3}\d+[A-Z]?\.(?:[IVXLC]+\.)?\d+\.?")
_LEAST_NUMBERED, _LEAST_SIGNS = 3, 16
_MANY = 0.12  # share of the signs
_OTHER_PAPER = 1.08  # times as large as most pages
_SAME_SIZE = 0.03  # share


def scaled(pages: Sequence[PdfPage]) -> list[PdfPage]:
    """The pages in points of a page in ten-point type, their strokes sorted into level rules and areas."""
    whole = _body_size(pages)
    unit = 1.0 if _LEAST <= whole <= _MOST or not whole else whole / BODY
    papers = Counter(_paper(page) for page in pages)
    usual = papers.most_common(1)[0][0] if papers else 0.0
    common = {size for page in pages if _paper(page) == usual for size in _sizes(page)}
    made: list[PdfPage] = []
    for page in pages:
        own = _share_of_paper(page, usual, common)
        made.append(_sorted(page if unit * own == 1.0 else _scaled(page, unit * own)))
    return made


def _paper(page: PdfPage) -> float:
    return round(max(page.width, page.height))


def _sizes(page: PdfPage) -> Counter[float]:
    """Sizes of type on a page, with the number of signs in each."""
    sizes: Counter[float] = Counter()
    for word in page.words:
        sizes[round(word.size, 1)] += len(word.text)
    return sizes


def _body_size(pages: Sequence[PdfPage]) -> float:
    """The size of running text: of numbered paragraphs where there are some, else the largest of many signs, for tables
    are set smaller; 0 without words."""
    sizes: Counter[float] = Counter()
    numbered: Counter[float] = Counter()
    for page in pages:
        sizes += _sizes(page)
        for index, number in enumerate(page.words):
            if _PARAGRAPH_NUMBER.fullmatch(number.text) and _is_running(number, page.words[index + 1 : index + 5]):
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


def _scaled(page: PdfPage, unit: float) -> PdfPage:
    return replace(
        page,
        width=page.width / unit,
        height=page.height / unit,
        unit=unit,
        words=[_scaled_word(word, unit) for word in page.words],
        strokes=[Stroke(s.x0 / unit, s.y0 / unit, s.x1 / unit, s.y1 / unit) for s in page.strokes],
        links=[PageLink(link.address, _scaled_box(link.box, unit)) for link in page.links],
    )


def _scaled_word(word: PdfWord, unit: float) -> PdfWord:
    return replace(
        word, x0=word.x0 / unit, x1=word.x1 / unit, baseline=word.baseline / unit, size=word.size / unit
    )


def _scaled_box(box: tuple[float, float, float, float], unit: float) -> tuple[float, float, float, float]:
    return box[0] / unit, box[1] / unit, box[2] / unit, box[3] / unit


def _sorted(page: PdfPage) -> PdfPage:
    """The page with its strokes sorted into level rules and areas."""
    for stroke in page.strokes:
        if stroke.y1 - stroke.y0 <= _MAX_RULE:
            page.level_rules.append(stroke)
        elif stroke.x1 - stroke.x0 > _MAX_RULE and stroke.x1 - stroke.x0 < 0.98 * page.width:
            page.areas.append(stroke)
    return page
