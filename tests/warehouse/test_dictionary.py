"""The data dictionary in the repository says what the declarations say."""

from __future__ import annotations

from pathlib import Path

from warehouse.dictionary import main, render
from warehouse.marts import views
from warehouse.tables import TABLES

PATH = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_the_dictionary_is_not_stale():
    assert PATH.read_text("utf-8") == render(), "run `make docs`: docs/data-dictionary.md is stale"


def test_the_dictionary_has_every_table_column_and_view():
    sections = {part.partition("\n")[0]: part for part in render().split("\n### ")[1:]}
    assert sections.keys() == {table.name for table in TABLES} | {view.name for view in views()}
    for table in TABLES:
        for field in table.fields:
            assert f"\n| `{field.name}` | {field.type} |" in sections[table.name]
    assert "references [`mart_table`](#mart_table)" in sections["mart_cell"]
    assert "One of `heading`, `item`, `subtotal`, `total`." in sections["mart_cell"]


def test_the_diagram_shows_the_keys():
    text = render()
    assert "        varchar cell_id PK" in text
    assert "    mart_table ||--o{ mart_cell : table_id" in text
    assert "    mart_cell |o--o{ mart_financial_resource : cell_id" in text


def test_the_dictionary_is_written_where_asked(tmp_path, capsys):
    assert main([str(tmp_path / "new" / "dictionary.md")]) == 0
    assert (tmp_path / "new" / "dictionary.md").read_text("utf-8") == render()
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
