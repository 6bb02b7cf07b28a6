"""Document symbols in the cells of mandate lists.

The organ is the one that the cell names, else the one of the heading above the list. Where the catalogue lacks that
organ, or the organ cannot have numbered a text like this, the link printed on the number tells the series; without
one, organ and number are kept and no series is made up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipelines.symbols.catalogue import LanguageWords, languages, organ_of, per_folder, words_of
from pipelines.symbols.mentions import further_suffixes, plain_letters, with_parts
from pipelines.symbols.model import Symbol, SymbolKind, adopted_symbol, fold, read_symbol_at
from pipelines.symbols.organs import (
    Mention,
    OrganBasis,
    any_of,
    form_fits,
    number_at,
    organ_by_form,
    series_start,
)
from pipelines.symbols.urls import PRINCIPAL, Linked
from pipelines.vocabulary.spelling import any_spelling, meant_of, normalised

_DIGIT = re.compile(r"\d")
_LONGEST_LEFTOVER = 8
_KINDS: tuple[SymbolKind, ...] = ("resolution", "decision")
_JOINTS = r"[\s,;:/()（）’'ʼ–—-]*"


@dataclass(frozen=True, slots=True)
class OrganHeading:
    """Heading above a mandate list: organ's code, empty where the catalogue lacks it, and the texts it announces.

    ``kinds`` are those that have symbols by number (resolution, decision), ``acts`` all of them; ``name`` is the
    organ's as printed.
    """

    organ: str
    kinds: tuple[SymbolKind, ...]
    acts: tuple[str, ...] = ()
    name: str = ""


def organ_of_heading(text: str, language: str | None = None) -> OrganHeading | None:
    """Organ and kinds that a heading above a mandate list announces; None for other words.

    "Economic and Social Council resolutions and decisions" announces two kinds. Without a language all
    are tried; a heading names little else than the organ and the kinds.
    """
    found = list_heading(text, language, is_brief=True)
    return found if found is not None and found.organ and found.kinds else None


@per_folder
def list_heading(text: str, language: str | None = None, is_brief: bool = False) -> OrganHeading | None:
    """What a heading within the lists of mandates announces; ``organ`` is empty where its name is not known.

    Further words after organ and acts describe the list ("Security Council resolutions pertaining to ..."), where
    it need not be brief.
    """
    heading = re.sub(r"\s+", " ", fold(text)).strip(" :*")
    if _DIGIT.search(heading):
        return None
    found = [
        one
        for candidate in ((language,) if language else languages())
        if (one := _read(heading, words_of(candidate), candidate == "zh", is_brief)) is not None
    ]
    return next((one for one in found if one.organ), found[0] if found else None)


@per_folder
def _patterns(words: LanguageWords, is_unspaced: bool) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of an organ's name, of a noun of an act, and of the words that may stand around them."""
    # Arabic glues "and", "by" and "for" to the next word.
    first, last = ("", "") if is_unspaced else (r"(?<!\w)[ولب]?", r"(?!\w)")
    names = any_spelling(any_of(tuple(name for name, _ in words.organs)))
    acts = any_spelling(any_of(tuple(noun for noun, _ in words.acts)))
    linking = any_spelling(any_of(words.linking))
    # An elided article ends in its apostrophe: l’Assemblée.
    link = rf"(?:{linking})" if is_unspaced else rf"(?<!\w)(?:{linking})(?:(?<=[’'ʼ])|(?!\w))"
    return (
        re.compile(f"{first}(?P<it>{names}){last}", re.I),
        re.compile(f"{first}(?P<it>{acts}){last}", re.I),
        re.compile(link, re.I),
    )


