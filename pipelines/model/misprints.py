"""Words one letter away from those they must be: a letter left out, doubled, put in, changed, or two that changed places."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORTEST = 7
"""Letters of the shortest word that is taken for another: short ones are near to many."""


def is_one_edit_away(printed: str, meant: str) -> bool:
    """True where one letter added, left out or changed, or two neighbours swapped, makes one word the other."""
    if printed == meant or abs(len(printed) - len(meant)) > 1 or min(len(printed), len(meant)) < _SHORTEST:
        return False
    start = 0
    while start < min(len(printed), len(meant)) and printed[start] == meant[start]:
        start += 1
    first, second = printed[start:], meant[start:]
    swapped = first[:2][::-1] == second[:2] and first[2:] == second[2:]
    return swapped or first[1:] == second[1:] or first[1:] == second or first == second[1:]


def meant_of(printed: str, words: Iterable[str]) -> str | None:
    """The one word of several that a misprint is one letter away from; None where there is none, or more."""
    found = {word for word in words if is_one_edit_away(printed.casefold(), word.casefold())}
    return found.pop() if len(found) == 1 else None


def mended_head(text: str, words: Iterable[str]) -> str:
    """The text with its first word put right, where it is one letter away from one of the words."""
    match = re.match(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*", text)
    meant = meant_of(match[0], words) if match else None
    return f"{meant}{text[match.end() :]}" if match and meant else text
