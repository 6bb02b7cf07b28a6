"""The parts of a Word package and how they hang together (Open Packaging Conventions, ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from pipelines.model.blocks import UnreadableDocument
from pipelines.read.shared.zip_archive import as_utf8, open_archive, parse_xml
from pipelines.read.word import xml as x

_PAGES = re.compile(rb"<(?:\w+:)?Pages>(\d{1,6})</")
_TYPES = "[Content_Types].xml"
_OVERRIDE = re.compile(rb"<(?:\w+:)?Override\s[^>]*>")
_PART_NAME = re.compile(rb"""PartName\s*=\s*["']([^"']+)""")
_MAIN_TYPE = re.compile(rb"(?:wordprocessingml|ms-word)\.(?:document|template)[\w.]*\.main\+xml")
_APPLICATION = "docProps/app.xml"
_HEAD_BYTES = 4096
_TRANSITIONAL = tuple(
    (strict.encode(), transitional.encode())
    for strict, transitional in (
        (x.NS_W_STRICT, x.NS_W),
        ("http://purl.oclc.org/ooxml/officeDocument/relationships", x.NS_R),
        ("http://purl.oclc.org/ooxml/drawingml/", "http://schemas.openxmlformats.org/drawingml/2006/"),
    )
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from a part: ``kind`` is the last word of its type; ``target`` a part's name or an address."""

    kind: str
    target: str
    is_external: bool


class Package:
    """A Word package held in memory; parts are unpacked and parsed when asked for."""

    def __init__(self, data: bytes) -> None:
        """Open the archive and find its main part; raises UnreadableDocument when it is no Word package."""
        self._archive = open_archive(data)
        self._relationships: dict[str, dict[str, Relationship]] = {}
        self.main = ""
        self.main = self._find_main()

    def _find_main(self) -> str:
        if "_rels/.rels" in self._archive:
            for one in self.relationships("").values():
                if one.kind == "officeDocument" and not one.is_external:
                    if not one.target.startswith("word/") and one.target.split("/")[0] in ("xl", "ppt"):
                        raise UnreadableDocument(
                            f"no Word document but an Office file with {one.target}; save it as .docx"
                        )
                    if one.target not in self._archive:
                        raise UnreadableDocument(f"the Word document lacks its main part {one.target}; fetch it again")
                    return one.target
        if "word/document.xml" in self._archive:
            return "word/document.xml"
        types = self._archive.read(_TYPES) if _TYPES in self._archive else b""
        for override in _OVERRIDE.findall(types):
            name = _PART_NAME.search(override)
            if (
                _MAIN_TYPE.search(override)
                and name
                and (part := name[1].decode("utf-8", "replace").lstrip("/")) in self._archive
            ):
                return part
        raise UnreadableDocument("a zip archive that holds no Word document; check that it is a .docx file")

    def __contains__(self, name: str) -> bool:
        return name in self._archive

    def part(self, name: str) -> etree._Element:
        """The root of a part; the strict namespace of ISO 29500 is read as the transitional one."""
        return parse_xml(self.story(name), name)

    def raw(self, name: str) -> bytes:
        """The bytes of a part as they are."""
        return self._archive.read(name)

    def story(self, name: str) -> bytes:
        """The bytes of a part as UTF-8, strict namespaces as transitional ones."""
        data = as_utf8(self._archive.read(name), name)
        if x.NS_W_STRICT.encode() in data[:_HEAD_BYTES]:
            for strict, transitional in _TRANSITIONAL:
                data = data.replace(strict, transitional)
        return data

    def relationships(self, name: str) -> dict[str, Relationship]:
        """The relationships of a part by id ("" for those of the package)."""
        known = self._relationships.get(name)
        if known is not None:
            return known
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", base + ".rels")
        found: dict[str, Relationship] = {}
        if rels in self._archive:
            for element in parse_xml(self._archive.read(rels), rels):
                is_external = element.get("TargetMode") == "External"
                target = element.get("Target", "")
                if not is_external:
                    target = target.replace("\\", "/")
                    target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                    target = target if target in self._archive else unquote(target)
                kind = element.get("Type", "").rsplit("/", 1)[-1]
                found[element.get("Id", "")] = Relationship(kind, target, is_external)
        self._relationships[name] = found
        return found

    def addresses(self, name: str) -> dict[str, str]:
        """Addresses that a part links to, by relationship id."""
        return {
            key: one.target
            for key, one in self.relationships(name).items()
            if one.is_external and one.kind == "hyperlink" and one.target
        }

    def related(self, name: str, kind: str) -> etree._Element | None:
        """The root of the first part of a kind ("styles", "numbering", ...) that ``name`` relates to; None if none."""
        for one in self.relationships(name).values():
            if one.kind == kind and one.target in self._archive:
                return self.part(one.target)
        return None

    def name_of(self, name: str, kind: str) -> str:
        """The name of the part that ``related`` would read, "" when there is none."""
        for one in self.relationships(name).values():
            if one.kind == kind and one.target in self._archive:
                return one.target
        return ""

    def linked(self, name: str, relationship_id: str) -> str:
        """The name of the part that ``name`` refers to by id, "" when there is none."""
        one = self.relationships(name).get(relationship_id)
        return one.target if one is not None and not one.is_external and one.target in self._archive else ""

    def stated_pages(self) -> int:
        """Pages the document counted when it was last saved; 0 when it does not say."""
        found = _PAGES.search(self._archive.read(_APPLICATION)) if _APPLICATION in self._archive else None
        return int(found.group(1)) if found else 0
