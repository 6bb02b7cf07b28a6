"""Documents from the document service into the landing folder, their originals into the archive by hash.

``fetch`` takes what a person names, ``poll`` what a watch list names. A document that lies in the landing
folder, however it came there, is never asked for again unless told.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from pipelines.ingest.fetch.client import Downloader, Resolve, resolve_host
from pipelines.ingest.fetch.landing import SPELLINGS, LandedFile, address_of, cited_resolutions, judged, landed_files
from pipelines.ingest.fetch.log import Entry, FetchLog
from pipelines.ingest.fetch.model import (
    BLOCKING,
    LASTING,
    Clock,
    Failure,
    FailureKind,
    FetchError,
    Outcome,
    Polled,
    Status,
    Wanted,
    wanted,
)
from pipelines.ingest.fetch.pace import WAITING, Breaker, Pace
from pipelines.ingest.fetch.settings import Settings, WatchList
from pipelines.ingest.formats import FileFormat
from pipelines.ingest.land import keep_original, put_in_quarantine, write_whole
from pipelines.model.progress import tell
from warehouse.home import Home

LOCK_NAME = ".fetch.lock"
_DAY = 86_400.0
_LONGEST_REST = 30 * _DAY
_STOPS: frozenset[FailureKind] = frozenset({"refused", "unreachable", "slow", "cut_off"})
"""Kinds after which other spellings and formats of the document are not asked for either."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a fetch works with: settings, time, how names are resolved, and who hears of each outcome."""

    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=Clock)
    resolve: Resolve = resolve_host
    hear: Callable[[Outcome], None] = lambda outcome: None


def fetch(documents: Iterable[Wanted], home: Path, means: Means | None = None, *, again: bool = False) -> list[Outcome]:
    """Fetch documents, one after another; one outcome each, in their order.

    ``again`` asks for what is here already too. Raises FetchError when nothing can be fetched at all:
    another fetch is under way in this home, or its log is damaged.
    """
    with _fetching(home, means or Means()) as fetcher:
        return fetcher.fetch_all(list(documents), again=again)


def poll(
    watch_list: WatchList, home: Path, means: Means | None = None, *, again: bool = False, at_most: int | None = None
) -> Polled:
    """Fetch what a watch list names and is not here yet.

    What failed lately is left for later: a day after the first failure, twice as long after each further
    one, a month at most. ``at_most`` documents are asked for, the rest is left for the next poll.
    Resolutions that the documents cite follow, level by level. Raises FetchError as ``fetch`` does.
    """
    means = means or Means(watch_list.settings)
    with _fetching(home, means) as fetcher:
        return fetcher.poll(watch_list, again=again, at_most=at_most)


def retry_now(home: Path, settings: Settings, clock: Clock | None = None) -> None:
    """Let the next fetch ask for one document although the server is being left alone; if it comes, all is well."""
    Home(home).ensure()
    log = FetchLog(home)
    try:
        Breaker(_host_of(settings), settings, log, clock or Clock()).let_one_through()
    finally:
        log.close()


def _host_of(settings: Settings) -> str:
    return httpx.URL(address_of(settings.address, "A/1", "en", "pdf", "plain")).host


