"""What the title of a table or figure says of its scope."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipelines.model.facts import Scope
from pipelines.parse.grid.captions import Caption, title_has
from pipelines.parse.scope.names import PROGRAMME_OF_WORK, Names
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.fact import slug

_COLONS = str.maketrans("：", ":")
_BRACKETS = re.compile(r"\s*[（(][^()（）]*[)）]\s*")


def scope_of(caption: Caption, context: Scope, vocabulary: Vocabulary, named: Names | None = None) -> Scope:
    """Scope a title names ("Subprogramme 1: ...", "Requirements by object of expenditure: programme support"),
    the whole section for "Overall", else that of the headings.

    ``named`` holds names of components and subprogrammes as tables printed them.
    """
    funding = caption.funding
    if title_has(caption, vocabulary, "overall") or title_has(caption, vocabulary, "cross_cutting"):
        return Scope(entity=context.entity, funding=funding)
    plain = without_brackets(caption.title)
    head, colon, tail = (part.strip() for part in plain.partition(":"))
    if not colon:
        return context._replace(funding=funding)
    code = subprogramme_code(head, context.subprogramme, vocabulary)
    if code:
        holder = named.holder(context.component) if named else PROGRAMME_OF_WORK
        return Scope(context.entity, holder, code, funding)
    for words in (head, tail):
        if named and (known := named.find(normalised(words), context.component)):
            return Scope(context.entity, *known, funding)
        component = vocabulary.meaning("components", words)
        if component:
            return Scope(context.entity, component, "", funding)
    return context._replace(funding=funding)


def without_brackets(title: str) -> str:
    """A title without what it says in brackets, its colons of one width."""
    return _BRACKETS.sub(" ", title).translate(_COLONS).strip()


def office_of(caption: Caption, scope: Scope, entities: Mapping[str, str], vocabulary: Vocabulary) -> str | None:
    """Code of the office a title names ("Staffing requirements: ..."), None when it is about the whole entity."""
    head, colon, tail = (part.strip() for part in caption.title.translate(_COLONS).partition(":"))
    words = tail if colon else head
    whole = {normalised(w) for w in vocabulary.words("title_kinds", "whole_staff")}
    if not words or scope.component or normalised(words) in whole or normalised(words) in entities:
        return None
    return slug(words)


def subprogramme_code(words: str, current: str, vocabulary: Vocabulary) -> str:
    """Code of the subprogramme that words name: "1", or "1.2" for its component 2; empty when they name none.

    A component alone is of the ``current`` subprogramme.
    """
    subprogramme = vocabulary.pattern("subprogramme", "pattern").search(words)
    part = vocabulary.pattern("subprogramme", "part_of").search(words)
    if subprogramme and part:
        return f"{subprogramme['code']}.{part['code']}"
    if subprogramme:
        return subprogramme["code"]
    part = vocabulary.pattern("subprogramme", "part").match(words)
    if part:
        above = current.split(".")[0]
        return f"{above}.{part['code']}" if above else part["code"]
    return ""
