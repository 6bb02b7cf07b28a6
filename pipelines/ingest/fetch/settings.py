"""``sources.toml``: how to fetch, and the watch list of what to fetch. See docs/fetching.md."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.ingest.fetch.model import FORMATS, FetchError, Wanted, wanted
from pipelines.ingest.formats import LARGEST_FILE
from pipelines.symbols import SymbolError

BUNDLED_LIST = Path(__file__).parents[2] / "bundled" / "sources.toml"
LIST_NAME = "sources.toml"
CONTACT_VARIABLE = "FASCICLE_CONTACT"
SESSION_OFFSET = 1946
"""A budget is taken up in the session of its year less this."""

_HOURLY_CEILING = 1200
"""Requests an hour from which the document service has been seen to stop answering."""

_SECTION = re.compile(r"(?P<code>\d{1,2}[A-Z]?)(?P<suffix>(?:/(?:Add|Corr|Rev)\.\d+)*)")
_RANGE = re.compile(r"(\d{1,2})\s*-\s*(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to fetch. Times in seconds, sizes in bytes.

    ``address`` is the document service's, with {symbol}, {language} and {format}. Only ``hosts`` are
    asked, over HTTPS; those in ``private_hosts`` (host:port) may also be on the own network and speak
    HTTP: a mirror in the house. ``breaker_failures`` documents in a row that could not be had open the
    circuit breaker for ``breaker_seconds``, and twice as long each time it opens again.
    """

    contact: str = ""
    address: str = "https://documents.un.org/api/symbol/access?s={symbol}&l={language}&t={format}"
    library_address: str = "https://digitallibrary.un.org/oai2d"
    hosts: tuple[str, ...] = ("documents.un.org", "docs.un.org", "undocs.org", "digitallibrary.un.org")
    private_hosts: tuple[str, ...] = ()
    hourly_limit: int = 1000
    pause_seconds: float = 3.5
    long_pause_every: int = 100
    long_pause_seconds: float = 60.0
    attempts: int = 4
    connect_seconds: float = 20.0
    read_seconds: float = 60.0
    document_seconds: float = 600.0
    longest_wait_seconds: float = 300.0
    largest_bytes: int = LARGEST_FILE
    redirects: int = 5
    breaker_failures: int = 5
    breaker_seconds: float = 3600.0

    @property
    def user_agent(self) -> str:
        """Who asks: the project, its version, and whom to write to."""
        return f"fascicle/{version('fascicle')} (contact: {self.contact or 'not given'})"


@dataclass(frozen=True, slots=True)
class Watch:
    """One entry of a watch list: documents, and the depth down to which the resolutions they cite are wanted."""

    documents: tuple[Wanted, ...]
    cited_depth: int = 0


@dataclass(frozen=True, slots=True)
class LibraryWatch:
    """Records to harvest from the Digital Library: one set, or all; days as YYYY-MM-DD."""

    set_name: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class WatchList:
    """What ``sources.toml`` says."""

    settings: Settings = field(default_factory=Settings)
    watches: tuple[Watch, ...] = ()
    library: LibraryWatch | None = None


def list_of(home: Path) -> Path:
    """The home's own ``sources.toml``, or the bundled one, which watches nothing."""
    own = home / LIST_NAME
    return own if own.is_file() else BUNDLED_LIST


