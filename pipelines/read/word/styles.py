"""What Word's styles say of a paragraph: outline level, weight, numbering.

The names of the heading styles are those of the United Nations document template; other documents
fall back on outline levels.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pipelines.read.word import xml as x

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
_LANGUAGE = "/".join(_W + name for name in ("docDefaults", "rPrDefault", "rPr", "lang"))
_MAX_CHAIN = 32
_LIFTED = 3  # half points
_OUTLINE_LEVELS = frozenset("012345678")  # 9 is body text


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it inherits.

    ``level`` is the outline level of a heading, 0 for a style that is never one, None where nothing is
    said. Numbering is as ``w:numPr`` has it; ``num_style`` is the id of the style that asks for it.
    """

    name: str = ""
    level: int | None = None
    is_note: bool = False
    is_bold: bool = False
    is_hidden: bool = False
    is_raised: bool = False
    num_id: str = ""
    num_level: str = ""
    num_style: str = ""


PLAIN = Style()


def is_raised(vertical: str | None, position: str | None) -> bool:
    """Whether words stand above the line: as superscript, or lifted by more than a line is evened out by."""
    return vertical == "superscript" or (not vertical and x.integer(position) >= _LIFTED)


class StyleSheet:
    """The styles of one document, resolved on first use."""

    def __init__(self, root: etree._Element | None) -> None:
        """``root`` is the styles part; None gives a sheet without styles.

        ``language`` is that of the document's default text ("en-US"), "" where it is not said.
        """
        language = None if root is None else root.find(_LANGUAGE)
        self.language = "" if language is None else language.get(x.VAL, "")
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
            if outline and level:
                known = self._outline_levels.get(x.integer(outline), level)
                self._outline_levels[x.integer(outline)] = max(known, level)

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
        if outline not in _OUTLINE_LEVELS:
            return None
        wanted = x.integer(outline)
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
        numbering = next((one for one in chain if _value(one, f"{x.PPR}/{x.NUMBERING}/{x.NUM_ID}")), None)
        return Style(
            name=_value(chain[0], _NAME) or style_id,
            level=level,
            is_note=any(name in _NOTE_STYLES for name in names),
            is_bold=_toggle(chain, f"{x.RPR}/{x.BOLD}"),
            is_hidden=_toggle(chain, f"{x.RPR}/{x.VANISH}"),
            is_raised=is_raised(_first(chain, f"{x.RPR}/{x.VERTICAL}"), _first(chain, f"{x.RPR}/{x.POSITION}")),
            num_id=_first(chain, f"{x.PPR}/{x.NUMBERING}/{x.NUM_ID}") or "",
            num_level=_first(chain, f"{x.PPR}/{x.NUMBERING}/{x.LEVEL}") or "",
            num_style="" if numbering is None else numbering.get(_STYLE_ID, ""),
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
