"""Facts of the bundled edition, printed in other languages and formats and read back, are the same facts."""

from __future__ import annotations

import pytest

from benches.render.model import Format
from pipelines.run.document import defects_of
from tests.benches.render.facts import differences, read_back, seed_rows
from warehouse.schema.languages import CODES

FORMS: tuple[Format, ...] = ("docx", "pdf", "txt")


@pytest.mark.parametrize(("language", "form"), [(language, form) for language in CODES for form in FORMS])
def test_every_cell_comes_back(language: str, form: Format) -> None:
    back = read_back(language, form)
    document = back["mart_document"][0]
    assert (document["symbol"], document["language"]) == ("A/77/6 (Sect. 10)", language)
    assert defects_of(dict(back)) is None  # type: ignore[arg-type]
    assert differences(seed_rows(), back) == {}
