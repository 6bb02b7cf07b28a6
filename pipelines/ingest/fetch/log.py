"""The log of downloads, with reasons for failures, kept in the home for the next run and ``fascicle status``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.ingest.fetch.model import FetchError

LOG_NAME = "fetch.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fetch (
    symbol TEXT NOT NULL, language TEXT NOT NULL, format TEXT NOT NULL,
    status TEXT NOT NULL, kind TEXT, reason TEXT,
    file_name TEXT, found_format TEXT, sha256 TEXT, size INTEGER, address TEXT,
    attempts INTEGER NOT NULL, first_at REAL NOT NULL, last_at REAL NOT NULL, next_at REAL,
    PRIMARY KEY (symbol, language, format)
);
CREATE TABLE IF NOT EXISTS request (at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS breaker (
    host TEXT PRIMARY KEY, failures INTEGER NOT NULL, times_opened INTEGER NOT NULL,
    open_until REAL, reason TEXT
);
CREATE TABLE IF NOT EXISTS spelling (host TEXT PRIMARY KEY, spelling TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cited (sha256 TEXT, symbol TEXT, PRIMARY KEY (sha256, symbol));
CREATE TABLE IF NOT EXISTS searched (sha256 TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS record (
    identifier TEXT PRIMARY KEY, changed_on TEXT NOT NULL, is_deleted INTEGER NOT NULL, marcxml BLOB
);
CREATE TABLE IF NOT EXISTS harvest (
    name TEXT PRIMARY KEY, token TEXT, since TEXT, last_at REAL NOT NULL, reason TEXT
);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt's last word: a document in a language and a format asked for.

    ``status`` is fetched, same, failed or waiting; times are seconds since 1970; ``next_at`` is when a poll
    may ask again, None for never.
    """

    symbol: str
    language: str
    format: str
    status: str
    kind: str | None
    reason: str | None
    file_name: str | None
    found_format: str | None
    sha256: str | None
    size: int | None
    address: str | None
    attempts: int
    first_at: float
    last_at: float
    next_at: float | None


@dataclass(frozen=True, slots=True)
class BreakerState:
    """Circuit breaker of one host: failures in a row, how often it opened since it last closed, until when."""

    host: str
    failures: int = 0
    times_opened: int = 0
    open_until: float | None = None
    reason: str | None = None


