"""Word 97-2003 files, which document servers return for older editions: converted by LibreOffice where it is installed.

The file is somebody else's, and so is what it asks for: LibreOffice runs as a process of its own, with bounds on
time, memory and output, in a profile that is thrown away, without macros and without a network.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from pipelines.model.blocks import UnreadableDocument

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAM = "WordDocument".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SECONDS = 120
_MEMORY = 4 << 30  # bytes of addresses, most of which LibreOffice never touches
_OUTPUT = 64 << 20  # bytes
_REMEDY = "save it as .docx in a word processor or take the PDF"
_FILTER = "docx:MS Word 2007 XML"
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def is_old_word(data: bytes) -> bool:
    """Whether an OLE file holds a Word document that is open to read."""
    return data.startswith(OLE2) and _STREAM in data and _ENCRYPTED not in data


def can_convert() -> bool:
    """Whether LibreOffice is installed."""
    return _office() is not None


def converted(data: bytes) -> bytes:
    """A Word 97-2003 file as .docx. Raises UnreadableDocument where LibreOffice is absent, fails or takes too long."""
    office = _office()
    if office is None:
        raise UnreadableDocument(f"a Word 97-2003 file (.doc), and LibreOffice is not installed; {_REMEDY}")
    with tempfile.TemporaryDirectory(prefix="fascicle-doc-") as name:
        folder = Path(name)
        source = folder / "document.doc"
        source.write_bytes(data)
        _run(_command(office, folder, source), folder)
        made = folder / "out" / "document.docx"
        if not made.is_file():
            raise UnreadableDocument(f"a Word 97-2003 file (.doc) that LibreOffice cannot open; {_REMEDY}")
        return made.read_bytes()


def _office() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _command(office: str, folder: Path, source: Path) -> list[str]:
    settings = folder / "profile" / "user"
    settings.mkdir(parents=True)
    (settings / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
    return [
        *_without_network(),
        office,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nodefault", "--nolockcheck", "--nofirststartwizard"),
        *("--convert-to", _FILTER, "--outdir", str(folder / "out"), str(source)),
    ]


def _registry() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>'
    )


@cache
def _without_network() -> tuple[str, ...]:
    """What starts a program in a network of its own, where the system allows it; the settings hold in any case."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    prefix = (unshare, "--map-root-user", "--net", "--")
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else ()


def _run(command: list[str], folder: Path) -> None:
    """Run the conversion within its bounds. Raises UnreadableDocument when it takes too long."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
    }
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_bound,
    )
    try:
        process.wait(timeout=_SECONDS)
    except subprocess.TimeoutExpired as problem:
        raise UnreadableDocument(
            f"a Word 97-2003 file (.doc) that LibreOffice did not convert in {_SECONDS} seconds; {_REMEDY}"
        ) from problem
    finally:
        _end(process)


def _bound() -> None:
    for limit, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, _OUTPUT),
    ):
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
