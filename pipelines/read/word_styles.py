"""What Word's styles and automatic numbering say of a paragraph: outline level, weight, list mark.

The names of the heading styles are those of the United Nations document template; other documents
fall back on outline levels. Numbering follows ECMA-376 part 1, 17.9.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pipelines.read import word_xml as x

# Template styles without white space, underscores and case -> outline level, 1 outermost; 0 is no heading.
_TEMPLATE_LEVELS = {
    "titlehm": 1, "titlehch": 1, "titleh1": 1, "titleh2": 1, "agendatitleh2": 1, "title": 1,
    "hm": 1, "hch": 2, "h1": 3, "h2/3": 4, "h4": 5, "h5/6": 6,
    "session": 0, "agendaitemnormal": 0,
}  # fmt: skip
_NOTE_STYLES = frozenset({"footnotetext", "endnotetext"})
_W = x.PREFIX
_STYLE, _NAME, _BASED_ON = _W + "style", _W + "name", _W + "basedOn"
_STYLE_ID = _W + "styleId"
_MAX_CHAIN = 32
_BODY_TEXT_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it inherits. ``level`` is None where it is no heading; numbering as ``w:numPr`` has it."""

    name: str = ""
    level: int | None = None
    is_note: bool = False
    is_bold: bool = False
    is_hidden: bool = False
    is_raised: bool = False
    num_id: str = ""
    num_level: str = ""


PLAIN = Style()


class StyleSheet:
    """The styles of one document, resolved on first use."""

    def __init__(self, root: etree._Element | None) -> None:
        """``root`` is the styles part; None gives a sheet without styles."""
        self._elements: dict[str, etree._Element] = {}
        self._resolved: dict[str, Style] = {}
        self._outline_levels: dict[int, int] = {}
        self._default = ""
        for element in root.iterchildren(_STYLE) if root is not None else ():
            style_id = element.get(_STYLE_ID, "")
            self._elements[style_id] = element
            if element.get(x.TYPE) == "paragraph" and x.is_on(element.get(_W + "default", "0")):
                self._default = style_id
            outline = _value(element, f"{x.PPR}/{x.OUTLINE}")
            level = _TEMPLATE_LEVELS.get(_plain(_value(element, _NAME) or ""))
            if outline is not None and level and outline.isdigit():
                known = self._outline_levels.get(int(outline), level)
                self._outline_levels[int(outline)] = max(known, level)

    def __getitem__(self, style_id: str) -> Style:
        """The style with this id ("" for a paragraph that names none); PLAIN when there is no such style."""
        found = self._resolved.get(style_id)
        if found is None:
            found = self._resolved[style_id] = self._resolve(style_id or self._default)
        return found

    def level_of_outline(self, outline: str) -> int | None:
        """The heading level of an outline level given directly (from "0"); None for body text.

        Where the template's heading styles carry outline levels, the same outline level means the same
        heading; levels between them take the next one outwards.
        """
        if not outline.isdigit() or int(outline) >= _BODY_TEXT_LEVEL:
            return None
        wanted = int(outline)
        outer = [known for known in self._outline_levels if known <= wanted]
        return self._outline_levels[max(outer)] if outer else wanted + 1

    def _resolve(self, style_id: str) -> Style:
        chain: list[etree._Element] = []
        current: str | None = style_id
        while current and current in self._elements and len(chain) < _MAX_CHAIN:
            chain.append(self._elements[current])
            current = _value(chain[-1], _BASED_ON)
        if not chain:
            return PLAIN
        names = [_plain(_value(element, _NAME) or "") for element in chain]
        level = next((_TEMPLATE_LEVELS[name] for name in names if name in _TEMPLATE_LEVELS), None)
        if level is None:
            level = self.level_of_outline(_first(chain, f"{x.PPR}/{x.OUTLINE}") or "")
        return Style(
            name=_value(chain[0], _NAME) or style_id,
            level=level or None,
            is_note=any(name in _NOTE_STYLES for name in names),
            is_bold=_toggle(chain, f"{x.RPR}/{x.BOLD}"),
            is_hidden=_toggle(chain, f"{x.RPR}/{x.VANISH}"),
            is_raised=_first(chain, f"{x.RPR}/{x.VERTICAL}") == "superscript",
            num_id=_first(chain, f"{x.PPR}/{x.NUMBERING}/{x.NUM_ID}") or "",
            num_level=_first(chain, f"{x.PPR}/{x.NUMBERING}/{x.LEVEL}") or "",
        )


