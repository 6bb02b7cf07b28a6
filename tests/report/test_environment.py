"""What a name after a dot means in the templates of the report."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import StrictUndefined, UndefinedError

from pipelines.report.environment import EntriesFirst


def _rendered(text: str, **values: Any) -> str:
    return EntriesFirst(undefined=StrictUndefined).from_string(text).render(values)


def test_an_entry_of_a_dict_comes_before_what_all_dicts_have() -> None:
    assert _rendered("{{ row.label }}, {{ row.items }}", row={"label": "Posts", "items": 3}) == "Posts, 3"


def test_what_is_no_entry_is_asked_for_as_ever() -> None:
    assert _rendered("{% for name, value in row.items() %}{{ name }} {{ value }}{% endfor %}", row={"a": 1}) == "a 1"
    assert _rendered("{{ drawing.width }}", drawing=SimpleNamespace(width=4)) == "4"
    with pytest.raises(UndefinedError, match="no attribute 'amount'"):
        _rendered("{{ row.amount }}", row={"label": "Posts"})
