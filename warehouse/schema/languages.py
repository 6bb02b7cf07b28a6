"""The six official languages of the United Nations: the one list that all rooms use."""

from __future__ import annotations

from typing import NamedTuple


class Language(NamedTuple):
    """A language: its code, its English name, its own name, and how it is written.

    ``is_spaced``: spaces stand between words. ``joins_words``: short words such as "and" are written without a space
    before the next. ``is_right_to_left``: the direction of writing.
    """

    code: str
    name: str
    own_name: str
    is_spaced: bool = True
    joins_words: bool = False
    is_right_to_left: bool = False


LANGUAGES = (
    Language("ar", "Arabic", "العربية", joins_words=True, is_right_to_left=True),
    Language("en", "English", "English"),
    Language("es", "Spanish", "Español"),
    Language("fr", "French", "Français"),
    Language("ru", "Russian", "Русский"),
    Language("zh", "Chinese", "中文", is_spaced=False),
)
CODES = tuple(language.code for language in LANGUAGES)
NAMES = {language.code: language.name for language in LANGUAGES}
RIGHT_TO_LEFT = frozenset(one.code for one in LANGUAGES if one.is_right_to_left)
WITHOUT_WORD_EDGES = frozenset(one.code for one in LANGUAGES if one.joins_words or not one.is_spaced)
"""Codes of languages in which a word may touch the one before it: patterns ask for no edge of a word there."""
PRECEDENCE = ("en", "fr", "es", "ru", "zh", "ar")
"""Codes in the order in which versions of a document are trusted: the language of drafting first."""
