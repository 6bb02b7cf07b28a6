"""``sources.toml``: how to fetch, and the watch list of what to fetch. See docs/fetching.md."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from pipelines.ingest.fetch.model import FORMATS, FetchError, Wanted, wanted
from pipelines.ingest.formats import LARGEST_FILE
from pipelines.model.settings_file import Many, SettingsError, Whole, read_settings
from pipelines.model.settings_file import Settings as Table
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

Count = Annotated[Whole, Field(ge=1)]
Seconds = Annotated[float, Field(ge=0, strict=True)]


def _day(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError("must be a day, such as 2022-01-31")
    return text


Day = Annotated[str, AfterValidator(_day)]


class Source(Table):
    """``[source]``: where to ask.

    ``address`` is the document service's, with {symbol}, {language} and {format}. Only ``hosts`` are
    asked, over HTTPS; those in ``private_hosts`` (host:port) may also be on the own network and speak
    HTTP: a mirror in the house.
    """

    address: str = "https://documents.un.org/api/symbol/access?s={symbol}&l={language}&t={format}"
    library_address: str = "https://digitallibrary.un.org/oai2d"
    hosts: Many[str] = ("documents.un.org", "docs.un.org", "undocs.org", "digitallibrary.un.org")
    private_hosts: Many[str] = ()

    @field_validator("address")
    @classmethod
    def _has_its_parts(cls, address: str) -> str:
        for part in ("{symbol}", "{language}", "{format}"):
            if part not in address:
                raise ValueError(f"lacks {part}")
        return address


class Limits(Table):
    """``[limits]``: how often to ask and how long to wait. Times in seconds, sizes in bytes.

    ``breaker_failures`` documents in a row that could not be had open the circuit breaker for
    ``breaker_seconds``, and twice as long each time it opens again.
    """

    hourly_limit: Annotated[Count, Field(lt=_HOURLY_CEILING)] = 1000
    pause_seconds: Seconds = 3.5
    long_pause_every: Count = 100
    long_pause_seconds: Seconds = 60.0
    attempts: Count = 4
    connect_seconds: Seconds = 20.0
    read_seconds: Seconds = 60.0
    document_seconds: Seconds = 600.0
    longest_wait_seconds: Seconds = 300.0
    largest_bytes: Count = LARGEST_FILE
    redirects: Annotated[Whole, Field(ge=0)] = 5
    breaker_failures: Count = 5
    breaker_seconds: Seconds = 3600.0


class Settings(Source, Limits):
    """How to fetch: source, limits, and whom to write to."""

    contact: str = ""

    @property
    def user_agent(self) -> str:
        """Who asks: the project, its version, and whom to write to."""
        return f"fascicle/{version('fascicle')} (contact: {self.contact or 'not given'})"


class Watch(Table):
    """``[[watch]]``: documents, and the depth down to which the resolutions they cite are wanted."""

    symbols: Many[str] = ()
    editions: Many[Annotated[Whole, Field(gt=SESSION_OFFSET, lt=SESSION_OFFSET + 200)]] = ()
    sections: Many[str] = ()
    languages: Many[str] = ("en",)
    formats: Many[str] = FORMATS
    cited_depth: Annotated[Whole, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _names_documents(self) -> Self:
        if bool(self.editions) != bool(self.sections):
            raise ValueError("editions and sections go together; give both, or symbols")
        try:
            self.documents()
        except (FetchError, SymbolError) as problem:
            raise ValueError(str(problem)) from problem
        return self

    def documents(self) -> tuple[Wanted, ...]:
        """The documents that are named: symbols, and every section of every edition, in every language."""
        symbols = [*self.symbols]
        for year in self.editions:
            symbols += [f"A/{year - SESSION_OFFSET}/6 {section}" for section in section_words(self.sections)]
        return tuple(wanted(symbol, language, self.formats) for symbol in symbols for language in self.languages)


class LibraryWatch(Table):
    """``[library]``: records to harvest from the Digital Library: one set, or all; days as YYYY-MM-DD."""

    set: str | None = None
    since: Day | None = None
    until: Day | None = None


class WatchList(Table):
    """What ``sources.toml`` says."""

    contact: str = ""
    source: Source = Source()
    limits: Limits = Limits()
    watch: Many[Watch] = ()
    library: LibraryWatch | None = None

    @field_validator("contact")
    @classmethod
    def _is_a_header(cls, contact: str) -> str:
        if not contact.isascii() or not contact.isprintable():
            raise ValueError("one line of plain ASCII, such as name@example.org")
        return contact

    @property
    def settings(self) -> Settings:
        """How to fetch."""
        return Settings(contact=self.contact, **dict(self.source), **dict(self.limits))


def list_of(home: Path) -> Path:
    """The home's own ``sources.toml``, or the bundled one, which watches nothing."""
    own = home / LIST_NAME
    return own if own.is_file() else BUNDLED_LIST


def read_watch_list(path: Path, environment: Mapping[str, str] = os.environ) -> WatchList:
    """A watch list from its file; FASCICLE_CONTACT goes before the contact in it.

    Raises FetchError, with file and place, for what cannot be read or understood.
    """
    try:
        found = read_settings(path, WatchList)
        contact = environment.get(CONTACT_VARIABLE)
        return WatchList.model_validate({**dict(found), "contact": contact}) if contact else found
    except SettingsError as problem:
        raise FetchError(str(problem)) from problem
    except ValueError as problem:
        raise FetchError(f"{CONTACT_VARIABLE}: one line of plain ASCII is expected") from problem


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
