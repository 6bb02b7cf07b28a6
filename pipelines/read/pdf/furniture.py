"""What is printed on the pages of a PDF beside its text: running heads and feet, recognised by place and repetition, the first
page's masthead, and watermarks.

Watermarks, such as that a text is a draft, belong to no line of the print. They are told by how they are set: aslant,
large, light, again on other pages in one place, across other words. No single sign will do: titles are large, labels of
charts may be aslant, running heads come again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.read.pdf.page import PdfPage
from pipelines.read.pdf.pieces import Piece, Rule
from pipelines.read.pdf.words import PdfWord

_DIGITS = re.compile(r"\d+")
_HEAD_SHARE, _FOOT_SHARE = 0.14, 0.11  # of the height of the page: where running heads and feet stand
_MASTHEAD_SHARE, _TOP_RULE_SHARE, _LOWEST_SHARE = 0.4, 0.88, 0.085
_WIDE = 0.6  # of the width of the page
_LINE_GAP, _SAME_LINE = 16, 4  # points


@dataclass(frozen=True, slots=True)
class Split:
    """The pieces of a page: its furniture, its body, and the rules of the body."""

    furniture: list[Piece]
    body: list[Piece]
    rules: list[Rule]


def split_furniture(
    pages: Sequence[PdfPage], pieces: Sequence[list[Piece]], rules: Sequence[list[Rule]]
) -> list[Split]:
    """Per page its furniture and its body, and the rules drawn in the body.

    Furniture is what stands above a wide rule that comes again at the same height near the upper edge of
    pages; without one, the lines next to the upper edge, and always those next to the lower edge, whose words
    come again on other pages (figures aside) at the same height. On the first page it is all above the
    last wide rule of the upper part, and what stands apart at the foot. On a page that lies on its side in an upright
    document, running heads and feet are set sideways beside the body.
    """
    aside = [_sideways(page, found) for page, found in zip(pages, pieces, strict=True)]
    pieces = [[piece for piece in found if piece not in out] for found, out in zip(pieces, aside, strict=True)]
    repeated = _repeated(pages, pieces)
    rule_heights = _repeated_rules(pages, rules)
    split: list[Split] = []
    first_foot = [piece.text for piece in pieces[0] if piece.baseline < _FOOT_SHARE * pages[0].height]
    for index, (page, found) in enumerate(zip(pages, pieces, strict=True)):
        upper = _upper_bound(page, found, rules[index], repeated, rule_heights)
        lower = _lower_bound(page, found, repeated, first_foot if index else [])
        if index == 0 and found:
            upper = min(upper, _masthead(page, rules[0]))
            lower = max(lower, _first_foot(page, found, repeated))
        furniture = aside[index] + [piece for piece in found if not lower < piece.baseline < upper]
        body = [piece for piece in found if lower < piece.baseline < upper]
        split.append(Split(furniture, body, [rule for rule in rules[index] if lower < rule.y < upper - 1]))
    return split


def _sideways(page: PdfPage, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page that are set sideways, left or right of all that is level."""
    if not any(look.angle for look in page.looks):
        return []
    sideways = [piece for piece in pieces if (look := piece.words[0][0].look) and abs(abs(look.angle) % 180 - 90) < 1]
    level = [piece for piece in pieces if piece not in sideways]
    if not level:
        return []
    left, right = min(piece.x0 for piece in level), max(piece.x1 for piece in level)
    return [piece for piece in sideways if piece.x1 <= left or piece.x0 >= right]


def _key(piece: Piece) -> tuple[int, str]:
    return round(piece.baseline / 2), _DIGITS.sub("#", piece.text)


def _in_margin(piece: Piece, page: PdfPage) -> bool:
    return piece.baseline > (1 - _HEAD_SHARE) * page.height or piece.baseline < _FOOT_SHARE * page.height


