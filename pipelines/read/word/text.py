"""The words of one Word paragraph: accepted text, footnote marks, links, and what is anchored in it.

A paragraph is scanned into one string in which tabs and breaks are "\\t" and "\\n" and each footnote
mark stands between two control characters that XML cannot contain; what becomes of them depends on
where the paragraph stands (running text, cell, text box), see the functions at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from pipelines.read.shared.marks import MARK_CLOSE, MARK_OPEN, UNIT_POWER, UNKNOWN_SIGN, flat_text, symbol
from pipelines.read.word import xml as x
from pipelines.read.word.property_groups import FOLD
from pipelines.read.word.story import RunLook, Story
from pipelines.read.word.styles import PLAIN, Style

# One or two letters, digits or reference signs, also several with commas: what stands as a footnote mark.
_NOTE_MARK = re.compile(r"(?:[a-zA-Z]{1,2}|\d{1,3}|[*†‡§¶#]+)(?:\s*,\s*(?:[a-zA-Z]{1,2}|\d{1,3}|[*†‡§¶#]+))*")
_SMALL_MARK = re.compile(r"[a-z]|[*†‡§¶#]+")
_GRADE = re.compile(r"\w[-/‑]\d$")  # P-5: the figure is no mark, wherever it stands
_ORDINAL = re.compile(r"(?:^|[\s(])\d*(?:1st|2nd|3rd|\dth)$")
_FRENCH_ORDINAL = re.compile(r"(?:(?:^|\W)(?:\d+|[IVXLC]+)(?:e|es|er|re|d|de)|(?:^|\W)[nN]os?)$")
_HYPERLINK = re.compile(r'HYPERLINK\s+(?:\\[a-z]\s+)*"([^"]*)"')
_MAX_DEPTH = 200
_LONGEST_INSTRUCTION = 4096


class Content:
    """What a paragraph holds: ``parts`` joined are its text with marks; ``floats`` the drawings anchored in it.

    ``breaks`` counts the pages ended within it, ``breaks_before_text`` those before its first word;
    ``bold`` and ``light`` say whether there are visible words of either kind; ``size`` is the font size of
    the first run that gives one, in half points; ``references`` the (kind, id) of foot- and endnotes.
    """

    __slots__ = (
        "bold", "breaks", "breaks_before_text", "fields", "floats", "light", "links", "parts", "references", "size",
    )  # fmt: skip

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.floats: list[etree._Element] = []
        self.references: list[tuple[str, str]] = []
        self.fields: list[_Field] = []
        self.breaks = 0
        self.breaks_before_text: int | None = None
        self.bold = False
        self.light = False
        self.size = 0

    @property
    def raw(self) -> str:
        """The text with tabs, breaks and marks."""
        return "".join(self.parts)

    @property
    def is_bold(self) -> bool:
        """True when something is visible and nothing visible is light."""
        return self.bold and not self.light


class _Field:
    """A field being read: its instruction, and where its result began in ``parts`` (None before that)."""

    __slots__ = ("instruction", "result_at")

    def __init__(self) -> None:
        self.instruction = ""
        self.result_at: int | None = None


class ParagraphScanner:
    """Scans paragraphs of one story (body, notes, a header); ``targets`` resolves relationship ids to addresses."""

    def __init__(self, story: Story, targets: dict[str, str], note_marks: NoteMarks | None = None) -> None:
        self._runs = story.runs
        self._is_french = story.language.startswith("fr")
        self._targets = targets
        self._note_marks = note_marks or NoteMarks()
        self.unknown_signs = 0

    def scan(self, paragraph: etree._Element, style: Style = PLAIN, into: Content | None = None) -> Content:
        """Scan a ``w:p``; ``into`` continues the content of a paragraph whose mark was deleted."""
        content = into or Content()
        if not style.is_hidden:
            self._children(paragraph, content, style, 0)
        content.fields.clear()
        return content

    def simple_text(self, paragraph: etree._Element, style: Style) -> tuple[str, bool] | None:
        """Text of a paragraph and whether it is bold, where it is one run of words or nothing; None for any other."""
        run: etree._Element | None = None
        for child in paragraph:
            tag = child.tag
            if tag == x.R and run is None:
                run = child
            elif tag != x.PPR:
                return None
        if run is None:
            return "", False
        number = run.get(FOLD)
        look = self._runs.of(run) if number is None else self._runs[number]
        if look.is_special:
            return None
        text: str | None = None
        for child in run:
            tag = child.tag
            if tag == x.T and text is None:
                text = child.text or ""
            elif tag != x.RPR:
                return None
        return text or "", style.is_bold if look.bold is None else look.bold

    def _children(self, parent: etree._Element, content: Content, style: Style, depth: int) -> None:
        if depth > _MAX_DEPTH:
            return
        for child in parent:
            tag = child.tag
            if tag == x.R:
                number = child.get(FOLD)
                look = self._runs.of(child) if number is None else self._runs[number]
                if not look.is_hidden:
                    self._run(child, content, look, style.is_bold if look.bold is None else look.bold)
            elif tag == x.PPR or tag == x.DEL or tag == x.MOVE_FROM:
                continue
            elif tag == x.HYPERLINK:
                at = len(content.parts)
                self._children(child, content, style, depth + 1)
                _add_link(content, self._targets.get(child.get(x.R_ID, ""), ""), at)
            elif tag == x.FIELD:
                at = len(content.parts)
                self._children(child, content, style, depth + 1)
                _add_link(content, _address(child.get(x.INSTR, "")), at)
            elif tag == x.MATH or tag == x.MATH_PARAGRAPH:
                content.parts.extend(found.text or "" for found in child.iter(x.MATH_TEXT))
                content.light = True
            elif tag in x.TRANSPARENT:
                self._children(x.inner(child), content, style, depth + 1)

    def _run(self, run: etree._Element, content: Content, look: RunLook, is_bold: bool) -> None:
        is_raised = look.is_raised
        if look.size and not is_raised:
            if content.size and look.size * 4 <= content.size * 3:
                is_raised = _is_small_mark(run, content)
            content.size = content.size or look.size
        for child in run:
            tag = child.tag
            if tag == x.T:
                text = child.text
                if not text or (content.fields and _in_instruction(content)):
                    continue
                self._text(text, content, is_bold, is_raised)
            elif tag != x.RPR:
                self._other(child, tag, content, is_bold, is_raised)

    def _text(self, text: str, content: Content, is_bold: bool, is_raised: bool) -> None:
        if text.isspace():
            content.parts.append(text)
            return
        if content.breaks_before_text is None:
            content.breaks_before_text = content.breaks
        if is_raised:
            _add_raised(content, text, self._is_french)
            return
        content.parts.append(text)
        if is_bold:
            content.bold = True
        else:
            content.light = True

    def _other(self, child: etree._Element, tag: str, content: Content, is_bold: bool, is_raised: bool) -> None:
        if tag == x.TAB or tag == x.PTAB:
            content.parts.append("\t")
        elif tag == x.BR or tag == x.CR:
            content.parts.append("\n")
        elif tag == x.PAGE_BREAK:
            content.breaks += 1
        elif tag == x.NO_BREAK_HYPHEN:
            self._text("-", content, is_bold, is_raised)
        elif tag == x.SYM:
            self._text(self._sign(child.get(x.CHAR, "")), content, is_bold, is_raised)
        elif tag == x.FIELD_CHAR:
            _field_char(child.get(x.FIELD_TYPE, ""), content)
        elif tag == x.INSTRUCTION:
            if content.fields and len(content.fields[-1].instruction) < _LONGEST_INSTRUCTION:
                content.fields[-1].instruction += (child.text or "")[:_LONGEST_INSTRUCTION]
        elif tag == x.DRAWING or tag == x.PICT or tag == x.OBJECT:
            content.floats.append(child)
        elif tag == x.FOOTNOTE_REFERENCE or tag == x.ENDNOTE_REFERENCE:
            key = (tag, child.get(x.ID, ""))
            content.references.append(key)
            if not x.is_on(child.get(x.CUSTOM_MARK, "0")):
                content.parts.append(f"{MARK_OPEN}{self._note_marks.mark(key)}{MARK_CLOSE}")
        elif tag in x.TRANSPARENT:
            for inner in x.inner(child):
                if inner.tag == x.T:
                    self._text(inner.text or "", content, is_bold, is_raised)
                elif inner.tag == x.R:
                    self._run(inner, content, RunLook(is_bold, is_raised), is_bold)
                else:
                    self._other(inner, inner.tag, content, is_bold, is_raised)

    def _sign(self, code_text: str) -> str:
        sign = symbol(code_text)
        self.unknown_signs += sign == UNKNOWN_SIGN
        return sign


class NoteMarks:
    """Automatic marks of notes in order of reference: footnotes 1, 2, ..., endnotes i, ii, ..."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._marks: dict[tuple[str, str], str] = {}

    def mark(self, key: tuple[str, str]) -> str:
        """The mark of the note with this (kind, id)."""
        found = self._marks.get(key)
        if found is None:
            kind = key[0]
            self._counts[kind] = self._counts.get(kind, 0) + 1
            found = self._marks[key] = str(self._counts[kind])
        return found


