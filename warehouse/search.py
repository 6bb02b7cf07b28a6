"""Full-text search over paragraphs and resolutions of a release, ranked, in any language.

There is no index to build or to fall behind: a scan of all texts of an edition takes about a second. Words of an
alphabet are found by their stem; Chinese, which sets no blanks between words, by the characters as they stand;
symbols and numbers whole. Texts that hold every word come first, by BM25 over the whole release.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import snowballstemmer

from warehouse.marts import views
from warehouse.query import run_query
from warehouse.schema.declare import quote_literal

Kind = Literal["paragraph", "resolution"]

_TERM = re.compile(r'"(?P<phrase>[^"]+)"|(?P<word>\S+)')
_HAN = re.compile(r"[\u3400-\u9fff]")
_RESOLUTION = re.compile(r"[ae]/res/(?P<number>\S+)", re.IGNORECASE)
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
# Letters written out, because "\\w" and "\\b" know only English ones in RE2, and texts are in six languages.
_LETTERS = "0-9a-z\u00df-\u00f6\u00f8-\u024f\u0400-\u052f\u0620-\u065f\u066e-\u06d3"
_LETTER, _OTHER = f"[{_LETTERS}]", f"[^{_LETTERS}]"
_START, _END = f"(?:^|{_OTHER})", f"(?:$|{_OTHER})"
_STEMMERS = (
    (re.compile(r"[a-z’'-]+"), "english"),
    (re.compile(r"[\u0400-\u04ff-]+"), "russian"),
    (re.compile(r"[\u0600-\u06ff]+"), "arabic"),
)
_SHORTEST_STEM = 3
_SATURATION, _LENGTH_SHARE, _HEADING_WEIGHT = 1.2, 0.75, 0.5
_AROUND = 90


class SearchError(ValueError):
    """A search without a word in it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase as asked for, and the pattern (RE2, on text in lower case) that finds it."""

    asked: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that was found: what and where it is, its words around the first match, and its rank.

    ``has_all`` is False when no text holds every word and this one holds some.
    """

    kind: str
    symbol: str
    language: str
    document_id: str | None
    place: str | None
    heading: str | None
    snippet: str
    page_number: int | None
    line_first: int | None
    score: float
    has_all: bool


def terms_of(words: str) -> list[Term]:
    """The words of a search; those between double quotes are a phrase. Raises SearchError when there is none."""
    found = []
    for match in _TERM.finditer(words.replace("“", '"').replace("”", '"')):
        asked = _EDGES.sub("", match["phrase"] or match["word"]) if match["phrase"] is None else match["phrase"].strip()
        if asked:
            found.append(Term(asked, _pattern(asked.casefold())))
    if not found:
        raise SearchError("nothing to search for: give a word, such as fascicle search contingency fund")
    return found


def _pattern(asked: str) -> str:
    """Pattern of a word by its stem, of a phrase by its words in order, of Chinese characters as they stand."""
    if _HAN.search(asked):
        return r"\s*".join(re.escape(piece) for piece in asked.split())
    return _START + f"{_OTHER}+".join(_word(piece) for piece in asked.split()) + _END


def _word(word: str) -> str:
    if symbol := _RESOLUTION.fullmatch(word):
        # Texts name a resolution by its number alone.
        return f"(?:{re.escape(word.removesuffix(symbol['number']))})?{re.escape(symbol['number'])}"
    for alphabet, language in _STEMMERS:
        if alphabet.fullmatch(word):
            stem = snowballstemmer.stemmer(language).stemWord(word)
            if language == "english" and stem.endswith("i"):
                stem = stem[:-1]  # policies and policy
            # A stem may change the last letters of a word: what both begin with finds either.
            shared = next((n for n, (a, b) in enumerate(zip(stem, word, strict=False)) if a != b), len(stem))
            if shared >= _SHORTEST_STEM:
                # Endings are short: fund finds funding, not fundamental.
                return f"(?:{re.escape(word[:shared])}{_LETTER}{{0,4}}|{re.escape(word)}{_LETTER}{{0,2}})"
    return re.escape(word)


