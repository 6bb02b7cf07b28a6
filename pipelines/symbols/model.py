"""A United Nations document symbol: its parts, its canonical form and the reading of one.

Canonical forms: ``A/RES/74/232 B``, ``A/RES/S-10/2``, ``A/RES/3379 (XXX)``, ``S/RES/2231 (2015)``,
``E/RES/2021/19``, ``A/DEC/78/560``, ``A/77/6 (Sect. 10)``, ``A/80/6 (Sect. 3)/Add.2``, ``A/76/L.47/Add.1``,
``A/61/636-S/2006/980``, and ``A/RES/76/XXX`` for a number not yet known. An organ that prints no series of
its own for its texts gets one by the same rule, such as ``E/CN.7/RES/44/14`` or ``UNEP/GC/DEC/SS.VIII/1``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.symbols.catalogue import organ_codes, organ_of, per_folder, series, symbol_data

SymbolKind = Literal["resolution", "decision", "document"]
SymbolStyle = Literal["slash", "parenthesis"]

PENDING = "XXX"
# One character for one, so that places in the text stay what they are.
_FOLD = str.maketrans(
    "０１２３４５６７８９／⁄∕（）．，；－−\u00a0\u2002\u2007\u202f\u2009\u2010\u2011٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹",
    "0123456789///().,;--     --01234567890123456789",
)
_SPECIAL = re.compile(r"(?<![A-Za-z])(E?S)[–—](?=[\dIVX])")  # special sessions: S-30/1
_SPACE = r"[ \t\r\n]*"
PENDING_PATTERN = r"(?:[Xx]{2,}|_{2,}|\.{3}|…)"
ROMAN_PATTERN = r"[IVXLC]+"
# A lettered part: a capital that begins no word and no other symbol, or a small letter glued to the number.
_PART_END = r"(?![A-Za-z0-9]|/(?!(?:Add|Corr|Rev|Amend)\.))"
PART_PATTERN = rf"(?:[ \t]?(?P<part>[A-Z])\u200b*{_PART_END}|(?P<small_part>[a-z])(?![A-Za-z0-9]))"
# 74/232 B, S-10/2, SS.VIII/1, 76/XXX, 1946/9 (I)
SLASHED_PATTERN = (
    rf"(?P<session>(?:E?S-)?\d{{1,4}}|SS\.{ROMAN_PATTERN}|{ROMAN_PATTERN}){_SPACE}/{_SPACE}"
    rf"(?P<number>\d{{1,5}}(?!\d)|{PENDING_PATTERN})(?:{_SPACE}\((?P<roman>{ROMAN_PATTERN})\))?{PART_PATTERN}?"
)
# 3379 (XXX), 1721 B (XVI), 2453 A-B (XXIII), 377 (V) A, 3201 (S-VI), 2231 (2015), A (65), 340 (AC.66)
BRACKETED_PATTERN = (
    rf"(?P<number>\d{{1,5}}|[A-Z])(?:[ \t]?(?P<part>[A-Z])(?:[ ]?[-–—][ ]?(?P<last_part>[A-Z]))?)?{_SPACE}"
    rf"\((?P<bracketed>(?:E?S-)?{ROMAN_PATTERN}|\d{{2}}|\d{{4}}|[A-Z]{{2,6}}\.\d{{1,3}})\)(?:[ \t]?(?P<part_after>[A-Z])\u200b*{_PART_END})?"
)
_SLASHED = re.compile(SLASHED_PATTERN)
_BRACKETED = re.compile(BRACKETED_PATTERN)
_SUFFIX_WORDS = rf"(?:Add|Corr|Rev|Amend)\.{_SPACE}\d+|Part{_SPACE}[A-Z]{{1,4}}(?![A-Za-z])|Summary"
_SUFFIX = re.compile(rf"{_SPACE}/{_SPACE}(?P<suffix>{_SUFFIX_WORDS})", re.I)


class SymbolError(ValueError):
    """Text that is no document symbol; the message names it."""


def fold(text: str) -> str:
    """Full-width, Arabic-Indic and non-breaking characters as plain ones, same length; one hyphen after "S"."""
    return text if text.isascii() else _SPECIAL.sub(r"\1-", text.translate(_FOLD))


@dataclass(frozen=True, slots=True, order=True)
class Symbol:
    """A document symbol.

    ``series`` is the organ's code for resolutions and decisions (``A``, ``A/HRC``) and the first part of
    the symbol otherwise. ``session`` and ``number`` belong to resolutions and decisions: session 74, S-10,
    XXX or the year; ``style`` says whether the session stands before a slash or in parentheses.
    ``body`` is what stands between series and parenthesis of other documents (``77/6``); ``section`` the
    words in that parenthesis (``Sect. 10``); ``suffixes`` addenda, corrigenda, revisions and parts;
    ``twin`` the second symbol of a joint one (``S/2006/980``).
    """

    series: str
    kind: SymbolKind = "document"
    session: str = ""
    number: str = ""
    part: str = ""
    style: SymbolStyle = "slash"
    body: str = ""
    section: str = ""
    suffixes: tuple[str, ...] = ()
    twin: str = ""

    def __str__(self) -> str:
        if self.kind == "document":
            text = f"{self.series}/{self.body}" + (f" ({self.section})" if self.section else "")
        else:
            text = f"{self.series}/{'RES' if self.kind == 'resolution' else 'DEC'}/{self.label}"
        text += "".join(f"/{suffix}" for suffix in self.suffixes)
        return f"{text}-{self.twin}" if self.twin else text

    @property
    def label(self) -> str:
        """Number by which its organ knows a resolution or decision: 74/232 B, 3379 (XXX); the body of a document."""
        if self.kind == "document":
            return self.body
        part = f" {self.part}" if self.part else ""
        return (
            f"{self.session}/{self.number}{part}" if self.style == "slash" else f"{self.number}{part} ({self.session})"
        )

    @property
    def form(self) -> str:
        """How a resolution or decision is numbered: one of ``symbol_catalogue.FORMS``."""
        session = self.session
        if self.style == "slash":
            if session.isdigit():
                return "year" if len(session) == 4 else "session"
            if session.startswith("SS."):
                return "special_roman"
            return "special" if "S-" in session else "roman_session"
        if session.isdigit():
            return "bracketed_year" if len(session) == 4 else "letter" if self.number.isalpha() else "bracketed_session"
        return "body" if "." in session else "special" if "S-" in session else "roman"

    @property
    def is_pending(self) -> bool:
        """True for a placeholder whose number is not yet known, such as A/RES/76/XXX."""
        return self.number == PENDING

    @property
    def compact(self) -> str:
        """Without spaces, as in addresses and document ids: ``A/77/6(Sect.10)``."""
        return str(self).replace(" ", "")

    @property
    def file_name(self) -> str:
        """Safe as the name of a file: ``A_77_6_Sect.10``, ``A_RES_74_232_B``, ``A_80_6_Income_sect.1``."""
        spaced = str(self).replace(". ", ".").replace("(", "_").replace(")", "_")
        return re.sub(r"[ /_]+", "_", spaced).strip("_")

    @property
    def base(self) -> Symbol:
        """The symbol without lettered part, addenda and twin: A/RES/74/232 of A/RES/74/232 B."""
        return replace(self, part="", suffixes=(), twin="")

    @property
    def section_code(self) -> str | None:
        """``10`` or ``29A`` of a fascicle; None where no section is named."""
        found = re.fullmatch(r"Sect\. (\d+[A-Z]?)", self.section)
        return found[1] if found else None

    @property
    def session_number(self) -> int | None:
        """Regular session as a number (74, or 30 of XXX); None for years, special sessions and documents."""
        if self.kind == "document":
            return None
        if self.session.isdigit():
            return int(self.session) if len(self.session) < 4 else None
        return roman_value(self.session) if re.fullmatch(ROMAN_PATTERN, self.session) else None

    @property
    def organ_name(self) -> str | None:
        """English name of the organ that adopts such texts; None for other documents."""
        organ = organ_of(self.series) if self.kind != "document" else None
        return (
            next((names[0] for names in (organ.names["en"], *organ.names.values()) if names), None) if organ else None
        )

    def document_id(self, language: str, file_format: str) -> str:
        """Id of one language and format of the document: ``A/77/6(Sect.10).zh.txt``."""
        return f"{self.compact}.{language}.{file_format}"


def roman_value(text: str) -> int:
    """Value of a roman numeral: XXX -> 30."""
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    digits = [values[character] for character in text]
    return sum(-one if one < following else one for one, following in zip(digits, [*digits[1:], 0], strict=True))


@per_folder
def _adopted_head() -> re.Pattern[str]:
    codes = "|".join(re.escape(code) for code in organ_codes())
    return re.compile(rf"(?P<series>{codes}){_SPACE}/{_SPACE}(?P<kind>RES|DEC){_SPACE}/{_SPACE}", re.I)


@per_folder
def _document_body() -> re.Pattern[str]:
    words = "|".join(re.escape(word).replace(r"\ ", _SPACE) for word in symbol_data()["parenthesis_words"])
    names = "|".join(re.escape(name) for name in series())
    # A hyphen before another series joins two symbols; elsewhere it belongs to the segment.
    inner = rf"[A-Za-z0-9]|(?!-(?:{names}){_SPACE}/)[.\-](?=[A-Za-z0-9])"
    # ECE/BATUMI. CONF/2016/2 breaks after its first dot in narrow columns.
    segment = rf"(?:[A-Za-z]{{3,}}\.{_SPACE}CONF|[A-Za-z0-9](?:{inner})*(?:\(\d{{2}}\))?)"
    return re.compile(
        rf"(?P<series>{names}){_SPACE}/{_SPACE}"
        rf"(?P<body>{segment}(?:{_SPACE}/{_SPACE}(?!{_SUFFIX_WORDS}){segment})*)"
        rf"(?:{_SPACE}\((?P<section>(?:{words}){_SPACE}[A-Z0-9]{{0,6}})\))?",
        re.I,
    )


def read_symbol_at(text: str, position: int = 0) -> tuple[Symbol, int] | None:
    """The full symbol that begins at a position of folded text, and where it ends; None where none does."""
    found = _adopted_at(text, position) or _document_at(text, position)
    if found is None:
        return None
    symbol, end = found
    if text.startswith("-", end):
        second = _document_at(text, end + 1)
        if second is not None:
            return replace(symbol, twin=str(second[0])), second[1]
    return symbol, end


def adopted_symbol(code: str, kind: SymbolKind, match: re.Match[str]) -> Symbol:
    """Symbol of an organ's number as SLASHED_PATTERN or BRACKETED_PATTERN matched it."""
    groups = match.groupdict()
    number = PENDING if re.fullmatch(PENDING_PATTERN, groups["number"]) else groups["number"]
    part = (groups.get("part") or groups.get("small_part") or groups.get("part_after") or "").upper()
    # 1946/9 (I) is resolution 9 of session I: the year only helps to find it.
    session = groups.get("roman") or groups.get("bracketed")
    if session:
        return Symbol(code, kind, session=session, number=number, part=part, style="parenthesis")
    return Symbol(code, kind, session=groups["session"], number=number, part=part)


