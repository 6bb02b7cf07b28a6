"""Where steps run: chosen by the environment, so that one code runs in a process, in several, or on a cluster."""

import os
from collections.abc import Mapping
from importlib import import_module

from dagster import ExecutorDefinition, in_process_executor, multiprocess_executor

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
