"""What Great Expectations imports and nothing here asks for: put off until something of it is used, or left out.

Most of the time of its import goes into classes of expectations on columns and of sources of data that are no SQL; each is
a model that pydantic makes. Clients of clouds are imported where they are installed, which is for other ends. A quarter goes
into pandas, of which it names three classes, to tell a table in memory from other values: here none is in memory. A
fifteenth goes into requests, with which it looks for newer versions of itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Any

from warehouse.memory import allow_pandas

UNUSED = frozenset({"altair", "scipy", "scipy.stats"})
"""Put off: for the divergence of distributions, and charts of it."""
ELSEWHERE = frozenset({"boto3", "botocore", "google.auth", "google.oauth2", "psycopg2"})
"""Clients of other places for data, which Great Expectations uses where they are installed."""
_ASKED = frozenset(
    {
        "great_expectations.datasource.fluent.sql_datasource",
        "great_expectations.datasource.fluent.invalid_datasource",
        # Named in a warning about sources of SQL.
        "great_expectations.datasource.fluent.databricks_sql_datasource",
        "great_expectations.datasource.fluent.postgres_datasource",
    }
)
_LEFT_OUT = re.compile(
    r"great_expectations\.(?:datasource\.fluent\.(?:\w+_datasource|fabric)|expectations\.core\.expect_\w+"
    r"|expectations\.metrics\.(?:multi)?column\w*_metrics\.\w+)"
)


class NotLoaded:
    """Stands for a class of a module that was left out; nothing is an instance of it."""

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError(f"{type(self).__qualname__} is left out here: see {__name__}")


class _Pandas(ModuleType):
    """Stands for pandas in Great Expectations: nothing is an instance of its tables; what else is asked for is pandas' own."""

    DataFrame, Series, Index = (type(name, (NotLoaded,), {}) for name in ("DataFrame", "Series", "Index"))

    @staticmethod
    def isna(value: Any) -> bool:
        """True of None, and of what is no number: of a single value as pandas says it."""
        return value is None or bool(value != value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        allow_pandas()
        return getattr(import_module("pandas"), name)


class _Requests(ModuleType):
    """Stands for requests in Great Expectations, which here asks nothing of the network. What is asked for all the same is
    requests' own."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


class _Adapters(ModuleType):
    """Stands for the module of requests of which Great Expectations names two classes."""

    HTTPAdapter, Retry = (type(name, (NotLoaded,), {}) for name in ("HTTPAdapter", "Retry"))


class _Empty:
    """Makes a module in which every name stands for a class that is left out."""

    @staticmethod
    def create_module(spec: ModuleSpec) -> ModuleType:
        """A module that makes such classes when they are imported from it."""
        module = ModuleType(spec.name)

        def stand_in(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return type(name, (NotLoaded,), {"__module__": spec.name})

        module.__getattr__ = stand_in  # type: ignore[method-assign]
        return module

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Nothing is to be run."""


def is_left_out(name: str) -> bool:
    """True for a module of Great Expectations that nothing here asks for."""
    return name not in _ASKED and _LEFT_OUT.fullmatch(name) is not None


class _Lazily:
    """Finds these modules as Python does, and lets them be loaded later, or finds empty ones in their place."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module with its loader put off, an empty one where it is left out, None for all others."""
        if is_left_out(name):
            return ModuleSpec(name, _Empty())  # type: ignore[arg-type]
        spec = PathFinder.find_spec(name, path) if name in UNUSED else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def load_lazily() -> None:
    """Do so for what is imported from now on in this process; what is loaded already stays."""
    if _Lazily not in sys.meta_path:
        sys.meta_path.insert(0, _Lazily)


@contextmanager
def without_clients() -> Iterator[None]:
    """Have clients of other places seem not installed within the block, unless they are loaded already."""
    with _in_place_of(dict.fromkeys(ELSEWHERE)):
        yield


@contextmanager
def without_pandas() -> Iterator[None]:
    """Have what is imported within the block be given something that stands for pandas, unless it is loaded already."""
    with _in_place_of({"pandas": _Pandas("pandas")}):
        yield


@contextmanager
def without_requests() -> Iterator[None]:
    """Have what is imported within the block be given something that stands for requests, unless it is loaded already."""
    if "requests" in sys.modules:
        yield
        return
    with _in_place_of({"requests": _Requests("requests"), "requests.adapters": _Adapters("requests.adapters")}):
        yield


@contextmanager
def _in_place_of(modules: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Have these in the place of modules that are not loaded, within the block."""
    own = {name: module for name, module in modules.items() if name not in sys.modules}
    sys.modules.update(own)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in own:
            del sys.modules[name]
