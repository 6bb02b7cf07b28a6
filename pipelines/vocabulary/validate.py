"""What is wrong with a vocabulary file, each in one line with its place: looked at whenever one is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipelines.vocabulary.spelling import normalised

CERTAINTIES = ("read", "usual", "unsure")
"""How sure terms are: read in a document; usual in print, but no document read yet; of uncertain wording."""
SCRIPTS = ("han", "arabic", "cyrillic", "latin")
_REQUIRED = ("language", "certainty", "furniture", "edition", "caption", "units", "column_heads", "year", "totals")
_GROUP = re.compile(r"\(\?P<")
_OWN_SHAPE = frozenset({"language", "certainty", "headings", "read_terms"})


def problems(language: str, terms: dict[str, Any]) -> Iterator[str]:
    """Faults of the terms of one language; nothing when it can be used."""
    for name in _REQUIRED:
        if not isinstance(terms.get(name), dict):
            yield f"table [{name}] is missing; every vocabulary has one"
            return
    yield from _of_language(language, terms["language"])
    yield from _of_certainty(terms["certainty"], terms)
    yield from _of_read_terms(terms.get("read_terms", {}), terms)
    for name, content in terms.items():
        if not isinstance(content, dict):
            yield f"{name} stands outside a table; put it into one, such as [language]"
            continue
        yield from _of_patterns(name, content)
        if name not in _OWN_SHAPE:
            yield from _of_terms(name, content)


def _of_language(language: str, content: dict[str, Any]) -> Iterator[str]:
    if content.get("code") != language:
        yield f"[language] code is {content.get('code')!r}; the file's name says {language!r}"
    if content.get("script") not in SCRIPTS:
        yield f"[language] script is {content.get('script')!r}; it is one of {', '.join(SCRIPTS)}"
    if content.get("decimal") not in (".", ","):
        yield f"[language] decimal is {content.get('decimal')!r}; it is the mark before decimals, '.' or ','"
    if not isinstance(content.get("joins_words_with_space"), bool):
        yield "[language] joins_words_with_space is neither true nor false"


def _of_certainty(content: dict[str, Any], terms: dict[str, Any]) -> Iterator[str]:
    known = ", ".join(CERTAINTIES)
    if content.get("default") not in CERTAINTIES:
        yield f"[certainty] default is {content.get('default')!r}; it is one of {known}"
    for certainty, tables in content.items():
        if certainty == "default":
            continue
        if certainty not in CERTAINTIES or not isinstance(tables, list):
            yield f"[certainty] {certainty} is no list of tables under one of {known}"
            continue
        for table in tables:
            if table not in terms:
                yield f"[certainty] {certainty} names table {table!r}, which the file does not have"


def _of_read_terms(content: dict[str, Any], terms: dict[str, Any]) -> Iterator[str]:
    """Terms said to be read in a document that their table does not have."""
    for line in content.get("terms", ()):
        table, _, word = line.partition(": ")
        known = terms.get(table, {})
        held = {term for key, value in known.items() for term in (value if isinstance(value, list) else [key])}
        if normalised(word) not in map(normalised, held):
            yield f"[read_terms] names {word!r}, which [{table}] does not have"


def _of_patterns(name: str, content: dict[str, Any]) -> Iterator[str]:
    for key, value in content.items():
        for text in value if isinstance(value, list) else [value]:
            pattern = text[0] if isinstance(text, list) and text else text
            if not isinstance(pattern, str) or not (isinstance(text, list) or _is_pattern(name, pattern)):
                continue
            try:
                re.compile(pattern)
            except re.error as problem:
                yield f"[{name}] {key} is no regular expression: {problem}"


def _is_pattern(name: str, text: str) -> bool:
    return name in {"furniture", "edition", "caption", "headings", "year"} or bool(_GROUP.search(text))


def _of_terms(name: str, content: dict[str, Any]) -> Iterator[str]:
    """Terms with two meanings in one table; white space, case and brackets' width do not tell them apart."""
    seen: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, list):
            for term in value:
                if not isinstance(term, str):
                    yield f"[{name}] {key} holds {term!r}, which is no text"
                elif (before := seen.setdefault(normalised(term), key)) != key:
                    yield f"[{name}] {term!r} means both {before} and {key}; take it out of one"
        elif isinstance(value, str) and not _is_pattern(name, value):
            if (before := seen.setdefault(normalised(key), value)) != value:
                yield f"[{name}] {key!r} means both {before} and {value}; take one out"
        elif not isinstance(value, str | int):
            yield f"[{name}] {key} is {value!r}; it is a text, a number or a list of texts"
