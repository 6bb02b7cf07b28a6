"""Letters of the parts of a resolution as Arabic spells and Russian draws them, as plain capitals; sessions that Arabic spells.

Arabic writes 52/12 ألف وباء for 52/12 A and B; Russian may print a Cyrillic letter that looks like a Latin one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.parse.printed_numbers import roman
from pipelines.parse.symbol_words import symbol_data

# Stands for what a spelled letter is longer than the capital put in its place, so that places stay what they are.
FILLER = "\u200b"


_SESSION = re.compile(r"\(د ?(?P<special>إ ?)?- ?(?P<number>\d{1,2})\)|(?<!\w)(?P<name>د ?إ(?: ?ط)?) ?- ?(?=\d{1,2}/)")
"""An Arabic session: 2065 (د-20) is 2065 (XX), دإ-10/2 is S-10/2."""


@lru_cache(maxsize=1)
def _spelled() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    letters: dict[str, str] = symbol_data()["part_letters"]
    one = "|".join(sorted(map(re.escape, letters), key=lambda word: (-len(word), word)))
    join = r"(?:[ \u00a0]*(?:[-–—,،]|إلى|و|и|по)[ \u00a0]*)+"
    run = re.compile(rf"(?<=\d)[ \u00a0]?(?:{one})(?!\w)(?:{join}(?:{one})(?!\w))*")
    return run, re.compile(one), letters


def plain_letters(text: str) -> str:
    """The text with the letters after a number as capitals, same length."""
    run, one, letters = _spelled()

    def capital(match: re.Match[str]) -> str:
        return letters[match[0]] + FILLER * (len(match[0]) - 1)

    def session(match: re.Match[str]) -> str:
        if match["number"]:
            plain = f"({'S-' if match['special'] else ''}{roman(int(match['number']))})"
            return plain.rjust(len(match[0]))
        return f"{sessions[''.join(match['name'].split())]}-".rjust(len(match[0]))

    sessions = symbol_data()["arabic_sessions"]
    text = _SESSION.sub(session, text)
    return run.sub(lambda found: one.sub(capital, found[0]), text)