def _read(heading: str, words: LanguageWords, is_unspaced: bool, is_brief: bool) -> OrganHeading | None:
    squeezed = heading.replace(" ", "") if is_unspaced else heading
    name_of, act_of, link_of = _patterns(words, is_unspaced)
    organ = name_of.search(squeezed)
    masked = name_of.sub(lambda match: "\x00" * len(match[0]), squeezed)
    acts = list(act_of.finditer(masked))
    mended = _mended_acts(squeezed, words) if organ is not None and not is_unspaced else squeezed
    if mended != squeezed:
        return _read(mended, words, is_unspaced, is_brief)
    if not acts:
        return None
    meaning = {normalised(noun): act for noun, act in words.acts}
    said = dict.fromkeys(meaning[normalised(act["it"])] for act in acts)
    kinds = tuple(kind for kind in _KINDS if kind in said)

    def leftover(first: int, last: int) -> str:
        """Words of a stretch that neither name an organ or act nor link."""
        stretch = act_of.sub(" ", masked[first:last])
        return re.sub(rf"{_JOINTS}$|^{_JOINTS}", "", link_of.sub(" ", stretch).replace("\x00", " "))

    if organ is not None:
        code = next(c for name, c in words.organs if normalised(name) == normalised(organ["it"]))
        around = (leftover(0, organ.start()), leftover(organ.end(), len(masked)))
        is_own = not any(around)
        if not is_own and not around[0] and organ.start() == 0:
            # Its acts follow at once: more words describe them.
            first = acts[0]
            is_own = not is_brief and not leftover(organ.end(), first.start())
            is_own = is_own or (len(around[1].split()) <= _LONGEST_LEFTOVER and not _has_capital(around[1]))
            is_own = is_own and first.start() >= organ.end() and not leftover(organ.end(), first.start())
        elif not is_own and not around[0]:
            is_own = len(around[1].split()) <= _LONGEST_LEFTOVER and not _has_capital(around[1]) and not is_unspaced
        if is_own:
            return OrganHeading(code, kinds, tuple(said), organ["it"])
    begins, ends = not leftover(0, acts[0].start()), not leftover(acts[-1].end(), len(masked))
    if not begins and not ends:
        return None
    name = squeezed[acts[-1].end() :] if begins and not ends else squeezed[: acts[0].start()]
    named = re.sub(rf"^(?:{_JOINTS}{link_of.pattern})*{_JOINTS}|{_JOINTS}$", "", name, flags=re.I)
    if not leftover(0, len(masked)) and organ is None:
        return None
    meant = meant_of(named, (name for name, _ in words.organs))
    code = next((c for name, c in words.organs if name == meant), "")
    return OrganHeading(code, kinds, tuple(said), meant or named)


def _mended_acts(heading: str, words: LanguageWords) -> str:
    """The heading with a misprinted "resolutions" or "decisions" put right."""
    nouns = {noun.casefold() for noun in (*words.resolution, *words.decision)}

    def mended(word: re.Match[str]) -> str:
        return word[0] if word[0].casefold() in nouns else (meant_of(word[0], nouns) or word[0])

    return re.sub(r"[^\W\d_]+", mended, heading)


def _has_capital(text: str) -> bool:
    return any(word[:1].isupper() for word in text.split())


_S = r"[ \t\r\n]*"
# A symbol without its organ, which the heading names: PRST/35/1 below "Human Rights Council".
_SHORTENED = re.compile(r"(?P<kind>PRST|RES|DEC)[/ ](?P<number>(?:E?S-)?\d{1,4}/\d{1,4})(?!\d)")


# Organs whose numbers are known well enough to tell that one under their heading is another's.
_STRICT = PRINCIPAL | {"A/HRC"}
_LATIN_WORD = re.compile(r"[A-Za-z]+")
# A word with a capital that ends where a text is cut: the organ of the noun that follows.
_PROPER = re.compile(r"(?<![^\s;,(])[A-Z][\w’'-]*[ \t\r\n]+$")


@dataclass(frozen=True, slots=True)
class ListReading:
    """A cell of a mandate list as read: its mentions in order, and the words that were not understood.

    The series of a mention's symbol is empty where its organ is not known.
    """

    mentions: tuple[Mention, ...]
    leftover: str


def symbols_in_list(text: str, organ: str, kinds: tuple[SymbolKind, ...] = ("resolution",)) -> list[Symbol]:
    """Symbols of a cell such as "74/232; 74/232 B; 75/227", "43/222 A-E" or "77/321; decision 78/560".

    ``organ`` is an organ's code or a heading in any language, which then tells the kinds too.
    """
    return [mention.symbol for mention in read_list(text, organ, kinds).mentions if mention.symbol.series]


class _Words(NamedTuple):
    """Patterns of cells in any language."""

    noun: re.Pattern[str]
    parts: re.Pattern[str]
    between: re.Pattern[str]
    organ: re.Pattern[str]
    owner: re.Pattern[str]
    codes: dict[str, str]

    def organ_at(self, text: str, position: int) -> re.Match[str] | None:
        """The name of an organ that begins at a position, no letter right before it."""
        return None if _is_within_word(text, position) else self.organ.match(text, position)

    def names_organ(self, text: str) -> bool:
        """Whether an organ is named in a text."""
        return any(not _is_within_word(text, match.start()) for match in self.organ.finditer(text))

    def owned(self, text: str, position: int) -> tuple[str, int] | None:
        """The organ whose a number before the position is, as in "of the Economic and Social Council", and its end."""
        owner = self.owner.match(text, position)
        organ = self.organ.match(text, owner.end()) if owner is not None else None
        return None if organ is None else (organ["name"], organ.end("name"))


