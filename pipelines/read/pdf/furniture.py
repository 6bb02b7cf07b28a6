"""Page furniture of a PDF: running heads and feet recognised by place and repetition, and the first page's masthead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.read.pdf.page import PdfPage
from pipelines.read.pdf.pieces import Piece, Rule

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
