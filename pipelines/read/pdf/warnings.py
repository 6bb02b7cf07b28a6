"""What a reader of a PDF must tell: what was left out of it and what is missing, each once with its pages.

Every warning begins with what it is about: a picture, hidden text, a watermark, pages that are missing, the encoding of
a font, embedded files.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pipelines.model.blocks import UnreadableDocument
from pipelines.read.pdf.columns import lines_of
from pipelines.read.pdf.furniture import Marks
from pipelines.read.pdf.page import PdfPage
from pipelines.read.pdf.pieces import Piece
from pipelines.read.shared.marks import flat_text

_MIN_SIGNS_PER_PAGE = 4
_PICTURE_SHARE, _SOME_SHARE = 0.5, 0.15  # of a page
_FEW_SIGNS = 60
_OUTLINES = 50  # filled paths of a page whose words are drawn
_SAMPLE = 60
_UNMAPPED = 0.5  # share of the signs
_FOOT = re.compile(r"(?<![\d/\w])(\d{1,4})\s*/\s*(\d{1,4})(?![\d/\w])")
_LEAST_FEET = 0.6  # share of the feet that must agree


def refuse_unread(pages: Sequence[PdfPage], files: Sequence[str]) -> None:
    """Raise UnreadableDocument, with the reason, when the pages hold no text that can be read.

    ``files`` are the names of the files that the document carries where it is a portfolio of them.
    """
    signs = sum(len(word.text) for page in pages for word in page.words)
    if files and signs < _FEW_SIGNS * 20 and len(pages) <= 2:
        raise UnreadableDocument(
            f"a PDF portfolio of {len(files)} file(s) ({_listed(files)}); take them out and give each by itself"
        )
    if all(page.is_damaged for page in pages):
        raise UnreadableDocument("all pages of the PDF are damaged; fetch it again or save it anew")
    unmapped = sum(_unmapped_signs(page) for page in pages)
    if signs and unmapped >= _UNMAPPED * signs:
        raise UnreadableDocument(
            "the fonts of the PDF do not tell which letters its signs are (no Unicode map), its text would be codes; "
            "print it anew from Word, or have its text recognised (OCR)"
        )
    if signs >= _MIN_SIGNS_PER_PAGE * len(pages) and not all(_is_picture(page, _signs(page)) for page in pages):
        return
    if any(page.pictures or page.outlines >= _OUTLINES for page in pages) and any(page.pictures for page in pages):
        raise UnreadableDocument(
            "a scan without text: the PDF holds pictures of pages; have its text recognised (OCR) first"
        )
    if any(page.outlines >= _OUTLINES for page in pages):
        raise UnreadableDocument(
            "the PDF holds no text: its words are drawn as outlines, like pictures; have its text recognised (OCR) first"
        )
    if not signs:
        raise UnreadableDocument("the PDF holds no text; check that it is the right file")


def without_codes(pages: Sequence[PdfPage]) -> list[int]:
    """Take the words out of pages most of which are codes, not letters; the numbers of these pages."""
    found = [page for page in pages if (unmapped := _unmapped_signs(page)) and unmapped >= _UNMAPPED * _signs(page)]
    for page in found:
        page.words = []
    return [page.number for page in found]


def warnings_of(
    pages: Sequence[PdfPage],
    bodies: Sequence[Sequence[Piece]],
    furniture: Sequence[Sequence[Piece]],
    marks: Marks,
    coded: Sequence[int],
    files: Sequence[str],
) -> list[str]:
    """All warnings of a document; ``coded`` are pages without words since they were codes.

    Raises UnreadableDocument where most of its pages are lost.
    """
    told: list[str] = []
    lost = [page for page in pages if page.number not in coded and (page.is_damaged or _is_lost(page, pages))]
    damaged = [page.number for page in lost if page.is_damaged or page.strokes or page.outlines or page.links]
    blank = [page.number for page in lost if page.number not in damaged]
    if 2 * len(lost) > len(pages):
        raise UnreadableDocument(
            f"{len(lost)} of {len(pages)} pages could not be read or show nothing: the file is damaged; fetch it again "
            "and check its size"
        )
    read = [(page, sum(len(piece.text) for piece in body)) for page, body in zip(pages, bodies, strict=True)]
    pictures = [page.number for page, signs in read if page.number not in coded and _is_picture(page, signs)]
    if pictures:
        what = "is a picture without text" if len(pictures) == 1 else "are pictures without text"
        told.append(f"{_pages(pictures)} {what}: look at the document, or have its text recognised (OCR)")
    recognised = [page.number for page in pages if page.is_recognised]
    if recognised:
        told.append(
            f"text recognised in pictures by a program (OCR) is all that {_pages(recognised)} hold{_s(recognised)}: "
            "compare its figures with the pictures"
        )
    some = [page.number for page in pages if _has_picture(page) and page.number not in pictures]
    if some:
        told.append(f"pictures on {_pages(some)} hold no text that can be read: look at the document")
    if missing := missing_pages(furniture):
        numbers, total = missing
        verb = "is" if len(numbers) == 1 else "are"
        told.append(f"{_pages(numbers)} of {total} {verb} missing: fetch the whole document")
    if damaged:
        told.append(f"{_pages(damaged)} could not be read, the file is damaged there: fetch it again or save it anew")
    if blank:
        verb = "is" if len(blank) == 1 else "are"
        told.append(f"{_pages(blank)} {verb} blank, without the head or foot of the others: look at the document")
    if coded:
        told.append(
            f"encoding: the fonts of {_pages(coded)} do not tell which letters the signs are, so that the text there "
            "could not be read: have it recognised (OCR)"
        )
    hidden = [page for page in pages if page.hidden]
    if hidden:
        words = [word for page in hidden for word in page.hidden]
        told.append(
            f"hidden text on {_pages([page.number for page in hidden])} was left out, {len(words)} words that the "
            f"pages do not show ('{_sample(' '.join(words))}'): look at the document"
        )
    for mark, numbers in _together(marks).items():
        told.append(f"watermark '{_sample(mark)}' on {_pages(numbers)} was left out of the text")
    notes = [(page.number, note) for page in pages for note in page.notes]
    if notes:
        words = _sample("; ".join(dict.fromkeys(note for _, note in notes if note)) or "without words")
        told.append(f"notes and stamps laid over {_pages(n for n, _ in notes)} were left out ('{words}')")
    if files:
        told.append(f"embedded: {len(files)} attached file(s) were not read ({_listed(files)}): give each by itself")
    return told


def missing_pages(furniture: Sequence[Sequence[Piece]]) -> tuple[list[int], int] | None:
    """The pages that are not there, and how many there should be, as running heads and feet number them (3/20).

    None where they number none, contradict one another, or nothing is missing.
    """
    printed: dict[int, tuple[int, int]] = {}
    for index, found in enumerate(furniture):
        lines = [" ".join(flat_text(piece.text)[0] for piece in line) for line in lines_of(found)]
        numbers = [(int(a), int(b)) for line in lines for a, b in _FOOT.findall(line)]
        if len(numbers) == 1:
            printed[index] = numbers[0]
    if not printed:
        return None
    totals = Counter(total for _, total in printed.values())
    firsts = Counter(number for number, _ in printed.values())
    if len(printed) > 1 and firsts.most_common(1)[0][1] > totals.most_common(1)[0][1]:
        printed = {index: (total, number) for index, (number, total) in printed.items()}  # written the other way
        totals = firsts
    total, count = totals.most_common(1)[0]
    shifts = Counter(number - index for index, (number, of) in printed.items() if of == total and number <= of)
    if not shifts or count < _LEAST_FEET * len(printed) or (len(printed) == 1 and 1 not in shifts):
        return None
    shift = shifts.most_common(1)[0][0]
    there: set[int] = set()
    for index in range(len(furniture)):
        number, of = printed.get(index, (0, 0))
        if of == total and number <= of:
            shift = number - index
        there.add(index + shift)
    numbers = [number for number in range(1, total + 1) if number not in there]
    return (numbers, total) if numbers and len(furniture) < total else None


def _is_lost(page: PdfPage, pages: Sequence[PdfPage]) -> bool:
    """Whether a page of several shows no sign and no picture, not even a running head or foot: its text or fonts are lost."""
    return not (page.words or page.hidden or _is_picture(page, 0)) and any(other.words for other in pages)


def _signs(page: PdfPage) -> int:
    return sum(len(word.text) for word in page.words)


def _unmapped_signs(page: PdfPage) -> int:
    if not any(look.is_unmapped for look in page.looks):
        return 0
    return sum(len(word.text) for word in page.words if word.look is not None and word.look.is_unmapped)


def _is_picture(page: PdfPage, signs: int) -> bool:
    """Whether a page is a picture, or drawn, and holds hardly any text beside."""
    if page.is_recognised:
        return False
    if not signs and (page.outlines >= _OUTLINES or (page.pictures and page.picture_share >= _SOME_SHARE)):
        return True
    return page.picture_share >= _PICTURE_SHARE and signs < _FEW_SIGNS


def _has_picture(page: PdfPage) -> bool:
    return bool(page.pictures) and page.picture_share >= _SOME_SHARE and not page.is_recognised


def _together(marks: Marks) -> Marks:
    """Watermarks by their words, the pages of each in order."""
    return {mark: sorted(set(numbers)) for mark, numbers in marks.items() if mark}


def _pages(numbers: Iterable[int]) -> str:
    """Page numbers in words: "page 4", "pages 1 to 3, 7"."""
    ordered = sorted(set(numbers))
    runs: list[str] = []
    for _, run in itertools.groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        if len(found) < 3:
            runs += map(str, found)
        else:
            runs.append(f"{found[0]} to {found[-1]}")
    return f"page{'' if len(ordered) == 1 else 's'} {', '.join(runs)}"


def _s(numbers: Sequence[int]) -> str:
    return "s" if len(numbers) == 1 else ""


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(_sample(name) for name in names[:3])
    return f"{shown}, ..." if len(names) > 3 else shown


def _sample(text: str) -> str:
    """The beginning of a text, on one line."""
    flat = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return flat if len(flat) <= _SAMPLE else f"{flat[:_SAMPLE].rsplit(' ', 1)[0]} ..."
