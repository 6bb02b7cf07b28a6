"""Progress events of a run: the command draws them, Dagster logs them, tests count them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """A step of the run: ``done`` of ``total`` pieces, the last of which was ``detail``; total 0 where unknown."""

    step: str
    done: int = 0
    total: int = 0
    detail: str = ""


Listener = Callable[[Event], None]
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Receive every event sent within the block, in this process."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(step: str, done: int = 0, total: int = 0, detail: str = "") -> None:
    """Tell the listeners."""
    for listener in list(_listeners):
        listener(Event(step, done, total, detail))
