"""Every list of mandates here, as another reader counts it."""

from __future__ import annotations

from collections import Counter

import pytest

from benches.mandate_lists import documents, printed, read
from tests.shared import SHARED

DOCUMENTS = documents([]) if SHARED.exists() else []


@pytest.mark.skipif(not DOCUMENTS, reason=f"no documents in {SHARED}")
def test_what_lists_print_is_read_and_nothing_else() -> None:
    there: Counter[object] = Counter()
    here: Counter[object] = Counter()
    for path in DOCUMENTS:
        if path.stat().st_size < 400_000:
            there.update(printed(path))
            here.update(read(path))
    both = (there & here).total()
    assert both >= 0.995 * there.total() and both >= 0.995 * here.total(), sorted((there - here) | (here - there))[:9]
