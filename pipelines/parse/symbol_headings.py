"""Headings above lists of mandates: the organ and what it adopted.

An organ's name counts as whole words with nothing left over but words that link: "UN-Habitat Assembly" is not the
General Assembly. What ends or begins in resolutions, decisions, statements or the like names an organ even where the
catalogue has none of that name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.parse.misprints import meant_of
from pipelines.parse.symbol_catalogue import per_folder
from pipelines.parse.symbol_model import SymbolKind, fold
from pipelines.parse.symbol_organs import any_of
from pipelines.parse.symbol_words import LanguageWords, languages, words_of

_LONGEST_LEFTOVER = 8
_KINDS: tuple[SymbolKind, ...] = ("resolution", "decision")
_JOINTS = r"[\s,;:/()’'–—-]*"


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
    if any(character.isdigit() for character in heading):
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
    names = any_of(tuple(name for name, _ in words.organs))
    acts = any_of(tuple(noun for noun, _ in words.acts))
    linking = any_of(words.linking)
    # An elided article ends in its apostrophe: l’Assemblée.
    link = rf"(?:{linking})" if is_unspaced else rf"(?<!\w)(?:{linking})(?:(?<=[’'])|(?!\w))"
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
    meaning = {re.sub(r"\s+", "", noun).casefold(): act for noun, act in words.acts}
    said = dict.fromkeys(meaning[re.sub(r"\s+", "", act["it"]).casefold()] for act in acts)
    kinds = tuple(kind for kind in _KINDS if kind in said)

    def leftover(first: int, last: int) -> str:
        """Words of a stretch that neither name an organ or act nor link."""
        stretch = act_of.sub(" ", masked[first:last])
        return re.sub(rf"{_JOINTS}$|^{_JOINTS}", "", link_of.sub(" ", stretch).replace("\x00", " "))

    if organ is not None:
        code = next(c for name, c in words.organs if _plain(name) == _plain(organ["it"]))
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


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", name).casefold()


def _has_capital(text: str) -> bool:
    return any(word[:1].isupper() for word in text.split())
