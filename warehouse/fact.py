"""The identity of a fact: its dimensions, to and from the text of a ``fact_id``, and codes made of labels.

A fact is what printed figures are about, whatever the table, paragraph or document that prints them. Relations,
assembled facts and witnesses all meet under this one name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_SEPARATOR = "|"
_APART = "~"


class Fact(NamedTuple):
    """Dimensions of a fact in the order they are joined in a fact_id; empty text where one does not apply."""

    edition: str
    section: str
    entity: str
    component: str
    subprogramme: str
    funding: str
    basis: str
    item_kind: str
    item_code: str
    measure: str
    fiscal_year: str
    unit: str

    @property
    def identifier(self) -> str:
        """The fact_id these dimensions make."""
        joined = _SEPARATOR.join(self)
        if joined.count(_SEPARATOR) == len(self) - 1:
            return joined
        return _SEPARATOR.join(part.replace(_SEPARATOR, "/") for part in self)

    @property
    def scope(self) -> tuple[str, str, str, str]:
        """Entity, component, subprogramme and budget basis: how far down the fact reaches, and out of whose budget."""
        return (self.entity, self.component, self.subprogramme, self.basis)

    @property
    def is_apart(self) -> bool:
        """True for claims kept separate from the fact of that name because we may have misread them."""
        return _APART in self.section


def apart_from(fact_id: str, mark: str) -> str:
    """The name of a fact that is like another in all dimensions, and is not that one."""
    edition, _, rest = fact_id.partition(_SEPARATOR)
    section, _, rest = rest.partition(_SEPARATOR)
    return f"{edition}{_SEPARATOR}{section}{_APART}{mark}{_SEPARATOR}{rest}"


@lru_cache(maxsize=1 << 13)
def parse_fact(fact_id: str) -> Fact | None:
    """Dimensions of a fact_id; None when it is not one."""
    parts = fact_id.split(_SEPARATOR)
    return Fact(*parts) if len(parts) == len(Fact._fields) else None


def slug(label: str) -> str:
    """A code made of a label: lower case, words joined by underscores."""
    return re.sub(r"\W+", "_", label.casefold()).strip("_")
