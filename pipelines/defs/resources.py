"""What every asset needs: what the run was asked for, how steps hand values on, and where they run.

The executor is chosen by the environment, so that one code runs in a process, in several, or on a cluster.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from dagster import (
    ConfigurableIOManager,
    ConfigurableResource,
    ExecutorDefinition,
    InitResourceContext,
    InputContext,
    OutputContext,
    in_process_executor,
    multiprocess_executor,
)
from pydantic import PrivateAttr

from pipelines.run import marker, step_values
from pipelines.run.early_steps import Options, given_of
from pipelines.run.workers import Limits
from warehouse.home import Home, HomeLockedError

PATIENCE = 60.0
"""Seconds that a step waits for the one before it."""


class RunOptions(ConfigurableResource):
    """What the run was asked to do; the home is held against other runs for as long as the run, or its step in a process
    of its own, lasts.

    ``home`` empty means FASCICLE_HOME, or .fascicle in the working folder. ``sources`` empty means the
    bundled edition. ``section``, ``edition`` and ``symbol`` are said of every document of the run.
    """

    home: str = ""
    sources: list[str] = []  # noqa: RUF012 - pydantic copies it
    strict: bool = False
    register_file: str = ""
    rebuild: bool = False
    symbol: str = ""
    section: str = ""
    edition: int = 0
    processes: int = 0

    _options: Options = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator["RunOptions"]:
        """Hold the home meanwhile. Raises HomeLockedError when another run holds it."""
        home = Path(self.home or os.environ.get("FASCICLE_HOME") or ".fascicle")
        self._options = Options(
            home=home,
            sources=tuple(self.sources),
            is_strict=self.strict,
            register=Path(self.register_file) if self.register_file else None,
            is_rebuild=self.rebuild,
            given=given_of(self.symbol, self.section, self.edition),
            limits=Limits(processes=self.processes) if self.processes else Limits(),
        )
        run_id = context.run.run_id if context.run else ""
        with _held(self._options.place, run_id):
            marker.begin(home, run_id)
            yield self

    @property
    def options(self) -> Options:
        """The options as the steps take them."""
        return self._options


@contextmanager
def _held(home: Home, run_id: str) -> Iterator[None]:
    """Hold the home. A step says that it has done its work a moment before its process lets go: the next one of the same
    run, in another process, waits for it."""
    until = time.monotonic() + PATIENCE
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(home.locked())
                break
            except HomeLockedError:
                if not marker.is_of(home.root, run_id) or time.monotonic() > until:
                    raise
                time.sleep(0.05)
        yield


class StepFiles(ConfigurableIOManager):
    """Values between steps (``pipelines.run.step_values``)."""

    home: str = ""

    @property
    def _place(self) -> Path:
        return Path(self.home or os.environ.get("FASCICLE_HOME") or ".fascicle")

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Keep what a step returned."""
        if obj is not None:
            name = context.asset_key.path[-1] if context.has_asset_key else context.step_key
            step_values.keep(self._place, name, obj, context.run_id)

    def load_input(self, context: InputContext) -> Any:
        """What the step before returned in this run; a step run by itself takes what was returned last.

        Raises StoreError when nothing was.
        """
        upstream = context.upstream_output
        if context.has_asset_key or upstream is None:
            name = context.asset_key.path[-1]
        else:
            name = upstream.asset_key.path[-1] if upstream.has_asset_key else upstream.step_key
        return step_values.recall(self._place, name, context.step_context.run_id)


EXECUTOR, BATCHES = "FASCICLE_EXECUTOR", "FASCICLE_BATCHES"
_KNOWN = {"dask": "dagster_dask:dask_executor", "k8s": "dagster_k8s:k8s_job_executor"}


def chosen_executor(environment: Mapping[str, str] = os.environ) -> ExecutorDefinition:
    """FASCICLE_EXECUTOR: in_process (if not given), multiprocess, dask, k8s, or another as module:name.

    Raises ValueError when there is no such executor, with what to install.
    """
    name = environment.get(EXECUTOR) or "in_process"
    if name == "in_process":
        return in_process_executor
    if name == "multiprocess":
        return multiprocess_executor
    module, _, attribute = _KNOWN.get(name, name).partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as problem:
        package = module.partition(".")[0].replace("_", "-")
        raise ValueError(
            f"{EXECUTOR}={name}: no such executor here; install {package}, or take in_process or multiprocess"
        ) from problem
    if not isinstance(found, ExecutorDefinition):
        raise ValueError(f"{EXECUTOR}={name}: {attribute} of {module} is no executor of Dagster")
    return found


def chosen_batches(environment: Mapping[str, str] = os.environ) -> int:
    """FASCICLE_BATCHES: steps that read documents side by side; 1, if not given. Raises ValueError for no number."""
    text = environment.get(BATCHES) or "1"
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise ValueError(f"{BATCHES}={text}: give a number of steps from 1 to 1000")
    return int(text)