class FetchLog:
    """The log of a home; each change is one transaction, so that a run cut short leaves a log that is true."""

    def __init__(self, home: Path, *, is_read_only: bool = False) -> None:
        """Open the log, made if missing. Raises FetchError when it cannot be used."""
        self.path = home / LOG_NAME
        try:
            if is_read_only:
                self._connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)
            else:
                home.mkdir(parents=True, exist_ok=True)
                self._connection = sqlite3.connect(self.path)
                self._connection.executescript(_SCHEMA)
            self._connection.execute("SELECT count(*) FROM fetch").fetchone()
        except sqlite3.Error as problem:
            raise FetchError(
                f"{self.path}: the log of downloads cannot be read ({problem}); move it away and fetch again: "
                "what lies in the landing folder is kept"
            ) from problem

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def entry(self, symbol: str, language: str, file_format: str) -> Entry | None:
        """The entry of one document, None where there is none."""
        rows = self._entries("WHERE symbol = ? AND language = ? AND format = ?", symbol, language, file_format)
        return rows[0] if rows else None

    def entries(self) -> list[Entry]:
        """All entries, by symbol, language and format."""
        return self._entries("ORDER BY symbol, language, format")

    def entries_of_bytes(self, sha256: str) -> list[Entry]:
        """Documents fetched with these bytes."""
        return self._entries("WHERE sha256 = ? AND status = 'fetched'", sha256)

    def _entries(self, condition: str, *values: Any) -> list[Entry]:
        names = ", ".join(Entry.__slots__)
        return [Entry(*row) for row in self._connection.execute(f"SELECT {names} FROM fetch {condition}", values)]

    def note(self, symbol: str, language: str, file_format: str, status: str, at: float, **facts: Any) -> None:
        """Keep the last word on a document; attempts are counted, except while waiting.

        What was fetched stays known when a later attempt to fetch it anew fails: its name and hash.
        """
        before = self.entry(symbol, language, file_format)
        attempts = (before.attempts if before else 0) + (status != "waiting")
        kept = {"file_name": None, "found_format": None, "sha256": None, "size": None, "address": None}
        if before:
            kept = {name: getattr(before, name) for name in kept}
        row = {
            **kept,
            "kind": None,
            "reason": None,
            "next_at": None,
            **facts,
            "symbol": symbol,
            "language": language,
            "format": file_format,
            "status": status,
            "attempts": attempts,
            "first_at": before.first_at if before else at,
            "last_at": at,
        }
        with self._connection:
            self._connection.execute(
                f"INSERT OR REPLACE INTO fetch ({', '.join(Entry.__slots__)}) "
                f"VALUES ({', '.join(':' + name for name in Entry.__slots__)})",
                row,
            )

    def forget(self, symbol: str, language: str, file_format: str) -> None:
        """Forget that a document could not be had in a format."""
        with self._connection:
            self._connection.execute(
                "DELETE FROM fetch WHERE symbol = ? AND language = ? AND format = ? AND status IN ('failed', 'waiting')",
                (symbol, language, file_format),
            )

    def requests_since(self, at: float) -> list[float]:
        """Times of requests since then, oldest first."""
        return [row[0] for row in self._connection.execute("SELECT at FROM request WHERE at > ? ORDER BY at", (at,))]

    def note_request(self, at: float, forget_before: float) -> None:
        """Keep the time of a request, so that the next run counts it too; forget old ones."""
        with self._connection:
            self._connection.execute("DELETE FROM request WHERE at < ? OR at > ?", (forget_before, at))
            self._connection.execute("INSERT INTO request VALUES (?)", (at,))

    def breaker(self, host: str) -> BreakerState:
        """State of a host's circuit breaker; closed when nothing is known of it."""
        row = self._connection.execute(
            "SELECT host, failures, times_opened, open_until, reason FROM breaker WHERE host = ?", (host,)
        ).fetchone()
        return BreakerState(*row) if row else BreakerState(host)

    def breakers(self) -> list[BreakerState]:
        """All breakers that ever counted a failure, by host."""
        rows = self._connection.execute(
            "SELECT host, failures, times_opened, open_until, reason FROM breaker ORDER BY host"
        )
        return [BreakerState(*row) for row in rows]

    def set_breaker(self, state: BreakerState) -> None:
        """Keep the state of a breaker."""
        values = (state.host, state.failures, state.times_opened, state.open_until, state.reason)
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO breaker VALUES (?, ?, ?, ?, ?)", values)

    def spelling(self, host: str) -> str | None:
        """The spelling of symbols that last worked with a host."""
        row = self._connection.execute("SELECT spelling FROM spelling WHERE host = ?", (host,)).fetchone()
        return row[0] if row else None

    def set_spelling(self, host: str, spelling: str) -> None:
        """Keep the spelling of symbols that worked."""
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO spelling VALUES (?, ?)", (host, spelling))

    def cited(self, sha256: str) -> list[str] | None:
        """Symbols that a document cites; None when it was never searched."""
        if self._connection.execute("SELECT 1 FROM searched WHERE sha256 = ?", (sha256,)).fetchone() is None:
            return None
        rows = self._connection.execute("SELECT symbol FROM cited WHERE sha256 = ? ORDER BY symbol", (sha256,))
        return [row[0] for row in rows]

    def set_cited(self, sha256: str, symbols: list[str]) -> None:
        """Keep what a document cites."""
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO searched VALUES (?)", (sha256,))
            self._connection.executemany(
                "INSERT OR REPLACE INTO cited VALUES (?, ?)", [(sha256, symbol) for symbol in symbols]
            )

    def set_record(self, identifier: str, changed_on: str, marcxml: bytes | None) -> None:
        """Keep a record of the Digital Library, newer ones in place of older; no MARCXML: it was deleted there."""
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO record SELECT ?, ?, ?, ? WHERE NOT EXISTS "
                "(SELECT 1 FROM record WHERE identifier = ? AND changed_on > ?)",
                (identifier, changed_on, marcxml is None, marcxml, identifier, changed_on),
            )

    def records(self) -> Iterator[bytes]:
        """MARCXML of all records that stand, by identifier."""
        rows = self._connection.execute("SELECT marcxml FROM record WHERE NOT is_deleted ORDER BY identifier")
        return (row[0] for row in rows)

    def harvest(self, name: str) -> tuple[str | None, str | None]:
        """Where a harvest stands: the token to go on with, and the day up to which it is complete."""
        row = self._connection.execute("SELECT token, since FROM harvest WHERE name = ?", (name,)).fetchone()
        return (row[0], row[1]) if row else (None, None)

    def set_harvest(self, name: str, token: str | None, since: str | None, at: float, reason: str | None) -> None:
        """Keep where a harvest stands, and why it stopped (None: it went through)."""
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO harvest VALUES (?, ?, ?, ?, ?)", (name, token, since, at, reason)
            )

    def harvests(self) -> list[dict[str, Any]]:
        """All harvests: name, last_at, reason."""
        rows = self._connection.execute("SELECT name, last_at, reason FROM harvest ORDER BY name")
        return [dict(zip(("name", "last_at", "reason"), row, strict=True)) for row in rows]

    def record_count(self) -> int:
        """Records that stand."""
        return int(self._connection.execute("SELECT count(*) FROM record WHERE NOT is_deleted").fetchone()[0])


@contextmanager
def reading(home: Path) -> Iterator[FetchLog | None]:
    """The log of a home, for reading; None where nothing was ever fetched. Raises FetchError when it is damaged."""
    if not (home / LOG_NAME).is_file():
        yield None
        return
    log = FetchLog(home, is_read_only=True)
    try:
        yield log
    finally:
        log.close()
