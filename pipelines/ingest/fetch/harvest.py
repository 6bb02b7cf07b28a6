"""Harvest of the Digital Library's records over OAI-PMH, the way it offers them, kept in the home's log.

A harvest cut short goes on where it stopped; one that went through asks next time only for what changed
since. sickle speaks the protocol; every request goes through the same guard, pace and retries as downloads.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from lxml import etree
from sickle import Sickle
from sickle.iterator import OAIResponseIterator
from sickle.oaiexceptions import BadResumptionToken, NoRecordsMatch, OAIError

from pipelines.ingest.fetch.client import Downloader, Resolve, resolve_host
from pipelines.ingest.fetch.log import FetchLog
from pipelines.ingest.fetch.model import Clock, Failure
from pipelines.ingest.fetch.pace import Breaker, Pace
from pipelines.ingest.fetch.service import only_one
from pipelines.ingest.fetch.settings import LibraryWatch, Settings
from pipelines.ingest.library import without_illegal_signs
from warehouse.home import Home

PREFIX = "marcxml"
_OAI = "{http://www.openarchives.org/OAI/2.0/}"


@dataclass(frozen=True, slots=True)
class Harvested:
    """The outcome of a harvest: records taken in, and why it stopped early (None: it is complete)."""

    records: int
    deleted: int
    reason: str | None

    @property
    def words(self) -> str:
        """The same in one line."""
        counts = f"{self.records} records, {self.deleted} deleted there"
        return counts if self.reason is None else f"{counts}, then stopped: {self.reason}; fetch again to go on"


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer as sickle reads one."""

    content: bytes
    status_code: int = 200

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", errors="replace")

    def raise_for_status(self) -> None:
        """Nothing to raise: whatever is no answer has failed before."""


class _PoliteSickle(Sickle):  # type: ignore[misc]
    """sickle, with its requests made by our downloader."""

    def __init__(self, address: str, downloader: Downloader, part: Path) -> None:
        super().__init__(address, iterator=OAIResponseIterator)
        self._downloader = downloader
        self._part = part

    def _request(self, kwargs: dict[str, Any]) -> _Answer:
        address = str(httpx.URL(self.endpoint).copy_merge_params(kwargs))
        return _Answer(self._downloader.get(address, self._part, _judged))


def harvest(
    watch: LibraryWatch,
    home: Path,
    settings: Settings,
    clock: Clock | None = None,
    resolve: Resolve = resolve_host,
) -> Harvested:
    """Harvest the records that a watch names into the home's log, page by page, each page kept as it comes.

    Raises FetchError when nothing can be fetched at all; a harvest that stops on the way says why.
    """
    clock = clock or Clock()
    place = Home(home).ensure()
    with only_one(home):
        log = FetchLog(home)
        try:
            with Downloader(settings, Pace(settings, log, clock), clock, resolve) as downloader:
                part = place.staging / "fetch" / "library.part"
                client = _PoliteSickle(settings.library_address, downloader, part)
                return _harvest(watch, client, log, settings, clock)
        finally:
            log.close()


def _harvest(watch: LibraryWatch, client: _PoliteSickle, log: FetchLog, settings: Settings, clock: Clock) -> Harvested:
    name = " ".join(["library", *(one for one in (watch.set, watch.since, watch.until) if one)])
    token, since = log.harvest(name)
    breaker = Breaker(httpx.URL(settings.library_address).host, settings, log, clock)
    started_on = datetime.datetime.fromtimestamp(clock.now(), datetime.UTC).date().isoformat()
    counts = {False: 0, True: 0}
    try:
        breaker.check()
        if watch.until and since and since > watch.until:
            return Harvested(0, 0, None)
        for page in _pages(client, _parameters(watch, token, since)):
            if page.token and page.token == token:
                raise Failure("misdirected", "the list of records goes in a circle")
            for identifier, changed_on, marcxml in page.records:
                log.set_record(identifier, changed_on, marcxml)
                counts[marcxml is None] += 1
            token = page.token
            log.set_harvest(name, token, since, clock.now(), "it was cut short" if token else None)
            breaker.succeed()
    except NoRecordsMatch:
        pass
    except BadResumptionToken:
        # What came is kept; the list is begun anew next time, and records that are here are only replaced.
        reason = "the server no longer knows where the list broke off"
        log.set_harvest(name, None, since, clock.now(), reason)
        return Harvested(counts[False], counts[True], reason)
    except (Failure, OAIError) as problem:
        if isinstance(problem, Failure) and problem.kind != "waiting":
            breaker.fail(problem)
        reason = " ".join(str(problem).split()) or type(problem).__name__
        log.set_harvest(name, token, since, clock.now(), reason)
        return Harvested(counts[False], counts[True], reason)
    log.set_harvest(name, None, started_on, clock.now(), None)
    return Harvested(counts[False], counts[True], None)


def _parameters(watch: LibraryWatch, token: str | None, since: str | None) -> dict[str, str]:
    if token:
        return {"resumptionToken": token}
    named = {"metadataPrefix": PREFIX, "set": watch.set, "from": since or watch.since, "until": watch.until}
    return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class _Page:
    """Records of one answer (identifier, changed on, MARCXML or None where deleted), and the token for the next."""

    records: tuple[tuple[str, str, bytes | None], ...]
    token: str | None


def _pages(client: _PoliteSickle, parameters: dict[str, str]) -> Iterator[_Page]:
    for response in client.ListRecords(**parameters):
        root = response.xml
        records = []
        for record in root.iterfind(f".//{_OAI}record"):
            header = record.find(f"{_OAI}header")
            if header is None:
                continue
            metadata = record.find(f"{_OAI}metadata")
            is_deleted = header.get("status") == "deleted" or metadata is None or not len(metadata)
            marcxml = None if is_deleted else etree.tostring(metadata[0], encoding="utf-8")
            # A record without an identifier is kept all the same, by its content.
            unnamed = hashlib.sha256(marcxml or b"").hexdigest()
            identifier = (header.findtext(f"{_OAI}identifier") or "").strip() or unnamed
            records.append((identifier, (header.findtext(f"{_OAI}datestamp") or "").strip(), marcxml))
        token = (root.findtext(f".//{_OAI}resumptionToken") or "").strip()
        yield _Page(tuple(records), token or None)


def _judged(data: bytes) -> bytes:
    """An answer of the protocol. Raises Failure for anything else."""
    data = without_illegal_signs(data)
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as problem:
        if data.lstrip().startswith(b"<?xml") or b"<OAI-PMH" in data[:1024]:
            if data.rstrip().endswith(b"OAI-PMH>"):
                words = f"an answer that came whole but is no well-formed XML ({problem}); the library has to mend it"
                raise Failure("no_document", words) from problem
            raise Failure("cut_off", f"an answer that is cut off or damaged: {problem}", is_transient=True) from problem
        root = None
    if root is None or etree.QName(root).localname != "OAI-PMH":
        raise Failure("no_document", f"{len(data):,} bytes came that are no answer of OAI-PMH; try again later")
    return data
