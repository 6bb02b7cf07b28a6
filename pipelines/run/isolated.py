"""Keep files in the user's folder from being imported: modules come from Python, its environment and the project only.

Python looks for modules where it was started, beside the program and wherever ``PYTHONPATH`` says; a file ``org.py`` in
a download folder would be run by the first import of that name. So ``fascicle`` begins with ``clean_module_path``, and every
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
    """Command line that starts one of our modules as a process; its answers go to the descriptor in its last argument.

    Whatever else it or a library prints, from the first import on, goes to standard error.
    """
    flags = ["-E", "-P", *(["-B"] if sys.dont_write_bytecode else []), *(["-X", "utf8"] if sys.flags.utf8_mode else [])]
    return [sys.executable, *flags, os.path.abspath(__file__), module, *arguments]  # noqa: PTH100


ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""What keeps NumPy, with which little is computed, from starting threads that wait for work by looking for it."""


def seldom_collect() -> None:
    """Look for garbage less often in this process.

    Importing the libraries makes half a million objects that live on: looking for garbage among them at the usual pace
    takes a tenth of a run.
    """
    import gc

    gc.set_threshold(200_000, 50, 100)


def end_at_once() -> None:
    """Have this process end without a last look for garbage, which takes a tenth of a second for each library: all that
    there is goes with it. What is to be done at the end is still done."""
    import gc

    gc.freeze()


def clean_module_path() -> None:
    """Remove from the module path what the working folder or the environment added, here and for child processes."""
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


def _run_named_module() -> None:
    """Run the module named by the first argument; its answers go to a descriptor of their own, not to standard output."""
    clean_module_path()
    answers = os.dup(1)
    os.dup2(2, 1)
    import runpy

    sys.argv[:] = [*sys.argv[1:], str(answers)]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=False)


if __name__ == "__main__":
    _run_named_module()
