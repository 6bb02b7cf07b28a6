"""Libraries that Great Expectations imports for expectations that are not asked here, loaded when something of them is used.

They take a quarter of the time and memory of its import.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

UNUSED = frozenset({"altair", "scipy", "scipy.stats"})
"""For the divergence of distributions, and charts of it."""


class _Lazily:
    """Finds these modules as Python does, and lets them be loaded later."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module with its loader put off, None for all others."""
        spec = PathFinder.find_spec(name, path) if name in UNUSED else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def load_lazily() -> None:
    """Put off the loading of these modules in this process; what is loaded already stays."""
    if _Lazily not in sys.meta_path:
        sys.meta_path.insert(0, _Lazily)
