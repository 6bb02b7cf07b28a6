"""Requests and outcomes of downloads: small values shared by the modules that download."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

from pipelines.symbols import Symbol, parse_symbol
from warehouse.schema.languages import CODES


def when(at: float) -> str:
    """Seconds since 1970 as a time people read, in UTC.

    >>> when(0.0)
    '1970-01-01 00:00 UTC'
    """
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def seconds_asked(retry_after: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks to wait: a number, or a date; None for none or another form.

    >>> seconds_asked("120", 0.0), seconds_asked("Thu, 01 Jan 1970 00:01:00 GMT", 0.0), seconds_asked("soon", 0.0)
    (120.0, 60.0, None)
    """
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        named = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if named.tzinfo is None:
        named = named.replace(tzinfo=datetime.UTC)
    return max(0.0, named.timestamp() - now)


FORMATS = ("docx", "pdf")
"""Formats that can be asked for, in the order in which they are preferred."""

FailureKind = Literal[
    "no_document",  # a web page, a message or nothing, with status 200
    "absent",  # the server says there is none
    "wrong_type",  # a document, of a kind that is not read
    "too_large",
    "misdirected",  # redirected in a circle, or to where we do not go
    "refused",  # by status: too many requests, forbidden, server error
    "unreachable",
    "slow",
    "cut_off",
    "waiting",  # not asked: the circuit breaker is open
    "unknown",  # no such address can be made
]

BLOCKING: frozenset[FailureKind] = frozenset(
    {"no_document", "misdirected", "refused", "unreachable", "slow", "cut_off"}
)
"""Kinds that may mean that the server has had enough of us: they count towards the circuit breaker."""

LASTING: frozenset[FailureKind] = frozenset({"wrong_type", "too_large"})
"""Failures that a retry would not change: not requested again unless asked for."""

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,150}")


class Failure(Exception):
    """A download that did not come to a document; the message is one line with the reason and the remedy.

    ``is_transient``: the same request may succeed in a moment. ``retry_after``: seconds the server asks
    us to wait. ``data``: the bytes that came, where they are a document of a kind that is not read.
    """

    def __init__(
        self,
        kind: FailureKind,
        reason: str,
        *,
        is_transient: bool = False,
        retry_after: float | None = None,
        data: bytes | None = None,
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.is_transient = is_transient
        self.retry_after = retry_after
        self.data = data


class FetchError(Exception):
    """Nothing can be fetched at all: a request, a watch list or a log that is wrong; one line with the remedy."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and sleep, in seconds since 1970; replaced in tests, so that none of them sleeps."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document asked for: symbol, language, and formats in order of preference, of which one is enough."""

    symbol: Symbol
    language: str = "en"
    formats: tuple[str, ...] = FORMATS

    def file_name(self, file_format: str) -> str:
        """Name of its file in the landing folder. Raises Failure for a symbol that makes no safe name.

        >>> Wanted(parse_symbol("A/77/6 (Sect. 10)"), "zh").file_name("docx")
        'A_77_6_Sect.10.zh.docx'
        """
        name = f"{self.symbol.file_name}.{self.language}.{file_format}"
        if not _SAFE_NAME.fullmatch(name) or ".." in name:
            raise Failure("unknown", f"{str(self.symbol)!r} makes no safe file name; download it by hand")
        return name


Status = Literal["fetched", "here", "restored", "same", "failed", "waiting"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one document's download.

    ``fetched``: downloaded now; ``here``: it lay in the landing folder already; ``restored``: put back there
    from the archive, without asking; ``same``: its bytes are those of another document, named ``file_name``;
    ``failed``, ``waiting``: not to be had, for ``reason``. ``size`` is in bytes.
    """

    symbol: str
    language: str
    status: Status
    file_name: str | None = None
    size: int | None = None
    sha256: str | None = None
    reason: str | None = None

    @property
    def is_here(self) -> bool:
        """True when the document is in the landing folder, under any name."""
        return self.status not in ("failed", "waiting")

    @property
    def was_asked(self) -> bool:
        """True when the server was asked for it."""
        return self.status in ("fetched", "same", "failed")


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll came to: outcomes, documents left for a later poll, and files (name, reason) not searched for citations."""

    outcomes: tuple[Outcome, ...]
    left: tuple[Wanted, ...]
    unread: tuple[tuple[str, str], ...]


def wanted(symbol: str, language: str = "en", formats: tuple[str, ...] = FORMATS) -> Wanted:
    """A document asked for by the text of its symbol.

    Raises SymbolError for what is no symbol, FetchError for a placeholder, a language or a format that
    cannot be asked for.
    """
    parsed = parse_symbol(symbol)
    if parsed.is_pending:
        raise FetchError(f"{parsed} has no number yet; fetch it by the number it was given on adoption")
    if language not in CODES:
        raise FetchError(f"language {language!r} is none of {', '.join(CODES)}")
    if not formats or any(one not in FORMATS for one in formats):
        raise FetchError(f"format {', '.join(map(repr, formats)) or 'none'}: only {', '.join(FORMATS)} can be fetched")
    return Wanted(parsed, language, tuple(dict.fromkeys(formats)))
