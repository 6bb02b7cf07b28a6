"""The environment that the templates of the report are rendered in."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment


class EntriesFirst(Environment):
    """Takes ``row.name`` for the entry of a dict where there is one. Jinja asks for an attribute first, which dicts, of which
    almost all that a page shows is made, do not have: each time an exception is raised and caught."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The entry of a dict, or what Jinja finds."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)
