"""A fascicle's bytes in a language and format."""

from __future__ import annotations

from benches.render.compose import compose
from benches.render.model import Fascicle, Format


def render(fascicle: Fascicle, language: str, form: Format) -> bytes:
    """A fascicle printed in a language and format.

    Raises KeyError where a word is missing, and ImportError where the libraries of the ``render`` group are not
    installed.
    """
    if form == "docx":
        from benches.render.word import write_word

        return write_word(compose(fascicle, language))
    if form == "txt":
        from benches.render.text import write_text

        return write_text(compose(fascicle, language, number_separator=" "))
    if form == "pdf":
        from benches.render.pdf import write_pdf

        return write_pdf(compose(fascicle, language))
    raise ValueError(f"no format {form!r}")