def search(
    database: Path, words: str, limit: int = 20, language: str | None = None, kind: Kind | None = None
) -> list[Hit]:
    """Texts of a release with all the words, best first; texts with some of them where none has all.

    A document that was read in several formats is searched in one. Raises SearchError for a search without a
    word, QueryError when the release can't be read.
    """
    terms = terms_of(words)
    answer = run_query(database, _sql(terms, limit, language, kind))
    rows = answer.records()
    most = max((row["held"] for row in rows), default=0)
    # Where no text has every word, those that have most of them are the answer.
    best = [row for row in rows if row["held"] == most]
    return [
        Hit(
            row["kind"],
            row["symbol"],
            row["language"],
            row["document_id"],
            row["place"],
            row["heading"],
            snippet(row["text"], terms),
            row["page_number"],
            row["line_first"],
            float(row["score"]),
            most == len(terms),
        )
        for row in best
    ]


def _sql(terms: Sequence[Term], limit: int, language: str | None, kind: Kind | None) -> str:
    """The search as one statement, everything in it a literal: DuckDB imports pandas to look at parameters.

    A word in a heading counts half: the text under it may be about something else. What stands in every text tells nothing: rare words weigh more.
    """
    patterns = {n: quote_literal(term.pattern) for n, term in enumerate(terms, start=1)}
    numbers = patterns.keys()
    wanted = {"language": language, "kind": kind}
    narrowed = [f"{column} = {quote_literal(value)}" for column, value in wanted.items() if value is not None]
    only = " AND ".join(["is_first_format AND text IS NOT NULL", *narrowed])

    def counted(place: str, n: int) -> str:
        # Most texts hold no match: to see that is quicker than to list none.
        found, listed = (f"{name}({place}, {patterns[n]})" for name in ("regexp_matches", "regexp_extract_all"))
        return f"CASE WHEN {found} THEN len({listed}) ELSE 0 END"

    counts = ", ".join(f"{counted('words', n)} + {_HEADING_WEIGHT} * {counted('over', n)} AS n{n}" for n in numbers)
    held = " + ".join(f"(n{n} > 0)::INTEGER" for n in numbers)
    score = " + ".join(
        f"ln(1 + (total - d{n} + 0.5) / (d{n} + 0.5)) * n{n} * {_SATURATION + 1} "
        f"/ (n{n} + {_SATURATION} * ({1 - _LENGTH_SHARE} + {_LENGTH_SHARE} * length / usual))"
        for n in numbers
    )
    documents = ", ".join(f"count(*) FILTER (n{n} > 0) AS d{n}" for n in numbers)
    return f"""
        WITH texts AS ({_texts()}),
        lowered AS (
            SELECT *, lower(text) AS words, lower(coalesce(heading, '')) AS over, len(text) AS length
            FROM texts
            WHERE {only}
        ),
        counted AS MATERIALIZED (SELECT * EXCLUDE (words, over), {counts} FROM lowered),
        weighed AS (SELECT greatest(count(*), 1) AS total, greatest(avg(length), 1) AS usual, {documents} FROM counted)
        SELECT kind, symbol, language, document_id, place, heading, text, page_number, line_first,
            {held} AS held, {score} AS score
        FROM counted, weighed
        WHERE held > 0
        ORDER BY held DESC, score DESC, symbol, place, document_id
        LIMIT {int(limit)}
    """


def _texts() -> str:
    """The view's own SELECT: a release made before there was the view is searched just so."""
    return next(view.select for view in views() if view.name == "v_search_text")


def snippet(text: str, terms: Sequence[Term]) -> str:
    """Words around the first place where a term stands, cut at blanks; the whole of a short text."""
    flat = " ".join(text.split())
    starts = [match.start() for term in terms if (match := re.search(term.pattern, flat.casefold())) is not None]
    start = max(0, min(starts, default=0) - _AROUND)
    end = min(len(flat), start + 3 * _AROUND)
    start = max(0, min(start, end - 3 * _AROUND))
    if start and " " in flat[start : start + _AROUND // 2]:
        start = flat.index(" ", start) + 1
    if end < len(flat) and " " in flat[end - _AROUND // 2 : end]:
        end = flat.rindex(" ", 0, end)
    return ("… " if start else "") + flat[start:end] + (" …" if end < len(flat) else "")
