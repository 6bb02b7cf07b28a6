"""Whose budget figures are of: the section's own, a gross or jointly financed one, or the share in that.

Captions, heads of groups of rows or columns, and headings tell it; where none does, figures are of the section's own
budget. Two captions that are alike but for words in brackets are never about one fact, whether the words are known
or not: unknown ones make a basis of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipelines.model.blocks import Block
from pipelines.model.facts import Scope
from pipelines.parse.grid.columns import OWN, basis_of
from pipelines.parse.grid.outline import OutlineRow
from pipelines.parse.scope.subjects import Subject
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.fact import slug

_WIDER = frozenset({"gross", "jointly_financed"})
_BRACKET = re.compile(r"[（(]([^()（）]*)[)）]")
_CAPTION_KINDS = frozenset({"caption", "heading"})


def basis_of_headings(headings: Sequence[str], vocabulary: Vocabulary) -> str:
    """The basis that the innermost heading names which names any, in brackets or as a source of funding."""
    for words in reversed(headings):
        if vocabulary.meaning("funding_sources", words):
            return OWN
        found = basis_of(" ".join(_BRACKET.findall(words)), vocabulary)
        if found is not None:
            return found
    return OWN


def distinguishing_brackets(blocks: Iterable[Block], vocabulary: Vocabulary) -> Mapping[str, frozenset[str]]:
    """Titles without their brackets, for those that stand in the document with several: the brackets they have."""
    found: dict[str, set[str]] = {}
    for block in blocks:
        if block.kind in _CAPTION_KINDS and "(" in block.text.replace("（", "("):
            stem, brackets = _parted(block.text, vocabulary)
            if stem and brackets:
                found.setdefault(stem, set()).add(brackets)
    return {stem: frozenset(brackets) for stem, brackets in found.items() if len(brackets) > 1}


def basis_of_title(title: str, siblings: Mapping[str, frozenset[str]], vocabulary: Vocabulary) -> str | None:
    """The basis a caption names; a code made of its brackets where only they tell it from another caption."""
    known = basis_of(title, vocabulary)
    if known is not None:
        return known
    stem, brackets = _parted(title, vocabulary)
    return slug(brackets) if brackets and brackets in siblings.get(stem, ()) else None


def _parted(title: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """A title without its brackets, and what stands in those whose words nothing knows."""
    unknown = [
        words
        for words in _BRACKET.findall(title)
        if not any(vocabulary.meaning(table, words) for table in ("units", "funding_sources", "caption_remarks"))
        and basis_of(words, vocabulary) is None
        and not re.search(r"\d", words)
    ]
    return normalised(_BRACKET.sub("", title)).strip("."), normalised(" ".join(unknown))


def with_groups(
    subjects: Sequence[Subject], outline: Sequence[OutlineRow], is_funding_told: bool, vocabulary: Vocabulary
) -> list[Subject]:
    """Subjects with the basis and the source of funding that rows without values name for the rows below them.

    What is of a wider budget than the section's own is paid by several sources, unless one is told.
    """
    found: list[Subject] = []
    basis: str | None = None
    funding: str | None = None
    for subject, row in zip(subjects, outline, strict=True):
        if row.role == "heading":
            named = basis_of(row.label, vocabulary)
            source = vocabulary.meaning("funding_sources", row.words) or vocabulary.meaning(
                "funding_sources", row.label
            )
            if named is not None or source:
                basis, funding = named if named is not None else basis, source
        scope = subject.scope
        scope = scope if basis is None else scope._replace(basis=basis)
        scope = scope if not funding or row.is_grand_total else scope._replace(funding=funding)
        scope = paid_by_all(scope) if not is_funding_told and not funding else scope
        found.append(subject if scope == subject.scope else replace(subject, scope=scope))
    return found


def paid_by_all(scope: Scope) -> Scope:
    """A scope of a wider budget than the section's own, with all sources of funding where none is named."""
    return scope._replace(funding="ALL") if scope.basis in _WIDER and scope.funding == "RB" else scope
