"""What prose cites: documents, in words and by links, and places by number: tables, figures, sections, parts, paragraphs,
subprogrammes and the like.

The words of places are data (``places.toml``); how numbers are listed, and that a range names all it spans, is the same in
every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipelines.model.blocks import Document
from pipelines.symbols import Linked, Symbol, find_symbols, symbol_of_address
from pipelines.symbols.catalogue import words_of
from pipelines.symbols.identity import Identity
from pipelines.symbols.place_numbers import PLAIN_SIGNS, letter_form, number_form, ordinals, place_words, plain_number
from pipelines.vocabulary import Vocabulary
from warehouse.schema.declare import Rows
from warehouse.schema.languages import WITHOUT_WORD_EDGES

_POINT = r"(?: ?(?:\([^\W\d_]{1,4}\)|[^\W\d_]\)))"
"""A point of a paragraph: (a), a), (أ)."""
_LONGEST_RANGE = 200
_ROMAN = r"[IVXLC]+(?!\w)"
_LETTERED = frozenset({"part", "component", "annex"})
_IN_ROMAN = frozenset({"part", "annex", "chapter", "figure"})
_DECIMAL_ONLY = frozenset({"subprogramme", "programme", "section", "income_section"})
_NO_KINDS = frozenset({"lead", "several"})
_PAIR = re.compile(r"(\d{1,3})[-–](\d{1,3})")
_AMOUNT = re.compile(r" \d{3}(?!\d)|[.,]\d| ?[%％]|\d")


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A place that words cite: what it is (``table``), its number in one form (``18A.9``), and where the number stands."""

    kind: str
    number: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Reader:
    kind: str
    words: re.Pattern[str]
    one: re.Pattern[str]
    to: re.Pattern[str]


def find_places(text: str, language: str, only: str | None = None) -> list[CitedPlace]:
    """All places cited in a text, or those of one kind, ranges filled, in order.

    Raises KeyError for a language that ``places.toml`` has no words of.
    """
    text = text.translate(PLAIN_SIGNS)
    found: list[CitedPlace] = []
    taken: list[tuple[int, int]] = []
    for reader in _readers(language, only):
        for match in reader.words.finditer(text):
            first, last = match.span("list")
            is_taken = any(start < last and first < end for start, end in taken)
            if is_taken or _AMOUNT.match(text, last):
                continue
            taken.append((match.start(), last))
            found += _numbers(reader, match, language)
    return sorted(found, key=lambda place: place.start)


def _numbers(reader: _Reader, match: re.Match[str], language: str) -> Iterator[CitedPlace]:
    """The numbers of one list; of a range also those between its ends."""
    listed = match["list"]
    ones = list(reader.one.finditer(listed))
    is_several = any(word in match[0] for word in place_words()[language].get("several", ()))
    before = ""
    for i, one in enumerate(ones):
        # several of one word span what stands between: الفقرات 129-132 is a range, الفقرة 12-67 one number
        pair = _PAIR.fullmatch(one[0]) if is_several and len(ones) == 1 else None
        number = _in_roman(plain_number(one[0]))
        numbers = [number]
        if pair:
            numbers = [pair[1], *_between(pair[1], pair[2]), pair[2]]
        elif i and reader.to.fullmatch(listed[ones[i - 1].end() : one.start()]):
            numbers = [*_between(before, number), number]
        before = number
        start = match.start("list") + one.start()
        yield from (CitedPlace(reader.kind, n, start, start + len(one[0])) for n in numbers)


def _in_roman(number: str) -> str:
    """A number with its last part in Roman figures, where Chinese ones print it: 10.二 is 10.II."""
    front, stop, last = number.rpartition(".")
    return f"{front}{stop}{ordinals().get(last, last)}"


def _between(first: str, last: str) -> list[str]:
    """Numbers between the ends of a range, which may be printed from the right."""
    front, _, low = first.rpartition(".")
    other, _, high = last.rpartition(".")
    if not (low.isdigit() and high.isdigit()) or (other and front != other):
        return []
    ends = sorted((int(low), int(high)))
    if ends[1] - ends[0] > _LONGEST_RANGE:
        return []
    return [f"{front}.{n}" if front else str(n) for n in range(ends[0] + 1, ends[1])]


@lru_cache(maxsize=16)
def _readers(language: str, only: str | None) -> tuple[_Reader, ...]:
    words = {
        kind: forms for kind, forms in place_words()[language].items() if kind not in _NO_KINDS and only in (None, kind)
    }
    if language == "zh":
        return tuple(_framed(kind, form) for kind, forms in words.items() for form in forms)
    return tuple(_led(kind, forms, language) for kind, forms in words.items())


