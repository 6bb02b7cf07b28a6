"""A fascicle typed otherwise than the vocabulary spells its terms: the same facts are read."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from benches.render.facts import fascicle_of
from benches.render.render import render
from pipelines.run.document import read_rows
from tests.benches.render.facts import seed_rows

_RUN = re.compile(r"(<w:t(?: [^>]*)?>)([^<]*)(?=</w:t>)")
_WIDE = str.maketrans("()", "（）")
_NO_HAMZA = str.maketrans("أإآى", "اااي")


@cache
def _printed(language: str) -> bytes:
    return render(fascicle_of(seed_rows()), language, "docx")


def _typed(data: bytes, form: Callable[[str], str]) -> bytes:
    """A Word file with each run of text in another form."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(sink, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                text = content.decode("utf-8")
                content = _RUN.sub(lambda match: match[1] + form(match[2]), text).encode("utf-8")
            target.writestr(name, content)
    return sink.getvalue()


def _facts(data: bytes) -> dict[str, Any]:
    rows = read_rows(data, "docx", {}, "")
    return {
        "cells": Counter((row["fact_id"], row["value"]) for row in rows["mart_cell"]),
        "amounts": Counter((row["paragraph_number"], row["value"]) for row in rows["mart_stated_amount"]),
        "posts": Counter((row["grade_code"], row["post_count"]) for row in rows["mart_org_unit_post"]),
        "paragraphs": [row["paragraph_number"] for row in rows["mart_paragraph"]],
        "unknown": [row["printed_text"] for row in rows["mart_unknown_term"]] if "mart_unknown_term" in rows else [],
    }


def _in_capitals(text: str) -> str:
    """Words without figures and signs that stand in capitals and lose their accents."""
    if re.search(r"[\d&/.]", text):
        return text
    return "".join(sign for sign in unicodedata.normalize("NFD", text.upper()) if not unicodedata.combining(sign))


@pytest.mark.parametrize(
    ("language", "form"),
    [
        pytest.param("fr", lambda text: unicodedata.normalize("NFD", text), id="fr, accents apart"),
        pytest.param("fr", lambda text: text.replace(" ", "\u202f"), id="fr, narrow spaces"),
        pytest.param("fr", lambda text: text.replace("’", "'"), id="fr, straight apostrophes"),
        pytest.param("fr", lambda text: text.replace("’", "\u02bc"), id="fr, letters as apostrophes"),
        pytest.param("fr", lambda text: text.replace("-", "\u2011"), id="fr, no-break hyphens"),
        pytest.param("fr", str.upper, id="fr, capitals"),
        pytest.param("es", str.upper, id="es, capitals"),
        pytest.param("es", _in_capitals, id="es, capitals without accents"),
        pytest.param("ru", lambda text: unicodedata.normalize("NFD", text), id="ru, accents apart"),
        pytest.param("ru", str.upper, id="ru, capitals"),
        pytest.param("zh", lambda text: text.translate(_WIDE), id="zh, wide brackets"),
        pytest.param("ar", lambda text: text.translate(_NO_HAMZA), id="ar, without hamza"),
        pytest.param("ar", lambda text: text.replace("ة", "ه"), id="ar, ta marbuta as ha"),
        pytest.param("ar", lambda text: re.sub("ي(?![ء-ي])", "ى", text), id="ar, last ya without dots"),
        pytest.param("ar", lambda text: re.sub("(?<=[بتسعفقلمني])(?=[ا-ي])", "ـ", text, count=1), id="ar, stretched"),
        pytest.param("ar", lambda text: f"\u200f{text}\u200f" if text.strip() else text, id="ar, marks of direction"),
        pytest.param("ar", lambda text: text.replace("-", "\u2011"), id="ar, no-break hyphens"),
    ],
)
def test_the_same_facts_are_read(language: str, form: Callable[[str], str]) -> None:
    data = _printed(language)
    assert _facts(_typed(data, form)) == _facts(data)