def _adopted_at(text: str, position: int) -> tuple[Symbol, int] | None:
    head = _adopted_head().match(text, position)
    if head is None:
        return None
    match = _SLASHED.match(text, head.end()) or _BRACKETED.match(text, head.end())
    if match is None or match.groupdict().get("last_part"):
        return None
    kind: SymbolKind = "resolution" if head["kind"].upper() == "RES" else "decision"
    suffixes, end = _suffixes_at(text, match.end())
    code = re.sub(r"\s+", "", head["series"]).upper()
    return replace(adopted_symbol(code, kind, match), suffixes=suffixes), end


def _document_at(text: str, position: int) -> tuple[Symbol, int] | None:
    match = _document_body().match(text, position)
    if match is None or not any(character.isdigit() for character in match["body"]):
        return None
    body = re.sub(r"\s+", "", match["body"])
    if match["series"].islower():
        body = body.upper()
    suffixes, end = _suffixes_at(text, match.end())
    section = _section_words(match["section"]) if match["section"] else ""
    return Symbol(match["series"].upper(), body=body, section=section, suffixes=suffixes), end


def _section_words(printed: str) -> str:
    """Words in the parenthesis in their usual spelling: Sect.10 -> Sect. 10."""
    squeezed = re.sub(r"\s+", "", printed)
    for word in symbol_data()["parenthesis_words"]:
        head = word.replace(" ", "")
        if squeezed.lower().startswith(head.lower()):
            rest = squeezed[len(head) :].upper()
            usual = symbol_data()["parenthesis_alias"].get(word, word)
            return f"{usual} {rest}" if rest else str(usual)
    return squeezed


