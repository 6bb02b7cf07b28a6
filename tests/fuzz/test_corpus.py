"""What fuzzing found and kept is read or refused: no other exception, and no more time than its length allows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import cast

import pytest

from tests.fuzz.seeds import ENGLISH, seeds
from tests.fuzz.targets import MADE, Reader, outcome

HERE = Path(__file__).parent
FOUND = sorted(path for path in (HERE / "found").rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FOUND, ids=[f"{path.parent.name}-{path.name}" for path in FOUND])
def test_an_input_that_once_was_a_fault_is_read_or_refused(path: Path) -> None:
    before = time.process_time()
    assert outcome(cast(Reader, path.parent.name), path.read_bytes()) in ("read", "refused")
    assert time.process_time() - before < 10


@pytest.mark.parametrize("reader", MADE)
def test_kept_inputs_are_read_or_refused(reader: Reader) -> None:
    kept = sorted((HERE / "corpus" / reader).glob("*"))
    told = [outcome(reader, data) for data in [*seeds(reader), *(path.read_bytes() for path in kept)]]
    assert "read" in told


def test_many_mentions_in_one_paragraph_cost_in_proportion() -> None:
    line = "Recalling its resolu2029tion 84/1 and figure 4.I of 2029/30,\n"

    def seconds(times: int) -> float:
        data = (ENGLISH + line * times).encode()
        before = time.process_time()
        outcome("text", data)
        return time.process_time() - before

    seconds(10)
    assert seconds(1600) < 10 * max(seconds(400), 0.05)
