"""One download: requests, redirects, retries, and a body that is taken up where it broke off."""

from __future__ import annotations

import ipaddress
import json
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from pipelines.ingest.fetch.model import Clock, Failure, seconds_asked
from pipelines.ingest.fetch.pace import WAITING, Pace
from pipelines.ingest.fetch.settings import Settings
from pipelines.ingest.land import write_whole
from pipelines.model.progress import tell

Resolve = Callable[[str, int], list[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 behind a translator: the last four bytes
_PORTS = {"http": 80, "https": 443}


def resolve_host(host: str, port: int) -> list[str]:
    """Addresses of a host, IPv4 first. Raises Failure when it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as problem:
        raise Failure(
            "unreachable",
            f"{host} is not found on the network ({problem.strerror}); check the connection, "
            "or put the file into the landing folder by hand",
            is_transient=problem.errno == socket.EAI_AGAIN,
        ) from problem
    ordered = sorted(found, key=lambda info: info[0] != socket.AF_INET)
    return list(dict.fromkeys(str(info[4][0]) for info in ordered))


def is_public(address: str) -> bool:
    """True for an address of the public network, also where an IPv4 address is wrapped in an IPv6 one."""
    try:
        parsed: Address = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    inner = _wrapped(parsed)
    if inner is not None:
        return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast


def _wrapped(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


class Guard:
    """Decides where a request may go."""

    def __init__(self, settings: Settings, resolve: Resolve = resolve_host) -> None:
        self._hosts = {host.lower() for host in settings.hosts}
        self._private = {host.lower() for host in settings.private_hosts}
        self._resolve = resolve

    def check(self, url: httpx.URL) -> list[str]:
        """The addresses at which a request to ``url`` may be sent. Raises Failure when it may not be sent."""
        host = url.host.lower()
        port = url.port or _PORTS.get(url.scheme, 0)
        if url.userinfo:
            raise Failure("misdirected", f"an address with a user name in it, at {host}: not followed")
        if f"{host}:{port}" in self._private:
            return self._resolve(host, port)
        if host not in self._hosts:
            raise Failure("misdirected", f"sent to {host or 'no host'}, which is not listed: not followed")
        if url.scheme != "https" or port != 443:
            raise Failure("misdirected", f"sent to {url.scheme}://{host}:{port}, not to HTTPS: not followed")
        addresses = self._resolve(host, port)
        private = [address for address in addresses if not is_public(address)]
        if private or not addresses:
            where = private[0] if private else "no address"
            raise Failure("misdirected", f"{host} leads to {where}, which is not on the public network: not followed")
        return addresses


class GuardedTransport(httpx.BaseTransport):
    """Sends a request to the addresses that were checked, so that a name cannot mean another one a moment later."""

    def __init__(self, guard: Guard, inner: httpx.BaseTransport) -> None:
        self._guard = guard
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises Failure when it may not be sent, httpx's errors when it fails."""
        problem: httpx.ConnectError | None = None
        for address in self._guard.check(request.url):
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host},
            )
            try:
                return self._inner.handle_request(pinned)
            except httpx.ConnectError as refused:
                problem = refused
        raise problem or httpx.ConnectError(f"{request.url.host} has no address", request=request)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


T = TypeVar("T")