def _is_within_word(text: str, position: int) -> bool:
    return position > 0 and (text[position - 1].isalnum() or text[position - 1] == "_")


@per_folder
def _list_words() -> _Words:
    every = [words_of(language) for language in languages()]
    decision = any_of(tuple(word for words in every for word in words.decision))
    resolution = any_of(tuple(word for words in every for word in words.resolution))
    joining = any_of(tuple(word for words in every for word in words.joining))
    ranges = any_of(tuple(word for words in every for word in words.range))
    within = any_of(tuple(word for words in every for word in words.within))
    names = any_of(tuple(name for words in every for name, _ in words.organs))
    owner = any_of(tuple(word for words in every for word in (*words.owner, *words.linking)))
    sign = rf"[-–—]|,|(?:{ranges})(?!\w)|(?:{joining})(?!\w)"
    place = rf"(?:{within})(?!\w){_S}(?:[IVXLC]+(?!\w)|\d{{1,3}}(?![\d/]))?"
    frames = any_of(tuple(word for words in every for word in (words.opening, words.closing) if word))
    return _Words(
        re.compile(rf"{_S}(?:(?P<decision>{decision})|(?P<resolution>{resolution}))(?!\w){_S}", re.I),
        re.compile(rf"{_S}(?P<sign>{sign}){_S}(?P<part>[A-Z])\u200b*(?![A-Za-z0-9/])"),
        re.compile(rf"{_S}(?:[;,、，；]|(?:{joining})(?!\w)|{frames}|{place}){_S}", re.I),
        re.compile(rf"(?P<name>{names})(?!\w){_S}"),
        re.compile(rf"{_S}(?:(?:{owner}){_S})+"),
        {re.sub(r"\s+", "", name): code for words in every for name, code in words.organs},
    )


@dataclass(slots=True)
class _Cell:
    """A cell as it is read: the organ and kind in force, and what was found."""

    text: str
    organ: str
    kinds: tuple[SymbolKind, ...]
    acts: tuple[str, ...]
    linked: Linked
    said: SymbolKind | None = None
    is_singular: bool = False


def read_list(
    text: str, organ: str, kinds: tuple[SymbolKind, ...] = ("resolution",), linked: Linked | None = None
) -> ListReading:
    """A cell of a mandate list: its symbols with their places, and the words that were not understood.

    ``organ`` is a code, empty for one that is not known, or a heading, which then tells the kinds too. Where it
    announces resolutions and decisions alike, a noun in the cell tells the kind, and else the number does: organs
    number their decisions from a floor given in the catalogue.
    """
    heading = (list_heading(organ) or organ_of_heading(organ)) if organ and organ_of(organ) is None else None
    if heading is None:
        heading = OrganHeading(organ, kinds, tuple(kinds))
    return read_cell(text, heading, linked)


def read_cell(text: str, heading: OrganHeading, linked: Linked | None = None) -> ListReading:
    """A cell of a list below a heading; see ``read_list``."""
    cell = _Cell(plain_letters(fold(text)), heading.organ, heading.kinds, heading.acts, linked or Linked())
    words = _list_words()
    mentions: list[Mention] = []
    leftover: list[str] = []
    position = 0
    while position < len(cell.text):
        named = words.organ_at(cell.text, position)
        if named is not None and words.noun.match(cell.text, named.end()):
            is_other = _PROPER.search(cell.text, 0, position) is not None
            cell.organ = "" if is_other else words.codes[re.sub(r"\s+", "", named["name"])]
            position = named.end()
            continue
        noun = words.noun.match(cell.text, position)
        if noun is not None and noun.end() > position:
            if leftover and _PROPER.search(cell.text, 0, position) and not words.names_organ(cell.text[:position]):
                cell.organ = ""  # a proper name right before the noun is an organ that is not known
            cell.said = "decision" if noun["decision"] else "resolution"
            cell.is_singular = not noun[0].strip().lower().endswith("s") and noun[0].isascii()
            position = noun.end()
            continue
        found = _list_item(cell, position)
        if found is not None:
            owned = words.owned(cell.text, found[1]) if cell.said else None
            if owned is not None and found[2] != "printed":
                found = _of_organ(found, words.codes[re.sub(r"\s+", "", owned[0])])
            read, position = _mentions_at(cell, found, position, text, words)
            mentions += read
            position = owned[1] if owned is not None and found[1] < owned[1] else position
            continue
        skip = words.between.match(cell.text, position)
        if skip is not None and skip.end() > position:
            if cell.is_singular and skip[0].strip() in (";", "；"):
                cell.organ, cell.said, cell.is_singular = heading.organ, None, False
            position = skip.end()
            continue
        word = _LATIN_WORD.match(cell.text, position)
        if word is not None:  # nothing begins within it
            leftover.append(word[0])
        elif not cell.text[position].isspace():
            leftover.append(cell.text[position])
        elif leftover and leftover[-1] != " ":
            leftover.append(" ")
        position = word.end() if word is not None else position + 1
    return ListReading(tuple(mentions), "".join(leftover).strip())