def _suffixes_at(text: str, position: int) -> tuple[tuple[str, ...], int]:
    suffixes: list[str] = []
    while (match := _SUFFIX.match(text, position)) is not None:
        suffixes.append(suffix_words(match["suffix"]))
        position = match.end()
    return tuple(suffixes), position


def suffix_words(printed: str) -> str:
    """Usual spelling of an addendum and its like: ``add. 2`` -> ``Add.2``, ``part a`` -> ``Part A``."""
    found = re.fullmatch(r"(Add|Corr|Rev|Amend|Part|Summary)\.?\s*(\w*)", printed, re.I)
    if found is None:
        raise SymbolError(f"{printed!r} is no addendum, corrigendum, revision or part of a document")
    word = found[1].capitalize()
    if word == "Part":
        return f"Part {found[2].upper()}"
    return f"{word}.{found[2]}" if found[2] else word


def parse_symbol(text: str) -> Symbol:
    """The symbol that a text is, in any usual spelling; raises SymbolError when it is none.

    Reads back every canonical form: ``str(parse_symbol(str(symbol))) == str(symbol)``.
    """
    folded = fold(text).strip()
    found = read_symbol_at(folded)
    if found is None or found[1] != len(folded):
        raise SymbolError(f"{text!r} is no United Nations document symbol, such as A/RES/76/245 or A/77/6 (Sect. 10)")
    return found[0]
