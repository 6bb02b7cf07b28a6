"""Folding a story's XML: each group of properties is kept once and replaced by a number where it occurs.

Four fifths of a story say how it looks, and say it over and over: 116,000 paragraphs of an edition carry
12,000 different groups of properties, word for word. So before the XML is parsed, every ``w:pPr``,
``w:rPr``, ``w:tcPr`` and ``w:trPr`` is taken out, and the element it belongs to gets the number of its
group: the tree is a fifth as large, and what a group means is worked out once.

    <w:p w:rsidR="..."><w:pPr>...</w:pPr>   becomes   <w:p fold="17">

Four fifths of the cells of tables hold one run of words or none; neighbouring ones are taken out
together, as the numbers and words they consist of.

    <w:tc>...</w:tc><w:tc>...</w:tc>   becomes   <w:tc plain="3"/>

What comes out is parsed as XML like any other, and so are the groups; a story whose bytes could mean
something else is left as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FOLD = "fold"
"""Name of the attribute that holds the number of a group."""

PLAIN = "plain"
"""Name of the attribute that holds the number of the cells that were taken out."""

PlainCell = tuple[str, str, str, str]
"""Numbers of the groups of a cell, its paragraph and its run ("" for none), and its words."""

_Numbers = dict[bytes, str]

_KINDS = ("p", "r", "tc", "tr")
_SMALLEST = 32 * 1024  # bytes; below, parsing as it is costs less
_SECTION = b"<w:sectPr"
_BINDING, _DECLARATION = b"xmlns", b"xmlns:w="
_PROLOG = re.compile(rb"\s*<\?xml[^<>]*\?>\s*")
_ROOT = re.compile(rb"""<(?P<name>w:\w+)(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*>""")
_REACH = 16 * 1024  # bytes: what is farther away is read in full, so that looking for it cannot add up
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_CELL, _CELL_WIDTH = b"<w:tc><w:tcPr>", b"<w:tcW "
_WORDS, _KEPT_WORDS, _END_OF_WORDS = b"<w:t>", b'<w:t xml:space="preserve">', b"</w:t></w:r></w:p></w:tc>"
_END_OF_CELL = b"</w:p></w:tc>"


@dataclass(frozen=True, slots=True)
class Folded:
    """A story folded: its XML; its groups; the cells taken out of it by number.

    ``groups`` has by kind ("p", "r", "tc", "tr") an XML document whose n-th child is group n; ``complete``
    are the kinds of which no group was left in its place.
    """

    data: bytes
    groups: dict[str, bytes]
    cells: list[list[PlainCell]]
    complete: frozenset[str]


def fold(data: bytes, namespace: str) -> Folded | None:
    """Fold a story given as UTF-8; None where that could change its meaning, or does not pay.

    The prefix ``w`` must mean ``namespace`` throughout, and nothing (a comment, CDATA, a processing
    instruction) may be there in which the bytes of a tag are no tag.
    """
    if len(data) < _SMALLEST:
        return None
    prolog = _PROLOG.match(data)
    root = _ROOT.match(data, prolog.end() if prolog else 0)
    bound = f'xmlns:w="{namespace}"'.encode()
    if root is None or bound not in root.group():
        return None
    numbers: dict[str, _Numbers] = {kind: {} for kind in _KINDS}
    try:
        data, cells = _take_plain_cells(data, numbers)
    except UnicodeDecodeError:
        return None
    for kind in _KINDS:
        data = _fold_kind(data, kind.encode(), numbers[kind])
    groups: dict[str, bytes] = {}
    for kind, found in numbers.items():
        tag = f"{kind}Pr>".encode()
        members = (b"<w:%b%b</w:%b" % (tag, group, tag) for group in found)
        groups[kind] = b"".join((root.group(), *members, b"</", root["name"], b">"))
    # Wherever a comment or an instruction could begin, its bytes are still there, if only once.
    if not all(_is_plain(one, bound) for one in (data[root.start() :], *groups.values())):
        return None
    if _UNREADABLE.search("\n".join(cell[3] for run in cells for cell in run)):
        return None
    return Folded(data, groups, cells, frozenset(kind for kind in _KINDS if f"<w:{kind}Pr".encode() not in data))


def _is_plain(data: bytes, bound: bytes) -> bool:
    return b"<!" not in data and b"<?" not in data and data.count(_DECLARATION) == data.count(bound)


def _take_plain_cells(data: bytes, numbers: dict[str, _Numbers]) -> tuple[bytes, list[list[PlainCell]]]:
    """Take out the plain cells; the new bytes, and the cells. Raises UnicodeDecodeError for words that are not UTF-8."""
    out: list[bytes] = []
    runs: list[list[PlainCell]] = []
    run: list[PlainCell] = []
    of_cells, of_paragraphs, of_runs = numbers["tc"], numbers["p"], numbers["r"]
    done = 0
    at = data.find(_CELL)
    while at >= 0:
        found = _plain_cell(data, at + len(_CELL))
        if found is None:
            at = data.find(_CELL, at + len(_CELL))
            continue
        cell, paragraph, words, text, end = found
        if at > done or not run:
            run = []
            out += (data[done:at], b'<w:tc plain="%d"/>' % len(runs))
            runs.append(run)
        run.append(
            (
                of_cells.get(cell) or of_cells.setdefault(cell, str(len(of_cells))),
                of_paragraphs.get(paragraph) or of_paragraphs.setdefault(paragraph, str(len(of_paragraphs))),
                "" if words is None else of_runs.get(words) or of_runs.setdefault(words, str(len(of_runs))),
                text.decode(),
            )
        )
        done = end
        at = data.find(_CELL, end)
    out.append(data[done:])
    return b"".join(out), runs


def _plain_cell(data: bytes, at: int) -> tuple[bytes, bytes, bytes | None, bytes, int] | None:
    """The groups of a plain cell, its paragraph and its run (None for no run), its words, and where the cell ends.

    ``at`` is where the content of the cell's properties begins. None unless the cell is just that:
    properties, one paragraph, in it at most one run, in that nothing but words without anything escaped.
    """
    find, stands = data.find, data.startswith
    cell_end = find(b"</w:tcPr>", at, at + _REACH)
    opening = cell_end + 9
    paragraph = find(b"<w:pPr>", opening, opening + _REACH)
    if not stands((b"<w:p ", b"<w:p>"), opening) or not _is_one_tag(data, opening, paragraph):
        return None
    paragraph_end = find(b"</w:pPr>", paragraph, paragraph + _REACH)
    opening = paragraph_end + 8
    run: bytes | None = None
    words = words_end = opening
    if stands(_END_OF_CELL, opening):
        end = opening + len(_END_OF_CELL)
    else:
        properties = find(b"<w:rPr>", opening, opening + _REACH)
        if not stands((b"<w:r ", b"<w:r>"), opening) or not _is_one_tag(data, opening, properties):
            return None
        properties_end = find(b"</w:rPr>", properties, properties + _REACH)
        run = data[properties + 7 : properties_end]
        words = properties_end + 8
        words += len(_KEPT_WORDS) if stands(_KEPT_WORDS, words) else len(_WORDS) if stands(_WORDS, words) else 0
        words_end = find(b"<", words)
        if not stands(_END_OF_WORDS, words_end) or find(b"&", words, words_end) >= 0:
            return None
        end = words_end + len(_END_OF_WORDS)
    if stands(_CELL_WIDTH, at):  # every column has one of its own, and nothing depends on it
        at = find(b"/>", at) + 2
    return data[at:cell_end], data[paragraph + 7 : paragraph_end], run, data[words:words_end], end


def _is_one_tag(data: bytes, start: int, end: int) -> bool:
    """Whether a start tag goes up to ``end``, and binds no prefix."""
    return end > 0 and data.find(b"<", start + 1, end) < 0 and data.find(_BINDING, start, end) < 0


def _fold_kind(data: bytes, kind: bytes, numbers: _Numbers) -> bytes:
    """Fold the property groups of one kind of element: the new bytes; groups not met before get the next numbers."""
    start, start_bare, start_with = b"<w:%bPr>" % kind, b"<w:%b>" % kind, b"<w:%b " % kind
    end = b"</w:%bPr>" % kind
    tags: dict[bytes, bytes] = {}
    pieces = data.split(start)
    out = [pieces[0]]
    for piece in pieces[1:]:
        group, found, rest = piece.partition(end)
        if not found:  # a group that holds another (a tracked change of properties) stays as it is
            out += (start, piece)
            continue
        tag = tags.get(group)
        if tag is None:
            if _SECTION in group:  # the end of a section is looked for in its place
                out += (start, piece)
                continue
            number = numbers.setdefault(group, str(len(numbers))).encode()
            tag = tags[group] = b'<w:%b fold="%b">' % (kind, number)
        before = out[-1]
        at = before.rfind(b"<")
        is_start = before.startswith((start_bare, start_with), at) and before[-2:] != b"/>"
        if is_start and before.find(_BINDING, at) < 0:
            out[-1] = before[:at]  # the element's other attributes only say who revised it when
            out += (tag, rest)
        else:
            out += (b'<w:%bPr fold="%b"/>' % (kind, numbers[group].encode()), rest)
    return b"".join(out)