def _is_small_mark(run: etree._Element, content: Content) -> bool:
    """Whether a run in small print is a footnote mark: a letter or sign that directly follows words."""
    before = content.parts[-1] if content.parts else ""
    text = "".join(child.text or "" for child in run.iterchildren(x.T))
    return _SMALL_MARK.fullmatch(text.strip()) is not None and before[-1:].strip() not in ("", MARK_CLOSE)


def _in_instruction(content: Content) -> bool:
    return any(one.result_at is None for one in content.fields)


def _field_char(kind: str, content: Content) -> None:
    if kind == "begin":
        content.fields.append(_Field())
    elif kind == "separate" and content.fields:
        content.fields[-1].result_at = len(content.parts)
    elif kind == "end" and content.fields:
        done = content.fields.pop()
        if done.result_at is not None:
            _add_link(content, _address(done.instruction), done.result_at)


def _address(instruction: str) -> str:
    found = _HYPERLINK.search(instruction[:_LONGEST_INSTRUCTION])
    return found.group(1).strip() if found else ""


def _add_link(content: Content, address: str, at: int) -> None:
    if address:
        content.links.append((address, flat_text("".join(content.parts[at:]))[0]))


def _add_raised(content: Content, text: str, is_french: bool) -> None:
    """Add a superscript run: as a footnote mark, or as text when it is an ordinal or a power of a unit."""
    mark = text.strip().strip(",").strip()
    before = "".join(content.parts[-3:])[-24:] + mark
    if not mark:
        return  # a comma between two marks
    is_text = (
        _GRADE.search(before)
        or _ORDINAL.search(before)
        or UNIT_POWER.search(before)
        or (is_french and _FRENCH_ORDINAL.search(before))
    )
    if is_text or not _NOTE_MARK.fullmatch(mark):
        content.parts.append(text)
        content.light = True
        return
    tail = " " if text[-1].isspace() else ""
    content.parts.append(f"{MARK_OPEN}{mark}{MARK_CLOSE}{tail}")


def joined(texts: Iterable[str]) -> str:
    """Paragraphs of one cell as one text, a line each, empty ones left out."""
    return "\n".join(text for text in texts if text)
