"""Mutations of the bench of identity that change words: names, captions, units, brackets of captions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from benches.identity_edit import copied, map_words, printed_tables, renumbered, with_blocks
from benches.identity_model import COPY, NAMED, About, Key, Original, Variant
from pipelines.model.blocks import Block
from warehouse.fact import slug

_MARK = re.compile(r"^(?:[A-Z]|\d{1,2}|[IVX]+)\.\s+")
NAMES = (
    "Harbour registers and pilotage",
    "Coastal surveys and lighthouses",
    "Division for Orchards and Beekeeping",
    "Weights and measures laboratory",
    "Registry of inland waterways",
    "Bridge inspection service",
)
KNOWN_INSIDE = (
    "Policymaking organs liaison service",
    "Programme support to coastal registries",
    "Regional programme of work laboratories",
    "Executive direction of the harbour registry",
)
"""Invented names that hold words of components which every fascicle has."""


def component_names(original: Original) -> dict[str, str]:
    """Names of components that summary tables print figures for, by code; those long enough to be told in prose."""
    kinds = {t["table_id"]: t["kind"] for t in original.rows["mart_table"]}
    names: dict[str, str] = {}
    for cell in original.reading.cells.values():
        if not kinds[cell["table_id"]].endswith("_by_component") or cell["row_role"] != "item" or not cell["fact_id"]:
            continue
        words = _MARK.sub("", cell["row_label"] or "")
        code = cell["component_code"]
        if code and not cell["subprogramme_code"] and code == _code_of(words, original) and len(words) > 12:
            names.setdefault(code, words)
    return names


def _code_of(words: str, original: Original) -> str:
    """Code of a component by its name: from the vocabulary, else the name's words joined."""
    known = original.vocabulary.meaning("components", words)
    return known or slug(words)


def renaming(old: str, new: str) -> Callable[[str], str]:
    """Replaces a name wherever it stands, with the case of its first letter."""
    pattern = re.compile(re.escape(old).replace(r"\ ", r"\s+"), re.IGNORECASE)

    def change(text: str) -> str:
        return pattern.sub(lambda m: new if m[0][:1].isupper() else new[:1].lower() + new[1:], text)

    return change


def rename_components(original: Original, random: Random) -> list[Variant]:
    """One component at a time gets another name, everywhere."""
    made = []
    for code, words in component_names(original).items():
        for kind, names in (("invented", NAMES), ("with known words inside", KNOWN_INSIDE)):
            new = random.choice(names)
            change = renaming(words, new)
            blocks = [map_words(block, change) for block in original.document.blocks]
            expected = {
                key: about._replace(component=f"{NAMED}{code}") if about.component == code else about
                for key, about in original.truth.items()
            }
            made.append(
                Variant(
                    f"component renamed, {kind}",
                    f"{words!r} is now {new!r}",
                    with_blocks(original.document, blocks),
                    expected,
                )
            )
    return made


def rename_entities(original: Original, random: Random) -> list[Variant]:
    """All entities of a section that has several get other names, everywhere."""
    entities = original.rows.get("dim_entity", [])
    if len(entities) < 2:
        return []
    names = [f"{random.choice(('Office', 'Institute', 'Mission', 'Centre'))} for {name}" for name in NAMES]
    random.shuffle(names)
    changes = []
    for number, entity in enumerate(sorted(entities, key=lambda e: -len(e["label"]))):
        if len(entity["label"]) > 12:
            changes.append(
                renaming(entity["label"], names[number % len(names)] + (f" {number}" if number >= len(names) else ""))
            )

    def change(text: str) -> str:
        for one in changes:
            text = one(text)
        return text

    blocks = [map_words(block, change) for block in original.document.blocks]
    return [Variant("entities renamed", "all of them", with_blocks(original.document, blocks), dict(original.truth))]


# -- captions --------------------------------------------------------------------------------------

_CAPTIONED = ("evolution of", "proposed posts")


def _captions(
    original: Original, change: Callable[[list[Block], str], list[Block]], name: str, detail: str
) -> list[Variant]:
    """Every caption of a table changed: what stands from its number line to its table."""
    blocks, found = original.document.blocks, list(printed_tables(original.document.blocks))
    made, at = list[Block](), 0
    for table in found:
        if table.title is None:
            continue
        made += blocks[at : table.first]
        made += change(blocks[table.first : table.table], blocks[table.title].text)
        at = table.table
    made += blocks[at:]
    return [Variant(name, detail, with_blocks(original.document, made), dict(original.truth))] if found else []


def drop_numbers(original: Original, random: Random) -> list[Variant]:
    """Captions without their number line, where they are about resources."""

    def change(caption: list[Block], title: str) -> list[Block]:
        return caption[1:] if any(words in title for words in _CAPTIONED) else caption

    return _captions(original, change, "caption numbers dropped", "tables of resources")


def merge_captions(original: Original, random: Random) -> list[Variant]:
    """Number and title in one paragraph."""

    def change(caption: list[Block], title: str) -> list[Block]:
        rest = [b for b in caption[1:] if not (b.kind == "heading" and b.text == title)]
        return [replace(caption[0], text=f"{caption[0].text.strip()} {title}"), *rest]

    return _captions(original, change, "caption in one paragraph", "number and title")


