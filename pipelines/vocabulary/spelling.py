"""How a term is compared with another: the spelling in which terms are matched."""

from __future__ import annotations

import re
from functools import lru_cache

_WIDTHS = str.maketrans(
    {"（": "(", "）": ")", "：": ":", "／": "/", "，": ",", "；": ";", "\u00a0": " ", "\u202f": " "}
)
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=1 << 14)
def normalised(text: str) -> str:
    """A term as it is matched: without white space, lower case, plain brackets and colons."""
    return _SPACES.sub("", text.translate(_WIDTHS)).casefold()
