"""What prose of each official language names: organs, decisions, parts, ranges, old and special sessions, placeholders."""

from __future__ import annotations

import pytest

from pipelines.symbols import find_symbols, organ_of_heading, read_list

CASES = {
    "en": {
        "General Assembly resolutions 74/232 B and 43/222 A to C": "A/RES/74/232_B A/RES/43/222_A A/RES/43/222_B A/RES/43/222_C",
        "resolutions 52/12 A and B": "A/RES/52/12_A A/RES/52/12_B",
        "Security Council resolution 1325 (2000)": "S/RES/1325_(2000)",
        "Economic and Social Council resolution 2021/19 and decision 2021/249": "E/RES/2021/19 E/DEC/2021/249",
        "Human Rights Council resolution 48/3": "A/HRC/RES/48/3",
        "General Assembly resolution S-10/2": "A/RES/S-10/2",
        "resolutions 13 (III) and 3379 (XXX)": "A/RES/13_(III) A/RES/3379_(XXX)",
        "resolution 76/XXX": "A/RES/76/XXX",
        "decisions 78/560 and 55/485": "A/DEC/78/560 A/DEC/55/485",
        "see A/77/6 (Sect. 10), A/76/L.47/Add.1 and A/77/6 (Sect. 3)/Corr.1":
            "A/77/6_(Sect._10) A/76/L.47/Add.1 A/77/6_(Sect._3)/Corr.1",
        "Security Council resolutions, including 1820 (2008), 1888 (2009)": "S/RES/1820_(2008) S/RES/1888_(2009)",
        "the latest Security Council resolution on children 2764 (2024)": "S/RES/2764_(2024)",
        "resolutions 79/40 on arms; 79/122 on a conference; and 79/145 on fisheries":
            "A/RES/79/40 A/RES/79/122 A/RES/79/145",
        "Statistical Commission decisions 54/101: framework; 54/107: accounts": "E/CN.3/DEC/54/101 E/CN.3/DEC/54/107",
        "the Pact (RES/79/1) and Res 79/2": "A/RES/79/1 A/RES/79/2",
        "the Secretary-General’s bulletin 2003/13": "ST/SGB/2003/13",
        "resolution 8 (I), as amended by 8 (II)": "A/RES/8_(I) A/RES/8_(II)",
        "1325 (2000), 1820 (2008) and 2493 (2019)": "S/RES/1325_(2000) S/RES/1820_(2008) S/RES/2493_(2019)",
        "decision SS.VII/1 on governance": "UNEP/GC/DEC/SS.VII/1",
    },
    "zh": {
        "大会第 74/232 B 号决议和第 43/222 A 至 C 号决议":
            "A/RES/74/232_B A/RES/43/222_A A/RES/43/222_B A/RES/43/222_C",
        "安全理事会第 1325(2000)号决议": "S/RES/1325_(2000)",
        "经济及社会理事会第 2021/19 号决议和第 2021/249 号决定": "E/RES/2021/19 E/DEC/2021/249",
        "人权理事会第 48/3 号决议": "A/HRC/RES/48/3",
        "大会第 S-10/2 号决议": "A/RES/S-10/2",
        "第 13(III)号和第 3379(XXX)号决议": "A/RES/13_(III) A/RES/3379_(XXX)",
        "第 76/XXX 号决议": "A/RES/76/XXX",
        "大会第 78/560 号决定": "A/DEC/78/560",
        "见 A/77/6 (Sect. 10)和 A/76/L.47/Add.1": "A/77/6_(Sect._10) A/76/L.47/Add.1",
    },
    "fr": {
        "les résolutions 74/232 B et 43/222 A à C de l’Assemblée générale":
            "A/RES/74/232_B A/RES/43/222_A A/RES/43/222_B A/RES/43/222_C",
        "la résolution 1325 (2000) du Conseil de sécurité": "S/RES/1325_(2000)",
        "la résolution 2021/19 et la décision 2021/249 du Conseil économique et social": "E/RES/2021/19 E/DEC/2021/249",
        "la résolution 48/3 du Conseil des droits de l’homme": "A/HRC/RES/48/3",
        "la résolution S-10/2 de l’Assemblée générale": "A/RES/S-10/2",
        "ses résolutions 13 (III) et 3379 (XXX)": "A/RES/13_(III) A/RES/3379_(XXX)",
        "la résolution 76/XXX": "A/RES/76/XXX",
        "les décisions 78/560 et 55/485": "A/DEC/78/560 A/DEC/55/485",
        "(A/77/6 (Sect. 10) et A/76/L.47/Add.1)": "A/77/6_(Sect._10) A/76/L.47/Add.1",
    },
    "es": {
        "las resoluciones de la Asamblea General 74/232 B y 43/222 A a C":
            "A/RES/74/232_B A/RES/43/222_A A/RES/43/222_B A/RES/43/222_C",
        "la resolución 1325 (2000) del Consejo de Seguridad": "S/RES/1325_(2000)",
        "la resolución 2021/19 y la decisión 2021/249 del Consejo Económico y Social": "E/RES/2021/19 E/DEC/2021/249",
        "la resolución 48/3 del Consejo de Derechos Humanos": "A/HRC/RES/48/3",
        "la resolución S-10/2 de la Asamblea General": "A/RES/S-10/2",
        "sus resoluciones 13 (III) y 3379 (XXX)": "A/RES/13_(III) A/RES/3379_(XXX)",
        "la resolución 76/XXX": "A/RES/76/XXX",
        "las decisiones 78/560 y 55/485": "A/DEC/78/560 A/DEC/55/485",
        "(A/77/6 (Sect. 10) y A/76/L.47/Add.1)": "A/77/6_(Sect._10) A/76/L.47/Add.1",
    },
    "ru": {
        "в резолюциях 74/232 B и 43/222 A–C Генеральной Ассамблеи":
            "A/RES/74/232_B A/RES/43/222_A A/RES/43/222_B A/RES/43/222_C",
        "в резолюции 52/12 А и В Генеральной Ассамблеи": "A/RES/52/12_A A/RES/52/12_B",
        "резолюция 1325 (2000) Совета Безопасности": "S/RES/1325_(2000)",
        "резолюция 2021/19 и решение 2021/249 Экономического и Социального Совета": "E/RES/2021/19 E/DEC/2021/249",
        "резолюция 48/3 Совета по правам человека": "A/HRC/RES/48/3",
        "резолюция S-10/2 Генеральной Ассамблеи": "A/RES/S-10/2",
        "резолюции 13 (III) и 3379 (XXX)": "A/RES/13_(III) A/RES/3379_(XXX)",
        "резолюция 76/XXX": "A/RES/76/XXX",
        "решения 78/560 и 55/485": "A/DEC/78/560 A/DEC/55/485",
        "(A/77/6 (Sect. 10) и A/76/L.47/Add.1)": "A/77/6_(Sect._10) A/76/L.47/Add.1",
    },
    "ar": {
        "قراري الجمعية العامة 74/232 باء و 43/222 ألف إلى جيم":
            "A/RES/74/232_B A/RES/43/222_A A/RES/43/222_B A/RES/43/222_C",
        "قرار الجمعية العامة 52/12 ألف وباء": "A/RES/52/12_A A/RES/52/12_B",
        "قرار مجلس الأمن 1325 (2000)": "S/RES/1325_(2000)",
        "قرار المجلس الاقتصادي والاجتماعي 2021/19 ومقرره 2021/249": "E/RES/2021/19 E/DEC/2021/249",
        "قرار مجلس حقوق الإنسان 48/3": "A/HRC/RES/48/3",
        "قرار الجمعية العامة S-10/2": "A/RES/S-10/2",
        "القرارين 13 (III) و 3379 (XXX)": "A/RES/13_(III) A/RES/3379_(XXX)",
        "القرار 76/XXX": "A/RES/76/XXX",
        "المقررين 78/560 و 55/485": "A/DEC/78/560 A/DEC/55/485",
        "انظر A/77/6 (Sect. 10) و A/76/L.47/Add.1": "A/77/6_(Sect._10) A/76/L.47/Add.1",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, text, expected) for language, cases in CASES.items() for text, expected in cases.items()],
)
def test_prose_names_its_symbols(language: str, text: str, expected: str) -> None:
    mentions = find_symbols(text, language)
    assert [str(one.symbol).replace(" ", "_") for one in mentions] == expected.split()
    for one in mentions:
        assert text[one.start : one.end] == one.printed_text


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "General Assembly resolutions"),
        ("zh", "大会决议"),
        ("fr", "Résolutions de l’Assemblée générale"),
        ("es", "Resoluciones de la Asamblea General"),
        ("ru", "Резолюции Генеральной Ассамблеи"),
        ("ar", "قرارات الجمعية العامة"),
    ],
)
def test_headings_above_lists_of_mandates(language: str, heading: str) -> None:
    found = organ_of_heading(heading, language)
    assert found is not None and (found.organ, found.kinds) == ("A", ("resolution",))
    reading = read_list("74/232; 74/232 B; 43/222 A-E; 76/XXX", heading)
    assert len(reading.mentions) == 8 and reading.leftover == ""


def test_spelled_letters_of_a_list() -> None:
    assert [str(one.symbol) for one in read_list("56/210 باء", "قرارات الجمعية العامة").mentions] == ["A/RES/56/210 B"]
    assert [str(one.symbol) for one in read_list("52/12 А и В", "A").mentions] == ["A/RES/52/12 A", "A/RES/52/12 B"]


@pytest.mark.parametrize(
    "text",
    [
        "the period 2025/26",
        "a 50/50 balance",
        "Section 2 (2024) of the table",
        "1325 (1990)",
        "budget 2764 (2030), of which half",
        "decision 14/1 of the Open-ended Working Group",
        "HIV/AIDS and I/O",
    ],
)
def test_what_may_be_something_else_is_not_read(text: str) -> None:
    assert find_symbols(text, "en") == []
