"""A document service on the loopback interface that behaves as the real one does, its faults included."""

from __future__ import annotations

import io
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pipelines.ingest.fetch.settings import Settings

PAGE = b"<!DOCTYPE html><html><head><title>There is no document</title></head><body>" + b"." * 1200 + b"</body></html>"
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4096
WORDPERFECT = b"\xffWPC" + b"\x00" * 4096


def word_file(words: str, links: tuple[str, ...] = ()) -> bytes:
    """A Word file with a paragraph, and addresses behind it."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    relations = "".join(
        f'<Relationship Id="a{n}" Type="{relation}/hyperlink" Target="{link}" TargetMode="External"/>'
        for n, link in enumerate(links)
    )
    runs = "".join(f'<w:hyperlink r:id="a{n}"><w:r><w:t>x</w:t></w:r></w:hyperlink>' for n in range(len(links)))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{relation}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{main}" xmlns:r="{relation}"><w:body><w:p><w:r><w:t>{words}'
        f"</w:t></w:r>{runs}</w:p></w:body></w:document>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


def pdf_file(words: str) -> bytes:
    """What looks like a PDF from beginning to end."""
    return b"%PDF-1.4\n% " + words.encode() + b"\n" * 600 + b"%%EOF\n"


@dataclass
class Clock:
    """A clock that only sleeping moves on, and, if told, each look at it."""

    at: float = 1_700_000_000.0
    step: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        self.at += self.step
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


Fault = Callable[["Handler"], None]


@dataclass
class Service:
    """What the server has, how it fails, and what it was asked.

    ``documents``: by (symbol without spaces, language, format). ``faults``: answers given in turn before
    documents are given again; ``fault_after`` so many requests each answer is ``fault``. ``spellings``:
    how the slash may be written.
    """

    documents: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fault: Fault | None = None
    fault_after: int = 0
    spellings: tuple[str, ...] = ("%2F", "/")
    has_ranges: bool = False
    routes: dict[str, Fault] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def settings(self, **changes: object) -> Settings:
        """Settings that lead to this server."""
        base = {
            "contact": "tests@example.org",
            "address": f"http://{self.host}/symbol/access?s={{symbol}}&l={{language}}&t={{format}}",
            "library_address": f"http://{self.host}/oai2d",
            "private_hosts": (self.host,),
            "read_seconds": 20.0,
            "connect_seconds": 20.0,
        }
        return Settings(**{**base, **changes})  # type: ignore[arg-type]

    def toml(self) -> str:
        """The same as a watch list's head."""
        settings = self.settings()
        return (
            f'contact = "{settings.contact}"\n[source]\naddress = "{settings.address}"\n'
            f'library_address = "{settings.library_address}"\nprivate_hosts = ["{self.host}"]\n'
            "[limits]\npause_seconds = 0\nattempts = 2\nread_seconds = 20\n"
        )


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    service: Service

    def do_GET(self) -> None:
        service = self.service
        service.asked.append((self.path, dict(self.headers.items())))
        split = urlsplit(self.path)
        if split.path in service.routes:
            service.routes[split.path](self)
        elif service.faults:
            service.faults.pop(0)(self)
        elif service.fault is not None and len(service.asked) > service.fault_after:
            service.fault(self)
        else:
            self._document(split.query)

    def _document(self, query: str) -> None:
        printed = query.split("&")[0]
        values = {name: found[0] for name, found in parse_qs(query).items()}
        data = self.service.documents.get((values["s"], values["l"], values["t"]))
        is_spelt = any(spelling in printed for spelling in self.service.spellings)
        self.give(data if data is not None and is_spelt else PAGE)

    def give(self, data: bytes, status: int = 200, **headers: str) -> None:
        """A whole answer, or the range asked for where the service has ranges."""
        start = 0
        if self.service.has_ranges and status == 200:
            headers["ETag"] = f'"{len(data)}"'
            named = self.headers.get("Range", "")
            if named and self.headers.get("If-Range") == headers["ETag"]:
                start = int(named.removeprefix("bytes=").rstrip("-"))
                status = 206
                headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start:])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def page(handler: Handler) -> None:
    """The soft block: a small web page with status 200."""
    handler.give(PAGE, Content_Type="text/html")


def nothing(handler: Handler) -> None:
    """No bytes, with status 200."""
    handler.give(b"")


def message(handler: Handler) -> None:
    """A line of text, with status 200."""
    handler.give(b"Too many requests", Content_Type="text/plain")


def busy(retry_after: str | None) -> Fault:
    """Status 429."""
    return lambda handler: handler.give(b"busy", 429, **({"Retry_After": retry_after} if retry_after else {}))


def status(code: int) -> Fault:
    """Any other status."""
    return lambda handler: handler.give(b"", code)


def redirect(address: str) -> Fault:
    """A redirection."""
    return lambda handler: handler.give(b"", 302, Location=address)


def truncated(data: bytes, at: int, tag: str | None = None) -> Fault:
    """A body that ends before its length; ``tag`` tells its version, as servers with ranges do."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        if tag:
            handler.send_header("ETag", tag)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:at])
        _hang_up(handler)

    return answer


def stalled(data: bytes, at: int, release: threading.Event, tag: str | None = None) -> Fault:
    """A body of which a piece comes, and then nothing until the test releases it."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        if tag:
            handler.send_header("ETag", tag)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:at])
        handler.wfile.flush()
        release.wait(60)
        _hang_up(handler)

    return answer


def chunked(data: bytes, size: int) -> Fault:
    """A body without a length, in chunks."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        try:
            for at in range(0, len(data), size):
                piece = data[at : at + size]
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            handler.wfile.write(b"0\r\n\r\n")
        except OSError:
            handler.close_connection = True

    return answer


def _hang_up(handler: Handler) -> None:
    handler.close_connection = True
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def serving(service: Service | None = None) -> Iterator[Service]:
    """A running server; it ends with the block."""
    service = service or Service()
    server = _Quiet(("127.0.0.1", 0), type("_Handler", (Handler,), {"service": service}))
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
