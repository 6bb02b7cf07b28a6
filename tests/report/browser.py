"""A real browser for the report: Debian's Chromium, put in place where it is missing, held by Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright


def chromium() -> str:
    """Path of the browser; installed as Debian's package where it is missing."""
    names = ("chromium", "chromium-browser", "google-chrome")
    if found := next(filter(None, map(shutil.which, names)), None):
        return found
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run([*root, "apt-get", *words], check=True, env=quiet, capture_output=True)
    return shutil.which("chromium") or "chromium"


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield opened
        finally:
            opened.close()


class Watched:
    """A page of the browser with what it asked for and complained of."""

    def __init__(self, opened: Browser, width: int = 1280, scheme: str = "light") -> None:
        context = opened.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        self.page: Page = context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"not found: {request.url}"))

    def open(self, path: Path) -> Page:
        """Go to a file."""
        self.page.goto(path.as_uri())
        return self.page

    def outside(self) -> list[str]:
        """Requests that left the disk."""
        return [url for url in self.asked if urlsplit(url).scheme not in ("file", "data")]


_LINKS = (
    "[...document.querySelectorAll('a[href], link[href]')].map(one => one.href.baseVal ?? one.getAttribute('href'))"
)


def broken_links(page: Page, path: Path) -> list[str]:
    """Links of the open page that lead to no file, or to no such place in it."""
    broken = []
    for link in page.evaluate(_LINKS):
        parts = urlsplit(link)
        if parts.scheme == "data":
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        is_there = not parts.scheme and target.is_file()
        if is_there and parts.fragment:
            is_there = f'id="{unquote(parts.fragment)}"' in target.read_text("utf-8")
        if not is_there:
            broken.append(link)
    return broken