def _repeated(pages: Sequence[PdfPage], pieces: Sequence[list[Piece]]) -> set[tuple[int, str]]:
    """Keys of the margin pieces that stand on two pages at least, and on a tenth of all."""
    counts: Counter[tuple[int, str]] = Counter()
    for page, found in zip(pages, pieces, strict=True):
        for key in {_key(piece) for piece in found if _in_margin(piece, page)}:
            counts.update((key, (key[0] + 1, key[1])))
    least = max(2, len(pages) // 10)
    return {key for key, count in counts.items() if count >= least}


def _is_repeated(piece: Piece, repeated: set[tuple[int, str]]) -> bool:
    height, words = _key(piece)
    return (height, words) in repeated or (height + 1, words) in repeated


def _repeated_rules(pages: Sequence[PdfPage], rules: Sequence[list[Rule]]) -> set[int]:
    """Heights of the wide rules near the upper edge that come again on most pages after the first."""
    counts: Counter[int] = Counter()
    for page, drawn in zip(pages, rules, strict=True):
        counts.update({round(rule.y) for rule in drawn if _is_head_rule(rule, page)})
    return {height for height, count in counts.items() if count >= 2 and 2 * count >= len(pages) - 1}


def _is_head_rule(rule: Rule, page: PdfPage) -> bool:
    return rule.y > (1 - _HEAD_SHARE) * page.height and rule.x1 - rule.x0 > _WIDE * page.width


def _upper_bound(
    page: PdfPage, pieces: list[Piece], rules: list[Rule], repeated: set[tuple[int, str]], heights: set[int]
) -> float:
    """The height above which all is furniture."""
    ruled = [rule.y for rule in rules if round(rule.y) in heights and _is_head_rule(rule, page)]
    if ruled:
        return max(ruled)
    bound = page.height + 1
    for line in _lines([p for p in pieces if p.baseline > (1 - _HEAD_SHARE) * page.height], reverse=True):
        if bound <= page.height and bound - line[0].baseline > _LINE_GAP:
            break
        if not any(_is_repeated(piece, repeated) for piece in line):
            break
        bound = min(piece.baseline for piece in line) - 1
    return bound


def _lower_bound(page: PdfPage, pieces: list[Piece], repeated: set[tuple[int, str]], first_foot: list[str]) -> float:
    """The height below which all is furniture; a foot may repeat part of the first page's foot."""
    bound = -1.0
    for line in _lines([p for p in pieces if p.baseline < _FOOT_SHARE * page.height], reverse=False):
        if bound > 0 and line[0].baseline - bound > _LINE_GAP:
            break
        if not any(
            _is_repeated(piece, repeated) or any(foot.startswith(piece.text) for foot in first_foot) for piece in line
        ):
            break
        bound = max(piece.baseline for piece in line) + 1
    return bound


def _lines(pieces: list[Piece], *, reverse: bool) -> list[list[Piece]]:
    """Pieces by line, from the edge inwards."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.baseline, reverse=reverse):
        if lines and abs(lines[-1][0].baseline - piece.baseline) < _SAME_LINE:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return lines


def _masthead(page: PdfPage, rules: list[Rule]) -> float:
    """The height of the last wide rule of the upper part of the first page, where two such rules stand.

    Symbol and organ stand above the first, distribution and date between the two.
    """
    wide = [
        rule.y
        for rule in rules
        if rule.x1 - rule.x0 > _WIDE * page.width and rule.y > (1 - _MASTHEAD_SHARE) * page.height
    ]
    if len(wide) < 2 or max(wide) < _TOP_RULE_SHARE * page.height:
        return page.height + 1
    return min(wide)


def _first_foot(page: PdfPage, pieces: list[Piece], repeated: set[tuple[int, str]]) -> float:
    """The height below which the first page has what other pages' feet begin with, or stands drawn before the body."""
    feet = {words for _, words in repeated if any(sign.isalnum() or sign == "#" for sign in words)}
    lower = -1.0
    for piece in pieces:
        if piece.baseline >= _FOOT_SHARE * page.height:
            continue
        words = _DIGITS.sub("#", piece.text)
        if any(words.startswith(foot) and len(foot) >= 2 for foot in feet):
            lower = max(lower, piece.baseline + 1)
    if lower < 0:  # a document of one page: its foot is drawn apart, below all that is drawn after it
        margin = [piece for piece in pieces if piece.baseline < _LOWEST_SHARE * page.height]
        lower = max((piece.baseline + 1 for piece in margin), default=-1.0)
    return lower


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
    places = Counter(key for page in pages for key in {_mark_key(word) for word in candidates[id(page)]})
    marks: Marks = defaultdict(list)
    for page in pages:
        found = [
            word
            for word in candidates[id(page)]
            if _is_mark(word, page, is_repeated=places[_mark_key(word)] > 1, others=candidates[id(page)])
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


def _mark_key(word: PdfWord) -> tuple[str, int, int]:
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
