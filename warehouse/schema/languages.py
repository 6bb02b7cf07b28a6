"""The six official languages of the United Nations: the one list that all rooms use."""

from __future__ import annotations

from typing import NamedTuple


class Language(NamedTuple):
    """A language: its code, its English name, its own name, and whether its words are set apart by spaces."""

    code: str
    name: str
    own_name: str
    is_spaced: bool = True


LANGUAGES = (
    Language("ar", "Arabic", "العربية"),
    Language("en", "English", "English"),
    Language("es", "Spanish", "Español"),
    Language("fr", "French", "Français"),
    Language("ru", "Russian", "Русский"),
    Language("zh", "Chinese", "中文", is_spaced=False),
)
CODES = tuple(language.code for language in LANGUAGES)
NAMES = {language.code: language.name for language in LANGUAGES}
PRECEDENCE = ("en", "fr", "es", "ru", "zh", "ar")
"""Codes in the order in which versions of a document are trusted: the language of drafting first."""
