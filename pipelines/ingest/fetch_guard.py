"""Where requests may go: to listed hosts, on the public network, at the very address that was checked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

import httpx

from pipelines.ingest.fetch_model import Failure
from pipelines.ingest.fetch_settings import Settings

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