def _led(kind: str, forms: list[str], language: str) -> _Reader:
    """A word, then numbers: tables 10.1 to 10.3."""
    one = _number(kind, language)
    gap, to = _joints(language)
    listed = f"{one}(?:{gap}{one})*"
    lead = "|".join(map(re.escape, place_words()[language]["lead"]))
    before = f"(?:(?:{lead}) +)?" if lead else ""
    nouns = "|".join(form.replace("{n}", one).replace("{list}", f"{listed}{_points(language)}") for form in forms)
    # Arabic joins short words to the next
    edge = "(?<![\u0621-\u064a])و?[بكلف]?" if language == "ar" else r"(?<![\w-])"
    return _Reader(kind, re.compile(f"{edge}(?i:{nouns}) *{before}(?P<list>{listed})"), re.compile(one), re.compile(to))


def _framed(kind: str, form: str) -> _Reader:
    """Numbers within a frame, which the items of a list may repeat: 第31、39和40段, 第12段至第15段."""
    one = letter_form() if "{letter}" in form else _number(kind, "zh")
    gap, to = _joints("zh")
    front, back = re.split(r"\{\w+\}", form)
    close, again = (f"(?:{sign})?" if sign else "" for sign in (back, front))
    sub = _points("zh")
    listed = f"{one}(?:{sub}{close}{gap}{again}{one})*"
    words = f"{front} *(?P<list>{listed}){sub} *{back}"
    return _Reader(kind, re.compile(words), re.compile(one), re.compile(f"{sub}{close}{to}{again}"))


def _number(kind: str, language: str) -> str:
    """One number as such places have it."""
    space = " ?" if language == "ar" else ""
    forms = [number_form(language)]
    if kind in _DECIMAL_ONLY:
        forms = [rf"\d{{1,3}}(?:{space}{letter_form()})?(?!\d)"]
    if kind in _IN_ROMAN:
        words = sorted(ordinals(), key=len, reverse=True)
        if kind == "figure":
            forms.insert(0, rf"\d{{1,3}}[A-Z]?\.(?:{'|'.join(words)})")
        forms = [*forms, _ROMAN, rf"(?:{'|'.join(words)})(?![\u0621-\u064a])"]
    if kind in _LETTERED:
        forms.append(letter_form())
    return f"(?:{'|'.join(forms)})"


def _points(language: str) -> str:
    """The points of a paragraph after its number, also several: 1 (a), (b) and (c)."""
    joining = "|".join(map(re.escape, words_of(language).joining))
    return rf"(?:{_POINT}+(?:(?: ?[,،、]| ?(?:{joining}))+{_POINT}+)*)?"


def _joints(language: str) -> tuple[str, str]:
    """What stands between the numbers of a list, and between the ends of a range."""
    words = words_of(language)
    joining, spans = ("|".join(map(re.escape, sorted(w, key=len, reverse=True))) for w in (words.joining, words.range))
    edge = "" if language in WITHOUT_WORD_EDGES else r"(?!\w)"
    sub = _points(language)
    to = rf"{sub} *(?:[-–—]|(?:{spans}){edge}) *"
    gap = rf"{sub}(?: ?\([^()\d]{{1,60}}\))? *(?:[,،、;؛] *(?:(?:{joining}){edge})?|(?:{joining}){edge}|[-–—]|(?:{spans}){edge}) *"
    return gap, to


_CONTEXT_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Spot:
    """Where words stand: paragraph or table by its printed number, page, line."""

    paragraph: str | None
    table: str | None
    page: int | None
    line: int | None


def add_citations(
    rows: Rows, text: str, spot: Spot, identity: Identity, vocabulary: Vocabulary, linked: Linked | None = None
) -> None:
    """A row of mart_citation for each symbol that the words name; ``linked`` is what the document's links say."""
    found = rows.setdefault("mart_citation", [])
    for mention in find_symbols(text, vocabulary.language, linked):
        start = max(0, mention.start - _CONTEXT_CHARACTERS)
        found.append(
            {
                "citation_id": f"{identity.document_id}#c{len(found) + 1:04d}",
                "document_id": identity.document_id,
                "symbol": str(mention.symbol),
                "paragraph_number": spot.paragraph,
                "table_number": spot.table,
                "context": text[start : mention.end + _CONTEXT_CHARACTERS],
                "printed_text": mention.printed_text,
                "page_number": spot.page,
                "line_first": spot.line,
            }
        )


def add_links(rows: Rows, document: Document, identity: Identity, vocabulary: Vocabulary) -> None:
    """A row of mart_link for each address that a document leads to."""
    # A reader that gives a block its links gives them to the document too: each counts once.
    links = document.links or [link for block in document.blocks for link in block.links]
    table = rows.setdefault("mart_link", [])
    for number, link in enumerate(links, start=1):
        target = symbol_of_address(link.address)
        mentions = find_symbols(link.text, vocabulary.language) if link.text else []
        printed: Symbol | None = mentions[0].symbol if mentions else None
        table.append(
            {
                "link_id": f"{identity.document_id}#l{number:04d}",
                "document_id": identity.document_id,
                "address": link.address,
                "target_symbol": str(target) if target else None,
                "printed_text": link.text or None,
                "printed_symbol": str(printed) if printed else None,
                "page_number": link.place.page,
                "line_first": link.place.line_first,
            }
        )
