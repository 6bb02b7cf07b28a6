"""Symbols that no noun announces, where they can be nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipelines.parse.symbol_model import adopted_symbol, read_symbol_at
from pipelines.parse.symbol_organs import SPACES, Mention, any_of, is_council_number, loose, organ_by_form
from pipelines.parse.symbol_words import languages, symbol_data, words_of


def bare_numbers(text: str) -> Iterator[Mention]:
    """Numbers without a noun that can be nothing else.

    A text that is a list of the Security Council's resolutions and nothing else, as in a note; a symbol without
    its organ (RES/79/1); a series named in words ("Secretary-General's bulletin 2003/13").
    """
    items, end = [], 0
    for match in _council_list().finditer(text):
        if match.start() != end or not is_council_number(match):
            break
        items.append(match)
        end = match.end()
    if items and not text[end:].strip(" .\n\t"):
        for match in items:
            symbol = adopted_symbol("S", "resolution", match)
            yield Mention(symbol, match.start("number"), match.end("last"), "", "form")
    for match in _WITHOUT_ORGAN.finditer(text):
        symbol = read_symbol_at(f"A/{match[0]}")
        if symbol is not None and organ_by_form(symbol[0]) == "A":
            yield Mention(symbol[0], match.start(), match.start() + symbol[1] - 2, "", "form")
    for match in _named_series().finditer(text):
        code = next(
            one["code"]
            for one in symbol_data()["named_series"]
            if any(re.fullmatch(loose(name), match["name"], re.I) for name in one["names"])
        )
        symbol = read_symbol_at(f"{code}/{match['number']}")
        if symbol is not None:
            yield Mention(symbol[0], match.start("number"), match.end("number"), "", "named")


@lru_cache(maxsize=1)
def _council_list() -> re.Pattern[str]:
    joining = any_of(tuple(word for language in languages() for word in words_of(language).joining))
    return re.compile(
        rf"(?:^|[\s,;、،]*)(?:(?:{joining}){SPACES})?(?P<number>\d{{3,4}}){SPACES}\((?P<bracketed>\d{{4}})(?P<last>\))"
    )


_WITHOUT_ORGAN = re.compile(r"(?<![/\w])RES/(?:E?S-)?\d{1,3}/\d{1,4}(?: [A-Z](?![\w/]))?(?![\w/])")


@lru_cache(maxsize=1)
def _named_series() -> re.Pattern[str]:
    names = any_of(tuple(name for one in symbol_data()["named_series"] for name in one["names"]))
    return re.compile(rf"(?<!\w)(?P<name>{names}){SPACES}(?P<number>(?:19|20)\d\d/\d{{1,3}}(?![\d/]))", re.I)