def _plain(name: str) -> str:
    return name.replace("_", "").replace(" ", "").lower()


def _value(element: etree._Element, path: str) -> str | None:
    """The ``w:val`` at ``path``, "" where it has none, None where there is no such element."""
    found = element.find(path)
    return None if found is None else found.get(x.VAL, "")


def _first(chain: list[etree._Element], path: str) -> str | None:
    return next((value for value in (_value(element, path) for element in chain) if value is not None), None)


def _toggle(chain: list[etree._Element], path: str) -> bool:
    value = _first(chain, path)
    return value is not None and x.is_on(value)


_ABSTRACT, _NUM, _LVL, _OVERRIDE = _W + "abstractNum", _W + "num", _W + "lvl", _W + "lvlOverride"
_ABSTRACT_ID, _START, _START_OVERRIDE = _W + "abstractNumId", _W + "start", _W + "startOverride"
_FORMAT, _TEXT, _LEGAL = _W + "numFmt", _W + "lvlText", _W + "isLgl"
_STYLE_LINK, _NUM_STYLE_LINK = _W + "styleLink", _W + "numStyleLink"
_LEVEL_COUNT = 9


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    number_format: str
    text: str
    is_legal: bool


class Numbering:
    """Automatic list marks: counts as the paragraphs of a document are met in order."""

    def __init__(self, root: etree._Element | None) -> None:
        """``root`` is the numbering part; None gives no marks."""
        self._levels: dict[str, dict[int, _Level]] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._definitions: dict[str, tuple[etree._Element, etree._Element]] = {}
        self._abstract_of: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
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
            if start is not None and start.isdigit():
                starts[_integer(override.get(x.LEVEL))] = int(start)
        return levels

    def mark(self, num_id: str, level_text: str) -> str:
        """The mark of the next paragraph of a list: "10.4", "(a)", "Table 1.5", a bullet, or "" for none."""
        levels = self._define(num_id)
        level = _integer(level_text)
        if levels is None or level not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract_of[num_id], {})
        override = self._starts[num_id].get(level)
        if override is not None and (num_id, level) not in self._started:
            counts[level] = override
        else:
            counts[level] = counts.get(level, levels[level].start - 1) + 1
        self._started.add((num_id, level))
        for deeper in [known for known in counts if known > level]:
            del counts[deeper]
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


def _levels(parent: etree._Element) -> dict[int, _Level]:
    """The levels defined in an abstract numbering or an override, by index from 0."""
    return {
        _integer(element.get(x.LEVEL)): _Level(
            start=_integer(_value(element, _START) or "1"),
            number_format=_value(element, _FORMAT) or "decimal",
            text=_value(element, _TEXT) or "",
            is_legal=element.find(_LEGAL) is not None,
        )
        for element in parent.iterchildren(_LVL)
    }


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 7 else 0


def format_number(value: int, number_format: str) -> str:
    """A counter as printed: decimal, letters (a, b, ... z, aa, bb), Roman numerals, or nothing for "none"."""
    if number_format == "none":
        return ""
    if number_format.endswith("Letter") and value > 0:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if number_format.startswith("upper") else letter
    if number_format.endswith("Roman") and 0 < value < 4000:
        roman = _roman(value)
        return roman if number_format.startswith("upper") else roman.lower()
    return f"{value:02d}" if number_format == "decimalZero" else str(value)


def _roman(value: int) -> str:
    signs = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
             (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
    text = ""
    for size, sign in signs:
        count, value = divmod(value, size)
        text += sign * count
    return text
