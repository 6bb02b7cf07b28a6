"""Data Docs as a release ships them: pages that load nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

SITE = "release"
_STATIC = "static"
_OUTSIDE = re.compile(
    r"<link\b[^>]*>"
    r"|<script\b[^>]*\bsrc=[^>]*>\s*</script>"
    r"|<img\b[^>]*\bsrc=[\"\']?(?:https?:)?//[^>]*>"
    r"|<footer\b.*?</footer>",
    re.IGNORECASE | re.DOTALL,
)
_OUTSIDE_STYLE = re.compile(r"url\(\s*[\"\']?(?:https?:)?//[^)]*\)", re.IGNORECASE)
_STYLE = (
    "<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}"
    "td,th{border-bottom:1px solid #8884;padding:.25rem .6rem;text-align:left}</style>"
)


def site(folder: Path) -> dict[str, Any]:
    """Configuration of a site that is written into ``folder``."""
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "site_section_builders": {"profiling": "None"},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.resolve())},
    }


def build(context: Any, folder: Path, compiled: Path | None = None) -> None:
    """Write the pages of a context's suites and results into ``folder``, self-contained; ``compiled`` is where templates are
    kept compiled, for the next time.

    What the site builder copies beside them (fonts, moving pictures: four megabytes) no page needs any more.
    """
    with _kept_compiled(compiled):
        context.build_data_docs(site_names=[SITE])
    shutil.rmtree(folder / _STATIC, ignore_errors=True)
    for page in folder.rglob("*.html"):
        page.write_text(self_contained(page.read_text(encoding="utf-8")), encoding="utf-8")


@contextmanager
def _kept_compiled(folder: Path | None) -> Iterator[None]:
    """Have Great Expectations keep its templates compiled, which for each page takes longer than to fill them."""
    from great_expectations.render.view import view
    from jinja2 import FileSystemBytecodeCache

    if folder is None:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    made = view.Environment
    view.Environment = partial(made, bytecode_cache=FileSystemBytecodeCache(str(folder)))
    try:
        yield
    finally:
        view.Environment = made


def self_contained(page: str) -> str:
    """A page of the Data Docs without styles, scripts and pictures from elsewhere, with a style of its own."""
    return _OUTSIDE_STYLE.sub("none", _OUTSIDE.sub("", page)).replace("</head>", f"{_STYLE}</head>", 1)