@contextlib.contextmanager
def _fetching(home: Path, means: Means) -> Iterator[_Fetcher]:
    place = Home(home).ensure()
    with only_one(home):
        log = FetchLog(home)
        try:
            pace = Pace(means.settings, log, means.clock)
            with Downloader(means.settings, pace, means.clock, means.resolve) as downloader:
                yield _Fetcher(place, means, log, downloader)
        finally:
            log.close()


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Keep other fetches out of a home while the block runs: one pace for all. Raises FetchError."""
    handle = os.open(home / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise FetchError(f"another fetch is under way in {home}; wait for it to end") from None
    finally:
        os.close(handle)


class _Fetcher:
    """One fetch in one home."""

    def __init__(self, place: Home, means: Means, log: FetchLog, downloader: Downloader) -> None:
        self._place = place
        self._means = means
        self._log = log
        self._downloader = downloader
        self._host = _host_of(means.settings)
        self._breaker = Breaker(self._host, means.settings, log, means.clock)

    def fetch_all(self, documents: list[Wanted], *, again: bool) -> list[Outcome]:
        """One outcome per document; a document named twice is fetched once."""
        outcomes: list[Outcome] = []
        unique = list(dict.fromkeys(documents))
        for done, document in enumerate(unique, 1):
            tell(WAITING, done - 1, len(unique), f"{document.symbol} {document.language}")
            outcome = self._one(document, again=again)
            self._means.hear(outcome)
            outcomes.append(outcome)
        tell(WAITING, len(unique), len(unique))
        return outcomes

    def poll(self, watch_list: WatchList, *, again: bool, at_most: int | None) -> Polled:
        """Outcomes of what is due, entries first, then what they cite."""
        outcomes: dict[Wanted, Outcome] = {}
        left: dict[Wanted, None] = {}
        unread: dict[str, str] = {}
        for watch in watch_list.watch:
            level = list(dict.fromkeys(watch.documents()))
            for depth in range(watch.cited_depth + 1):
                asked = [document for document in level if document not in outcomes]
                room = None if at_most is None else at_most - sum(one.was_asked for one in outcomes.values())
                due = self._due(asked, room, again=again)
                left.update((document, None) for document in asked if document not in due)
                outcomes.update(zip(due, self.fetch_all(due, again=again), strict=True))
                if depth < watch.cited_depth:
                    level = self._cited_by(level, unread)
        return Polled(
            tuple(outcomes.values()), tuple(one for one in left if one not in outcomes), tuple(unread.items())
        )

    def _due(self, documents: list[Wanted], room: int | None, *, again: bool) -> list[Wanted]:
        """Documents that are here, or may be asked for now; of the latter no more than there is room for."""
        now = self._means.clock.now()
        due: list[Wanted] = []
        for document in documents:
            if again or self._landed(document) is None:
                entries = [self._entry(document, one) for one in document.formats]
                if not again and all(entry is not None and _rests(entry, now) for entry in entries):
                    continue
                if room is not None:
                    room -= 1
                    if room < 0:
                        continue
            due.append(document)
        return due

    def _cited_by(self, documents: list[Wanted], unread: dict[str, str]) -> list[Wanted]:
        """Resolutions cited by those documents that are here; files that cannot be searched go to ``unread``."""
        found: dict[Wanted, None] = {}
        for document in documents:
            landed = self._landed(document)
            if landed is None:
                continue
            data = landed.path.read_bytes()
            sha256 = hashlib.sha256(data).hexdigest()
            symbols = self._log.cited(sha256)
            if symbols is None:
                tell(WAITING, detail=f"what {landed.path.name} cites")
                try:
                    symbols = [str(symbol) for symbol in cited_resolutions(data, landed.format, document.language)]
                except FetchError as problem:
                    unread[landed.path.name] = str(problem)
                    continue
                self._log.set_cited(sha256, symbols)
            found.update((wanted(symbol, document.language, document.formats), None) for symbol in symbols)
        return list(found)

    def _one(self, document: Wanted, *, again: bool) -> Outcome:
        symbol, language = str(document.symbol), document.language
        if not again:
            if (landed := self._landed(document)) is not None:
                return Outcome(symbol, language, "here", landed.path.name, landed.path.stat().st_size)
            if (restored := self._restored(document)) is not None:
                return restored
        failures: list[str] = []
        for file_format in document.formats:
            before = self._entry(document, file_format)
            if not again and before is not None and before.status == "failed" and before.kind in LASTING:
                failures.append(f"{file_format}: {before.reason} (--again asks anew)")
                continue
            try:
                self._breaker.check()
                return self._download(document, file_format)
            except Failure as failure:
                self._note_failure(document, file_format, failure)
                failures.append(f"{file_format}: {failure}")
                if failure.kind == "waiting":
                    return Outcome(symbol, language, "waiting", reason=str(failure))
                if failure.kind in _STOPS:
                    self._breaker.fail(failure)
                    break
                if file_format == document.formats[-1] and failure.kind in BLOCKING:
                    self._breaker.fail(failure)
        return Outcome(symbol, language, "failed", reason="; ".join(failures))

    def _landed(self, document: Wanted) -> LandedFile | None:
        """Its file in the landing folder, in a format asked for, whoever put it there."""
        files = landed_files(self._place.landing, document.symbol, document.language)
        return next((one for wish in document.formats for one in files if one.format == wish), None)

    def _entry(self, document: Wanted, file_format: str) -> Entry | None:
        return self._log.entry(str(document.symbol), document.language, file_format)

    def _restored(self, document: Wanted) -> Outcome | None:
        """A document fetched before whose file was taken out of landing: back from the archive, without asking."""
        for file_format in document.formats:
            entry = self._entry(document, file_format)
            if entry is None or entry.sha256 is None or entry.found_format is None or entry.file_name is None:
                continue
            path = self._place.landing / entry.file_name
            if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256:
                return Outcome(entry.symbol, entry.language, "here", path.name, entry.size, entry.sha256)
            original = self._place.archive / entry.sha256[:2] / f"{entry.sha256}.{entry.found_format}"
            if original.is_file():
                data = original.read_bytes()
                if hashlib.sha256(data).hexdigest() == entry.sha256:
                    write_whole(self._place.landing / entry.file_name, data)
                    return Outcome(entry.symbol, entry.language, "restored", entry.file_name, len(data), entry.sha256)
        return None

    def _download(self, document: Wanted, file_format: str) -> Outcome:
        """Fetch one format, in the spelling that last worked first. Raises Failure."""
        known = self._log.spelling(self._host)
        spellings = sorted(SPELLINGS, key=lambda spelling: spelling != known)
        name = document.file_name(file_format)
        part = self._place.staging / "fetch" / f"{name}.part"
        for spelling in spellings:
            address = address_of(
                self._means.settings.address, document.symbol.compact, document.language, file_format, spelling
            )
            try:
                data, found = self._downloader.get(address, part, lambda data: judged(data, file_format))
                break
            except Failure as failure:
                if failure.kind not in ("no_document", "absent", "misdirected") or spelling == spellings[-1]:
                    raise
        self._log.set_spelling(self._host, spelling)
        return self._keep(document, file_format, found, data, address)

    def _keep(self, document: Wanted, file_format: str, found: FileFormat, data: bytes, address: str) -> Outcome:
        """Archive the bytes, put them into landing, write the log, in this order: cut short, nothing is lost."""
        symbol, language = str(document.symbol), document.language
        sha256 = hashlib.sha256(data).hexdigest()
        twins = [
            entry
            for entry in self._log.entries_of_bytes(sha256)
            if (entry.symbol, entry.language) != (symbol, language) and entry.file_name
        ]
        foreign = next((entry for entry in twins if entry.symbol == symbol), None)
        if foreign is not None:
            raise Failure(
                "absent", f"the server sent the text in {foreign.language} again: there is none in {language}"
            )
        name = document.file_name(found)
        twin = str(twins[0].file_name) if twins else self._same_in_landing(name, data)
        status: Status = "same" if twin else "fetched"
        if twin:
            name = twin
        else:
            keep_original(self._place.archive, sha256, found, data)
            self._keep_what_lies(name, data)
            write_whole(self._place.landing / name, data)
        self._log.note(
            symbol,
            language,
            file_format,
            status,
            self._means.clock.now(),
            file_name=name,
            found_format=found,
            sha256=sha256,
            size=len(data),
            address=address,
        )
        # Formats liked less were only asked for because this one had failed.
        for other in document.formats[document.formats.index(file_format) + 1 :]:
            self._log.forget(symbol, language, other)
        self._breaker.succeed()
        return Outcome(symbol, language, status, name, len(data), sha256)

    def _same_in_landing(self, name: str, data: bytes) -> str | None:
        """A file of the same bytes under another name: put there by hand."""
        for path in sorted(self._place.landing.rglob("*")):
            is_other = path.is_file() and path.name != name and not path.name.startswith(".")
            if is_other and path.stat().st_size == len(data) and path.read_bytes() == data:
                return path.name
        return None

    def _keep_what_lies(self, name: str, data: bytes) -> None:
        """Archive a file of this name that is about to be replaced: it may have been put there by hand."""
        path = self._place.landing / name
        if not path.is_file():
            return
        before = path.read_bytes()
        if before != data:
            sha256 = hashlib.sha256(before).hexdigest()
            keep_original(self._place.archive, sha256, path.suffix.removeprefix("."), before)

    def _note_failure(self, document: Wanted, file_format: str, failure: Failure) -> None:
        now = self._means.clock.now()
        before = self._entry(document, file_format)
        if failure.kind == "waiting" and before is not None and before.status != "waiting":
            return
        rest = min(_DAY * 2 ** (before.attempts if before else 0), _LONGEST_REST)
        if failure.data is not None:
            name = document.file_name(file_format)
            put_in_quarantine(self._place.quarantine, self._place.landing / name, failure.data, str(failure))
        if failure.kind == "wrong_type":
            self._breaker.succeed()
        self._log.note(
            str(document.symbol),
            document.language,
            file_format,
            "waiting" if failure.kind == "waiting" else "failed",
            now,
            kind=failure.kind,
            reason=str(failure),
            next_at=now if failure.kind == "waiting" else now + rest,
        )


def _rests(entry: Entry, now: float) -> bool:
    """True for a failure that a poll leaves alone for now."""
    if entry.status != "failed":
        return False
    return entry.kind in LASTING or entry.next_at is None or now < entry.next_at