def read_watch_list(path: Path, environment: Mapping[str, str] = os.environ) -> WatchList:
    """A watch list from its file; FASCICLE_CONTACT goes before the contact in it.

    Raises FetchError, with file and place, for what cannot be read or understood.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise FetchError(f"{path}: cannot be read: {problem.strerror or problem}") from problem
    except ValueError as problem:
        raise FetchError(f"{path}: not TOML: {problem}") from problem
    try:
        _only(data, ("contact", "source", "limits", "watch", "library"), "at the top")
        contact = environment.get(CONTACT_VARIABLE) or data.get("contact", "")
        settings = _settings({**_table(data, "source"), **_table(data, "limits"), "contact": contact})
        entries = data.get("watch", [])
        if not isinstance(entries, list):
            raise FetchError("[[watch]] is written in double brackets")
        watches = tuple(_watch(entry, f"watch {number}") for number, entry in enumerate(entries, 1))
        library = _library(_table(data, "library")) if "library" in data else None
    except (FetchError, SymbolError) as problem:
        raise FetchError(f"{path}: {problem}") from problem
    return WatchList(settings, watches, library)


def _table(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise FetchError(f"[{name}] is a table, written in brackets")
    return found


def _only(given: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
    for name in given:
        if name not in known:
            raise FetchError(f"{name!r} {place} is none of {', '.join(known)}")


def _settings(given: dict[str, Any]) -> Settings:
    defaults = {one.name: getattr(Settings(), one.name) for one in fields(Settings)}
    _only(given, tuple(defaults), "in [source] or [limits]")
    taken: dict[str, Any] = {}
    for name, value in given.items():
        default = defaults[name]
        if isinstance(default, tuple):
            taken[name] = _texts(value, name)
        elif isinstance(default, str):
            taken[name] = _text(value, name)
        else:
            taken[name] = _number(value, name, is_whole=isinstance(default, int))
    settings = Settings(**taken)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if settings.hourly_limit >= _HOURLY_CEILING:
        raise FetchError(f"hourly_limit = {settings.hourly_limit}: it must stay below {_HOURLY_CEILING} an hour")
    for name in ("hourly_limit", "attempts", "largest_bytes", "breaker_failures", "long_pause_every"):
        if getattr(settings, name) < 1:
            raise FetchError(f"{name} must be at least 1")
    if not settings.contact.isascii() or not settings.contact.isprintable():
        raise FetchError("contact: one line of plain ASCII, such as name@example.org")
    for part in ("{symbol}", "{language}", "{format}"):
        if part not in settings.address:
            raise FetchError(f"address lacks {part}")


def _number(value: object, name: str, *, is_whole: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, int if is_whole else int | float) or value < 0:
        raise FetchError(f"{name} = {value!r}: a {'whole ' if is_whole else ''}number of 0 or more is expected")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise FetchError(f"{name} = {value!r}: text in quotes is expected")
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise FetchError(f'{name} = {value!r}: a list is expected, such as ["..."]')
    return tuple(_text(one, name) for one in value)


def _watch(entry: object, place: str) -> Watch:
    if not isinstance(entry, dict):
        raise FetchError(f"{place}: a table is expected")
    try:
        known = ("symbols", "editions", "sections", "languages", "formats", "cited_depth")
        _only(entry, known, "there")
        languages = _texts(entry.get("languages", ["en"]), "languages")
        formats = _texts(entry.get("formats", list(FORMATS)), "formats")
        editions = entry.get("editions", [])
        if not isinstance(editions, list):
            raise FetchError("editions: a list of years is expected, such as [2026]")
        sections = _texts(entry.get("sections", []), "sections")
        if bool(editions) != bool(sections):
            raise FetchError("editions and sections go together; give both, or symbols")
        symbols = [*_texts(entry.get("symbols", []), "symbols")]
        for year in editions:
            symbols += [f"A/{_session(year)}/6 {section}" for section in section_words(sections)]
        depth = int(_number(entry.get("cited_depth", 0), "cited_depth", is_whole=True))
        documents = tuple(wanted(symbol, language, formats) for symbol in symbols for language in languages)
    except (FetchError, SymbolError) as problem:
        raise FetchError(f"{place}: {problem}") from problem
    return Watch(documents, depth)


def _session(year: object) -> int:
    if isinstance(year, bool) or not isinstance(year, int) or not SESSION_OFFSET < year < SESSION_OFFSET + 200:
        raise FetchError(f"edition {year!r}: a year is expected, such as 2026")
    return year - SESSION_OFFSET


def section_words(sections: tuple[str, ...]) -> list[str]:
    """Parentheses of the symbols of sections: a number or letter code, a range, or the words themselves.

    >>> section_words(("3/Add.2", "8-9", "29A", "Plan outline"))
    ['(Sect. 3)/Add.2', '(Sect. 8)', '(Sect. 9)', '(Sect. 29A)', '(Plan outline)']
    """
    words: list[str] = []
    for section in sections:
        if found := _RANGE.fullmatch(section):
            words += [f"(Sect. {number})" for number in range(int(found[1]), int(found[2]) + 1)]
        elif found := _SECTION.fullmatch(section):
            words.append(f"(Sect. {found['code']}){found['suffix']}")
        else:
            words.append(f"({section})")
    return words


def _library(given: Mapping[str, Any]) -> LibraryWatch:
    _only(given, ("set", "since", "until"), "in [library]")
    values = {name: _text(given[name], name) for name in given}
    for name in ("since", "until"):
        if name in values and not re.fullmatch(r"\d{4}-\d\d-\d\d", values[name]):
            raise FetchError(f'{name} = {values[name]!r}: a day is expected, such as "2022-01-31"')
    return LibraryWatch(values.get("set"), values.get("since"), values.get("until"))
