"""Automatic list marks: what Word prints before a numbered paragraph without its being in the text.

Follows ECMA-376 part 1, 17.9: abstract numberings with up to nine levels, numberings that use them and
may override levels or starts, counters that go on from paragraph to paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pipelines.read.word import xml as x

_W = x.PREFIX
_ABSTRACT, _NUM, _LVL, _OVERRIDE = _W + "abstractNum", _W + "num", _W + "lvl", _W + "lvlOverride"
_ABSTRACT_ID, _START, _START_OVERRIDE = _W + "abstractNumId", _W + "start", _W + "startOverride"
_FORMAT, _TEXT, _LEGAL, _RESTART = _W + "numFmt", _W + "lvlText", _W + "isLgl", _W + "lvlRestart"
_STYLE_LINK, _NUM_STYLE_LINK = _W + "styleLink", _W + "numStyleLink"
_LEVEL_COUNT = 9
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
_HAN = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a numbering.

    ``restarts`` says which levels above begin it anew: None any of them, 0 none, n the first n.
    ``style`` is the paragraph style that stands for the level.
    """

    start: int
    number_format: str
    text: str
    is_legal: bool
    restarts: int | None
    style: str


class Numbering:
    """Automatic list marks: counts as the paragraphs of a document are met in order."""

    def __init__(self, root: etree._Element | None) -> None:
        """``root`` is the numbering part; None gives no marks."""
        self._levels: dict[str, dict[int, _Level]] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._definitions: dict[str, tuple[etree._Element, etree._Element]] = {}
        self._abstract_of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[str] = set()
        if root is None:
            return
        abstracts = {element.get(_ABSTRACT_ID, ""): element for element in root.iterchildren(_ABSTRACT)}
        linked = {_value(element, _STYLE_LINK): key for key, element in abstracts.items()}
        for number in root.iterchildren(_NUM):
            num_id = number.get(x.NUM_ID, "")
            abstract_id = _value(number, _ABSTRACT_ID) or ""
            abstract = abstracts.get(abstract_id)
            if abstract is None:
                continue
            link = _value(abstract, _NUM_STYLE_LINK)
            if link is not None and link in linked:
                abstract_id = linked[link]
                abstract = abstracts[abstract_id]
            self._abstract_of[num_id] = abstract_id
            self._definitions[num_id] = (abstract, number)

    def _define(self, num_id: str) -> dict[int, _Level] | None:
        """The levels of a numbering, gathered when it is first used; None when there is none."""
        if num_id in self._levels or num_id not in self._definitions:
            return self._levels.get(num_id)
        abstract, number = self._definitions[num_id]
        levels = self._levels[num_id] = _levels(abstract)
        starts = self._starts[num_id] = {}
        for override in number.iterchildren(_OVERRIDE):
            levels.update(_levels(override))
            start = _value(override, _START_OVERRIDE)
            if start is not None:
                starts[x.integer(override.get(x.LEVEL))] = x.integer(start)
        return levels

    def mark(self, num_id: str, level_text: str, style: str = "") -> str:
        """The mark of the next paragraph of a list: "10.4", "(a)", "Table 1.5", a bullet, or "" for none.

        ``style`` is the paragraph style that asks for the numbering; it tells the level where
        ``level_text`` is empty.
        """
        levels = self._define(num_id)
        if levels is None:
            return ""
        level = x.integer(level_text)
        if not level_text and style:
            level = next((index for index, one in levels.items() if one.style == style), 0)
        if level not in levels:
            return ""
        counts = self._count(num_id, level, levels)
        own = levels[level]
        if own.number_format == "bullet":
            return "•" if not own.text or "\ue000" <= own.text[0] <= "\uf8ff" else own.text
        text = own.text
        for index in range(_LEVEL_COUNT):
            place = f"%{index + 1}"
            if place in text and index in levels:
                style = "decimal" if own.is_legal else levels[index].number_format
                text = text.replace(place, format_number(counts.get(index, levels[index].start), style))
        return text.strip()

    def _count(self, num_id: str, level: int, levels: dict[int, _Level]) -> dict[int, int]:
        """Count one paragraph at a level; the counters of the list by level.

        A numbering that overrides starts says, when it first appears, where the list stands: at its own
        level it begins there, on the levels above it is taken to be there already.
        """
        counts = self._counts.setdefault(self._abstract_of[num_id], {})
        starts = self._starts[num_id]
        if num_id not in self._started:
            self._started.add(num_id)
            counts.update((upper, start) for upper, start in starts.items() if upper < level)
            if level in starts:
                counts.pop(level, None)
        counts[level] = counts[level] + 1 if level in counts else starts.get(level, levels[level].start)
        for deeper in [known for known in counts if known > level]:
            restarts = levels[deeper].restarts if deeper in levels else None
            if restarts is None or level < restarts:
                del counts[deeper]
        return counts


def _levels(parent: etree._Element) -> dict[int, _Level]:
    """The levels defined in an abstract numbering or an override, by index from 0."""
    found: dict[int, _Level] = {}
    for element in parent.iterchildren(_LVL):
        legal, restart = _value(element, _LEGAL), _value(element, _RESTART)
        found[x.integer(element.get(x.LEVEL))] = _Level(
            start=x.integer(_value(element, _START) or "1"),
            number_format=_value(element, _FORMAT) or "decimal",
            text=_value(element, _TEXT) or "",
            is_legal=legal is not None and x.is_on(legal or None),
            restarts=None if restart is None else x.integer(restart),
            style=_value(element, x.PARAGRAPH_STYLE) or "",
        )
    return found


def _value(element: etree._Element, tag: str) -> str | None:
    """The ``w:val`` of a child, "" where it has none, None where there is no such child."""
    found = next(element.iterchildren(tag), None)
    return None if found is None else found.get(x.VAL, "")


def format_number(value: int, number_format: str) -> str:
    """A counter as printed, in a number format of Word ("lowerLetter", "upperRoman", ...); digits for unknown ones.

    Letters go a, b, ... z, aa, bb; "none" prints nothing.
    """
    if number_format == "none":
        return ""
    if number_format.endswith("Letter") and value > 0:
        return _cased(_letters(value, "abcdefghijklmnopqrstuvwxyz"), number_format)
    if number_format.startswith("russian") and value > 0:
        letters = _letters(value, _RUSSIAN)
        return letters.upper() if number_format.endswith("Upper") else letters
    if number_format.endswith("Roman") and 0 < value < 4000:
        return _cased(_roman(value), number_format)
    if number_format.startswith(("chineseCounting", "ideographDigital", "japaneseCounting")) and 0 <= value < 100:
        return _han(value)
    return f"{value:02d}" if number_format == "decimalZero" else str(value)


def _cased(text: str, number_format: str) -> str:
    return text.upper() if number_format.startswith("upper") else text


def _letters(value: int, alphabet: str) -> str:
    rounds, index = divmod(value - 1, len(alphabet))
    return alphabet[index] * (rounds + 1)


def _roman(value: int) -> str:
    signs = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
             (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
    text = ""
    for size, sign in signs:
        count, value = divmod(value, size)
        text += sign * count
    return text


def _han(value: int) -> str:
    tens, ones = divmod(value, 10)
    if not tens:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")
