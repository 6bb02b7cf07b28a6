"""Placeholders such as 76/XXX and the text that was adopted later: by title and date, with the evidence, never silently.

A placeholder keeps its row and its symbol; the candidates for it are rows of their own, best first, and at most one
of them is called the match. Titles of two languages are compared through what the release knows in both: characters
and words that go together in the titles of other texts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.mandates.facts import Row, read

TITLE_ENOUGH = 0.4
TITLE_MARGIN = 0.1
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_COMMON = 0.5


def pieces_of(title: str) -> frozenset[str]:
    """What titles are compared by: pairs of characters of Chinese, words of three letters and more, and years."""
    runs = re.findall(r"[\u3400-\u9fff]+", title)
    pairs = {run[n : n + 2] for run in runs for n in range(max(1, len(run) - 1))}
    return frozenset({*pairs, *(word.casefold() for word in _WORD.findall(_HAN.sub(" ", title)))})


def likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Share of pieces that two titles have in common, 0 to 1."""
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


class _Lexicon:
    """Which English words go with which pieces of another language, learnt from titles known in both."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._together: dict[str, Counter[str]] = defaultdict(Counter)
        self._pieces: Counter[str] = Counter()
        self._words: Counter[str] = Counter()
        self._count = 0
        for foreign, english in pairs:
            pieces, words = pieces_of(foreign), pieces_of(english)
            self._count += 1
            self._pieces.update(pieces)
            self._words.update(words)
            for piece in pieces:
                self._together[piece].update(words)

    def likeness(self, foreign: str, english: str) -> float:
        """How well an English title is told by the other: the mean over its words of their best tie, 0 to 1.

        Words in most titles say nothing and are left out; a word seen in none counts as untold.
        """
        pieces = pieces_of(foreign)
        telling = [word for word in pieces_of(english) if self._words[word] <= _COMMON * self._count]
        ties = [max((self._tie(piece, word) for piece in pieces), default=0.0) for word in telling]
        return sum(ties) / len(ties) if ties else 0.0

    def _tie(self, piece: str, word: str) -> float:
        both = self._together[piece][word] if piece in self._together else 0
        return 2 * both / (self._pieces[piece] + self._words[word]) if both else float(piece == word)


@dataclass(frozen=True, slots=True)
class _Candidate:
    row: Row
    likeness: float
    basis: str
    is_after_listed: bool | None
    is_number_above_listed: bool

    @property
    def rank(self) -> tuple[float, bool, str]:
        """Best first."""
        return (-round(self.likeness, 4), self.is_after_listed is not True, self.row["symbol"])


def match_rows(
    mandates: Sequence[Row],
    citations: Iterable[Row],
    resolutions: Iterable[Row],
    titles: Mapping[str, Mapping[str, str]],
    languages: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Rows of mart_pending_match: each placeholder with every text that may be behind it, best first.

    ``resolutions`` are all that are known, whether or not the release names them; ``languages`` gives the
    language of each document.
    """
    pending = [row for row in mandates if row["is_pending"] and row["symbol"]]
    if not pending:
        return []
    named: dict[str, set[str]] = defaultdict(set)
    for row in [*mandates, *citations]:
        if row["symbol"]:
            named[row["document_id"]].add(row["symbol"])
    known = {row["symbol"]: row for row in resolutions}
    lexicons: dict[str, _Lexicon] = {}
    found: list[dict[str, Any]] = []
    for row in pending:
        language = languages[row["document_id"]]
        if language not in lexicons:
            shared = (names for names in titles.values() if language in names and "en" in names)
            lexicons[language] = _Lexicon((names[language], names["en"]) for names in shared)
        ranked = _candidates(row, named[row["document_id"]], known, titles, language, lexicons[language])
        found += _rows(row, sorted(ranked, key=lambda one: one.rank))
    return found


def _candidates(
    row: Row,
    named: set[str],
    known: Mapping[str, Row],
    titles: Mapping[str, Mapping[str, str]],
    language: str,
    lexicon: _Lexicon,
) -> list[_Candidate]:
    """Texts of the placeholder's organ, kind and session whose number the document does not name."""
    holder = read(row["symbol"])
    if holder is None:
        return []
    session = [
        symbol
        for symbol in {*known, *named}
        if (one := read(symbol)) is not None
        and (one.series, one.kind, one.session) == (holder.series, holder.kind, holder.session)
        and not one.is_pending
    ]
    listed = [symbol for symbol in session if symbol in named]
    last_day: date | None = max(
        (known[s]["adopted_on"] for s in listed if s in known and known[s]["adopted_on"]), default=None
    )
    last_number = max((_number(symbol) for symbol in listed), default=0)
    found = []
    for symbol in session:
        if symbol in named or symbol not in known:
            continue
        title, names = row["title"] or "", titles.get(symbol, {})
        direct = likeness(pieces_of(title), pieces_of(names[language])) if language in names else 0.0
        through = lexicon.likeness(title, names["en"]) if "en" in names and language != "en" else 0.0
        day = known[symbol]["adopted_on"]
        found.append(
            _Candidate(
                known[symbol],
                max(direct, through),
                "same_language" if direct >= through and language in names else "other_language",
                day >= last_day if day and last_day else None,
                _number(symbol) > last_number,
            )
        )
    return found


def _number(symbol: str) -> int:
    parsed = read(symbol)
    return int(parsed.number) if parsed is not None and parsed.number.isdigit() else 0


def _rows(pending: Row, ranked: Sequence[_Candidate]) -> list[dict[str, Any]]:
    next_best = ranked[1].likeness if len(ranked) > 1 else 0.0
    rows = []
    for rank, one in enumerate(ranked, start=1):
        is_title = rank == 1 and one.likeness >= TITLE_ENOUGH and one.likeness - next_best >= TITLE_MARGIN
        is_match = is_title and one.is_after_listed is True and one.is_number_above_listed
        rows.append(
            {
                "pending_match_id": f"{pending['mandate_id']}/{rank}",
                "mandate_id": pending["mandate_id"],
                "document_id": pending["document_id"],
                "pending_symbol": pending["symbol"],
                "pending_title": pending["title"],
                "candidate_symbol": one.row["symbol"],
                "candidate_title": one.row["title"],
                "adopted_on": one.row["adopted_on"],
                "candidate_rank": rank,
                "candidate_count": len(ranked),
                "title_likeness": Decimal(f"{one.likeness:.4f}"),
                "title_basis": one.basis,
                "is_adopted_after_listed": one.is_after_listed,
                "is_number_above_listed": one.is_number_above_listed,
                "is_match": is_match,
            }
        )
    return rows