_Item = tuple[Symbol, int, OrganBasis, str | None]


def _of_organ(found: _Item, code: str) -> _Item:
    symbol, end, _, last_part = found
    return (replace(symbol, series=code), end, "named", last_part) if form_fits(symbol, code) else found


def _mentions_at(cell: _Cell, found: _Item, position: int, printed: str, words: _Words) -> tuple[list[Mention], int]:
    """Mentions of an item with its parts and suffixes, and the end of the last."""
    symbol, end, basis, last_part = found
    act: str = symbol.kind if symbol.kind != "document" else ""
    if act and cell.said is None and not cell.kinds:
        act = cell.acts[0] if cell.acts else ""
    parted = with_parts(symbol, cell.text, end, words.parts, last_part)
    finish = parted[-1][1]
    mentions = [Mention(one, position, finish, printed[position:finish], basis, act) for one, _ in parted]
    for more in further_suffixes(symbol, cell.text, finish):
        mentions.append(replace(more, printed_text=printed[more.start : more.end]))
        finish = more.end
    return mentions, finish


def _list_item(cell: _Cell, position: int) -> _Item | None:
    """Symbol at a position of a list, its end, how its organ is known and the last letter of a range."""
    text, code = cell.text, cell.organ
    if position and (text[position - 1].isalnum() or text[position - 1] in "/."):
        return None
    full = read_symbol_at(text, position) if series_start().match(text, position) else None
    if full is not None:
        return full[0], full[1], "printed", None
    short = _SHORTENED.match(text, position)
    if short is not None and code and (full := read_symbol_at(f"{code}/{short['kind']}/{short['number']}")) is not None:
        return full[0], short.end(), "heading", None
    match = number_at(text, position)
    if match is None:
        return None
    known = organ_of(code)
    symbol = adopted_symbol(code, "resolution", match)
    symbol = replace(symbol, kind=_kind(cell, symbol))
    if symbol.number.isalpha() and not symbol.is_pending and (known is None or "letter" not in known.forms):
        return None
    series, basis = _series(cell, symbol)
    return replace(symbol, series=series), match.end(), basis, match.groupdict().get("last_part")


def _kind(cell: _Cell, symbol: Symbol) -> SymbolKind:
    """Resolution or decision: as said, as announced, or by the number after a slash, where decisions begin."""
    if cell.said is not None or len(cell.kinds) < 2:
        return cell.said or (cell.kinds[0] if cell.kinds else "resolution")
    known = organ_of(cell.organ)
    floor = known.decisions_from if known is not None else None
    is_counted = floor is not None and symbol.style == "slash" and symbol.number.isdigit()
    if floor is not None and is_counted and int(symbol.number) >= floor:
        return "decision"
    return "resolution" if floor is not None else cell.kinds[0]


def _series(cell: _Cell, symbol: Symbol) -> tuple[str, OrganBasis]:
    """Series of a number below a heading, and how it is known; empty where nothing tells it."""
    if not cell.kinds and cell.said is None:
        return "", "heading"  # agreed conclusions and recommendations have numbers, and no series
    if cell.organ and (form_fits(symbol, cell.organ) or cell.organ not in _STRICT):
        return cell.organ, "heading"
    linked = cell.linked.series_of(symbol, is_other=not cell.organ)
    if linked is not None:
        return linked, "link"
    other = organ_by_form(symbol) if cell.organ else None
    return (other, "form") if other is not None else ("", "heading")
