"""The words of headers and footers: what stands on every page, and what only on the first."""

from __future__ import annotations

from pipelines.read import word_xml as x
from pipelines.read.word_package import Package
from pipelines.read.word_signs import flat_text
from pipelines.read.word_story import Story
from pipelines.read.word_styles import StyleSheet
from pipelines.read.word_text import ParagraphScanner


def read_furniture(package: Package, story: Story, styles: StyleSheet) -> list[str]:
    """Words of the header and footer parts that a story uses, a line per paragraph.

    First-page parts come first (symbol, distribution, date), each text once.
    """
    names: dict[str, None] = {}
    relationships = package.relationships(package.main)
    references = story.root.iter(x.HEADER_REFERENCE, x.FOOTER_REFERENCE)
    for element in sorted(references, key=lambda element: element.get(x.TYPE) != "first"):
        one = relationships.get(element.get(x.R_ID, ""))
        if one is not None and not one.is_external:
            names.setdefault(one.target)
    lines: dict[str, None] = {}
    seen: set[bytes] = set()
    for name in names:
        data = package.story(name) if name in package else b""
        if not data or data in seen:
            continue
        seen.add(data)
        for text in _words(package, name, data, styles):
            lines.setdefault(text)
    return list(lines)


def _words(package: Package, name: str, data: bytes, styles: StyleSheet) -> list[str]:
    part = Story(data, name, styles)
    scanner = ParagraphScanner(part, package.addresses(name))
    paragraphs = (paragraph for paragraph in part.root.iter(x.P) if not x.is_passed_over(paragraph))
    texts = (flat_text(scanner.scan(paragraph).raw)[0] for paragraph in paragraphs)
    return [text for text in texts if text]
