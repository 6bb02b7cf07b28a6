"""Fonts of rendered PDFs: Noto Sans for Latin, Cyrillic, Arabic and Chinese, from packages of the ``render`` libraries."""

from __future__ import annotations

import hashlib
import tempfile
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

_FILES = {
    "latin": ("fontpkg_noto_sans", ("files", "NotoSans[wdth,wght].ttf")),
    "arabic": ("fontpkg_noto_sans_arabic", ("files", "NotoSansArabic[wdth,wght].ttf")),
    "han": ("justmytype_intl_cjk", ("fonts", "ofl", "notosanssc", "NotoSansSC[wght].ttf")),
}
_BOLD, _NARROW = 700, 85


def font_files(language: str, signs: frozenset[str]) -> dict[tuple[str, str], Path]:
    """Font files by family and style ("" or "B") for a document's signs: its own script first, Latin for the rest."""
    scripts = {"zh": ("han", "latin"), "ar": ("arabic", "latin")}.get(language, ("latin",))
    return {(script, style): _instance(script, style, signs) for script in scripts for style in ("", "B")}


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Where this process keeps its fonts; taken away with it."""
    return tempfile.TemporaryDirectory(prefix="fascicle-fonts-")


@lru_cache(maxsize=32)
def _instance(script: str, style: str, signs: frozenset[str]) -> Path:
    """A font of one weight with these signs only: a variable font in whole takes seconds to put to a weight."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    package, path = _FILES[script]
    with resources.as_file(resources.files(package).joinpath(*path)) as name:
        font: Any = TTFont(name, lazy=True)
        cutter = subset.Subsetter(subset.Options(layout_features=["*"], notdef_outline=True, name_IDs=["*"]))
        cutter.populate(text="".join(signs))
        cutter.subset(font)
    axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
    chosen = {"wght": _BOLD if style else 400, "wdth": _NARROW}
    font = instantiateVariableFont(font, {**axes, **{k: v for k, v in chosen.items() if k in axes}}, inplace=True)
    digest = hashlib.sha256("".join(sorted(signs)).encode()).hexdigest()[:12]
    file = Path(_folder().name) / f"{script}{style}-{digest}.ttf"
    font.save(file)
    return file