_BY_HAND = "or put the file into the landing folder by hand"
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Downloader:
    """Fetches addresses under the settings; a context manager that holds the connections."""

    def __init__(self, settings: Settings, pace: Pace, clock: Clock, resolve: Resolve = resolve_host) -> None:
        self._settings = settings
        self._pace = pace
        self._clock = clock
        self._guard = Guard(settings, resolve)
        set_on_retry_hooks([_tell_retry])
        timeout = httpx.Timeout(settings.read_seconds, connect=settings.connect_seconds)
        # No connection is kept: the next request is seconds away, and two hosts may share an address.
        limits = httpx.Limits(max_keepalive_connections=0)
        inner = httpx.HTTPTransport(verify=ssl.create_default_context(), limits=limits, trust_env=False)
        self._client = httpx.Client(
            transport=GuardedTransport(self._guard, inner),
            timeout=timeout,
            trust_env=False,
            headers={"User-Agent": settings.user_agent, "Accept": "*/*", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> Downloader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, address: str, part: Path, judge: Callable[[bytes], T]) -> T:
        """What ``judge`` makes of the bytes at an address, asked for again while failures are transient.

        ``judge`` raises Failure for bytes that are not what was asked for. What has come of a body lies in
        ``part`` until it is whole, also between runs, and is taken up there where the server allows it.
        Raises Failure.
        """
        settings = self._settings
        for attempt in stamina.retry_context(
            on=self._on_failure, attempts=settings.attempts, timeout=None, wait_initial=2.0, wait_max=60.0
        ):
            with attempt:
                return judge(self._follow(address, part))
        raise AssertionError("unreachable")

    def _on_failure(self, problem: Exception) -> bool | float:
        """Whether to ask again: never for what will not pass, and after the time that the server names."""
        if not isinstance(problem, Failure) or not problem.is_transient:
            return False
        if problem.retry_after is None:
            return True
        if problem.retry_after > self._settings.longest_wait_seconds:
            return False
        self._pace.hold(problem.retry_after)
        return 0.0

    def _follow(self, address: str, part: Path) -> bytes:
        """The body at an address or at where it redirects to; Failure."""
        url = _url(address)
        seen = {url}
        resumed = _Part.open(part, address)
        deadline = self._clock.now() + self._settings.document_seconds
        while True:
            self._guard.check(url)
            self._pace.take_turn()
            try:
                with self._client.stream("GET", url, headers=resumed.headers()) as response:
                    if response.status_code not in _MOVED or "location" not in response.headers:
                        return self._receive(response, resumed, deadline)
                    url = _url(str(response.url.join(response.headers["location"])))
            except httpx.InvalidURL as problem:
                raise Failure("misdirected", f"redirected to what is no address: {problem}") from problem
            except (httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ReadError) as problem:
                raise self._broken(problem, resumed, url.host) from problem
            except httpx.TransportError as problem:
                words = " ".join(str(problem).split()) or type(problem).__name__
                raise Failure(
                    "unreachable",
                    f"{url.host} cannot be reached: {words}; try again later, {_BY_HAND}",
                    is_transient=True,
                ) from problem
            except httpx.DecodingError as problem:
                resumed.forget()
                raise Failure(
                    "cut_off", "its compressed body is damaged; try again later", is_transient=True
                ) from problem
            if url in seen:
                raise Failure("misdirected", f"redirected in a circle, at {url.host}")
            seen.add(url)
            if len(seen) > self._settings.redirects + 1:
                raise Failure("misdirected", f"redirected more than {self._settings.redirects} times")

    def _broken(self, problem: httpx.HTTPError, resumed: _Part, host: str) -> Failure:
        size = resumed.end()
        if isinstance(problem, httpx.TimeoutException):
            limit = self._settings.connect_seconds
            if not isinstance(problem, httpx.ConnectTimeout):
                limit = self._settings.read_seconds
            came = f" after {size:,} bytes" if size else ""
            return Failure(
                "slow", f"{host} sent nothing for {limit:g} s{came}; try again later, {_BY_HAND}", is_transient=True
            )
        return Failure(
            "cut_off", f"{host} broke off the connection after {size:,} bytes; try again later", is_transient=True
        )

    def _receive(self, response: httpx.Response, resumed: _Part, deadline: float) -> bytes:
        """The whole body of a last response; what came before is kept when it breaks off."""
        status = response.status_code
        if status == 416:
            resumed.forget()
            raise Failure("cut_off", "the server cannot go on where the download broke off", is_transient=True)
        if status not in (200, 206):
            raise self._status(response)
        start = resumed.start_of(response)
        announced = response.headers.get("content-length")
        whole = int(announced) + start if announced and announced.isdecimal() else None
        if whole is not None and whole > self._settings.largest_bytes:
            raise self._too_large(whole)
        size = start
        with resumed.path.open("r+b" if start else "wb") as handle:
            handle.truncate(start)
            handle.seek(start)
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self._settings.largest_bytes:
                    handle.close()
                    resumed.forget()
                    raise self._too_large(size)
                handle.write(chunk)
                if self._clock.now() > deadline:
                    raise Failure(
                        "slow",
                        f"{size:,} bytes came in {self._settings.document_seconds:g} s, too slowly; "
                        f"try again later, {_BY_HAND}",
                        is_transient=True,
                    )
        data = resumed.path.read_bytes()
        resumed.forget()
        return data

    def _too_large(self, size: int) -> Failure:
        return Failure(
            "too_large", f"{size:,} bytes or more, above the {self._settings.largest_bytes:,} a document may have"
        )

    def _status(self, response: httpx.Response) -> Failure:
        status, host = response.status_code, response.url.host
        if status in (404, 410):
            return Failure("absent", f"{host} has no such document (status {status})")
        asked = seconds_asked(response.headers.get("retry-after"), self._clock.now())
        words = {429: "too many requests", 401: "not allowed", 403: "forbidden"}.get(status, response.reason_phrase)
        wait = f", and asks to wait {asked:.0f} s" if asked is not None else ""
        return Failure(
            "refused",
            f"{host} refused: status {status}, {words.lower() or 'no reason given'}{wait}; try again later, {_BY_HAND}",
            is_transient=status in _PASSING,
            retry_after=asked,
        )


class _Part:
    """The bytes of a download that is not whole yet, and what is known of the version they belong to."""

    def __init__(self, path: Path, address: str, validator: str | None) -> None:
        self.path = path
        self._facts_path = path.with_name(f"{path.name}.json")
        self._address = address
        self._validator = validator

    @classmethod
    def open(cls, path: Path, address: str) -> _Part:
        """What is left of an earlier try at the same address; else nothing, and what lay there is removed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = cls(path, address, None)
        try:
            facts: Mapping[str, Any] = json.loads(part._facts_path.read_text("utf-8"))
            if path.is_file() and facts["address"] == address:
                part._validator = facts["validator"]
                return part
        except (OSError, ValueError, KeyError, TypeError):
            pass
        part.forget()
        return part

    def end(self) -> int:
        """Bytes that are here."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def headers(self) -> dict[str, str]:
        """Headers that ask for the rest, if the server's version is still the same."""
        if self._validator is None or not self.end():
            return {}
        return {"Range": f"bytes={self.end()}-", "If-Range": self._validator}

    def start_of(self, response: httpx.Response) -> int:
        """Where the body of a response begins; keeps what a later try needs to go on. Raises Failure."""
        start = 0
        if response.status_code == 206:
            named = _RANGE.fullmatch(response.headers.get("content-range", ""))
            tag = response.headers.get("etag")
            is_other = (
                self._validator is not None and self._validator.startswith('"') and tag not in (None, self._validator)
            )
            if named is None or int(named[1]) != self.end() or is_other:
                self.forget()
                raise Failure("cut_off", "the server went on elsewhere than the download broke off", is_transient=True)
            start = int(named[1])
        self._keep(response)
        return start

    def _keep(self, response: httpx.Response) -> None:
        """A strong validator makes it safe to resume; without one, or when compressed, the next try starts over."""
        tag = response.headers.get("etag", "")
        validator = tag if tag.startswith('"') else response.headers.get("last-modified")
        encoded = response.headers.get("content-encoding", "identity") != "identity"
        self._validator = None if encoded else validator
        if self._validator is None:
            self._facts_path.unlink(missing_ok=True)
            return
        facts = {"address": self._address, "validator": self._validator}
        write_whole(self._facts_path, json.dumps(facts).encode())

    def forget(self) -> None:
        """Remove what is here."""
        self.path.unlink(missing_ok=True)
        self._facts_path.unlink(missing_ok=True)
        self._validator = None


def _url(address: str) -> httpx.URL:
    try:
        return httpx.URL(address)
    except httpx.InvalidURL as problem:
        raise Failure("unknown", f"{address!r} is no address: {problem}") from problem


def _tell_retry(details: RetryDetails) -> None:
    tell(WAITING, detail=f"trying again in {details.wait_for:.0f} s: {details.caused_by}")
