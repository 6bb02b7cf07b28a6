"""Nothing that lies in a user's folder is run: modules come from Python, its environment and the three rooms alone.

Python looks for modules where it was started, beside the program and wherever ``PYTHONPATH`` says; a file ``org.py`` in
a download folder would be run by the first import of that name. So ``fascicle`` begins with ``keep_apart``, and every
process of ours is started with ``command``. Before the path is clean, nothing is imported here that is not loaded.
"""

from __future__ import annotations

import os
import sys

ROOMS = ("warehouse", "expectations", "pipelines")
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 - pathlib is not loaded yet
_OF_USERS = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")
SAFE_PATH = "PYTHONSAFEPATH"
"""What keeps Python itself from looking where it was started; for processes that libraries start."""


def command(module: str, *arguments: str) -> list[str]:
    """What starts a module of ours as a process; its answers go to the descriptor that its last argument names.

    Whatever else it or a library prints, from the first import on, goes to standard error.
    """
    flags = ["-E", "-P", *(["-B"] if sys.dont_write_bytecode else []), *(["-X", "utf8"] if sys.flags.utf8_mode else [])]
    return [sys.executable, *flags, os.path.abspath(__file__), module, *arguments]  # noqa: PTH100


def keep_apart() -> None:
    """Take off the module path what a user's folder or environment put on it, here and for processes to come."""
    named = [path for path in os.environ.get(_OF_USERS[0], "").split(os.pathsep) if path]
    foreign = {os.path.realpath(path) for path in (os.curdir, *named)}
    is_safe = sys.flags.safe_path  # else Python put the folder of the program first
    sys.path[:] = [path for path in sys.path[0 if is_safe else 1 :] if path and os.path.realpath(path) not in foreign]
    _serve_rooms()
    for name in _OF_USERS:
        os.environ.pop(name, None)
    os.environ[SAFE_PATH] = "1"


def _serve_rooms() -> None:
    """Find the rooms where they lie; of a checkout, which is on the path as a whole, nothing else."""
    from importlib.machinery import ModuleSpec, PathFinder
    from types import ModuleType

    if os.path.basename(_ROOT) not in {"site-packages", "dist-packages"}:  # noqa: PTH119
        sys.path[:] = [path for path in sys.path if os.path.realpath(path) != os.path.realpath(_ROOT)]

    class Rooms:
        @staticmethod
        def find_spec(name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
            """The room of this name, as the import system asks for it."""
            return PathFinder.find_spec(name, [_ROOT]) if name in ROOMS else None

    sys.meta_path.append(Rooms())  # type: ignore[arg-type]


def _become() -> None:
    """Run the module that the first argument names, with its answers kept apart from what is printed."""
    keep_apart()
    answers = os.dup(1)
    os.dup2(2, 1)
    import runpy

    sys.argv[:] = [*sys.argv[1:], str(answers)]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=False)


if __name__ == "__main__":
    _become()
