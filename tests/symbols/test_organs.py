"""Organs: the catalogue, headings above lists, numbers in cells, and whose number it is in prose."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.model.blocks import Link, Place
from pipelines.symbols import (
    Linked,
    find_symbols,
    list_heading,
    organ_of_heading,
    parse_symbol,
    read_list,
    symbols_in_list,
)
from pipelines.symbols.catalogue import FORMS, organ_of, organs
from pipelines.symbols.organs import form_fits
from pipelines.vocabulary import LANGUAGES_KNOWN, VocabularyError, language_version, own_folder, vocabulary_version


def heading(text: str, language: str = "en") -> tuple[str, str] | None:
    found = list_heading(text, language)
    return (found.organ, " ".join(found.acts)) if found is not None else None


def read(cell: str, organ: str, linked: Linked | None = None) -> list[str]:
    """Symbols of a cell; where the organ is not known, what was adopted and its number."""
    found = read_list(cell, organ, linked=linked).mentions
    return [str(m.symbol) if m.symbol.series else f"{m.act} {m.symbol.label}" for m in found]


def cited(text: str, language: str = "en", linked: Linked | None = None) -> list[str]:
    return [str(mention.symbol) for mention in find_symbols(text, language, linked)]


def leads(*pairs: tuple[str, str]) -> Linked:
    return Linked([Link(f"https://docs.un.org/en/{symbol}", text, Place()) for symbol, text in pairs])


# -- the catalogue ----------------------------------------------------------------------------------


def test_every_organ_has_a_code_a_name_its_forms_and_a_source() -> None:
    codes = [organ.code for organ in organs()]
    assert len(codes) == len(set(codes))
    for organ in organs():
        assert organ.names["en"] and organ.source and organ.acts, organ.code
        assert organ.forms <= FORMS
    principal = [organ_of(code) for code in ("A", "S", "E", "A/HRC", "E/ECA", "ESCAP", "LC", "E/ESCWA", "ECE")]
    assert all(organ is not None and all(organ.names[one] for one in LANGUAGES_KNOWN) for organ in principal)


def test_no_name_is_that_of_two_organs() -> None:
    for language in LANGUAGES_KNOWN:
        names = [name for organ in organs() for name in organ.names[language]]
        assert len(names) == len(set(names)), language


def test_a_line_of_the_user_makes_an_organ_known(tmp_path: Path) -> None:
    before = vocabulary_version(), language_version("en")
    (tmp_path / "organs.csv").write_text("code,en,source\nQQ/TC,Tidal Council,seen in a list\n", encoding="utf-8")
    assert read("12/3", "Tidal Council resolutions") == ["resolution 12/3"]
    with own_folder(tmp_path):
        assert read("12/3", "Tidal Council resolutions") == ["QQ/TC/RES/12/3"]
        assert str(parse_symbol("QQ/TC/RES/12/3")) == "QQ/TC/RES/12/3"
        assert cited("by Tidal Council decision 4/1") == ["QQ/TC/DEC/4/1"]
        assert before[0] != vocabulary_version() and before[1] != language_version("en")
    assert read("12/3", "Tidal Council resolutions") == ["resolution 12/3"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("code,en,colour\nX,Y,red\n", "line 1: the heads must be code"),
        ("code,en\n,Nameless\n", "line 2: no code"),
        ("code,en\nX,\n", "line 2: X has no name"),
        ("code,en,forms\nX,Y,square\n", "line 2: no form 'square'"),
        ("code,en,first_session\nX,Y,first\n", "line 2: 'first' is no whole number"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "organs.csv").write_text(content, encoding="utf-8")
    with own_folder(tmp_path), pytest.raises(VocabularyError, match=words) as told:
        organs()
    assert str(told.value).startswith(str(tmp_path)) and "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("symbol", "code", "fits"),
    [
        ("A/RES/76/245", "A", True),
        ("A/RES/1/2", "A", False),
        ("A/RES/52/24", "A/HRC", True),
        ("A/RES/76/166", "A/HRC", False),
        ("E/RES/2023/4", "E/ECA", True),
        ("E/RES/822 (XXXI)", "E/ECA", True),
        ("S/RES/1325 (2000)", "A", False),
        ("A/RES/79/1", "QQ", True),
    ],
)
def test_how_organs_number(symbol: str, code: str, fits: bool) -> None:
    assert form_fits(parse_symbol(symbol), code) is fits


# -- headings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "organ", "acts"),
    [
        ("en", "Economic Commission for Africa resolutions", "E/ECA", "resolution"),
        ("en", "UN-Habitat Assembly resolutions and decisions", "HSP/HA", "resolution decision"),
        ("en", "Economic and Social Council agreed conclusions", "E", "conclusion"),
        ("en", "President’s statement agreed upon by the Human Rights Council", "A/HRC", "statement"),
        ("en", "Security Council resolutions on the sanctions regimes of several countries", "S", "resolution"),
        ("en", "General Assemby resolutions", "A", "resolution"),
        ("en", "General Assembly resolutons and decisions", "A", "resolution decision"),
        ("fr", "Résolutions de la Commission économique pour l’Afrique", "E/ECA", "resolution"),
        ("es", "Resoluciones y decisiones de la CEPAL", "LC", "resolution decision"),
        ("ru", "Резолюции Экономической комиссии для Африки", "E/ECA", "resolution"),
        ("zh", "亚洲及太平洋经济社会委员会决议", "ESCAP", "resolution"),
        ("ar", "قرارات ومقررات المجلس الاقتصادي والاجتماعي", "E", "resolution decision"),
    ],
)
def test_headings_name_an_organ_of_the_catalogue(language: str, text: str, organ: str, acts: str) -> None:
    assert heading(text, language) == (organ, acts)


@pytest.mark.parametrize(
    ("language", "text", "acts"),
    [
        ("en", "African Union Assembly decisions", "decision"),
        ("en", "Committee of Permanent Representatives recommendations", "recommendation"),
        ("en", "Governing Council resolutions", "resolution"),
        ("en", "Decisions of the meeting of the parties to an agreement", "decision"),
        ("fr", "Décisions de l’Assemblée de l’Union africaine", "decision"),
        ("es", "Decisiones de la Junta de Desarrollo Marítimo", "decision"),
        ("ru", "Решения Ассамблеи Африканского союза", "decision"),
        ("zh", "非洲联盟大会决定", "decision"),
        ("ar", "قرارات جمعية الاتحاد الأفريقي", "resolution"),
    ],
)
def test_a_longer_name_is_another_organ(language: str, text: str, acts: str) -> None:
    assert heading(text, language) == ("", acts)
    assert organ_of_heading(text, language) is None


@pytest.mark.parametrize(
    "text", ["President of the Tidal Board", "Residential areas", "Climate resolution", "Industrial revolution"]
)
def test_words_that_hold_a_kind_are_no_kind(text: str) -> None:
    """Pres-ident is no abbreviation of resolution."""
    assert organ_of_heading(text, "en") is None


def test_kinds_are_whole_words() -> None:
    assert heading("Human Rights Council President’s statements") == ("A/HRC", "statement")
    assert heading("Security Council presidential declarations") == ("S", "declaration")


# -- cells ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "organ", "expected"),
    [
        ("822 (XXXI); 2023/4", "Economic Commission for Africa resolutions", "E/ECA/RES/822 (XXXI) E/ECA/RES/2023/4"),
        ("340 (AC.66); 348 (EC.10)", "ECLAC resolutions", "LC/RES/340 (AC.66) LC/RES/348 (EC.10)"),
        ("419 (PLEN.14)", "Economic Commission for Latin America and the Caribbean resolutions", "LC/RES/419 (PLEN.14)"),
        ("III/1", "Conference of the Parties to the Escazú Agreement decisions", "LC/COP-EZ/DEC/III/1"),
        ("487 (V); 78/560", "General Assembly resolutions and decisions", "A/RES/487 (V) A/DEC/78/560"),
        ("2022/316; 131 (VI)", "Economic and Social Council resolutions and decisions", "E/DEC/2022/316 E/RES/131 (VI)"),
        ("79/9 (A–B)", "General Assembly resolutions", "A/RES/79/9 A A/RES/79/9 B"),
        ("80/1 (C and D)", "General Assembly resolutions", "A/RES/80/1 C A/RES/80/1 D"),
        ("ECE/QQ/1-ECE/RR/2 and Add.1", "Economic Commission for Europe decisions", "ECE/QQ/1-ECE/RR/2 ECE/QQ/1-ECE/RR/2/Add.1"),
    ],
)  # fmt: skip
def test_cells_of_lists(cell: str, organ: str, expected: str) -> None:
    assert " ".join(read(cell, organ)) == expected


@pytest.mark.parametrize(
    ("cell", "organ", "expected"),
    [
        ("822 (XXXI); 2023/4", "Commission of Coastal States resolutions", ["resolution 822 (XXXI)", "resolution 2023/4"]),
        ("1/2; decision 1/3", "Tidal Assembly resolutions and decisions", ["resolution 1/2", "decision 1/3"]),
        ("1/1; 2/4", "Committee of Permanent Representatives recommendations", ["recommendation 1/1", "recommendation 2/4"]),
        ("1997/2", "Economic and Social Council agreed conclusions", ["conclusion 1997/2"]),
        ("1/2", "General Assembly resolutions", ["resolution 1/2"]),
    ],
)  # fmt: skip
def test_an_organ_that_is_not_known_keeps_its_numbers_and_gets_no_series(
    cell: str, organ: str, expected: list[str]
) -> None:
    assert read(cell, organ) == expected
    assert symbols_in_list(cell, organ) == []


def test_the_organ_named_in_a_cell_goes_before_the_heading() -> None:
    organ = "Economic and Social Council resolutions"
    cell = "2024/5; Statistical Commission decision 5/10; 2024/6"
    assert read(cell, organ) == ["E/RES/2024/5", "E/CN.3/DEC/5/10", "E/RES/2024/6"]
    assert read("décision 5/10 de la Commission de statistique", "Résolutions du Conseil économique et social") == [
        "E/CN.3/DEC/5/10"
    ]
    assert read("79/1; IPBES decision 5/1", "General Assembly resolutions") == ["A/RES/79/1", "decision 5/1"]
    assert read("African Union Assembly decision 76/312", "General Assembly resolutions") == ["decision 76/312"]


def test_the_link_on_a_number_gives_the_series_of_an_unknown_organ() -> None:
    linked = leads(("QTC/RES/74/1", "74/1"), ("A/RES/75/2", "75/2"))
    assert read("74/1; 75/2; 76/3", "Tidal Council resolutions", linked) == [
        "QTC/RES/74/1",
        "resolution 75/2",  # the General Assembly is known by name: its link was put here by the number alone
        "resolution 76/3",
    ]
    linked = leads(("UNEP/EA/RES/4/1", "4/1"))
    assert read("4/1; 4/2", "Tidal Council resolutions", linked) == ["UNEP/EA/RES/4/1", "resolution 4/2"]


# -- prose ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Human Rights Council adopted resolution 52/24 on it", ["A/HRC/RES/52/24"]),
        ("en", "of the Human Rights Council, including resolution 39/2", ["A/HRC/RES/39/2"]),
        ("en", "reports to the Human Rights Council pursuant to resolution 76/166", ["A/RES/76/166"]),
        ("en", "The Human Rights Council, on the basis of resolution 39/2, met", []),
        ("en", "pursuant to ECLAC resolution 553 (XXVI)", ["LC/RES/553 (XXVI)"]),
        ("en", "Commission resolution 553 (XXVI)", []),
        ("en", "Council resolution 13 (III)", ["E/RES/13 (III)"]),
        ("en", "Council resolution 2231 (2015)", ["S/RES/2231 (2015)"]),
        ("en", "IPBES decision 76/3", []),
        ("en", "the African Union Assembly decision 76/312", []),
        ("en", "Governing Council decision 27/2", []),
        ("en", "The Governing Council of UNEP met. By Governing Council decision 27/2 it", ["UNEP/GC/DEC/27/2"]),
        ("en", "for Asia and the Pacific, endorsed by the Commission in its resolution 73/9", []),
        ("en", "ESCAP met. The Economic and Social Commission for Asia and the Pacific, in its resolution 73/9,", ["ESCAP/RES/73/9"]),
        ("en", "the Committee recalled resolution 76/245", ["A/RES/76/245"]),
        ("en", "Security Council resolution 76/245", []),
        ("fr", "la résolution 553 (XXVI) de la CEPALC", ["LC/RES/553 (XXVI)"]),
        ("fr", "la décision 76/345 de l’Assemblée de l’Union africaine", []),
        ("fr", "la décision 76/303 de la Commission", []),
        ("es", "la resolución 700 (XXXVI) de la CEPAL", ["LC/RES/700 (XXXVI)"]),
        ("ru", "Совет по правам человека принял резолюцию 52/24", ["A/HRC/RES/52/24"]),
        ("zh", "人权理事会通过第52/24号决议", ["A/HRC/RES/52/24"]),
    ],
)  # fmt: skip
def test_an_organ_of_the_sentence_bars_the_form(language: str, text: str, expected: list[str]) -> None:
    assert cited(text, language) == expected


def test_the_link_decides_before_the_form() -> None:
    text = "as set out in resolution 52/24 and resolution 76/245"
    assert cited(text) == ["A/RES/52/24", "A/RES/76/245"]
    linked = leads(("A/HRC/RES/52/24", "52/24"))
    found = find_symbols(text, "en", linked)
    assert [(str(one.symbol), one.organ_basis) for one in found] == [
        ("A/HRC/RES/52/24", "link"),
        ("A/RES/76/245", "form"),
    ]
    assert cited("General Assembly resolution 52/24", linked=linked) == ["A/RES/52/24"]  # named beside it
    both = leads(("A/HRC/RES/52/24", "52/24"), ("A/RES/52/24", "52/24"))
    assert cited("as set out in resolution 52/24", linked=both) == ["A/RES/52/24"]