def move_units(original: Original, random: Random) -> list[Variant]:
    """The unit above the title, and after the title in one line with it."""

    def is_unit(block: Block) -> bool:
        return block.kind == "paragraph" and block.text.strip().startswith("(") and not block.number

    def above(caption: list[Block], title: str) -> list[Block]:
        units = [b for b in caption if is_unit(b)]
        return [caption[0], *units, *(b for b in caption[1:] if not is_unit(b))]

    def behind(caption: list[Block], title: str) -> list[Block]:
        unit = next((b for b in caption if is_unit(b)), None)
        if unit is None:
            return caption
        return [
            replace(b, text=f"{title} {unit.text.strip()}") if b.text == title else b for b in caption if b is not unit
        ]

    return [
        *_captions(original, above, "unit line moved", "above the title"),
        *_captions(original, behind, "unit line moved", "into the title"),
    ]


def reword_captions(original: Original, random: Random) -> list[Variant]:
    """Titles as earlier editions word them: what the table shows first, what it is about last."""

    def earlier(title: str) -> str:
        subject, colon, shown = (part.strip() for part in title.partition(":"))
        if not colon or not shown.startswith(_CAPTIONED):
            return title
        if shown.startswith("proposed posts"):
            return shown[:1].upper() + shown[1:] if subject == "Overall" else title
        words = shown.replace("evolution of financial and post resources", "Resource requirements").replace(
            "evolution of financial resources", "Resource requirements"
        )
        if subject == "Overall":
            return words if words != "Resource requirements" else "Overall resource requirements"
        return f"{words}: {subject}"

    def plain(title: str) -> str:
        subject, colon, shown = (part.strip() for part in title.partition(":"))
        return (
            shown[:1].upper() + shown[1:] if colon and subject == "Overall" and shown.startswith(_CAPTIONED) else title
        )

    def with_titles(reworded: Callable[[str], str]) -> Callable[[list[Block], str], list[Block]]:
        return lambda caption, title: [replace(b, text=reworded(title)) if b.text == title else b for b in caption]

    return [
        *_captions(
            original, with_titles(earlier), "captions worded as in earlier editions", "Resource requirements: ..."
        ),
        *_captions(original, with_titles(plain), "captions without Overall", "Evolution of financial resources ..."),
    ]


# -- whose budget ----------------------------------------------------------------------------------


def bracket_added(original: Original, random: Random) -> list[Variant]:
    """ "(regular budget)" after the title of every table of resources that names no other source of funding."""

    def change(caption: list[Block], title: str) -> list[Block]:
        if not any(words in title for words in _CAPTIONED) or "funding" in title or "(" in title:
            return caption
        return [replace(b, text=f"{title} (regular budget)") if b.text == title else b for b in caption]

    return _captions(original, change, "bracket of a caption added", "(regular budget)")


def bracket_dropped(original: Original, random: Random) -> list[Variant]:
    """Captions of tables of resources without what they say in brackets; a reading may only doubt whose budget it is."""
    bracket = re.compile(r"\s*\((?:regular budget|gross budget|jointly financed[^()]*|United Nations share)\)$")
    titles = [
        original.document.blocks[t.title].text for t in printed_tables(original.document.blocks) if t.title is not None
    ]
    if not any(bracket.search(title) for title in titles):
        return []

    def change(caption: list[Block], title: str) -> list[Block]:
        return [replace(b, text=bracket.sub("", title)) if b.text == title else b for b in caption]

    return _captions(original, change, "bracket of a caption dropped", "(jointly financed), (gross budget), ...")


def financed_twin(original: Original, random: Random) -> list[Variant]:
    """Beside the table by object of the section's own budget a second one of another budget, twice as large."""
    blocks = original.document.blocks
    table = next(
        (t for t in printed_tables(blocks) if t.title and "resources by object of expenditure" in blocks[t.title].text),
        None,
    )
    if table is None or table.title is None or "(" in blocks[table.title].text:
        return []
    ordinal = blocks[table.table].place.table_ordinal or 0
    truth = {key: about for key, about in original.truth.items() if key.table == ordinal}
    made = []
    for own, other, basis in (
        ("", " (jointly financed activities)", "jointly_financed"),
        (" (regular budget)", " (jointly financed activities)", "jointly_financed"),
        (" (regular budget)", " (gross budget)", "gross"),
    ):
        title = blocks[table.title].text
        first = [replace(b, text=title + own) if b.text == title else b for b in blocks[table.first : table.table + 1]]
        twin = [
            replace(b, text=title + other) if b.text == title else b
            for b in copied(blocks[table.first : table.table + 1], 1, 2)
        ]
        expected = {**original.truth, **_twin_of(truth, basis)}
        changed = renumbered([*blocks[: table.first], *first, *twin, *blocks[table.table + 1 :]])
        made.append(
            Variant(
                "twin of the table by object",
                f"{own.strip() or 'no bracket'} beside {other.strip()}",
                with_blocks(original.document, changed),
                expected,
            )
        )
    return made


def _twin_of(truth: dict[Key, About], basis: str) -> dict[Key, About]:
    return {key._replace(table=key.table + COPY): about._replace(basis=basis) for key, about in truth.items()}


WORDS = (
    rename_components,
    rename_entities,
    drop_numbers,
    merge_captions,
    move_units,
    reword_captions,
    bracket_added,
    bracket_dropped,
    financed_twin,
)
